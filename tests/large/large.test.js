// A file of $LARGE_GIB (5) GiB sent by the page, opened and saved by the page, in real browsers: every byte as it was, and in
// memory that does not grow with the file. Writes docs/reports/large.md.
import assert from 'node:assert/strict'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { randomFile, sha256 } from '../lib/fixtures.js'
import { choose, hook, linkOf, openByPage, pageState, reaches, textOf } from '../lib/pages.js'
import { browserMemory } from '../lib/processes.js'
import { repository, startServer } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'

const MIB = 1 << 20
const GIB = Number(process.env.LARGE_GIB ?? 5)
/** No browser may grow by more: little beside the file. */
const MOST = 1024 * MIB

const folder = tempFolder('large')
const rows = []
let file

before(async () => {
  file = await randomFile(folder, 'large.bin', GIB * 1024 * MIB)
})

after(async () => {
  if (rows.length === 2 * browserNames.length) await writeReport()
})

for (const name of browserNames) {
  describe(`${GIB} GiB in ${name}`, () => {
    const data = tempFolder('large-data')
    let server, browser, link

    before(async () => {
      server = await startServer({ data })
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

    /** Whether the page has come to `state`; throws when it has failed. */
    async function isAt(state) {
      const now = await pageState(browser)
      if (now.state === 'failed' || now.code) assert.fail(`${now.code}: ${await textOf(browser, 'error')}`)
      return now.state === state
    }

    test('sent', () => inBrowser('up', async () => {
      await browser.open(`${server.origin}/`)
      await reaches(browser, 'choosing')
      await choose(browser, [file])
      const button = await browser.find(hook('send'))
      const result = await watched(() => button.click(), () => isAt('done'))
      link = await linkOf(browser)
      return result
    }))

    test('opened and saved', () => inBrowser('down', async () => {
      await openByPage(browser, link)
      const button = await browser.find(hook('save-all'))
      const result = await watched(() => button.click(), async () =>
        await isAt('open') && (await browser.driver.findElements({ css: hook('verified') })).length > 0)
      await browser.downloaded(1)
      const saved = join(browser.downloads, file.name)
      assert.equal(await sha256(saved), file.sha256)
      await rm(saved)
      return result
    }))
  })
}

async function writeReport() {
  const text = `# A large file

Written by \`make test-large\` on ${new Date().toISOString().slice(0, 10)}: ${GIB} GiB from disk, ${cpus().length} processors shared by browser, server and disk.
Sent by the page, opened and saved by the page, and the saved file had the SHA-256 of the one that was sent. Memory: the most that
all processes of the browser held during the transfer above what they held just before, shared pages counted once (PSS).

| browser | direction | MiB/s | grown by, MiB |
|---|---|---|---|
${rows.join('\n')}
`
  await mkdir(join(repository, 'docs', 'reports'), { recursive: true })
  await writeFile(join(repository, 'docs', 'reports', 'large.md'), text)
}
