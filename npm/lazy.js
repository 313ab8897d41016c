// A module that is loaded on first use; tried again at the next one after a failure.

import { failure } from './failure.js'

export class Lazy {
  /** Where it is, or a function that says so. */
  source
  #name
  #import
  #prepare
  #loading

  /** `imports` gives the JavaScript of the module, `prepare` makes it ready. */
  constructor(name, imports, prepare = () => {}) {
    this.#name = name
    this.#import = imports
    this.#prepare = prepare
  }

  load() {
    this.#loading ??= this.#load().catch((cause) => {
      this.#loading = undefined
      throw failure('NETWORK', `the module ${this.#name} could not be loaded`, true, cause)
    })
    return this.#loading
  }

  async #load() {
    const module = await this.#import()
    const source = typeof this.source === 'function' ? this.source() : this.source
    await module.default({ module_or_path: await source })
    this.#prepare(module)
    return module
  }
}
