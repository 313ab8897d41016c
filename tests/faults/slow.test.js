// What takes minutes of a network that fails: connections that stand still, long outages, and a slow link.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { callsApi, faults, fetchesPart, first, sendsPart, startFaultProxy } from '../lib/faults.js'
import { startServer } from '../lib/server.js'
import { startEmbedder } from '../lib/static.js'

const MIB = 1 << 20
const SIZES = [10 * MIB]
const ONE_MBIT = 125_000

/** By name: what stands still, once. */
const halfOpen = {
  'a part that is no longer taken': () => first(1, sendsPart, faults.stallRequest(300_000)),
  'a part that is taken and never answered': () => first(1, sendsPart, faults.silence),
  'a part that is never sent': () => first(1, fetchesPart, faults.silence),
  'a part that stops in the middle': () => first(1, fetchesPart, faults.stallAnswer(300_000)),
  'a call that is never answered': () => first(1, callsApi, faults.silence),
}

for (const name of browserNames) {
  describe(`a slow network that fails, in ${name}`, () => {
    let site, server, proxy, browser

    before(async () => {
      site = await startEmbedder()
      server = await startServer({ args: ['--allow-origin', site.origin] })
      proxy = await startFaultProxy(server.port)
      browser = await startBrowser(name)
      await browser.driver.manage().setTimeouts({ script: 20 * 60_000 })
      await browser.open(`${site.origin}/index.html`)
      await browser.until('the module is loaded', () => browser.run('() => globalThis.ready === true'))
    })

    after(async () => {
      await browser?.close()
      await proxy?.stop()
      await server?.stop()
      await site?.stop()
    })

    afterEach(() => proxy.honest())

    async function thereAndBack(sizes = SIZES) {
      const { steps, ...result } = await browser.run('(host, sizes) => thereAndBack(host, sizes)', proxy.origin, sizes)
      assert.deepEqual(result, { count: sizes.length, same: sizes.map(() => true), up: 'whole', down: sizes.map(() => 'whole') })
      return steps
    }

    for (const [what, rule] of Object.entries(halfOpen)) {
      test(`half-open: ${what}`, async () => {
        proxy.onRequest = rule()
        await thereAndBack()
      })
    }

    for (const [direction, matches] of Object.entries({ up: sendsPart, down: fetchesPart })) {
      test(`a network that is gone for 90 seconds on the way ${direction}`, async () => {
        let parts = 0
        proxy.onRequest = (request) => {
          if (matches(request) && ++parts === 2) {
            setTimeout(() => proxy.cut(), 20)
            setTimeout(() => proxy.mend(), 90_000)
            return faults.latency(500)
          }
        }
        await thereAndBack()
      })
    }

    test('8 MiB at 1 Mbit/s: one part, and progress moves within it', async () => {
      proxy.bytesPerSecond = ONE_MBIT
      const { up, down } = await thereAndBack([8 * MIB])
      assert.ok(up >= 50 && down >= 50, `${up} steps up, ${down} down`)
    })
  })
}
