// Pages and workers: the modules lie beside this file.

import { initFrom } from './core.js'
import { Workers } from './workers.js'

export * from './core.js'
export const init = initFrom({
  core: () => new URL('./wasm/bulla_bg.wasm', import.meta.url),
  account: () => new URL('./account/account_bg.wasm', import.meta.url),
  keys: () => new URL('./keys/keys_bg.wasm', import.meta.url),
  lock: () => new URL('./lock/lock_bg.wasm', import.meta.url),
}, Workers)
