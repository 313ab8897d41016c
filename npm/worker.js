// A worker of the pool in workers.js: an instance of the module that works off one message after another.

import load, { runJob } from './wasm/bulla.js'

addEventListener('message', async ({ data: { module, operation, secret, payload } }) => {
  try {
    if (module) {
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
