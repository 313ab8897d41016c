// Leaves in the generated types what a consumer uses: without the raw exports of the module, the classes behind
// streams, and what older TypeScript libraries do not know. Usage: node scripts/types.mjs FILE
import { readFileSync, writeFileSync } from 'node:fs'

const [file] = process.argv.slice(2)
const published = readFileSync(file, 'utf8')
  .replace(/\/\*\*[^/]*\*\/\s*export type ReadableStreamType = .*\n/, '')
  .replace(/declare class (IntoUnderlying\w+) \{[^}]*\}\nexport type \{ \1 \};\n+/g, '')
  .replace(/^ *\[Symbol\.dispose\]\(\): void;\n/gm, '')
  .replace(/export type InitInput = [^]*/, '')
writeFileSync(file, published)
