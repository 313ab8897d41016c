// What pages, workers and Node share: loading the module once, and saying so when it was forgotten.

import load, * as wasm from './wasm/bulla.js'

let loading
let loaded = false

/** Makes `init`: `defaultSource` says where the module is, unless the caller does; `Workers` is a class of pools. */
export const initFrom = (defaultSource, Workers) => (source) => {
  loading ??= Promise.resolve(source ?? defaultSource())
    .then((found) => load({ module_or_path: found }))
    .then(() => {
      if (Workers) wasm.useWorkers(new Workers(wasm.compiledModule()))
      loaded = true
    })
    .catch((cause) => {
      loading = undefined // so that a later call tries again
      throw failure('NETWORK', 'the module bulla_bg.wasm could not be loaded', true, cause)
    })
  return loading
}

function failure(code, message, retryable, cause) {
  const error = new Error(message, { cause })
  return Object.assign(error, { name: 'BullaError', code, retryable })
}

function ready() {
  if (!loaded) throw failure('NOT_INITIALIZED', 'call `await init()` before anything else', false)
}

const guarded = (use) => (...args) => {
  ready()
  return use(...args)
}

export class Client extends wasm.Client {
  constructor(options) {
    ready()
    super(options)
  }
}

export const { Package, ReceivedPackage } = wasm

export const checksum = guarded(wasm.checksum)
export const decryptPart = guarded(wasm.decryptPart)
export const encryptPart = guarded(wasm.encryptPart)
export const formatLink = guarded(wasm.formatLink)
export const generateKeyCode = guarded(wasm.generateKeyCode)
export const parseLink = guarded(wasm.parseLink)
export const qrCode = guarded(wasm.qrCode)
export const safeFileName = guarded(wasm.safeFileName)

export const isBullaError = (value) => value instanceof Error && value.name === 'BullaError' && 'code' in value
