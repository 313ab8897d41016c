// The package `bulla`, loaded once. A failed load is tried again at the next call.

import { coded } from '/static/lib/errors.js'

// Trusted types let scripts be named by a policy only. The package starts workers from this one.
const WORKER = new URL('/bulla/worker.js', location.href).href
window.trustedTypes?.createPolicy('default', { createScriptURL: url => (url === WORKER ? url : null) })

let loading

/** The module, ready for use. Rejects with a coded error. */
export function sdk() {
  loading ??= load().catch(error => {
    loading = undefined
    throw error
  })
  return loading
}

async function load() {
  if (typeof WebAssembly !== 'object') throw coded('UNSUPPORTED', 'WebAssembly is missing')
  let module
  try {
    module = await import('/bulla/index.js')
  } catch (cause) {
    throw coded('NETWORK', 'the module did not load', cause)
  }
  await module.init()
  return module
}
