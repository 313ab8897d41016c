// What pages, workers and Node share: loading the modules, and saying so when that was forgotten.

import { Account, Dropzones, Groups, Installation, Packages, Recipients, Workspaces } from './account.js'
import { Keys } from './keys.js'
import { Lazy } from './lazy.js'
import load, * as wasm from './wasm/bulla.js'

let loading
let loaded = false
let workers

// What is loaded on first use. Imported by their names, so that bundlers find them.
const accountModule = new Lazy('account_bg.wasm', () => import('./account/account.js'), (module) => {
  if (workers) module.useWorkers(workers)
})
const keysModule = new Lazy('keys_bg.wasm', () => import('./keys/keys.js'))

/**
 * Makes `init`: `sources` says where the modules are, unless the caller does; `Workers` is a class of pools.
 */
export const initFrom = (sources, Workers) => (core, { account, keys } = {}) => {
  accountModule.source = account ?? accountModule.source ?? sources.account
  keysModule.source = keys ?? keysModule.source ?? sources.keys
  loading ??= Promise.resolve(core ?? sources.core())
    .then((found) => load({ module_or_path: found }))
    .then(() => {
      if (Workers) wasm.useWorkers(workers = new Workers(wasm.compiledModule()))
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

/** Whose package it is: what else can be done with it goes through the account's module. */
const owners = new WeakMap()
/** How the key of a received package came here. */
const origins = new WeakMap()

export class Client extends wasm.Client {
  #account

  constructor(options) {
    ready()
    super(options)
    const { keyStore, ...rest } = options ?? {}
    let account, keys
    this.#account = {
      account: async () => account ??= new (await accountModule.load()).Account(rest),
      keys: async () => keys ??= new (await keysModule.load()).KeyRing(rest, keyStore),
      openLink: async (link, origin, options) => {
        const received = await this.open(link, options)
        origins.set(received, origin)
        return received
      },
      parseLink: wasm.parseLink,
    }
    this.account = new Account(this.#account)
    this.dropzones = new Dropzones(this.#account)
    this.groups = new Groups(this.#account)
    this.installation = new Installation(this.#account)
    this.keys = new Keys(this.#account)
    this.packages = new Packages(this.#account)
    this.workspaces = new Workspaces(this.#account)
  }

  createPackage(options) {
    return this.#owned(super.createPackage(options))
  }

  resume(id) {
    return this.#owned(super.resume(id))
  }

  async #owned(making) {
    const made = await making
    owners.set(made, this.#account)
    return made
  }
}

export const { Package, ReceivedPackage } = wasm

Object.defineProperties(Package.prototype, {
  recipients: { get() { return new Recipients(owners.get(this), this.id, this) } },
})
Object.defineProperties(ReceivedPackage.prototype, {
  origin: { get() { return origins.get(this) ?? 'link' } },
})

export const checksum = guarded(wasm.checksum)
export const decryptPart = guarded(wasm.decryptPart)
export const encryptPart = guarded(wasm.encryptPart)
export const formatLink = guarded(wasm.formatLink)
export const generateKeyCode = guarded(wasm.generateKeyCode)
export const parseLink = guarded(wasm.parseLink)
export const qrCode = guarded(wasm.qrCode)
export const safeFileName = guarded(wasm.safeFileName)

export const isBullaError = (value) => value instanceof Error && value.name === 'BullaError' && 'code' in value
