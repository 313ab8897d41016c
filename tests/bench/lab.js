// Where everything is measured: the bench's site in a headless Chromium, and servers with data of their own.
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startBrowser } from '../lib/browsers.js'
import { consumer } from '../lib/packed.js'
import { below, browserMemory, cpuSeconds } from '../lib/processes.js'
import { repository, startServer } from '../lib/server.js'
import { startSite } from '../lib/static.js'
import { tempFolder } from '../lib/temp.js'

const MIB = 1 << 20

/** Opens the bench's page in a fresh browser, with `files` chosen in it; `work(lab)` measures, then all of it ends. */
export async function withLab(files, work) {
  const site = await startSite(await pages())
  try {
    const browser = await startBrowser('chromium')
    try {
      await browser.driver.manage().setTimeouts({ script: 30 * 60_000 })
      await browser.open(`${site.origin}/index.html`)
      await choose(await browser.find('input'), files)
      await browser.until('the module is loaded', () => browser.run('() => globalThis.ready === true'))
      return await work(new Lab(site, browser))
    } finally {
      await browser.close()
    }
  } finally {
    await site.stop()
  }
}

/** Chooses files, so many at once as the driver takes: each further lot is added. */
async function choose(input, files) {
  for (let start = 0; start < files.length; start += 1000) {
    await input.sendKeys(files.slice(start, start + 1000).map(({ path }) => path).join('\n'))
  }
}

class Lab {
  constructor(site, browser) {
    this.site = site
    this.browser = browser
  }

  /** Runs `work(origin)` with a server of its own, whose data go with it. */
  async withServer(work) {
    const data = tempFolder('bench-data')
    const server = await startServer({ args: ['--allow-origin', this.site.origin], data })
    try {
      return await work(server.origin)
    } finally {
      await server.stop()
      await rm(data, { recursive: true, force: true })
    }
  }

  /** Calls one of the page's functions. */
  call(name, ...args) {
    return this.browser.run('(name, ...all) => globalThis[name](...all)', name, ...args)
  }

  /** Calls one of the page's functions and looks at it all along: `{ value, page, tree }`, the most bytes above the level before. */
  async callWatched(name, ...args) {
    const before = await this.#memory()
    await this.call('begin', name, ...args)
    const peak = { ...before }
    for (;;) {
      const now = await this.#memory()
      for (const kind of Object.keys(peak)) peak[kind] = Math.max(peak[kind], now[kind])
      const outcome = await this.browser.run('() => globalThis.outcome ?? null')
      if (outcome?.error) throw new Error(outcome.error)
      if (outcome) return { value: outcome.value, page: peak.page - before.page, tree: peak.tree - before.tree }
      await sleep(100)
    }
  }

  /** Bytes that the page holds (JavaScript's heap, ArrayBuffers, wasm), and the PSS of all of the browser's processes. */
  async #memory() {
    const { usedSize, backingStorageSize } = await this.browser.driver.sendAndGetDevToolsCommand('Runtime.getHeapUsage', {})
    const wasm = await this.call('wasmMemory')
    return { page: usedSize + backingStorageSize + wasm, tree: await browserMemory() }
  }

  /** Waits until what was measured before has no more work for the processors: clearing up may take it many seconds. */
  async rest() {
    for (let waited = 0; waited < 60; waited++) {
      const { cpu } = await this.cpuDuring(() => sleep(1000))
      if (Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0) < 0.1) return
    }
    throw new Error('the browser does not come to rest')
  }

  /** CPU seconds that every kind of process uses during `work`: `{ value, cpu }`. */
  async cpuDuring(work) {
    const before = await cpuByKind()
    const value = await work()
    const after = await cpuByKind()
    const cpu = Object.fromEntries(Object.entries(after).map(([kind, seconds]) => [kind, seconds - (before[kind] ?? 0)]))
    return { value, cpu }
  }
}

/**
 * Sends the file and fetches it back in every way of `transfers`, `rounds` times, each round beginning with another one.
 * `note` is given `{ round, what, speed, cpu }`: MiB/s, and CPU seconds per GiB by kind of process.
 */
export async function measureTransfers(lab, { transfers, onlyUp = [], file, rounds, note }) {
  for (let round = 0; round < rounds; round++) {
    const one = async (what, work) => {
      await lab.rest()
      const { value, cpu } = await lab.cpuDuring(work)
      const perGiB = Object.fromEntries(Object.entries(cpu).map(([kind, seconds]) => [kind, seconds * 1024 * MIB / file.size]))
      note({ round, what, speed: file.size / MIB / ((value.milliseconds ?? value) / 1000), cpu: perGiB })
      return value
    }
    for (const name of rotated(transfers, round)) {
      // Each begins where the one before has left no data behind: what lies in memory slows the next one down.
      await lab.withServer(async (host) => {
        const { sent } = await one(`${name} up`, () => lab.call('upload', name, host, file.name))
        if (!onlyUp.includes(name)) await one(`${name} down`, () => lab.call('download', name, host, sent, file.size))
      })
    }
  }
}

/** Every transfer once, unmeasured: everything is compiled, and what comes back is what was sent. */
export async function rehearse(lab, transfers, file) {
  await lab.withServer(async (host) => {
    for (const name of transfers) {
      if (await lab.call('rehearse', name, host, file.name) !== file.sha256) throw new Error(`${name}: what came back is not what was sent`)
    }
  })
}

/** `items`, beginning with another one each round. */
export function rotated(items, round) {
  const at = round % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}

async function cpuByKind() {
  const seconds = {}
  for (const { pid, kind } of await below(process.pid)) seconds[kind] = (seconds[kind] ?? 0) + await cpuSeconds(pid)
  return seconds
}

/** The folder of the bench's site: its pages, the packed package and OpenPGP.js. */
async function pages() {
  const root = await consumer()
  await cp(fileURLToPath(new URL('site/', import.meta.url)), root, { recursive: true })
  await cp(join(repository, 'tests', 'node_modules', 'openpgp'), join(root, 'node_modules', 'openpgp'), { recursive: true })
  return root
}
