// Node: fetch does not read files.

import { readFile } from 'node:fs/promises'
import { initFrom } from './core.js'

export * from './core.js'
export const init = initFrom(() => readFile(new URL('./wasm/bulla_bg.wasm', import.meta.url)))
