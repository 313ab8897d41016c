// What was sent and received, in the page of packages.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { bytesFile } from '../lib/fixtures.js'
import { assertNoComplaints, choose, hook, linkOf, reaches, textOf } from '../lib/pages.js'
import { agree, click, fill, gone, howMany, inPage, says, signIn, texts } from '../lib/people.js'
import { packedBulla } from '../lib/packed.js'
import { createKey, createUser, startServer } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'

// Chromium logs every answer that is no success, as the one to a visitor must be.
const REFUSED = /status of 401/

for (const name of browserNames) {
  describe(`packages of people in ${name}`, () => {
    let server, bulla, alices, bobs
    const alice = { email: 'alice@example.com' }
    const bob = { email: 'bob@example.com' }
    const clients = {}

    before(async () => {
      server = await startServer({ args: ['--approver', 'carol@example.com', '--approval-exempt', 'example.com'] })
      bulla = await packedBulla()
      for (const person of [alice, bob]) {
        person.password = await createUser(server, person.email)
        clients[person.email] = await client(person.email)
      }
      alices = await startBrowser(name)
      bobs = await startBrowser(name)
      await signIn(alices, server, alice, '/packages/', 'list')
      await signIn(bobs, server, bob, '/packages/', 'list')
    })

    after(async () => {
      await alices?.close()
      await bobs?.close()
      await server?.stop()
    })

    const client = async (email) => new bulla.Client({ host: server.origin, auth: await createKey(server, email) })

    /** A package of Alice's for these people. */
    async function send(recipients, { names = ['plan.txt'], message = 'Dear Bob', from = alice.email } = {}) {
      const pkg = await clients[from].createPackage({ expiresInDays: 7 })
      if (names.length > 0) await pkg.upload(names.map((file) => new File([`content of ${file}`], file)))
      await pkg.setMessage(message)
      if (recipients.length > 0) await pkg.recipients.add(recipients)
      const { link } = await pkg.finalize()
      return { id: pkg.id, link }
    }

    const open = async (browser, query, state) => {
      await browser.open(`${server.origin}/packages/${query}`)
      await reaches(browser, state)
    }

    test('empty lists say so', async () => {
      assert.match(await textOf(alices, 'empty'), /Nothing has been sent to your address yet/)
      await click(alices, 'list-sent')
      await says(alices, 'empty', /You have sent nothing yet/)
      await click(alices, 'list-archived')
      await says(alices, 'empty', /put nothing away/)
      assert.equal(await howMany(alices, 'list-waiting'), 0)
    })

    test('a package stands in the lists of both, with its state in words', async () => {
      const { id, link } = await send([bob.email])
      await open(alices, '?list=sent', 'list')
      await says(alices, 'package', /To bob@example\.com\n1 file and a message\nMade .* · until .*\nNot opened yet/)
      await open(bobs, '', 'list')
      await says(bobs, 'package', /From alice@example\.com\n1 file and a message\nMade .* · until .*\nAvailable/)
      await (await bobs.find(`${hook('package')} a`)).click()
      await reaches(bobs, 'one')
      assert.equal(await howMany(bobs, 'delete'), 0)

      // By its link, which goes to the receive page and nowhere else.
      await (await bobs.find('.by-link summary')).click()
      await fill(bobs, 'whole-link', link.slice(0, -3))
      await click(bobs, 'use-link')
      await says(bobs, 'error', /The key in this link is incomplete/)
      await fill(bobs, 'whole-link', link.replace(server.origin, 'https://elsewhere.example'))
      await click(bobs, 'use-link')
      await says(bobs, 'error', /belongs to another server/)
      await fill(bobs, 'whole-link', link)
      await click(bobs, 'use-link')
      await reaches(bobs, 'sealed')
      await click(bobs, 'open')
      await reaches(bobs, 'open')
      assert.equal(await textOf(bobs, 'message'), 'Dear Bob')

      await open(alices, `?list=sent&id=${id}`, 'one')
      await says(alices, 'activity', /alice@example\.com/)
      await assertNoComplaints(alices, { but: REFUSED })
      await assertNoComplaints(bobs, { but: REFUSED })
    })

    test('what a recipient fetched is told, with when and from where', async () => {
      const { id, link } = await send([bob.email], { names: ['a.txt', 'b.txt'] })
      await open(alices, `?id=${id}`, 'one')
      await says(alices, 'recipient-row', /Has opened nothing yet/)
      const { packageCode, keyCode } = bulla.parseLink(link)
      // Fetched by the recipient's account, as SendSafely's clients do.
      const answer = await bobs.run(`async (id, checksum) => {
        const call = async (path, body) => (await fetch('/api/v2.0' + path, { method: body ? 'POST' : 'GET', headers: { 'bulla-session': '1' }, body: body && JSON.stringify(body) })).json()
        const { files: [{ fileId }] } = await call('/package/' + id + '/')
        return (await call('/package/' + id + '/file/' + fileId + '/download-urls/', { startSegment: 1, endSegment: 1, checksum })).response
      }`, id, bulla.checksum(keyCode, packageCode))
      assert.equal(answer, 'SUCCESS')
      await open(alices, `?id=${id}`, 'one')
      await says(alices, 'recipient-row', /bob@example\.com\nHas fetched 1 of 2 files/)
      await (await alices.find(`${hook('recipient-row')} summary`)).click()
      await says(alices, 'recipient-row', /File, .+, from 127\.0\.0\.1/)
      assert.match(await textOf(alices, 'state'), /Opened in part/)
      await open(alices, '?list=sent', 'list')
      assert.match((await texts(alices, 'package'))[0], /Opened in part/)
    })

    test('this device\'s key opens what was handed to it, and says whether the sender is proven', async () => {
      for (const browser of [alices, bobs]) {
        await browser.open(`${server.origin}/account/`)
        await reaches(browser, 'open')
        await fill(browser, 'device-name', 'mine')
        await click(browser, 'make-device')
        await browser.find(hook('this-device'))
      }
      const without = await send([bob.email])
      await open(bobs, `?id=${without.id}`, 'one')
      await click(bobs, 'open')
      await says(bobs, 'error', /This device has no key to it/)

      const id = await inPage(alices, `async (client, email) => {
        const pkg = await client.createPackage()
        await pkg.upload(new File(['for your eyes'], 'secret.txt'))
        await pkg.recipients.add(email)
        for (const offered of await client.keys.offered(pkg)) await client.keys.confirm(email, offered.key)
        await client.keys.wrap(pkg)
        await pkg.finalize()
        return pkg.id
      }`, bob.email)
      await open(bobs, `?id=${id}`, 'one')
      await click(bobs, 'open')
      await says(bobs, 'save-all', /Save/)
      const text = await bobs.run('() => document.querySelector("main").innerText')
      assert.match(text, /who sealed it is not proven/)
      assert.match(text, /alice@example\.com \(not verified\)/)

      const key = await inPage(alices, 'async (client) => (await client.keys.device()).key')
      await inPage(bobs, 'async (client, email, key) => client.keys.confirm(email, key)', alice.email, key)
      await open(bobs, `?id=${id}`, 'one')
      await click(bobs, 'open')
      await says(bobs, 'save-all', /Save/)
      assert.match(await bobs.run('() => document.querySelector("main").innerText'), /The seal is unbroken[^]*signed with the key you confirmed/)
      await click(bobs, 'save-all')
      await bobs.find(hook('verified'))
      assert.deepEqual(await bobs.downloaded(1), ['secret.txt'])

      // The sender's own device holds it too.
      await open(alices, `?id=${id}`, 'one')
      await click(alices, 'open')
      await says(alices, 'save-all', /Save/)
    })

    test('sent from the send page while signed in: it stands in the list, and trusted devices get its key', async () => {
      const file = await bytesFile(tempFolder('sent'), 'from the page.txt', 'for Bob')
      await alices.open(`${server.origin}/`)
      await reaches(alices, 'choosing')
      await choose(alices, [file])
      await fill(alices, 'to', `${bob.email}, dan@example.com`)
      assert.equal(await (await alices.find(hook('sender'))).isDisplayed(), false)
      await click(alices, 'send')
      await reaches(alices, 'done')
      const link = await linkOf(alices)
      await says(alices, 'hand-over-report', /1 device of theirs can open this without the link\..*dan@example\.com/)
      await open(alices, '?list=sent', 'list')
      assert.match((await texts(alices, 'package'))[0], /^To bob@example\.com, dan@example\.com\n1 file\n/)
      await open(bobs, '', 'list')
      await (await bobs.find(`${hook('package')} a`)).click()
      await reaches(bobs, 'one')
      await click(bobs, 'open')
      await says(bobs, 'save-all', /Save/)
      assert.match(await bobs.run('() => document.querySelector("main").innerText'), /signed with the key you confirmed/)
      // The link opens it too, for whoever is nobody here.
      assert.equal((await new bulla.Client({ host: server.origin }).open(link)).files[0].name, file.name)
      await assertNoComplaints(alices, { but: REFUSED })
    })

    test('whoever comes later gets the key from this device, and otherwise the page says why not', async () => {
      const id = await inPage(alices, `async (client) => {
        const pkg = await client.createPackage()
        await pkg.upload(new File(['for whoever comes later'], 'later.txt'))
        await pkg.recipients.add('dan@example.com')
        await client.keys.wrap(pkg)
        await pkg.finalize()
        return pkg.id
      }`)
      await open(alices, `?id=${id}`, 'one')
      await fill(alices, 'recipient', bob.email)
      await click(alices, 'add-recipient')
      await says(alices, 'hand-over-report', /1 device of theirs can open this without the link/)
      await says(alices, 'recipient-row', /bob@example\.com/)
      await says(alices, 'activity', /bob@example\.com/)
      await open(bobs, `?id=${id}`, 'one')
      await click(bobs, 'open')
      await says(bobs, 'save-all', /Save/)
      assert.match(await bobs.run('() => document.querySelector("main").innerText'), /signed with the key you confirmed/)

      const elsewhere = await send(['dan@example.com'])
      await open(alices, `?id=${elsewhere.id}`, 'one')
      await fill(alices, 'recipient', bob.email)
      await click(alices, 'add-recipient')
      await says(alices, 'error', /This device cannot hand on the key[^]*give them the link/)
      await says(alices, 'recipient-row', /bob@example\.com/)
      assert.deepEqual((await clients[alice.email].packages.get(elsewhere.id)).recipients.map(({ email }) => email).sort(), [bob.email, 'dan@example.com'])
    })

    test('sent for approval, the send page says who is asked', async () => {
      const file = await bytesFile(tempFolder('sent'), 'elsewhere.txt', 'for approval')
      await alices.open(`${server.origin}/`)
      await reaches(alices, 'choosing')
      await choose(alices, [file])
      await fill(alices, 'to', 'erin@elsewhere.example')
      await click(alices, 'send')
      await reaches(alices, 'done')
      await says(alices, 'approvers', /waits for approval by carol@example\.com/)
    })

    test('recipients come and go, life changes, and the archive takes it in and gives it out', async () => {
      const { id } = await send([bob.email])
      const people = async () => (await clients[alice.email].packages.get(id)).recipients.map(({ email }) => email).sort()
      await open(alices, `?id=${id}`, 'one')
      await fill(alices, 'recipient', 'dan@example.com')
      await click(alices, 'add-recipient')
      await says(alices, 'recipient-row', /dan@example\.com/)
      assert.deepEqual(await people(), [bob.email, 'dan@example.com'])
      await (await alices.find('button[aria-label="Remove bob@example.com"]')).click()
      await agree(alices)
      await alices.until('one is left', async () => await howMany(alices, 'recipient-row') === 1)
      assert.deepEqual(await people(), ['dan@example.com'])
      await alices.run(`() => { document.querySelector('#life').value = '30' }`)
      await click(alices, 'change-life')
      await alices.until('the life is another', async () => (await clients[alice.email].packages.get(id)).expiresInDays === 30)
      await open(alices, `?id=${id}`, 'one')
      assert.equal(await alices.run(`() => document.querySelector('#life').value`), '30')
      await click(alices, 'archive')
      await alices.find(hook('unarchive'))
      await open(alices, '?list=archived', 'list')
      assert.equal((await texts(alices, 'package')).length, 1)
      await open(alices, `?list=archived&id=${id}`, 'one')
      await click(alices, 'unarchive')
      await alices.find(hook('archive'))
      await open(alices, '?list=archived', 'list')
      await says(alices, 'empty', /put nothing away/)
      await assertNoComplaints(alices, { but: REFUSED })
    })

    test('deleting asks first, and begins on the way out', async () => {
      const { id } = await send([bob.email])
      await open(alices, `?list=sent&id=${id}`, 'one')
      await click(alices, 'delete')
      assert.equal(await alices.run('() => document.activeElement.dataset.testid'), 'leave')
      await click(alices, 'leave')
      await gone(alices, 'dialog')
      assert.equal((await clients[alice.email].packages.get(id)).state, 'active')
      assert.equal(await alices.run('() => document.activeElement.dataset.testid'), 'delete')
      await click(alices, 'delete')
      await agree(alices)
      await reaches(alices, 'list')
      await open(alices, `?id=${id}`, ['one', 'failed'])
      await open(bobs, `?id=${id}`, 'failed')
    })

    test('long lists come by pages', async () => {
      for (let index = 0; index < 26; index++) await send([bob.email], { names: [], message: `number ${index}` })
      await open(bobs, '', 'list')
      assert.equal(await howMany(bobs, 'package'), 25)
      await click(bobs, 'more')
      await bobs.until('all are there', async () => await howMany(bobs, 'package') > 25)
      assert.equal(await bobs.run('() => document.activeElement.tagName'), 'A')
    })

    test('so does the activity', async () => {
      const { id } = await send([bob.email])
      for (let days = 1; days <= 105; days++) await clients[alice.email].packages.update(id, { expiresInDays: days })
      await open(alices, `?id=${id}`, 'one')
      await alices.until('the first page', async () => await howMany(alices, 'activity') === 100)
      await click(alices, 'more')
      await alices.until('the rest', async () => await howMany(alices, 'activity') > 105)
      assert.match((await texts(alices, 'activity')).at(-1), /Created/)
    })

    test('an approver finds what waits, and lets it through', async () => {
      const carol = { email: 'carol@example.com' }
      carol.password = await createUser(server, carol.email)
      const { id } = await send(['erin@elsewhere.example'])
      await open(alices, `?list=sent&id=${id}`, 'one')
      assert.match(await textOf(alices, 'state'), /Waits for approval/)
      const carols = await startBrowser(name)
      try {
        await signIn(carols, server, carol, '/packages/', 'list')
        await click(carols, 'list-waiting')
        await says(carols, 'package', /From alice@example\.com/)
        await (await carols.find(`${hook('package')} a`)).click()
        await reaches(carols, 'one')
        await click(carols, 'approve')
        await carols.until('it is through', async () => (await clients[alice.email].packages.get(id)).state === 'active')
        await reaches(carols, ['one', 'failed'])
      } finally {
        await carols.close()
      }
    })

    test('what is not one\'s own, or nothing at all, is one sentence', async () => {
      const { id } = await send([], { from: bob.email })
      for (const other of [id, 'no-such-package-anywhere', '..']) {
        await open(alices, `?id=${encodeURIComponent(other)}`, 'failed')
        await says(alices, 'error', /refused|does not take|nothing here/)
      }
    })
  })
}
