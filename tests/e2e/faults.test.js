// Files there and back through a network that fails, by the SDK and by the pages: nothing is lost, changed or counted twice.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { callsApi, faults, fetchesPart, first, sendsPart, startFaultProxy } from '../lib/faults.js'
import { randomFile } from '../lib/fixtures.js'
import { choose, hook, linkOf, openByPage, reaches, saveAndCompare } from '../lib/pages.js'
import { startServer } from '../lib/server.js'
import { startEmbedder } from '../lib/static.js'
import { tempFolder } from '../lib/temp.js'

const MIB = 1 << 20
/** Three parts, and a file of one part beside it. */
const SIZES = [10 * MIB, 1000]
/** The 1 Mbit/s of a poor mobile connection, in bytes. */
const ONE_MBIT = 125_000

const part = (request) => sendsPart(request) || fetchesPart(request)
/** Each of the given rules in turn, until one says something. */
const either = (...rules) => (request) => {
  for (const rule of rules) {
    const fault = rule(request)
    if (fault) return fault
  }
}
/** The first request of every path and method, whatever ids are in it. */
const firstOfEach = (matches, fault) => {
  const seen = new Set()
  return (request) => {
    const kind = `${request.method} ${request.url.split('?')[0].replace(/[\w-]{16,}/g, '…')}`
    if (!matches(request) || seen.has(kind)) return undefined
    seen.add(kind)
    return fault
  }
}

/** By name: what the network does. */
const networks = {
  'parts that break off on their way up': () => first(3, sendsPart, faults.dropRequest(300_000)),
  'parts that break off on their way down': () => first(3, fetchesPart, faults.dropAnswer(300_000)),
  'parts that arrive while their answers are lost': () => first(3, sendsPart, faults.loseAnswer),
  'calls that arrive while their answers are lost': () => firstOfEach((request) => callsApi(request) && !/\/package\/$/.test(request.url), faults.loseAnswer),
  'everything delivered twice': () => (request) => (callsApi(request) || part(request) ? faults.twice : undefined),
  'a store that fails in bursts': () => either(first(4, sendsPart, faults.refuse(503)), first(4, fetchesPart, faults.refuse(500))),
  'a store that asks for patience': () => first(2, part, faults.refuse(503, { 'retry-after': '1' })),
  'a server that fails in bursts': () => firstOfEach(callsApi, faults.refuse(502)),
  'expired signatures': () => either(first(2, sendsPart, faults.refuse(403)), first(2, fetchesPart, faults.refuse(403))),
  'everything late': () => (request) => (part(request) ? faults.lateAnswer(200) : faults.latency(100)),
}

for (const name of browserNames) {
  describe(`a network that fails, in ${name}`, () => {
    let site, server, proxy, browser

    before(async () => {
      site = await startEmbedder()
      server = await startServer({ args: ['--allow-origin', site.origin] })
      proxy = await startFaultProxy(server.port)
      browser = await startBrowser(name)
    })

    after(async () => {
      await browser?.close()
      await proxy?.stop()
      await server?.stop()
      await site?.stop()
    })

    afterEach(() => proxy.honest())

    describe('by the SDK', () => {
      before(async () => {
        await browser.open(`${site.origin}/index.html`)
        await browser.until('the module is loaded', () => browser.run('() => globalThis.ready === true'))
      })

      async function thereAndBack(sizes = SIZES) {
        const { steps, ...result } = await browser.run('(host, sizes) => thereAndBack(host, sizes)', proxy.origin, sizes)
        assert.deepEqual(result, { count: sizes.length, same: sizes.map(() => true), up: 'whole', down: sizes.map(() => 'whole') })
        return steps
      }

      for (const [network, rule] of Object.entries(networks)) {
        test(network, async () => {
          let happened = 0
          const fault = rule()
          proxy.onRequest = (request) => {
            const what = fault(request)
            if (what) happened++
            return what
          }
          await thereAndBack()
          assert.ok(happened > 0)
        })
      }

      test('a store that browsers cannot reach: the parts go through the API', async () => {
        proxy.onRequest = (request) => (sendsPart(request) ? faults.dropRequest(100_000) : undefined)
        const before = proxy.requests.length
        await thereAndBack()
        const proxied = proxy.requests.slice(before).filter(({ method, url }) => method === 'POST' && /\/file\/[^/]+\/$/.test(url))
        // Three parts of the large file, and the small one.
        assert.equal(proxied.length, 4)
      })

      test('1 Mbit/s', async () => {
        proxy.bytesPerSecond = ONE_MBIT
        const { down } = await thereAndBack([200_000])
        assert.ok(down >= 3, 'progress moves within a part')
      })

      for (const [direction, matches] of Object.entries({ up: sendsPart, down: fetchesPart })) {
        test(`a network that goes away on the way ${direction}, and comes back`, async () => {
          let parts = 0
          proxy.onRequest = (request) => {
            if (matches(request) && ++parts === 2) {
              setTimeout(() => proxy.cut(), 20)
              setTimeout(() => proxy.mend(), 1000)
              return faults.latency(500)
            }
          }
          await thereAndBack()
          assert.ok(parts > 2)
        })

        test(`a server that is killed on the way ${direction}, and started again`, async () => {
          let parts = 0
          let restarted
          proxy.onRequest = (request) => {
            if (matches(request) && ++parts === 2) {
              restarted = server.kill().then(() => server.start())
              return faults.latency(200)
            }
          }
          await thereAndBack()
          await restarted
          assert.ok(parts > 2)
        })
      }
    })

    test('by the pages: parts that break off, bursts of failures, expired signatures, lost answers', async () => {
      const file = await randomFile(tempFolder('faults'), 'through thick and thin.bin', 18 * MIB + 5)
      const anything = () => either(
        first(2, part, faults.refuse(403)),
        first(2, sendsPart, faults.dropRequest(500_000)),
        first(2, fetchesPart, faults.dropAnswer(500_000)),
        first(1, sendsPart, faults.loseAnswer),
        first(2, part, faults.refuse(503)),
        firstOfEach(callsApi, faults.refuse(502)),
      )
      await recordProgress(browser)
      await browser.open(`${proxy.origin}/`)
      await reaches(browser, 'choosing')
      await choose(browser, [file])
      proxy.onRequest = anything()
      await (await browser.find(hook('send'))).click()
      await reaches(browser, 'done')
      await assertRisen(browser)
      const link = await linkOf(browser)

      const receiver = await startBrowser(name)
      try {
        await recordProgress(receiver)
        proxy.honest()
        await openByPage(receiver, link)
        proxy.onRequest = anything()
        await saveAndCompare(receiver, [file])
        await assertRisen(receiver)
      } finally {
        await receiver.close()
      }
    })
  })
}

/** From the next page on, what its progress bars show is kept in the document. */
async function recordProgress(browser) {
  await browser.preload(`() => {
    const shown = []
    new MutationObserver((changes) => {
      for (const { target } of changes) if (target.matches('progress${hook('progress')}')) shown.push(target.value)
      document.documentElement.dataset.progress = JSON.stringify(shown)
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ['value'] })
  }`)
}

/** The progress bar has been seen in between, never went back and never went too far. */
async function assertRisen(browser) {
  const shown = JSON.parse(await browser.run('() => document.documentElement.dataset.progress ?? "[]"'))
  assert.ok(shown.some((value) => value > 0 && value <= 1), `${shown}`)
  assert.deepEqual(shown, [...shown].sort((a, b) => a - b))
}
