// What was measured, in Markdown.

/** `measured`: `{ round, what, speed }` for every measurement, `speed` in MiB/s. */
export function report({ measured, rounds, sizes, browser, processors, load, date }) {
  const speeds = (what) => measured.filter((entry) => entry.what === what).map(({ speed }) => speed)
  const speed = (what) => (what ? median(speeds(what)).toFixed(0) : '')
  const ratio = (of, over) => {
    // Side by side: each round is compared with itself.
    const base = speeds(over)
    const found = speeds(of).map((value, round) => value / base[round]).sort((a, b) => a - b)
    return `${median(found).toFixed(2)} | ${found[0].toFixed(2)} to ${found.at(-1).toFixed(2)}`
  }
  const { whole, slow, cipher } = sizes
  return `# Throughput

Written by \`make bench\` on ${date}: ${browser}, ${processors} processors shared by the browser, the server and its disk;
load average ${load.toFixed(1)} when it began. Medians of ${rounds} interleaved rounds, each beginning with another row.
Read the ratios: the figures themselves are this machine's.

Every row sends the same file from disk, chosen in a file input, to the same \`bulla serve\` on loopback from a page of another
origin, and fetches it back: file created, URLs fetched, parts sent to presigned URLs and synced to disk by the server, file
completed. Ahead of the first round, every row has brought back a file whose SHA-256 was compared. Rows that a ratio compares have
the same parts and as many of them at once, except where \`sealed\` stands over OpenPGP.js: there each does what it does in
SendSafely's SDK and in ours. \`openpgp-cfb\` is held to one part at a time here, the SDK's default is four.

| transfer, MiB/s | file | parts | at once | up | down |
|---|---|---|---|---|---|
${[
    ['Bulla, `sealed`', whole, '8 MiB', 4, 'sealed up', 'sealed down'],
    ['plain: Blobs made of the bytes up, ArrayBuffers down', whole, '8 MiB', 4, 'blobs up', 'blobs down'],
    ['plain: `File.slice`s up, nothing passes through JavaScript', whole, '8 MiB', 4, 'slices up'],
    ['Bulla, `openpgp-cfb`', whole, '2.5 MiB', 1, 'openpgp-cfb up', 'openpgp-cfb down'],
    ['OpenPGP.js 6 as SendSafely\'s SDK uses it, with Blob bodies', whole, '2.5 MiB', 1, 'openpgpjs-blobs up', 'openpgpjs-blobs down'],
    ['OpenPGP.js 6 as published: byte arrays as bodies', slow, '2.5 MiB', 1, 'openpgpjs-published up'],
  ].map(([label, mib, parts, atOnce, up, down]) => `| ${label} | ${mib} MiB | ${parts} | ${atOnce} | ${speed(up)} | ${speed(down)} |`).join('\n')}

| cipher alone, MiB/s, ${cipher} MiB in memory, 2.5 MiB parts, one at a time, each made a Blob | encrypt | decrypt |
|---|---|---|
${[
    ['Bulla, `sealed`', 'sealed'],
    ['Bulla, `openpgp-cfb`', 'openpgp-cfb'],
    ['OpenPGP.js 6', 'openpgpjs'],
  ].map(([label, name]) => `| ${label} | ${speed(`${name} encrypt`)} | ${speed(`${name} decrypt`)} |`).join('\n')}

| ratio | median | rounds |
|---|---|---|
${[
    ['`sealed` up over plain Blobs', 'sealed up', 'blobs up'],
    ['`sealed` up over plain slices', 'sealed up', 'slices up'],
    ['`sealed` down over plain ArrayBuffers', 'sealed down', 'blobs down'],
    ['`sealed` up over OpenPGP.js as published', 'sealed up', 'openpgpjs-published up'],
    ['`sealed` up over OpenPGP.js with Blob bodies', 'sealed up', 'openpgpjs-blobs up'],
    ['`sealed` down over OpenPGP.js', 'sealed down', 'openpgpjs-blobs down'],
    ['`sealed` over OpenPGP.js, cipher alone, encrypting', 'sealed encrypt', 'openpgpjs encrypt'],
    ['`sealed` over OpenPGP.js, cipher alone, decrypting', 'sealed decrypt', 'openpgpjs decrypt'],
    ['`openpgp-cfb` up over OpenPGP.js with Blob bodies', 'openpgp-cfb up', 'openpgpjs-blobs up'],
    ['`openpgp-cfb` down over OpenPGP.js', 'openpgp-cfb down', 'openpgpjs-blobs down'],
    ['`openpgp-cfb` over OpenPGP.js, cipher alone, encrypting', 'openpgp-cfb encrypt', 'openpgpjs encrypt'],
    ['`openpgp-cfb` over OpenPGP.js, cipher alone, decrypting', 'openpgp-cfb decrypt', 'openpgpjs decrypt'],
  ].map(([label, of, over]) => `| ${label} | ${ratio(of, over)} |`).join('\n')}
`
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
