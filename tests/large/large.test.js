// A file of $LARGE_GIB (5) GiB by the send page, and back by the SDK as a stream, in real browsers: every byte as it was, and in
// memory that does not grow with the file. Writes docs/reports/large.md.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { randomFile } from '../lib/fixtures.js'
import { consumer } from '../lib/packed.js'
import { choose, hook, linkOf, pageState, reaches, textOf } from '../lib/pages.js'
import { browserMemory } from '../lib/processes.js'
import { repository, startServer } from '../lib/server.js'
import { startSite } from '../lib/static.js'
import { tempFolder } from '../lib/temp.js'

const MIB = 1 << 20
const GIB = Number(process.env.LARGE_GIB ?? 5)
/** What is compared at once. */
const BLOCK = 8 * MIB
/** No browser may grow by more: little beside the file. */
const MOST = 768 * MIB

const folder = tempFolder('large')
const rows = []
let file, digests, site

before(async () => {
  file = await randomFile(folder, 'large.bin', GIB * 1024 * MIB)
  digests = []
  for await (const block of createReadStream(file.path, { highWaterMark: BLOCK })) digests.push(createHash('sha256').update(block).digest('hex'))
  const root = await consumer()
  await cp(fileURLToPath(new URL('../e2e/site/', import.meta.url)), root, { recursive: true })
  site = await startSite(root)
})

after(async () => {
  await site?.stop()
  if (rows.length === 2 * browserNames.length) await writeReport()
})

for (const name of browserNames) {
  describe(`${GIB} GiB in ${name}`, () => {
    const data = tempFolder('large-data')
    let server, browser, link

    before(async () => {
      server = await startServer({ data, args: ['--allow-origin', site.origin] })
    })

    after(async () => {
      await server?.stop()
      await rm(data, { recursive: true, force: true })
    })

    async function inBrowser(direction, work) {
      browser = await startBrowser(name)
      try {
        const version = (await browser.driver.getCapabilities()).getBrowserVersion()
        const { seconds, grown } = await work()
        rows.push(`| ${name} ${version} | ${direction} | ${(GIB * 1024 / seconds).toFixed(0)} | ${(grown / MIB).toFixed(0)} |`)
        console.error(rows.at(-1))
        assert.ok(grown < MOST, `the browser grew by ${grown} bytes`)
      } finally {
        await browser.close()
      }
    }

    /** Calls `isOver` until it says so; returns the seconds and the most memory above the level before. */
    async function watched(start, isOver) {
      const level = await browserMemory()
      const started = performance.now()
      await start()
      let peak = level
      while (!await isOver()) {
        peak = Math.max(peak, await browserMemory())
        await sleep(250)
      }
      return { seconds: (performance.now() - started) / 1000, grown: peak - level }
    }

    test('up, by the send page', () => inBrowser('up, by the page', async () => {
      await browser.open(`${server.origin}/`)
      await reaches(browser, 'choosing')
      await choose(browser, [file])
      const button = await browser.find(hook('send'))
      const result = await watched(() => button.click(), async () => {
        const { state } = await pageState(browser)
        if (state === 'failed') assert.fail(await textOf(browser, 'error'))
        return state === 'done'
      })
      link = await linkOf(browser)
      return result
    }))

    test('down, as a stream of the SDK', () => inBrowser('down, by the SDK', async () => {
      await browser.open(`${site.origin}/index.html`)
      await browser.until('the module is loaded', () => browser.run('() => globalThis.ready === true'))
      // Not waited for, so that the browser can be asked about it meanwhile.
      let outcome
      const result = await watched(
        () => browser.driver.executeScript(`
          const [link, blockSize] = arguments
          const told = (what) => { document.title = 'over'; document.body.dataset.outcome = JSON.stringify(what) }
          const page = window.wrappedJSObject || window
          page.digestsOf(link, blockSize).then((digests) => told({ digests }), (error) => told({ error: String(error) }))`, link, BLOCK),
        async () => {
          if (await browser.driver.getTitle() !== 'over') return false
          outcome = JSON.parse(await browser.driver.executeScript('return document.body.dataset.outcome'))
          return true
        },
      )
      assert.equal(outcome.error, undefined)
      assert.deepEqual(outcome.digests, digests)
      return result
    }))
  })
}

async function writeReport() {
  const text = `# A large file

Written by \`make test-large\` on ${new Date().toISOString().slice(0, 10)}: ${GIB} GiB from disk, ${cpus().length} processors shared by browser, server and disk.
What came back was what was sent, by the SHA-256 of each block of 8 MiB. Memory: the most that all processes of the browser
held during the transfer above what they held just before, shared pages counted once (PSS).

| browser | direction | MiB/s | grown by, MiB |
|---|---|---|---|
${rows.join('\n')}
`
  await mkdir(join(repository, 'docs', 'reports'), { recursive: true })
  await writeFile(join(repository, 'docs', 'reports', 'large.md'), text)
}
