// Pages of another origin: neither can somebody sign in from there, nor does a session that the browser has stand for them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { bytesFile } from '../lib/fixtures.js'
import { pageState, reaches } from '../lib/pages.js'
import { click, fill, inPage, says, signIn } from '../lib/people.js'
import { createUser, freePort, startServer } from '../lib/server.js'
import { startSite } from '../lib/static.js'
import { tempFolder } from '../lib/temp.js'

for (const name of browserNames) {
  describe(`another origin in ${name}`, () => {
    const alice = { email: 'alice@example.com' }
    const elsewhere = ['--public-url', 'http://files.example.com']
    let server, browser

    before(async () => {
      const port = await freePort()
      server = await startServer({ port, args: ['--public-url', `http://127.0.0.1:${port}`] })
      alice.password = await createUser(server, alice.email)
      browser = await startBrowser(name)
    })

    after(async () => {
      await browser?.close()
      await server?.stop()
    })

    /** Starts the server anew with other settings. */
    async function restart(args) {
      await server.stop()
      server.args = args
      await server.start()
    }

    const keys = () => inPage(browser, 'async (client) => (await client.account.apiKeys.list()).map(({ description }) => description)')

    /** Opens a page of another site, whose policy blocks nothing. To cookies it is the same: they know no ports. */
    async function openSite() {
      const folder = tempFolder('site')
      await bytesFile(folder, 'index.html', '<!doctype html><title>Another site</title>')
      const site = await startSite(folder)
      await browser.open(`${site.origin}/index.html`)
      return site
    }

    /** What a page gets that asks the server, with what is allowed and with what is not. */
    const ask = (path, body) => browser.run(`async (url, body) => {
      const call = (init) => fetch(url, { method: 'POST', credentials: 'include', body, ...init }).then(({ type }) => type, () => 'blocked')
      return [await call({ headers: { 'bulla-session': '1', 'content-type': 'application/json' } }), await call({ mode: 'no-cors' })]
    }`, `${server.origin}${path}`, JSON.stringify(body))
    const cookie = async () => (await browser.driver.manage().getCookies()).find((cookie) => cookie.name === 'bulla-session')?.value

    test('a page of another origin signs nobody in', async () => {
      const site = await openSite()
      try {
        assert.deepEqual(await ask('/session/v1/sign-in/', alice), ['blocked', 'opaque'])
        assert.equal(await cookie(), undefined)
      } finally {
        await site.stop()
      }
    })

    test('a page of another origin is refused though the browser has a session, and nothing is done', async () => {
      await signIn(browser, server, alice)
      await inPage(browser, `async (client) => { await client.account.apiKeys.create({ description: 'from the page itself' }) }`)
      const site = await openSite()
      try {
        assert.ok(await cookie(), 'the browser sends the session along')
        assert.deepEqual(await ask('/session/v1/keys/', { description: 'from elsewhere' }), ['blocked', 'opaque'])
        const value = await cookie()
        const from = async (origin) => {
          const answer = await fetch(`${server.origin}/session/v1/keys/`, {
            method: 'POST',
            headers: { cookie: `bulla-session=${value}`, 'bulla-session': '1', 'content-type': 'application/json', origin },
            body: '{"description":"from elsewhere"}',
          })
          return [answer.status, (await answer.json()).code]
        }
        assert.deepEqual(await from(site.origin), [403, 'FOREIGN_ORIGIN'])
        await browser.open(`${server.origin}/`)
        assert.deepEqual(await keys(), ['from the page itself'])
        // The same from its own origin passes.
        assert.equal((await from(server.origin))[0], 200)
        await browser.open(`${server.origin}/`)
        assert.deepEqual((await keys()).sort(), ['from elsewhere', 'from the page itself'])
      } finally {
        await site.stop()
      }
    })

    test('somebody signed in at an address that is not the server\'s is told so, and nothing is done', async () => {
      await restart(elsewhere)
      await browser.open(`${server.origin}/account/`)
      await reaches(browser, 'open')
      await fill(browser, 'key-description', 'from the wrong address')
      await click(browser, 'make-key')
      await says(browser, 'error', /This server goes by another address[^]*Open that address/)
      assert.equal((await keys()).includes('from the wrong address'), false)
    })

    test('nobody signs in there', async () => {
      await browser.driver.manage().deleteAllCookies()
      await browser.open(`${server.origin}/account/`)
      await reaches(browser, 'signed-out')
      await fill(browser, 'email', alice.email)
      await fill(browser, 'password', alice.password)
      await click(browser, 'go')
      await says(browser, 'error', /This server goes by another address/)
      assert.deepEqual(await pageState(browser), { state: 'signed-out', code: 'FOREIGN_ORIGIN' })
      await restart(['--public-url', server.origin])
      await click(browser, 'go')
      await reaches(browser, 'open')
    })
  })
}
