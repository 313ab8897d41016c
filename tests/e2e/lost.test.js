// The pages for people with an account when the network fails: what does not load says so and is tried again, and nothing
// that was typed is lost.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { faults, startFaultProxy } from '../lib/faults.js'
import { hook, reaches, textOf } from '../lib/pages.js'
import { click, fill, gone, howMany, inPage, says, signIn } from '../lib/people.js'
import { createUser, startServer } from '../lib/server.js'

for (const name of browserNames) {
  describe(`a network that fails people in ${name}`, () => {
    let server, proxy, browser, id
    const alice = { email: 'alice@example.com' }

    before(async () => {
      server = await startServer()
      proxy = await startFaultProxy(server.port)
      alice.password = await createUser(server, alice.email)
      browser = await startBrowser(name)
      await signIn(browser, proxy, alice, '/packages/', 'list')
      id = await inPage(browser, `async (client) => {
        const pkg = await client.createPackage()
        await pkg.setMessage('hello')
        await pkg.finalize()
        await client.groups.create('The board')
        return pkg.id
      }`)
    })

    afterEach(() => proxy.honest())

    after(async () => {
      await browser?.close()
      await proxy?.stop()
      await server?.stop()
    })

    /** Calls whose path matches come to nothing: without a body their answer is lost, with one they never arrive. */
    const lose = (pattern) => {
      proxy.onRequest = ({ method, url }) => (pattern.test(url) ? (method === 'GET' ? faults.loseAnswer : faults.dropRequest(0)) : undefined)
    }
    const valueOf = async (field) => (await browser.find(hook(field))).getAttribute('value')

    async function again(field, pattern) {
      proxy.honest()
      await click(browser, 'retry')
      await says(browser, field, pattern)
      await gone(browser, 'error')
    }

    test('a list that does not load says so, and comes when it is tried again', async () => {
      lose(/\/api\//)
      await browser.open(`${proxy.origin}/packages/?list=sent`)
      assert.equal((await reaches(browser, 'failed')).code, 'NETWORK')
      assert.match(await textOf(browser, 'error'), /No connection/)
      await again('package', /For whoever has the link/)
    })

    test('one part of a page that does not load leaves the others as they are', async () => {
      lose(/\/activityLog\//i)
      await browser.open(`${proxy.origin}/packages/?id=${id}`)
      await reaches(browser, 'one')
      await says(browser, 'error', /No connection/)
      assert.match(await textOf(browser, 'state'), /Not opened yet/)
      await again('activity', /alice@example\.com/)
    })

    test('a recipient who could not be added is still in the field, and is added once', async () => {
      await fill(browser, 'recipient', 'bob@example.com')
      lose(/\/recipient/)
      await click(browser, 'add-recipient')
      await says(browser, 'error', /No connection/)
      assert.equal(await valueOf('recipient'), 'bob@example.com')
      assert.equal(await howMany(browser, 'recipient-row'), 0)
      await again('recipient-row', /bob@example\.com/)
      assert.equal(await howMany(browser, 'recipient-row'), 1)
      assert.equal(await valueOf('recipient'), '')
    })

    test('contact groups that do not load say so, beside an account that did', async () => {
      lose(/\/groups\//)
      await browser.open(`${proxy.origin}/account/`)
      await reaches(browser, 'open')
      await says(browser, 'error', /No connection/)
      assert.match(await textOf(browser, 'who'), /alice@example\.com/)
      await again('group-row', /The board/)
    })

    test('a group that could not be made keeps its name in the field, and is made once', async () => {
      await fill(browser, 'group-name', 'Auditors')
      lose(/\/group/)
      await click(browser, 'make-group')
      await says(browser, 'error', /No connection/)
      assert.equal(await valueOf('group-name'), 'Auditors')
      await again('group-row', /Auditors/)
      assert.deepEqual(await inPage(browser, 'async (client) => (await client.groups.own()).map(({ name }) => name)'), ['Auditors', 'The board'])
    })

    test('workspaces to copy to that do not load leave the folder as it is', async () => {
      const workspace = await inPage(browser, `async (client) => {
        const workspace = await client.workspaces.create({ name: 'Plans' })
        await workspace.files.upload(new File(['a plan'], 'plan.txt'))
        await client.keys.create({ description: 'here' })
        await client.keys.wrap(workspace)
        return workspace.id
      }`)
      await browser.open(`${proxy.origin}/workspaces/?id=${workspace}`)
      await reaches(browser, 'workspace')
      await browser.find(hook('file-row'))
      await browser.run(`(css) => { document.querySelector(css).open = true }`, hook('more'))
      lose(/\/workspaces?\//)
      await click(browser, 'copy')
      await says(browser, 'error', /No connection/)
      assert.equal(await howMany(browser, 'dialog'), 0)
      await says(browser, 'file-row', /plan\.txt/)
      proxy.honest()
      await click(browser, 'copy')
      await browser.find(hook('copy-to'))
    })
  })
}
