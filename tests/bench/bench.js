// Everything that the project promises of its speed and memory, measured in one run of headless Chromium on files from
// disk, against the real server. Prints a report; a whole run writes it to docs/reports/bench.md and its ratios into the README.
//
// $BENCH_ONLY: some of the groups below, separated by commas. $BENCH_ROUNDS (3).
// $BENCH_MIB (1024): the file beside plain transfers. $BENCH_OPENPGP_MIB (256): beside OpenPGP.js. $BENCH_CIPHER_MIB (64): what
// the ciphers get in memory. $BENCH_MEMORY_MIB (4096). $BENCH_FILES (10000): how many small files.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { pseudoRandomBytes, randomFile } from '../lib/fixtures.js'
import { repository } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'
import { measureTransfers, rehearse, rotated, withLab } from './lab.js'
import { report, table } from './report.js'
import { measureShaped } from './shaped.js'
import { longestTask } from './trace.js'

const MIB = 1 << 20
const sizes = {
  whole: count('BENCH_MIB', 1024),
  openpgp: count('BENCH_OPENPGP_MIB', 256),
  cipher: count('BENCH_CIPHER_MIB', 64),
  memory: count('BENCH_MEMORY_MIB', 4096),
  files: count('BENCH_FILES', 10_000),
}
const rounds = count('BENCH_ROUNDS', 3)
const SMALL = 10_000

const folder = tempFolder('bench')
const measured = []
const units = { speed: 'MiB/s', mib: 'MiB', milliseconds: 'ms', perSecond: 'a second', kB: 'kB' }
/** Why a group is missing. */
const missing = {}

const groups = {
  async plain() {
    const file = await made('whole', sizes.whole)
    const transfers = ['sealed', 'blobs', 'slices']
    await withLab([await rehearsal(), file], async (lab) => {
      await rehearse(lab, transfers, await rehearsal())
      await measureTransfers(lab, { transfers, onlyUp: ['slices'], file, rounds, note })
    })
  },

  async shaped() {
    await measureShaped({ file: await made('whole', sizes.whole), rounds, note })
  },

  async openpgpjs() {
    const file = await made('openpgp', sizes.openpgp)
    const transfers = ['sealed', 'openpgp-cfb', 'openpgpjs-blobs', 'openpgpjs-published']
    await withLab([await rehearsal(), file], async (lab) => {
      await rehearse(lab, transfers, await rehearsal())
      await measureTransfers(lab, {
        // What was published is fetched back just as the one with Blobs is.
        transfers, onlyUp: ['openpgpjs-published'], file, rounds,
        note: ({ what, ...rest }) => note({ what: `${what}, beside OpenPGP.js`, ...rest }),
      })
    })
  },

  async ciphers() {
    const ciphers = ['sealed', 'openpgp-cfb', 'openpgpjs']
    await withLab([await rehearsal()], async (lab) => {
      for (const name of ciphers) await lab.call('measureCipher', name, 8)
      for (let round = 0; round < rounds; round++) {
        for (const name of rotated(ciphers, round)) {
          await lab.rest()
          const { encrypting, decrypting } = await lab.call('measureCipher', name, sizes.cipher)
          note({ round, what: `${name} encrypt`, speed: sizes.cipher / (encrypting / 1000) })
          note({ round, what: `${name} decrypt`, speed: sizes.cipher / (decrypting / 1000) })
        }
      }
    })
  },

  async memory() {
    const file = await made('memory', sizes.memory)
    for (let round = 0; round < rounds; round++) {
      await withLab([await rehearsal(), file], async (lab) => {
        await rehearse(lab, ['sealed'], await rehearsal())
        await lab.withServer(async (host) => {
          await lab.rest()
          const up = await lab.callWatched('upload', 'sealed', host, file.name)
          noteMemory(round, 'up', up)
          await lab.rest()
          noteMemory(round, 'down', await lab.callWatched('download', 'sealed', host, up.value.sent, file.size))
        })
      })
    }
    await rm(file.path)
  },

  async tasks() {
    const file = await made('openpgp', sizes.openpgp)
    await withLab([await rehearsal(), file], async (lab) => {
      await rehearse(lab, ['sealed'], await rehearsal())
      for (let round = 0; round < rounds; round++) {
        await lab.withServer(async (host) => {
          await lab.rest()
          const up = await longestTask(lab.browser, () => lab.call('upload', 'sealed', host, file.name))
          await lab.rest()
          const down = await longestTask(lab.browser, () => lab.call('download', 'sealed', host, up.value.sent, file.size))
          for (const [direction, { wall, cpu }] of Object.entries({ up, down })) {
            note({ round, what: `longest task ${direction}`, milliseconds: wall })
            note({ round, what: `longest task ${direction}, CPU`, milliseconds: cpu })
          }
        })
      }
    })
  },

  async many() {
    const files = []
    const bytes = pseudoRandomBytes('many', SMALL)
    for (let index = 0; index < sizes.files; index++) {
      const name = `small-${index}.bin`
      const path = join(folder, name)
      bytes.writeUInt32BE(index)
      await writeFile(path, bytes)
      files.push({ path, name })
    }
    await withLab(files, async (lab) => {
      await lab.withServer(async (host) => {
        for (const name of ['sealed', 'plain']) {
          const milliseconds = await lab.call('uploadMany', name, host)
          note({ round: 0, what: `${name}, small files`, perSecond: files.length / (milliseconds / 1000) })
        }
      })
    })
  },

  async size() {
    const wasm = await readFile(join(repository, 'pkg', 'wasm', 'bulla_bg.wasm'))
    note({ round: 0, what: 'core wasm', kB: brotliCompressSync(wasm).length / 1000 })
  },
}

const chosen = process.env.BENCH_ONLY?.split(',') ?? Object.keys(groups)
for (const name of chosen) if (!groups[name]) throw new Error(`$BENCH_ONLY: ${name} is none of ${Object.keys(groups).join(', ')}`)
/** What the machine was doing besides. */
const [load] = loadavg()
for (const name of chosen) {
  try {
    await groups[name]()
  } catch (error) {
    missing[name] = String(error.message).split('\n')[0]
    console.error(`${name}: ${error.stack}`)
  }
}
await finish()

async function finish() {
  const browserVersion = await withLab([await rehearsal()], async ({ browser }) => (await browser.driver.getCapabilities()).getBrowserVersion())
  const facts = {
    measured, missing, rounds, sizes, load,
    browser: `Chromium ${browserVersion}, headless`,
    processors: cpus().length,
    date: new Date().toISOString().slice(0, 10),
  }
  console.log(report(facts))
  if (process.env.BENCH_ONLY) return console.error('only some rows were measured: the report is not written')
  const reports = join(repository, 'docs', 'reports')
  await mkdir(reports, { recursive: true })
  await writeFile(join(reports, 'bench.md'), report(facts))
  const readme = join(repository, 'README.md')
  const text = await readFile(readme, 'utf8')
  await writeFile(readme, text.replace(/(<!-- bench -->\n)[^]*(<!-- \/bench -->)/, (all, begin, end) => `${begin}${table(facts)}\n${end}`))
}

function note(entry) {
  measured.push(entry)
  const { round, what, cpu, ...figures } = entry
  const shown = Object.entries(figures).map(([kind, value]) => `${value.toFixed(1)} ${units[kind]}`).join(', ')
  const used = cpu ? `; CPU s/GiB: ${Object.entries(cpu).filter(([, value]) => value >= 0.05).map(([kind, value]) => `${kind} ${value.toFixed(1)}`).join(', ')}` : ''
  console.error(`round ${round + 1}: ${what}: ${shown}${used}`)
}

function noteMemory(round, direction, { page, tree }) {
  note({ round, what: `page ${direction}`, mib: page / MIB })
  note({ round, what: `browser ${direction}`, mib: tree / MIB })
}

/** A file of so many MiB, made once. */
async function made(name, mib) {
  made.files ??= new Map()
  if (!made.files.has(name)) made.files.set(name, await randomFile(folder, `${name}.bin`, mib * MIB))
  return made.files.get(name)
}

function rehearsal() {
  return rehearsal.file ??= randomFile(folder, 'rehearsal.bin', 10 * MIB + 1)
}

function count(variable, otherwise) {
  const value = Number(process.env[variable] ?? otherwise)
  if (!Number.isInteger(value) || value < 1) throw new Error(`$${variable} must be a whole number, at least 1`)
  return value
}
