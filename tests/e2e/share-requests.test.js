// Asking for what somebody shares, and being let in: in the page of packages, and by the SDK.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { memory } from '../lib/memory.js'
import { assertNoComplaints, hook, reaches, textOf } from '../lib/pages.js'
import { agree, click, fill, gone, howMany, inPage, says, signIn, texts } from '../lib/people.js'
import { packedBulla } from '../lib/packed.js'
import { createKey, createUser, startServer } from '../lib/server.js'

// Chromium logs every answer that is no success, as the one to a visitor must be.
const REFUSED = /status of (400|401|404|409)/

const alice = { email: 'alice@example.com' }
const bob = { email: 'bob@example.com' }

describe('share requests by the SDK, in Node', () => {
  let server
  const clients = {}

  before(async () => {
    server = await startServer()
    const { Client } = await packedBulla()
    for (const person of [alice, bob]) {
      await createUser(server, person.email)
      clients[person.email] = new Client({ host: server.origin, auth: await createKey(server, person.email), keyStore: memory() })
    }
  })

  after(() => server?.stop())

  const all = async (list) => {
    const entries = []
    for await (const entry of list) entries.push(entry)
    return entries
  }

  test('asked for, declined, asked for again, approved, opened with the key that came along, and ended', async () => {
    const [owner, asker] = [clients[alice.email], clients[bob.email]]
    await owner.keys.create()
    await asker.keys.create()
    const pkg = await owner.createPackage()
    await pkg.upload(new File(['what was asked for'], 'plan.txt'))
    await pkg.recipients.add('nobody@example.com')
    await owner.keys.wrap(pkg)
    await pkg.finalize()
    const { lookupHash, ticket, expires } = await owner.shareInfos.ticket(pkg.id)
    assert.ok(expires > new Date())

    await asker.shareRequests.create({ owner: alice.email, lookupHash, message: 'Please' })
    await assert.rejects(asker.shareRequests.create({ owner: alice.email, ticket }), { code: 'REFUSED' })
    const [first] = await all(owner.shareRequests.received())
    assert.deepEqual([first.requester, first.message, first.status, first.packageId], [bob.email, 'Please', 'pending', pkg.id])
    await owner.shareRequests.decline(first.id)
    assert.equal((await all(asker.shareRequests.sent({ status: 'declined' })))[0].packageId, undefined)
    await asker.shareRequests.create({ owner: alice.email, ticket })

    const [request] = await all(owner.shareRequests.received({ email: bob.email }))
    const [offered] = await owner.shareRequests.offered(request)
    assert.equal(offered.state, 'new')
    await owner.keys.confirm(bob.email, offered.key)
    await asker.keys.confirm(alice.email, (await owner.keys.device()).key)
    const report = await owner.shareRequests.approve(request)
    assert.deepEqual([report.wrapped.length, report.without], [1, []])
    assert.equal((await all(asker.shareRequests.sent({ status: 'approved' })))[0].packageId, pkg.id)
    const [came] = await all(asker.shareInfos.received())
    assert.deepEqual([came.sender, came.receiver, came.packageId, came.lookupHash], [alice.email, bob.email, pkg.id, lookupHash])
    const opened = await asker.packages.open(pkg.id)
    assert.equal(opened.origin, 'sender')
    assert.equal(await new Response(opened.download(opened.files[0].id)).text(), 'what was asked for')

    assert.equal((await all(owner.shareInfos.shared({ lookupHash }))).length, 1)
    await owner.shareInfos.delete({ ticket: came.ticket })
    assert.deepEqual(await all(asker.shareInfos.received()), [])
    await assert.rejects(asker.packages.open(pkg.id), { code: 'NOT_FOUND' })
    await assert.rejects(asker.shareInfos.add(came.ticket), { code: 'REFUSED' })
    await assert.rejects(asker.shareInfos.add(ticket, { link: `${server.origin}/receive/#key` }), { code: 'INVALID_INPUT' })
  })
})

for (const name of browserNames) {
  describe(`share requests in ${name}`, () => {
    let server, alices, bobs, id, link

    before(async () => {
      server = await startServer()
      for (const person of [alice, bob]) person.password = await createUser(server, person.email)
      alices = await startBrowser(name)
      bobs = await startBrowser(name)
      await signIn(alices, server, alice, '/packages/', 'list')
      await signIn(bobs, server, bob, '/packages/', 'list')
      for (const browser of [alices, bobs]) await inPage(browser, 'async (client) => { await client.keys.create({ description: "mine" }) }')
      id = await make()
    })

    after(async () => {
      await alices?.close()
      await bobs?.close()
      await server?.stop()
    })

    /** A package of Alice's, of which this browser has the key, and nobody else. */
    const make = () => inPage(alices, `async (client) => {
      const pkg = await client.createPackage()
      await pkg.upload(new File(['for whoever asks'], 'plan.txt'))
      await pkg.recipients.add('nobody@example.com')
      await client.keys.wrap(pkg)
      await pkg.finalize()
      return pkg.id
    }`)

    const open = async (browser, query, state = 'list') => {
      await browser.open(`${server.origin}/packages/${query}`)
      await reaches(browser, state)
    }

    /** Makes the link to ask with. */
    async function askLink(of) {
      await open(alices, `?list=sent&id=${of}`, 'one')
      await click(alices, 'make-ask-link')
      await alices.find(hook('ask-link'))
      return alices.run(`() => document.querySelector('${hook('ask-link')}').value`)
    }

    async function ask(words) {
      await bobs.open(link)
      await reaches(bobs, 'list')
      await fill(bobs, 'ask-message', words)
      await click(bobs, 'ask')
      await says(bobs, 'asked-for', new RegExp(`${words}[^]*Waits for an answer`))
    }

    test('a package\'s owner makes a link to ask with, which holds no key', async () => {
      link = await askLink(id)
      assert.match(link, /^http:\/\/[\w.]+:\d+\/packages\/\?list=requests&owner=alice%40example\.com&ask=[\w-]{43}$/)
      await open(alices, '?list=requests')
      await says(alices, 'empty', /Nobody waits for an answer/)
      await open(bobs, '?list=shared')
      await says(bobs, 'empty', /Nobody has shared anything/)
    })

    test('what was asked for is declined, and asked for once more', async () => {
      await ask('Once')
      await click(bobs, 'ask')
      assert.equal(await bobs.run(`() => document.querySelector('${hook('ask-code')}').checkValidity()`), false, 'the form was emptied')
      await open(alices, '?list=requests')
      await says(alices, 'to-answer', /bob@example\.com\nOnce\nThe whole package · asked/)
      await click(alices, 'decline-request')
      await agree(alices)
      await says(alices, 'answered', /Declined/)
      await gone(alices, 'to-answer')
      await open(bobs, '?list=requests')
      await says(bobs, 'asked-for', /Once[^]*Declined/)
      await ask('Again')
    })

    test('whoever asks is let in once their key was compared, and opens it with their own', async () => {
      await open(alices, '?list=requests')
      await says(alices, 'to-answer', /Again/)
      await click(alices, 'approve-request')
      const theirs = await inPage(bobs, 'async (client) => (await client.keys.device()).fingerprint.words')
      await says(alices, 'dialog', /Are these the words of bob@example\.com/)
      assert.equal((await textOf(alices, 'words')).replace(/\s+/g, ' ').trim(), theirs)
      await click(alices, 'do')
      await says(alices, 'dialog', /1 device of theirs can open it without the link/)
      await agree(alices)
      await says(alices, 'answered', /bob@example\.com is let in\. 1 device/)
      await open(bobs, '?list=shared')
      await says(bobs, 'with-you', /From alice@example\.com\nThe whole package/)
      await (await bobs.find(`${hook('with-you')} a`)).click()
      await reaches(bobs, 'one')
      await click(bobs, 'open')
      await says(bobs, 'save-all', /Save/)
      await click(bobs, 'save-all')
      await bobs.find(hook('verified'))
      assert.deepEqual(await bobs.downloaded(1), ['plan.txt'])
      await open(bobs, '?list=requests')
      await says(bobs, 'asked-for', /Again[^]*You were let in/)
      await click(bobs, 'take-back')
      await agree(bobs)
      await gone(bobs, 'asked-for')
    })

    test('what was shared is ended by either side', async () => {
      await open(alices, '?list=shared')
      await says(alices, 'by-you', /To bob@example\.com/)
      await click(alices, 'end-share')
      await agree(alices)
      await gone(alices, 'by-you')
      await open(bobs, `?list=shared&id=${id}`, 'failed')

      // A ticket that names nobody, which Bob takes and gives up.
      const ticket = await inPage(alices, 'async (client, id) => (await client.shareInfos.ticket(id)).ticket', id)
      await inPage(bobs, 'async (client, ticket) => client.shareInfos.add(ticket)', ticket)
      await open(bobs, '?list=shared')
      await says(bobs, 'with-you', /From alice@example\.com/)
      await click(bobs, 'end-share')
      await agree(bobs)
      await gone(bobs, 'with-you')
    })

    test('without a key of theirs, whoever is let in needs the link, and is told so', async () => {
      link = await askLink(await make())
      await ask('Another')
      await inPage(bobs, 'async (client) => { await client.keys.create({ description: "new" }) }')
      await open(alices, '?list=requests')
      await click(alices, 'approve-request')
      await says(alices, 'dialog', /Another key was confirmed for this address before/)
      await click(alices, 'leave')
      await says(alices, 'dialog', /No key goes to them/)
      await agree(alices)
      await says(alices, 'answered', /Give them the link/)
      await open(bobs, '?list=shared')
      await (await bobs.find(`${hook('with-you')} a`)).click()
      await reaches(bobs, 'one')
      await click(bobs, 'open')
      await says(bobs, 'error', /This device has no key to it/)
    })

    test('what nobody shares, and what is one\'s own, is refused in words', async () => {
      for (const [owner, code, words] of [
        [alice.email, 'A'.repeat(43), /nothing like that/],
        ['carol@example.com', new URL(link).searchParams.get('ask'), /nothing like that/],
        [alice.email, 'not.aticket', /./],
      ]) {
        await open(bobs, '?list=requests')
        await fill(bobs, 'owner', owner)
        await fill(bobs, 'ask-code', code)
        await click(bobs, 'ask')
        await says(bobs, 'error', words)
      }
      assert.equal((await texts(bobs, 'asked-for')).length, 1)
      assert.equal(await howMany(bobs, 'to-answer'), 0)
      for (const browser of [alices, bobs]) await assertNoComplaints(browser, { but: REFUSED })
    })
  })
}
