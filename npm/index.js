// Pages and workers: the module lies beside this file.

import { initFrom } from './core.js'
import { Workers } from './workers.js'

export * from './core.js'
export const init = initFrom(() => new URL('./wasm/bulla_bg.wasm', import.meta.url), Workers)
