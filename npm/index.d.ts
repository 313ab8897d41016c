export type * from './wasm/bulla.js'
export {
  Client, Package, ReceivedPackage,
  checksum, decryptPart, encryptPart, formatLink, generateKeyCode, parseLink, qrCode, safeFileName,
} from './wasm/bulla.js'
import type { BullaError } from './wasm/bulla.js'

/**
 * Loads the module; further calls wait for the first one, and after a failure try again. `source` says where
 * `bulla_bg.wasm` is when it does not lie beside this package's files: its URL, its bytes, a response with it, or
 * the compiled module.
 */
export function init(source?: URL | string | Request | Response | BufferSource | WebAssembly.Module): Promise<void>

/** Whether a caught value is an error of this package. */
export function isBullaError(value: unknown): value is BullaError
