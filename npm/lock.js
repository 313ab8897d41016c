// Locked links: what a password does to a link. See core.js.

import { failure } from './failure.js'
import { ask, create } from './workers.js'

export class Locks {
  #module
  #options

  /** `module` is loaded on first use; `options` are the client's. */
  constructor(module, options) {
    this.#module = module
    this.#options = options
  }

  /** Finalizes a package by `finalize`, and locks its link. */
  async finalize({ code, serverSecret }, password, finalize) {
    const { newHead, proof, lock } = await this.#module.load()
    const head = newHead()
    const stretched = await this.#stretch(head, password)
    const finalized = await finalize(proof(head, stretched, code))
    return { ...finalized, link: lock(head, stretched, finalized.link, serverSecret) }
  }

  /** The link without its lock, and the proof that opens it. */
  async unlock(link, password, signal) {
    const { headOf, unlock } = await this.#module.load()
    const stretched = await this.#stretch(headOf(link), password, signal)
    return unlock(this.#options, link, stretched, signal)
  }

  /** In a worker, where one can be started: it takes about a second, and memory that only the end of a worker gives back. */
  async #stretch(head, password, signal) {
    if (typeof password !== 'string') throw failure('INVALID_INPUT', 'the password must be a string', false)
    const { compiledModule, stretch } = await this.#module.load()
    const worker = typeof Worker === 'function' ? create() : undefined
    if (!worker) return stretch(head, password)
    const aborted = new Promise((resolve, reject) => {
      const abort = () => reject(failure('ABORTED', 'aborted by the caller', false, signal.reason))
      if (signal?.aborted) abort()
      signal?.addEventListener('abort', abort, { once: true })
    })
    try {
      const lock = { module: compiledModule(), head, password }
      const { stretched, failure: refused } = await Promise.race([aborted, ask(worker, { lock })])
      if (refused?.code) throw failure(refused.code, refused.message, false)
      // The worker could not be started: from another origin, or against the page's policy.
      return stretched ?? stretch(head, password)
    } finally {
      worker.terminate()
    }
  }
}
