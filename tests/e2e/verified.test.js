// Recipients who verify who they are: by a code by e-mail, and with an OpenID provider.
import assert from 'node:assert/strict'
import { openAsBlob } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { randomFile } from '../lib/fixtures.js'
import { startMailbox } from '../lib/mailbox.js'
import { packedBulla } from '../lib/packed.js'
import { assertNoComplaints, hook, reaches, saveAndCompare, textOf } from '../lib/pages.js'
import { agree, click, fill, gone, howMany, says, signIn } from '../lib/people.js'
import { client as known, signInThere, startProvider } from '../lib/provider.js'
import { createKey, createUser, freePort, startServer } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'

const MIB = 1 << 20
// Chromium logs every answer that is no success, as those to a wrong code and to who has shown nothing yet must be.
const REFUSED = /status of 401/
// And what the provider's own pages lack here.
const ELSEWHERE = /status of 401|fonts\.googleapis\.com|favicon\.ico/

for (const name of browserNames) {
  describe(`verified recipients in ${name}`, () => {
    const folder = tempFolder('verified')
    const alice = { email: 'alice@example.com' }
    let server, mailbox, provider, bulla, client, file

    before(async () => {
      mailbox = await startMailbox()
      const port = await freePort()
      const origin = `http://127.0.0.1:${port}`
      provider = await startProvider({ redirect: `${origin}/receive/`, people: { bob: '12345678901', eve: '10987654321' } })
      const config = join(folder, 'bulla.toml')
      await writeFile(config, `[oidc.nbid]
issuer = "${provider.issuer}"
client-id = "${known.id}"
client-secret = "${known.secret}"
scopes = ["nin"]
nin-claim = "nin"
`)
      const settings = ['--smtp', mailbox.url, '--mail-from', 'Bulla <bulla@example.com>', '--public-url', origin, '--config', config]
      server = await startServer({ port, args: settings })
      alice.password = await createUser(server, alice.email)
      bulla = await packedBulla()
      client = new bulla.Client({ host: origin, auth: await createKey(server, alice.email) })
      file = await randomFile(folder, 'contract.bin', 3 * MIB)
    })

    after(async () => {
      await provider?.stop()
      await server?.stop()
      await mailbox?.stop()
    })

    /** A finalized package. */
    async function sent(options) {
      const created = await client.createPackage(options)
      const [{ id: fileId }] = await created.upload([new File([await openAsBlob(file.path)], 'contract.bin')])
      await created.setMessage('For you alone')
      const { link } = await created.finalize()
      return { id: created.id, fileId, link, key: link.slice(link.indexOf('#')) }
    }

    /** A sealed package for one recipient who shows who it is in these ways: its whole link, and the keyCode in it. */
    async function shared(email, authentication) {
      const { id, link, key } = await sent()
      const recipient = { email, authentication, notification: { sendEmail: true } }
      const { recipients: [{ id: recipientId, url }] } = await client.secureShares.create({ package: id, recipients: [recipient] })
      assert.ok((await mailbox.mail(email)).includes(url), 'the link is in the e-mail')
      assert.ok(!(await mailbox.mail(email)).includes(key), 'and the key is not')
      const whole = await client.secureShares.link(link, recipientId)
      assert.equal(whole, url + key)
      return { link: whole, key: key.slice('#keyCode='.length), bare: link }
    }

    /** A code that comes when `ask()` asks for it. */
    async function mailed(email, ask) {
      const before = mailbox.count(email)
      const asked = await ask()
      for (let attempt = 0; mailbox.count(email) === before; attempt++) {
        assert.ok(attempt < 300, 'the code is there')
        await sleep(100)
      }
      return [await mailbox.pin(email), asked]
    }

    /** A program without an account. */
    const stranger = () => new bulla.Client({ host: server.origin })

    /** Shows, as a program, who the recipient of a link is. */
    async function verified(link, email) {
      const verification = stranger().verification(link)
      const { ways: [way] } = await verification.ways()
      const [code, { token }] = await mailed(email, () => verification.sendCode(way.id))
      assert.equal(await verification.enterCode(token, code), true)
      return verification.statement
    }

    async function inBrowser(use) {
      const browser = await startBrowser(name)
      try {
        await use(browser)
      } finally {
        await browser.close()
      }
    }

    /** Nothing of the way stays: neither the key nor what came back from a provider. */
    async function nothingStays(browser, key) {
      const kept = await browser.run('() => JSON.stringify([location.href, document.referrer, { ...sessionStorage }, { ...localStorage }])')
      assert.ok(!kept.includes(key), kept)
      assert.doesNotMatch(kept, /state=|code=[^&]*&|bulla-verification/, kept)
    }

    async function begin(browser, link) {
      await browser.open(link)
      await reaches(browser, 'sealed')
      await click(browser, 'open')
      await reaches(browser, 'verify')
    }

    test('a code by e-mail opens the package, a wrong one does not', () => inBrowser(async (browser) => {
      const { link, key, bare } = await shared('bob@example.com', [{ identityProvider: 'otp-email' }])
      await browser.open(bare)
      await reaches(browser, 'sealed')
      await click(browser, 'open')
      assert.equal((await reaches(browser, 'failed')).code, 'VERIFICATION_REQUIRED')
      await begin(browser, link)
      await says(browser, 'way', /Send a code to b…@example\.com/)
      const [code] = await mailed('bob@example.com', () => click(browser, 'way'))
      await fill(browser, 'code', String((Number(code) + 1) % 1_000_000).padStart(6, '0'))
      await click(browser, 'enter')
      await browser.until('the page says no', async () => /not the code/.test(await browser.run("() => document.getElementById('code-hint').textContent")))
      await fill(browser, 'code', code)
      await click(browser, 'enter')
      await reaches(browser, 'open')
      assert.equal(await textOf(browser, 'message'), 'For you alone')
      await saveAndCompare(browser, [file])
      await nothingStays(browser, key)
      await assertNoComplaints(browser, { but: REFUSED })
    }))

    test('a provider says who it is, after a code: both are needed', () => inBrowser(async (browser) => {
      const { link, key } = await shared('carol@example.com', [{ identityProvider: 'otp-email' }, { identityProvider: 'nbid', nin: '12345678901' }])
      await begin(browser, link)
      assert.equal(await howMany(browser, 'way'), 2)
      const [code] = await mailed('carol@example.com', async () => (await browser.find(`${hook('way')}[data-provider="otp-email"]`)).click())
      await fill(browser, 'code', code)
      await click(browser, 'enter')
      await says(browser, 'way', /Sign in with nbid/)
      assert.equal(await howMany(browser, 'way'), 1)
      await click(browser, 'way')
      await signInThere(browser, 'bob')
      await reaches(browser, 'open')
      await saveAndCompare(browser, [file])
      await nothingStays(browser, key)
      await assertNoComplaints(browser, { but: ELSEWHERE })
    }))

    test('somebody else with an account there does not get in, nor does who comes back without having begun', () => inBrowser(async (browser) => {
      const { link, key } = await shared('dave@example.com', [{ identityProvider: 'nbid', nin: '12345678901' }])
      await begin(browser, link)
      await click(browser, 'way')
      await signInThere(browser, 'eve')
      assert.equal((await reaches(browser, 'failed')).code, 'SIGN_IN_FAILED')
      await says(browser, 'error', /somebody else/)
      await nothingStays(browser, key)
      await browser.open(`${server.origin}/receive/?state=made-up&code=made-up`)
      assert.equal((await reaches(browser, 'failed')).code, 'LINK_INVALID')
    }))

    test('a sender adds somebody on the page of a package, and sees what came of it', () => inBrowser(async (browser) => {
      const { id, key } = await sent()
      await signIn(browser, server, alice, `/packages/?list=sent&id=${id}`, 'one')
      await click(browser, 'new-verified')
      await fill(browser, 'verified-name', 'Frank')
      await fill(browser, 'verified-email', 'frank@example.com')
      await click(browser, 'verified-by-otp-email')
      await click(browser, 'add-verified')
      await says(browser, 'error', /Something is missing or wrong/)
      await click(browser, 'verified-by-otp-email')
      await click(browser, 'add-verified')
      await says(browser, 'verified-row', /Frank\nby a code by e-mail: frank@example\.com\nHas not shown who they are yet/)
      const url = await browser.run(`(css) => document.querySelector(css).value`, hook('verified-link'))
      assert.ok((await mailbox.mail('frank@example.com')).includes(url))

      const received = await stranger().open(url + key, { recipientCode: await verified(url + key, 'frank@example.com') })
      for await (const part of received.download(received.files[0].id)) assert.ok(part.length > 0)
      await browser.open(`${server.origin}/packages/?list=sent&id=${id}`)
      await reaches(browser, 'one')
      await says(browser, 'verified-row', /Showed who they are .*\nHas fetched 1 file/)
      const before = mailbox.count('frank@example.com')
      await click(browser, 'remind-verified')
      await browser.until('the reminder is there', () => mailbox.count('frank@example.com') > before)
      await click(browser, 'remove-verified')
      await agree(browser)
      await gone(browser, 'verified-row')
      await assert.rejects(received.download(received.files[0].id).getReader().read(), { name: 'BullaError' })
      await assertNoComplaints(browser, { but: /status of 40[01]/ })
    }))

    test('programs do all of it through the package', async () => {
      const { id, fileId, link } = await sent({ suite: 'openpgp-cfb' })
      const { secureShares } = client
      assert.deepEqual(await secureShares.identityProviders(), [{ identityProvider: 'otp-email', nin: false }, { identityProvider: 'nbid', nin: true }])
      await assert.rejects(secureShares.create({ package: id, recipients: [{ email: 'gina@example.com' }] }), { code: 'INVALID_INPUT' })
      await assert.rejects(secureShares.create({ package: id, recipients: [{ mobile: '+4791234567', authentication: [{ identityProvider: 'otp-sms' }] }] }), { code: 'REFUSED' })
      const share = await secureShares.create({ package: id, authenticationMode: 'any' })
      assert.deepEqual([share.packageId, share.authenticationMode, share.recipients], [id, 'any', []])
      assert.ok(Math.abs(share.createdAt - Date.now()) < 60_000)
      const recipients = secureShares.recipients(share.id)
      const authentication = [{ identityProvider: 'otp-email' }, { identityProvider: 'nbid', idpId: '7', nin: '12345678901' }]
      const added = await recipients.add({
        firstName: 'Gina', lastName: 'G', email: 'gina@example.com', externalReference: 'R-1', fileRestrictions: [fileId], authentication,
        notification: { sendEmail: true, language: 'nb' },
      })
      assert.deepEqual(added, {
        id: added.id, firstName: 'Gina', lastName: 'G', email: 'gina@example.com', externalReference: 'R-1', fileRestrictions: [fileId],
        authentication, notification: { sendEmail: true, sendSms: false, language: 'nb' }, fileAccessInfos: [], url: added.url,
      })
      assert.match(await mailbox.mail('gina@example.com'), /har sendt deg noe/)
      assert.deepEqual(await recipients.list(), [added])

      const whole = await secureShares.link(link, added.id)
      await assert.rejects(stranger().open(whole), { code: 'VERIFICATION_REQUIRED' })
      await assert.rejects(stranger().verification(link).ways(), { code: 'VERIFICATION_REQUIRED' })
      const verification = stranger().verification(whole)
      const { mode, ways, verified: before } = await verification.ways()
      assert.deepEqual([mode, before, ways.map(({ identityProvider, to, done }) => [identityProvider, to, done])],
        ['any', false, [['otp-email', 'g…@example.com', false], ['nbid', undefined, false]]])
      const begun = await verification.beginSignIn(ways[1].id)
      assert.ok(begun.url.startsWith(provider.issuer) && begun.url.includes(begun.state), begun.url)
      await assert.rejects(verification.endSignIn({ token: begun.token, state: 'another', code: 'C' }), { code: 'SIGN_IN_FAILED' })
      const [code, { token }] = await mailed('gina@example.com', () => verification.sendCode(ways[0].id))
      const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0')
      await assert.rejects(verification.enterCode(token, wrong), { code: 'CODE_WRONG' })
      assert.equal(await verification.enterCode(token, code), true)
      await assert.rejects(verification.enterCode(token, code), { code: 'CODE_SPENT' })
      const received = await stranger().open(whole, { recipientCode: verification.statement })
      assert.deepEqual(received.files.map(({ name }) => name), ['contract.bin'])
      for await (const part of received.download(fileId)) assert.ok(part.length > 0)
      const seen = await recipients.get(added.id)
      assert.deepEqual(seen.fileAccessInfos.map(({ id }) => id), [fileId])
      for (const time of [seen.loggedInTime, seen.fileAccessInfos[0].lastDownloadedAt]) assert.ok(Math.abs(time - Date.now()) < 60_000)

      const changed = await recipients.update(added.id, { lastName: '', fileRestrictions: [], notification: { sendEmail: false } })
      assert.deepEqual([changed.firstName, changed.lastName, changed.fileRestrictions, changed.notification], ['Gina', undefined, [], { sendEmail: false, sendSms: false, language: 'nb' }])
      await assert.rejects(recipients.remind(added.id), { code: 'REFUSED' })
      await secureShares.deleteFile(share.id, fileId)
      await recipients.delete(added.id)
      await assert.rejects(recipients.get(added.id), { code: 'NOT_FOUND' })
      assert.ok((await secureShares.list().page()).entries.some(({ id: known }) => known === share.id))
      await secureShares.delete(share.id)
      await assert.rejects(secureShares.get(share.id), { code: 'NOT_FOUND' })
    })
  })
}
