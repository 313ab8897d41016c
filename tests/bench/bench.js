// Throughput of the SDK beside plain fetch and beside OpenPGP.js, in one headless Chromium, on files from disk,
// against the real server. Prints a report and writes it to docs/reports/bench.md.
//
// $BENCH_MIB (256): the file's size, $BENCH_SLOW_MIB (32): that of the file for OpenPGP.js as published,
// $BENCH_CIPHER_MIB (64): what the ciphers get in memory, $BENCH_ROUNDS (3).
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startBrowser } from '../lib/browsers.js'
import { randomFile } from '../lib/fixtures.js'
import { consumer } from '../lib/packed.js'
import { repository, startServer } from '../lib/server.js'
import { startSite } from '../lib/static.js'
import { tempFolder } from '../lib/temp.js'
import { report } from './report.js'

const MIB = 1 << 20
const sizes = { whole: count('BENCH_MIB', 256), slow: count('BENCH_SLOW_MIB', 32), cipher: count('BENCH_CIPHER_MIB', 64) }
const rounds = count('BENCH_ROUNDS', 3)
/** What the machine was doing besides. */
const [load] = loadavg()
const transfers = ['sealed', 'blobs', 'slices', 'openpgp-cfb', 'openpgpjs-blobs', 'openpgpjs-published']
/** What is fetched back just as another one is. */
const onlyUp = ['slices', 'openpgpjs-published']
const ciphers = ['sealed', 'openpgp-cfb', 'openpgpjs']

const folder = tempFolder('bench')
const files = {
  rehearsal: await randomFile(folder, 'rehearsal.bin', 10 * MIB + 1),
  whole: await randomFile(folder, 'whole.bin', sizes.whole * MIB),
  slow: await randomFile(folder, 'slow.bin', sizes.slow * MIB),
}
const site = await startSite(await pages())
const browser = await startBrowser('chromium')
const measured = []
try {
  await browser.driver.manage().setTimeouts({ script: 30 * 60_000 })
  await browser.open(`${site.origin}/index.html`)
  await (await browser.find('input')).sendKeys(Object.values(files).map(({ path }) => path).join('\n'))
  await browser.until('the module is loaded', () => browser.run('() => globalThis.ready === true'))
  await withServer(rehearse)
  for (let round = 0; round < rounds; round++) await withServer((host) => run(round, host))
  await finish()
} finally {
  await browser.close()
  await site.stop()
}

/** Every transfer once, unmeasured: everything is compiled, and what comes back is what was sent. */
async function rehearse(host) {
  for (const name of transfers) {
    const sha256 = await browser.run('(...all) => rehearse(...all)', name, host, files.rehearsal.name)
    if (sha256 !== files.rehearsal.sha256) throw new Error(`${name}: what came back is not what was sent`)
  }
  for (const name of ciphers) await browser.run('(...all) => measureCipher(...all)', name, 8)
}

/** Every transfer and cipher once, beginning with another one each round. */
async function run(round, host) {
  for (const name of rotated(transfers, round)) {
    const file = name === 'openpgpjs-published' ? files.slow : files.whole
    const { milliseconds, sent } = await browser.run('(...all) => upload(...all)', name, host, file.name)
    note(round, `${name} up`, file.size / MIB, milliseconds)
    if (onlyUp.includes(name)) continue
    note(round, `${name} down`, file.size / MIB, await browser.run('(...all) => download(...all)', name, host, sent, file.size))
  }
  for (const name of rotated(ciphers, round)) {
    const { encrypting, decrypting } = await browser.run('(...all) => measureCipher(...all)', name, sizes.cipher)
    note(round, `${name} encrypt`, sizes.cipher, encrypting)
    note(round, `${name} decrypt`, sizes.cipher, decrypting)
  }
}

function note(round, what, mib, milliseconds) {
  const speed = mib / (milliseconds / 1000)
  measured.push({ round, what, speed })
  console.error(`round ${round + 1} of ${rounds}: ${what}: ${speed.toFixed(0)} MiB/s`)
}

/** Runs `work` with a server of its own, whose data go with it. */
async function withServer(work) {
  const data = tempFolder('bench-data')
  const server = await startServer({ args: ['--allow-origin', site.origin], data })
  try {
    await work(server.origin)
  } finally {
    await server.stop()
    await rm(data, { recursive: true, force: true })
  }
}

async function finish() {
  const capabilities = await browser.driver.getCapabilities()
  const text = report({
    measured, rounds, sizes,
    browser: `Chromium ${capabilities.getBrowserVersion()}, headless`,
    processors: cpus().length,
    load,
    date: new Date().toISOString().slice(0, 10),
  })
  const reports = join(repository, 'docs', 'reports')
  await mkdir(reports, { recursive: true })
  await writeFile(join(reports, 'bench.md'), text)
  console.log(text)
}

/** The folder of the bench's site: its pages, the packed package and OpenPGP.js. */
async function pages() {
  const root = await consumer()
  await cp(fileURLToPath(new URL('site/', import.meta.url)), root, { recursive: true })
  await cp(join(repository, 'tests', 'node_modules', 'openpgp'), join(root, 'node_modules', 'openpgp'), { recursive: true })
  return root
}

function rotated(items, by) {
  const at = by % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}

function count(variable, otherwise) {
  const value = Number(process.env[variable] ?? otherwise)
  if (!Number.isInteger(value) || value < 1) throw new Error(`$${variable} must be a whole number, at least 1`)
  return value
}
