// What pages, workers and Node share: loading the modules, and saying so when that was forgotten.

import {
  Account, Dropzones, Groups, Installation, Packages, Recipients, SecureShares, ShareInfos, ShareRequests, Shares, Verification,
  Webhooks, Workspaces,
} from './account.js'
import { failure } from './failure.js'
import { Keys } from './keys.js'
import { Lazy } from './lazy.js'
import { Locks } from './lock.js'
import { OpenedRequest, Requests } from './requests.js'
import load, * as wasm from './wasm/bulla.js'

let loading
let loaded = false
let workers

// What is loaded on first use. Imported by their names, so that bundlers find them.
const accountModule = new Lazy('account_bg.wasm', () => import('./account/account.js'), (module) => {
  if (workers) module.useWorkers(workers)
})
const keysModule = new Lazy('keys_bg.wasm', () => import('./keys/keys.js'))
const lockModule = new Lazy('lock_bg.wasm', () => import('./lock/lock.js'))

/**
 * Makes `init`: `sources` says where the modules are, unless the caller does; `Workers` is a class of pools.
 */
export const initFrom = (sources, Workers) => (core, { account, keys, lock } = {}) => {
  accountModule.source = account ?? accountModule.source ?? sources.account
  keysModule.source = keys ?? keysModule.source ?? sources.keys
  lockModule.source = lock ?? lockModule.source ?? sources.lock
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
      module: () => accountModule.load(),
      account: async () => account ??= new (await accountModule.load()).Account(rest),
      keys: async () => keys ??= new (await keysModule.load()).KeyRing(rest, keyStore),
      openLink: async (link, origin, options) => {
        const received = await this.open(link, options)
        origins.set(received, origin)
        return received
      },
      parseLink: wasm.parseLink,
      locks: new Locks(lockModule, rest),
    }
    this.account = new Account(this.#account)
    this.dropzones = new Dropzones(this.#account)
    this.groups = new Groups(this.#account)
    this.installation = new Installation(this.#account)
    this.keys = new Keys(this.#account)
    this.packages = new Packages(this.#account)
    this.requests = new Requests(this.#account)
    this.secureShares = new SecureShares(this.#account)
    this.shareInfos = new ShareInfos(this.#account)
    this.shareRequests = new ShareRequests(this.#account)
    this.shares = new Shares(this.#account)
    this.webhooks = new Webhooks(this.#account)
    this.workspaces = new Workspaces(this.#account)
  }

  async open(link, options) {
    if (!isLocked(link)) return super.open(link, options)
    const { password, signal, ...rest } = options ?? {}
    if (password === undefined) throw failure('PASSWORD_REQUIRED', 'the link is locked with a password', false)
    const unlocked = await this.#account.locks.unlock(link, password, signal)
    return super.open(unlocked.link, { ...rest, password: unlocked.proof, signal })
  }

  verification(link, { statement } = {}) {
    return new Verification(this.#account, link, statement)
  }

  /** Opens a request link, to send through it. Its server is the link's. */
  async openRequest(link, { concurrency, signal } = {}) {
    const { openRequest, parseRequestLink } = await keysModule.load()
    const { host, request } = parseRequestLink(link)
    const options = { host, auth: { dropzone: request }, concurrency }
    const opened = await openRequest(options, link, signal)
    const client = new Client(options)
    client.#account.request = opened
    return new OpenedRequest(client, opened.terms)
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

/** Whether a text is a link that a password locks. */
function isLocked(link) {
  try {
    wasm.parseLink(link)
    return false
  } catch ({ code }) {
    return code === 'PASSWORD_REQUIRED'
  }
}

export const { Package, ReceivedPackage } = wasm
const { finalize } = Package.prototype

/** Under which names packages were handed to their requests. */
const handedOver = new WeakMap()

/** Finalizes a package that goes through a request, once its key is wrapped to the request's. */
async function throughRequest(pkg, request, { name = '', lock, password, ...rest }) {
  if (lock !== undefined || password !== undefined) {
    throw failure('INVALID_INPUT', 'what goes through a request takes no password', false)
  }
  // Where the answer to `finalize` was lost, the package may be closed to all but `finalize` by now.
  if (handedOver.get(pkg) !== name) await request.wrap(pkg.id, pkg.keyCode, name)
  handedOver.set(pkg, name)
  return finalize.call(pkg, rest)
}

Object.defineProperties(Package.prototype, {
  finalize: {
    async value(options) {
      const { lock, ...rest } = options ?? {}
      const { request } = owners.get(this)
      if (request) return throughRequest(this, request, options ?? {})
      if (lock === undefined) return finalize.call(this, options)
      if (rest.password !== undefined) throw failure('INVALID_INPUT', 'either a lock or a password', false)
      const locked = (proof) => finalize.call(this, { ...rest, proof })
      return owners.get(this).locks.finalize(this, lock?.password, locked)
    },
  },
  recipients: { get() { return new Recipients(owners.get(this), this.id, this) } },
  putThumbnails: {
    async value(thumbnails) {
      const octets = async ({ picture, ...rest }) => ({ ...rest, picture: new Uint8Array(await picture.arrayBuffer()) })
      const account = await owners.get(this).account()
      return account.putThumbnails(this.id, this.serverSecret, this.keyCode, await Promise.all(thumbnails.map(octets)))
    },
  },
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
