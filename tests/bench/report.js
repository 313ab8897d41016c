// What was measured, in Markdown.

/** A ratio of two measurements of the same round: `must` and `aim` are its least values. */
const ratio = (label, of, over, must, aim) => ({ label, of, over, must, aim, unit: 'speed' })
/** A figure: `must` and `aim` are its greatest values. */
const figure = (label, of, unit, must, aim) => ({ label, of, unit, must, aim, atMost: true })
/** A figure of which the worst round counts. */
const worst = (...row) => ({ ...figure(...row), worst: true })

/** What the project promises. The group's name says where a row comes from. */
const rows = {
  plain: [
    ratio('`sealed` up, over plain Blobs', 'sealed up', 'blobs up', 0.9, 1),
    ratio('`sealed` up, over plain `File.slice`s', 'sealed up', 'slices up', 0.4, 0.6),
    ratio('`sealed` down, over plain ArrayBuffers', 'sealed down', 'blobs down', 0.6, 0.85),
  ],
  shaped: [
    ratio('`sealed` up, 500 Mbit/s, over plain `File.slice`s', 'sealed up, shaped', 'slices up, shaped', 0.95, 0.99),
    ratio('`sealed` down, 500 Mbit/s, over plain ArrayBuffers', 'sealed down, shaped', 'slices down, shaped', 0.95, 0.99),
  ],
  openpgpjs: [
    ratio('`sealed` up, over OpenPGP.js as published', 'sealed up, beside OpenPGP.js', 'openpgpjs-published up, beside OpenPGP.js'),
    ratio('`sealed` up, over OpenPGP.js with Blob bodies', 'sealed up, beside OpenPGP.js', 'openpgpjs-blobs up, beside OpenPGP.js', 2, 3),
    ratio('`sealed` down, over OpenPGP.js', 'sealed down, beside OpenPGP.js', 'openpgpjs-blobs down, beside OpenPGP.js', 2.5, 3.5),
    ratio('`openpgp-cfb` up, over OpenPGP.js with Blob bodies', 'openpgp-cfb up, beside OpenPGP.js', 'openpgpjs-blobs up, beside OpenPGP.js', 1.5, 2),
    ratio('`openpgp-cfb` down, over OpenPGP.js', 'openpgp-cfb down, beside OpenPGP.js', 'openpgpjs-blobs down, beside OpenPGP.js', 1.5, 2.5),
  ],
  ciphers: [
    ratio('cipher alone: `sealed` over OpenPGP.js, encrypting', 'sealed encrypt', 'openpgpjs encrypt', 4, 8),
    ratio('cipher alone: `sealed` over OpenPGP.js, decrypting', 'sealed decrypt', 'openpgpjs decrypt', 8, 15),
    ratio('cipher alone: `openpgp-cfb` over OpenPGP.js, encrypting', 'openpgp-cfb encrypt', 'openpgpjs encrypt', 2, 3),
    ratio('cipher alone: `openpgp-cfb` over OpenPGP.js, decrypting', 'openpgp-cfb decrypt', 'openpgpjs decrypt', 2, 4),
  ],
  memory: [
    figure('memory up: growth of the page, MiB', 'page up', 'mib', 96, 64),
    figure('memory down: growth of the page, MiB', 'page down', 'mib', 96, 64),
    figure('memory up: growth of the browser, MiB', 'browser up', 'mib', 400, 250),
    figure('memory down: growth of the browser, MiB', 'browser down', 'mib', 400, 250),
  ],
  tasks: [
    worst('longest task of the main thread, up, ms', 'longest task up', 'milliseconds', 50, 16),
    worst('longest task of the main thread, down, ms', 'longest task down', 'milliseconds', 50, 16),
    worst('… CPU time of the longest, up, ms', 'longest task up, CPU', 'milliseconds'),
    worst('… CPU time of the longest, down, ms', 'longest task down, CPU', 'milliseconds'),
  ],
  many: [{ ...ratio('small files per second, over plain PUTs', 'sealed, small files', 'plain, small files', 0.3, 0.6), unit: 'perSecond' }],
  size: [figure('core wasm, brotli, kB', 'core wasm', 'kB', 150, 100)],
}

/** The table of what is promised and what was found. */
export function table(facts) {
  const lines = Object.entries(rows).flatMap(([group, entries]) => entries.map((row) => {
    const bound = (value) => (value === undefined ? '' : `${row.atMost ? '≤' : '≥'} ${value}`)
    return `| ${row.label} | ${bound(row.must)} | ${bound(row.aim)} | ${finding(row, facts, group)} |`
  }))
  return ['| | must | aim | found | rounds | |', '|---|---|---|---|---|---|', ...lines].join('\n')
}

/** The whole report. `measured`: `{ round, what, [unit]: value, cpu? }` for every measurement. */
export function report(facts) {
  const { measured, rounds, sizes, browser, processors, load, date } = facts
  const middle = (what, unit = 'speed') => {
    const values = valuesOf(measured, what, unit)
    return values.length ? median(values).toFixed(0) : ''
  }
  return `# Speed and memory

Written by \`make bench\` on ${date}: ${browser}, ${processors} processors shared by the browser, the server and its disk;
load average ${load.toFixed(1)} when it began. Medians of ${rounds} interleaved rounds, each beginning with another row.
Read the ratios: the figures themselves are this machine's. [PERFORMANCE.md](../PERFORMANCE.md) says where the time goes.

${table(facts)}

Every transfer sends the same file from disk, chosen in a file input, to the same \`bulla serve\` on loopback from a page of another
origin, and fetches it back: file created, URLs fetched, parts sent to presigned URLs and synced to disk by the server, file
completed. Ahead of the first round, every one has brought back a file whose SHA-256 was compared. Both sides of a ratio have
the same parts and as many of them at once, except where \`sealed\` stands over OpenPGP.js: there each does what it does in
SendSafely's SDK and in ours. \`openpgp-cfb\` is held to one part at a time here.

| transfer, MiB/s | file | parts | at once | up | down |
|---|---|---|---|---|---|
${[
    ['Bulla, `sealed`', sizes.whole, '8 MiB', 4, 'sealed up', 'sealed down'],
    ['plain: Blobs made of the bytes up, ArrayBuffers down', sizes.whole, '8 MiB', 4, 'blobs up', 'blobs down'],
    ['plain: `File.slice`s up, nothing passes through JavaScript', sizes.whole, '8 MiB', 4, 'slices up', ''],
    ['500 Mbit/s: Bulla, `sealed`', sizes.whole, '8 MiB', 4, 'sealed up, shaped', 'sealed down, shaped'],
    ['500 Mbit/s: plain: `File.slice`s up, ArrayBuffers down', sizes.whole, '8 MiB', 4, 'slices up, shaped', 'slices down, shaped'],
    ['Bulla, `sealed`', sizes.openpgp, '8 MiB', 4, 'sealed up, beside OpenPGP.js', 'sealed down, beside OpenPGP.js'],
    ['Bulla, `openpgp-cfb`', sizes.openpgp, '2.5 MiB', 1, 'openpgp-cfb up, beside OpenPGP.js', 'openpgp-cfb down, beside OpenPGP.js'],
    ['OpenPGP.js 6 as SendSafely\'s SDK uses it, with Blob bodies', sizes.openpgp, '2.5 MiB', 1, 'openpgpjs-blobs up, beside OpenPGP.js', 'openpgpjs-blobs down, beside OpenPGP.js'],
    ['OpenPGP.js 6 as published: byte arrays as bodies', sizes.openpgp, '2.5 MiB', 1, 'openpgpjs-published up, beside OpenPGP.js', ''],
  ].map(([label, mib, parts, atOnce, up, down]) => `| ${label} | ${mib} MiB | ${parts} | ${atOnce} | ${middle(up)} | ${middle(down)} |`).join('\n')}

| cipher alone, MiB/s, ${sizes.cipher} MiB in memory, 2.5 MiB parts, one at a time | encrypt | decrypt |
|---|---|---|
${[
    ['Bulla, `sealed`', 'sealed'],
    ['Bulla, `openpgp-cfb`', 'openpgp-cfb'],
    ['OpenPGP.js 6', 'openpgpjs'],
  ].map(([label, name]) => `| ${label} | ${middle(`${name} encrypt`)} | ${middle(`${name} decrypt`)} |`).join('\n')}

CPU seconds per GiB, all threads together, of a transfer of ${sizes.whole} MiB (medians):

${cpuTable(measured, ['sealed up', 'blobs up', 'slices up', 'sealed down', 'blobs down'])}

Memory: ${sizes.memory} MiB up and down, in a browser of its own each round: the greatest value seen above the level just before. *Page*: JavaScript's heap,
ArrayBuffers and wasm, as the browser counts them, garbage included. *Browser*: the memory of all its processes, shared pages
counted once (PSS), with what it keeps of Blobs. The main thread: ${sizes.openpgp} MiB up and down, the worst of the rounds, from the
browser's trace; a task's time holds what other threads and programs take of the processors meanwhile, its CPU time does not. Small files: ${sizes.files} of 10 kB
from disk into one package, 6 requests at once, one round; ${middle('sealed, small files', 'perSecond')} a second, plain PUTs to URLs that were
fetched before ${middle('plain, small files', 'perSecond')}.
`
}

function finding(row, { measured, missing }, group) {
  const values = valuesOf(measured, row.of, row.unit)
  const base = row.over && valuesOf(measured, row.over, row.unit)
  if (!values.length || base?.length === 0) return `not measured${missing[group] ? `: ${missing[group]}` : ''} | | `
  // Side by side: each round is compared with itself.
  const found = (base ? values.map((value, round) => value / base[round]) : values).sort((a, b) => a - b)
  const value = row.worst ? found.at(-1) : median(found)
  const digits = row.atMost ? 0 : 2
  const spread = found.length > 1 ? `${found[0].toFixed(digits)} to ${found.at(-1).toFixed(digits)}` : ''
  return `${value.toFixed(digits)} | ${spread} | ${verdict(row, value)}`
}

function verdict({ must, aim, atMost }, value) {
  if (must === undefined) return ''
  const holds = (bound) => (atMost ? value <= bound : value >= bound)
  if (holds(aim)) return 'aim'
  return holds(must) ? 'must' : '**short**'
}

function cpuTable(measured, whats) {
  const kinds = ['renderer', 'browser', 'network service', 'storage service', 'bulla']
  const lines = whats.map((what) => {
    const entries = measured.filter((entry) => entry.what === what && entry.cpu)
    const cells = kinds.map((kind) => (entries.length ? median(entries.map(({ cpu }) => cpu[kind] ?? 0)).toFixed(1) : ''))
    return `| ${what} | ${cells.join(' | ')} |`
  })
  return [`| | ${kinds.join(' | ').replace('bulla', 'server')} |`, `|${'---|'.repeat(kinds.length + 1)}`, ...lines].join('\n')
}

function valuesOf(measured, what, unit) {
  return measured.filter((entry) => entry.what === what && entry[unit] !== undefined).map((entry) => entry[unit])
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
