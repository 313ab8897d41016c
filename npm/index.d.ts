import type {
  Account, Dropzones, Groups, Installation, Keys, KeyStore, OpenedRequest, Origin, Packages, Recipients, Requests, SecureShares,
  ShareInfos, ShareRequests, Shares, Verification, Webhooks, Workspaces,
} from './account.js'
import * as core from './wasm/bulla.js'
import type { BullaError, ClientOptions as CoreClientOptions, OpenOptions, PackageOptions } from './wasm/bulla.js'

export type * from './account.js'
export type * from './wasm/bulla.js'
export {
  checksum, decryptPart, encryptPart, formatLink, generateKeyCode, parseLink, qrCode, safeFileName,
} from './wasm/bulla.js'

export interface ClientOptions extends CoreClientOptions {
  /** Where the private keys of `client.keys` are kept. Default: in this browser; in Node there is none. */
  keyStore?: KeyStore
}

/**
 * A client of one server. Makes packages, and opens links. What accounts need beyond that comes from further modules, which
 * are loaded when the first of their methods is called: one for `keys`, and one for the
 * rest and for recipients.
 */
export class Client extends core.Client {
  constructor(options?: ClientOptions)
  createPackage(options?: PackageOptions): Promise<Package>
  resume(id: string): Promise<Package>
  open(link: string, options?: OpenOptions): Promise<ReceivedPackage>
  readonly account: Account
  readonly dropzones: Dropzones
  readonly groups: Groups
  readonly installation: Installation
  readonly keys: Keys
  readonly packages: Packages
  readonly requests: Requests
  /**
   * Opens a request link, to send through it; the client's `host` and `auth` do not matter. `TAMPERED` when the server gives
   * another public key than the one whose hash is in the link, `EXPIRED` when the request has ended,
   * `AUTHENTICATION_FAILED` when there is none, `LINK_INCOMPLETE` when the link has lost its end.
   */
  openRequest(link: string, options?: { concurrency?: number, signal?: AbortSignal }): Promise<OpenedRequest>
  readonly secureShares: SecureShares
  readonly shareInfos: ShareInfos
  readonly shareRequests: ShareRequests
  readonly shares: Shares
  /**
   * What the recipient of a link shows of who it is, where `open` rejects with `VERIFICATION_REQUIRED`. `statement` says what was
   * shown before. The link's server is asked, without an account.
   */
  verification(link: string, options?: { statement?: string }): Verification
  readonly webhooks: Webhooks
  readonly workspaces: Workspaces
}

/** A package in the making. */
export interface Package extends core.Package {
  /** Its recipients. */
  readonly recipients: Recipients
  /**
   * Stores small pictures (JPEG) of files that are uploaded, encrypted as these are, until the package is finalized. Whoever opens
   * it shows them before, or in the place of, the files: see `ReceivedPackage.thumbnail`. `LIMIT_REACHED` for more than 256 KiB,
   * `UNSUPPORTED` in suite `openpgp-cfb`.
   */
  putThumbnails(thumbnails: readonly Thumbnail[]): Promise<void>
}

/** A small picture of a file. */
export interface Thumbnail {
  fileId: string
  /** Its longer side in pixels at most. */
  size: 75 | 600
  /** A JPEG. */
  picture: Blob
}

export const Package: { readonly prototype: Package }

/** A package that was opened. */
export interface ReceivedPackage extends core.ReceivedPackage {
  /** How its key came here: `link`, unless `packages.open` brought it. */
  readonly origin: Origin
}
export const ReceivedPackage: { readonly prototype: ReceivedPackage }

/** Where a module is: its URL, its bytes, a response with it, or the compiled module. */
export type ModuleSource = URL | string | Request | Response | BufferSource | WebAssembly.Module

/**
 * Loads the core module; further calls wait for the first one, and after a failure try again. `source` says where
 * `bulla_bg.wasm` is when it does not lie beside this package's files; `later` where `account_bg.wasm`, `keys_bg.wasm`
 * and `lock_bg.wasm` are, which are loaded on first use.
 */
export function init(source?: ModuleSource, later?: { account?: ModuleSource, keys?: ModuleSource, lock?: ModuleSource }): Promise<void>

/** Whether a caught value is an error of this package. */
export function isBullaError(value: unknown): value is BullaError
