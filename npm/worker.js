// A worker of the pool in workers.js: an instance of the module that works off one message after another. Or one that
// stretches a password, for lock.js.

import load, { runJob } from './wasm/bulla.js'

addEventListener('message', async ({ data: { module, operation, secret, payload, lock } }) => {
  try {
    if (lock) {
      // One password, and then the worker ends, and its memory with it.
      const { default: load, stretch } = await import('./lock/lock.js')
      await load({ module_or_path: lock.module })
      postMessage({ stretched: stretch(lock.head, lock.password) })
    } else if (module) {
      await load({ module_or_path: module })
      postMessage({})
    } else {
      const pieces = await runJob(operation, secret, payload)
      postMessage({ pieces }, pieces.map(({ buffer }) => buffer))
    }
  } catch ({ code, message }) {
    postMessage({ failure: { code, message } })
  }
})
