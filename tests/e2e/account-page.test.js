// What accounts do in the server's own pages: a session instead of a key, and private keys that the browser keeps.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { assertNoComplaints } from '../lib/pages.js'
import { createUser, startServer } from '../lib/server.js'

for (const name of browserNames) {
  describe(`an account in a page, ${name}`, () => {
    let server, browser, password

    before(async () => {
      server = await startServer()
      password = await createUser(server, 'alice@example.com')
      browser = await startBrowser(name)
      await browser.open(`${server.origin}/`)
    })

    after(async () => {
      await browser?.close()
      await server?.stop()
    })

    /** Runs a function of a client whose calls a session stands for. */
    const inPage = (use, ...args) => browser.run(`async (...args) => {
      const { Client, init } = await import('/bulla/index.js')
      await init()
      return (${use})(new Client({ auth: 'session' }), ...args)
    }`, ...args)

    const loaded = () => browser.run(`() => performance.getEntriesByType('resource').map(({ name }) => name.split('/').at(-1)).filter((name) => name.endsWith('.wasm'))`)

    test('nothing of it is loaded before it is needed', async () => {
      assert.deepEqual(await inPage('async (client) => typeof client.packages.received'), 'function')
      assert.deepEqual(new Set(await loaded()), new Set(['bulla_bg.wasm']))
    })

    test('somebody signs in, is somebody, and makes and revokes an API key', async () => {
      assert.equal(await inPage('async (client) => (await client.account.current()) ?? null'), null)
      assert.equal(await inPage("async (client) => client.packages.sent().page().catch(({ code }) => code)"), 'AUTHENTICATION_FAILED')
      assert.equal(await inPage("async (client) => client.account.signIn('alice@example.com', 'wrong').catch(({ code }) => code)"), 'AUTHENTICATION_FAILED')
      const who = await inPage("async (client, password) => client.account.signIn('alice@example.com', password)", password)
      assert.deepEqual([who.email, who.admin], ['alice@example.com', false])
      assert.equal(await inPage('async (client) => (await client.account.current()).email'), 'alice@example.com')
      const keys = await inPage(`async (client) => {
        const made = await client.account.apiKeys.create({ description: 'for a test' })
        const email = await new client.constructor({ auth: made }).verifyCredentials()
        const [listed] = await client.account.apiKeys.list()
        await client.account.apiKeys.revoke(made.apiKey)
        return [email, listed.description, listed.created instanceof Date, (await client.account.apiKeys.list()).length]
      }`)
      assert.deepEqual(keys, ['alice@example.com', 'for a test', true, 0])
      assert.ok((await loaded()).includes('account_bg.wasm') && !(await loaded()).includes('keys_bg.wasm'))
    })

    test('a workspace: there and back, with a session alone', async () => {
      const result = await inPage(`async (client) => {
        const workspace = await client.workspaces.create({ name: 'Page' })
        const [sent] = await workspace.files.upload(new File([new Uint8Array(3 << 20).fill(7)], 'a.bin'))
        const back = new Uint8Array(await new Response(await workspace.files.download(sent.id)).arrayBuffer())
        const other = await client.workspaces.open(workspace.id, { keyCode: workspace.keyCode })
        return [back.length, back.every((byte) => byte === 7), other.name, (await workspace.files.list().page()).entries.length]
      }`)
      assert.deepEqual(result, [3 << 20, true, 'Page', 1])
    })

    test('a device keeps its key over a reload, and no copy of the database has it', async () => {
      const made = await inPage('async (client) => client.keys.create({ description: "browser" })')
      await browser.open(`${server.origin}/`)
      const found = await inPage('async (client) => client.keys.device()')
      assert.deepEqual([found.id, found.fingerprint, found.description], [made.id, made.fingerprint, 'browser'])
      const opened = await inPage(`async (client) => {
        const pkg = await client.createPackage()
        await pkg.setMessage('to myself')
        await client.keys.wrap(pkg)
        await pkg.finalize()
        const received = await client.packages.open(pkg.id)
        return [received.message, received.origin]
      }`)
      assert.deepEqual(opened, ['to myself', 'sender'])
      const stored = await browser.run(`async () => {
        const database = await new Promise((resolve, reject) => {
          const request = indexedDB.open('bulla-keys')
          request.onsuccess = () => resolve(request.result)
          request.onerror = () => reject(request.error)
        })
        const all = (store) => new Promise((resolve) => {
          const request = database.transaction(store).objectStore(store).getAll()
          request.onsuccess = () => resolve(request.result)
        })
        const [[key], records] = [await all('keys'), await all('records')]
        const text = records.map(({ sealed }) => new TextDecoder('latin1').decode(sealed)).join()
        return [key.extractable, records.length, text.includes('"key"')]
      }`)
      assert.deepEqual(stored, [false, 1, false])
      // Browsers log every answer of 401: those of whoever is not signed in.
      await assertNoComplaints(browser, { but: /\/session\/v1\/.* 401 / })
    })

    test('somebody signs out', async () => {
      await inPage('async (client) => client.account.signOut()')
      assert.equal(await inPage('async (client) => (await client.account.current()) ?? null'), null)
    })
  })
}
