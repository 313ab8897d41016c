// What takes minutes of a network that fails: connections that stand still, long outages, and a slow link. Writes
// docs/reports/faults.md.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { callsApi, faults, fetchesPart, first, sendsPart, startFaultProxy } from '../lib/faults.js'
import { repository, startServer } from '../lib/server.js'
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

/** What was got through: `{ browser, what, up, down }`, the steps of progress each way. */
const journeys = []

after(async () => {
  const versions = [...new Set(journeys.map(({ browser }) => browser))]
  const kinds = [...new Set(journeys.map(({ what }) => what))]
  const steps = (what) => versions.map((version) => {
    const journey = journeys.find((one) => one.browser === version && one.what === what)
    return journey ? `${journey.up} / ${journey.down}` : '**failed**'
  })
  const report = `# A network that fails for minutes

Written by \`make test-faults\` on ${new Date().toISOString().slice(0, 10)}. Files sent and fetched back by the SDK, through a proxy in which these things
happen to them: what came back was what was sent, and progress never went back. In the cells: how often progress moved up / down.

| | ${versions.join(' | ')} |
|---|${'---|'.repeat(versions.length)}
${kinds.map((what) => `| ${what} | ${steps(what).join(' | ')} |`).join('\n')}
`
  const reports = join(repository, 'docs', 'reports')
  await mkdir(reports, { recursive: true })
  await writeFile(join(reports, 'faults.md'), report)
})

for (const name of browserNames) {
  describe(`a slow network that fails, in ${name}`, () => {
    let site, server, proxy, browser, version

    before(async () => {
      site = await startEmbedder()
      server = await startServer({ args: ['--allow-origin', site.origin] })
      proxy = await startFaultProxy(server.port)
      browser = await startBrowser(name)
      version = `${name} ${(await browser.driver.getCapabilities()).getBrowserVersion()}`
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

    async function thereAndBack(what, sizes = SIZES) {
      const { steps, ...result } = await browser.run('(host, sizes) => thereAndBack(host, sizes)', proxy.origin, sizes)
      assert.deepEqual(result, { count: sizes.length, same: sizes.map(() => true), up: 'whole', down: sizes.map(() => 'whole') })
      journeys.push({ browser: version, what, ...steps })
      return steps
    }

    for (const [what, rule] of Object.entries(halfOpen)) {
      test(`half-open: ${what}`, async () => {
        proxy.onRequest = rule()
        await thereAndBack(what)
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
        await thereAndBack(`a network that is gone for 90 seconds on the way ${direction}`)
      })
    }

    test('8 MiB at 1 Mbit/s: one part, and progress moves within it', async () => {
      proxy.bytesPerSecond = ONE_MBIT
      const { up, down } = await thereAndBack('8 MiB at 1 Mbit/s', [8 * MIB])
      assert.ok(up >= 50 && down >= 50, `${up} steps up, ${down} down`)
    })
  })
}
