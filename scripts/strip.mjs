// Takes out of a WebAssembly module what only tools read: its custom sections, among them the names of imports, which
// wasm-bindgen writes and no setting of it or of wasm-pack leaves out. Usage: node scripts/strip.mjs FILE
import { readFileSync, writeFileSync } from 'node:fs'

const [file] = process.argv.slice(2)
const module = readFileSync(file)
const HEADER = 8
const CUSTOM = 0

/** The number at an offset, in LEB128, and the offset behind it. */
function number(at) {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const octet = module[at++]
    value += (octet & 0x7f) * 2 ** shift
    if (octet < 0x80) return [value, at]
  }
}

const kept = [module.subarray(0, HEADER)]
for (let at = HEADER; at < module.length;) {
  const [length, start] = number(at + 1)
  const end = start + length
  if (module[at] !== CUSTOM) kept.push(module.subarray(at, end))
  at = end
}
writeFileSync(file, Buffer.concat(kept))
