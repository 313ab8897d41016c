// What processes use, as Linux tells it in /proc.
import { readFile, readdir } from 'node:fs/promises'

/** Ticks of the CPU times in /proc/PID/stat, per second: the kernel's USER_HZ, 100 on every architecture that Node runs on. */
const TICKS = 100

/**
 * The processes below `pid`, without itself: `{ pid, kind }`. `kind` is the program's name; of a Chromium it is
 * `browser`, `renderer`, `network service` and so on.
 */
export async function below(pid) {
  const parents = new Map()
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const stat = await statOf(entry)
    if (stat) parents.set(Number(entry), stat.parent)
  }
  const isBelow = (candidate) => {
    const parent = parents.get(candidate)
    return parent === pid || (parent !== undefined && isBelow(parent))
  }
  return Promise.all([...parents.keys()].filter(isBelow).map(async (found) => ({ pid: found, kind: await kindOf(found) })))
}

/** What runs beside a browser below a test. */
const NO_BROWSER = ['node', 'bulla', 'chromedriver', 'geckodriver']

/** Bytes of memory that all processes of the browsers hold that this process has started. */
export async function browserMemory() {
  const processes = (await below(process.pid)).filter(({ kind }) => !NO_BROWSER.includes(kind))
  return proportionalSetSize(processes.map(({ pid }) => pid))
}

/** CPU seconds that a process has used, all its threads together; 0 once it has gone. */
export async function cpuSeconds(pid) {
  return (await statOf(pid))?.cpu ?? 0
}

/** Bytes of memory that processes hold, what several of them share counted once (PSS). */
async function proportionalSetSize(pids) {
  const sizes = await Promise.all(pids.map(async (pid) => {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1024
  }))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function statOf(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (!text) return undefined
  // The name, in parentheses, may hold anything; behind it stand state, parent and so on.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { parent: Number(fields[1]), cpu: (Number(fields[11]) + Number(fields[12])) / TICKS }
}

async function kindOf(pid) {
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split(/[\0 ]/)
  const option = (name) => words.find((word) => word.startsWith(`--${name}=`))?.split('=')[1]
  const name = words[0].split('/').at(-1)
  if (!/^chrom(e|ium)$/.test(name)) return name
  const type = option('type')
  if (type !== 'utility') return type ?? 'browser'
  const service = option('utility-sub-type')?.split('.')[0]
  return service ? `${service} service` : type
}
