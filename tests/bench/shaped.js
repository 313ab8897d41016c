// Transfers through a link of 500 Mbit/s. The link is the loopback of a network namespace, which ends with the process
// in it; server and browser both run there, so the page stays a secure context.
// As a program, within the namespace: `node shaped.js FILE ROUNDS` writes one line of JSON for every measurement.
import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { measureTransfers, withLab } from './lab.js'

const RATE = '500mbit'
const program = fileURLToPath(import.meta.url)

/** Measures `sealed` and plain transfers of the file through the link; throws where namespaces are not allowed. */
export async function measureShaped({ file, rounds, note }) {
  const link = `ip link set lo up && tc qdisc add dev lo root tbf rate ${RATE} burst 256kb latency 100ms`
  const child = spawn('unshare', ['--map-root-user', '--net', 'sh', '-c', `${link} && exec "$@"`, 'sh', process.execPath, program, file.path, String(rounds)],
    { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise((resolve, reject) => child.on('error', reject).on('exit', resolve))
  let complaint = ''
  child.stderr.on('data', (bytes) => { complaint += bytes })
  for await (const line of createInterface({ input: child.stdout })) note(JSON.parse(line))
  if (await ended !== 0) throw new Error(/Error: .*/.exec(complaint)?.[0] ?? (complaint.trim() || 'it ended by itself'))
}

async function main([path, rounds]) {
  const file = { path, name: basename(path), size: (await stat(path)).size }
  await withLab([file], (lab) => measureTransfers(lab, {
    transfers: ['sealed', 'slices'],
    file,
    rounds: Number(rounds),
    note: ({ what, ...measured }) => console.log(JSON.stringify({ what: `${what}, shaped`, ...measured })),
  }))
}

if (process.argv[1] === program) await main(process.argv.slice(2))
