// An administrator's search in the packages of everybody, in the page of packages.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { assertNoComplaints, hook, reaches } from '../lib/pages.js'
import { click, fill, howMany, says, signIn, texts } from '../lib/people.js'
import { packedBulla } from '../lib/packed.js'
import { createKey, createUser, startServer } from '../lib/server.js'

// Chromium logs every answer that is no success, as the one to a visitor must be.
const REFUSED = /status of 40[13]/
const DAY = 24 * 3600 * 1000

for (const name of browserNames) {
  describe(`the search in ${name}`, () => {
    let server, browser, bulla
    const root = { email: 'root@example.com' }
    const alice = { email: 'alice@example.com' }
    const bob = { email: 'bob@example.com' }
    const clients = {}

    before(async () => {
      server = await startServer()
      bulla = await packedBulla()
      root.password = await createUser(server, root.email, '--admin')
      for (const person of [alice, bob]) {
        person.password = await createUser(server, person.email)
        clients[person.email] = new bulla.Client({ host: server.origin, auth: await createKey(server, person.email) })
      }
      await send(alice, 'carol@example.com', 'plan.txt', 'openpgp-cfb')
      await send(bob, 'dan@example.com', 'secret.txt', 'sealed')
      browser = await startBrowser(name)
      await signIn(browser, server, root, '/packages/', 'list')
    })

    after(async () => {
      await browser?.close()
      await server?.stop()
    })

    async function send(from, to, file, suite) {
      const pkg = await clients[from.email].createPackage({ suite })
      await pkg.upload(new File(['content'], file))
      await pkg.recipients.add(to)
      await pkg.finalize()
      return pkg.id
    }

    const FROM_ALICE = /From alice@example\.com\nTo carol@example\.com\n1 file\n/
    const FROM_BOB = /From bob@example\.com\nTo dan@example\.com\n1 file\n/

    /** Searches by these filters alone, and waits until what is found matches. Of packages of one second any may come first. */
    async function finds(filters, ...patterns) {
      await browser.run(`(filters) => {
        for (const control of document.querySelectorAll('[data-testid^="by-"]')) {
          control.value = filters[control.dataset.testid.slice(3)] ?? (control.tagName === 'SELECT' ? 'all' : '')
        }
      }`, filters)
      await click(browser, 'search')
      await browser.until(`${JSON.stringify(filters)} finds ${patterns}`, async () => {
        if (patterns.length === 0 && await howMany(browser, 'empty') === 0) return false
        const found = await texts(browser, 'found')
        return found.length === patterns.length && patterns.every((pattern) => found.some((text) => pattern.test(text)))
      })
    }

    test('it begins with everything', async () => {
      await click(browser, 'list-search')
      await reaches(browser, 'list')
      await browser.until('both', async () => await howMany(browser, 'found') === 2)
      await finds({}, FROM_BOB, FROM_ALICE)
    })

    test('each filter narrows it', async () => {
      await finds({ sender: 'ALICE@' }, FROM_ALICE)
      await finds({ recipient: 'dan@' }, FROM_BOB)
      await finds({ fileName: 'plan' }, FROM_ALICE)
      // Sealed names are not the server's to know.
      await finds({ fileName: 'secret' })
      await says(browser, 'empty', /Nothing was found/)
      await finds({ status: 'active' }, FROM_BOB, FROM_ALICE)
      await finds({ status: 'expired' })
      await finds({ sender: 'alice', recipient: 'dan' })
    })

    test('days are those between which it was made, both among them', async () => {
      const day = (days) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10)
      await finds({ from: day(-1), to: day(1) }, FROM_BOB, FROM_ALICE)
      await finds({ from: day(2) })
      await finds({ to: day(-2) })
    })

    test('the address keeps what was asked for', async () => {
      await finds({ sender: 'alice', status: 'active' }, FROM_ALICE)
      await browser.open(await browser.driver.getCurrentUrl())
      await reaches(browser, 'list')
      await says(browser, 'found', FROM_ALICE)
      assert.equal(await howMany(browser, 'found'), 1)
      assert.equal(await (await browser.find(hook('by-sender'))).getAttribute('value'), 'alice')
      assert.equal(await browser.run(`(css) => document.querySelector(css).value`, hook('by-status')), 'active')
      await assertNoComplaints(browser, { but: REFUSED })
    })

    test('a server that does not answer is said, and what was typed is still there', async () => {
      await fill(browser, 'by-recipient', 'carol')
      await server.stop()
      await click(browser, 'search')
      await says(browser, 'error', /No connection/)
      assert.equal(await (await browser.find(hook('by-recipient'))).getAttribute('value'), 'carol')
      await server.start()
      await click(browser, 'retry')
      await says(browser, 'found', FROM_ALICE)
      await browser.complaints()
    })

    test('nobody else is offered it, and the server refuses it', async () => {
      const other = await startBrowser(name)
      try {
        await signIn(other, server, alice, '/packages/?list=search', 'list')
        assert.equal(await howMany(other, 'list-search'), 0)
        assert.equal(await howMany(other, 'by-sender'), 0)
        await assert.rejects(clients[alice.email].packages.search().page(), (error) => error.code !== 'NETWORK')
      } finally {
        await other.close()
      }
    })
  })
}
