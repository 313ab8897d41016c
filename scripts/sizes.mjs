// Prints the size of a file: as it is, and as servers send it. Usage: node scripts/sizes.mjs FILE
import { readFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const [file] = process.argv.slice(2)
const raw = readFileSync(file)
const kB = (bytes) => `${(bytes.length / 1000).toFixed(1)} kB`
console.log(`${file}: ${kB(raw)} raw, ${kB(gzipSync(raw, { level: 9 }))} gzip, ${kB(brotliCompressSync(raw))} brotli`)
