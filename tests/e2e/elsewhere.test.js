// The npm package, as packed, used without a bundler by a site of its own: in a page and in a module worker.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { assertNoComplaints } from '../lib/pages.js'
import { startServer } from '../lib/server.js'
import { startEmbedder } from '../lib/static.js'

const SIZE = 10 * (1 << 20) + 1

describe('the package on a page of another origin', () => {
  let site, server, strict

  before(async () => {
    site = await startEmbedder()
    server = await startServer({ args: ['--allow-origin', site.origin] })
    strict = await startServer()
  })

  after(async () => {
    await strict?.stop()
    await server?.stop()
    await site?.stop()
  })

  for (const name of browserNames) {
    describe(name, () => {
      let browser

      before(async () => {
        browser = await startBrowser(name)
        await browser.open(`${site.origin}/index.html`)
        await browser.until('the module is loaded', () => browser.run('() => globalThis.ready === true'))
      })

      after(() => browser?.close())

      for (const place of ['inPage', 'inWorker']) {
        test(`a round trip ${place === 'inPage' ? 'in the page' : 'in a module worker'}`, async () => {
          const { link, ...result } = await browser.run(`(host, size) => ${place}(host, size)`, server.origin, SIZE)
          assert.ok(link.startsWith(`${server.origin}/receive/`))
          assert.deepEqual(result, {
            aborted: 'ABORTED', name: 'from elsewhere ü.bin', type: 'application/x-thing', message: 'from another origin', same: true, monotonic: true, last: SIZE,
          })
          await assertNoComplaints(browser)
        })
      }

      test('a server that does not allow the origin is not used', async () => {
        const create = (host) => browser.run(`async (host) => {
          const request = { method: 'PUT', headers: { 'ss-api-key': 'open', 'content-type': 'application/json' }, body: '{}' }
          return (await (await fetch(host + '/drop-zone/v2.0/package/', request)).json()).response
        }`, host)
        assert.equal(await create(server.origin), 'SUCCESS')
        await assert.rejects(create(strict.origin), /TypeError/)
      })
    })
  }
})
