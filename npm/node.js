// Node: fetch does not read files.

import { openAsBlob } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { initFrom } from './core.js'

export * from './core.js'
export const init = initFrom({
  core: () => readFile(new URL('./wasm/bulla_bg.wasm', import.meta.url)),
  account: () => readFile(new URL('./account/account_bg.wasm', import.meta.url)),
  keys: () => readFile(new URL('./keys/keys_bg.wasm', import.meta.url)),
  lock: () => readFile(new URL('./lock/lock_bg.wasm', import.meta.url)),
})

/** A file of this machine as a source for `upload`: read as it is sent, never as a whole. */
export async function fileFromPath(path) {
  const [blob, { mtimeMs }] = await Promise.all([openAsBlob(path), stat(path)])
  return { blob, name: basename(path), modified: Math.floor(mtimeMs) }
}
