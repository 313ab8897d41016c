// A few workers for what would keep this thread busy: so that a page stays responsive.

/** Workers at most. */
const LIMIT = Math.min(globalThis.navigator?.hardwareConcurrency || 1, 4)
/** Milliseconds without work after which they are ended. */
const IDLE = 30_000
/** Milliseconds without an answer after which a worker counts as dead: not every death is announced. */
const PATIENCE = 120_000

export class Workers {
  #module
  #count = 0
  #free = []
  #waiting = []
  #resting
  /** Whether workers can be started here; undefined until it was tried. */
  #possible

  /** `module` is the compiled WebAssembly.Module. */
  constructor(module) {
    this.#module = module
  }

  /**
   * Runs an operation on `payload`, whose buffer goes to the worker. Resolves with the result's pieces; with
   * undefined, and the payload untouched, where no worker can be started: from another origin, or against the page's
   * policy. Rejects with `{ code, message }`, without a code when the worker died.
   */
  async run(operation, secret, payload) {
    const worker = await this.#take()
    if (!worker) return undefined
    const whole = payload.byteLength === payload.buffer.byteLength ? payload : payload.slice()
    const { pieces, failure } = await ask(worker, { operation, secret, payload: whole }, [whole.buffer])
    secret.fill(0)
    if (pieces ?? failure?.code) this.#give(worker)
    else this.#end(worker)
    if (failure) throw failure
    return pieces
  }

  async #take() {
    const free = this.#free.pop()
    if (free) return free
    if (this.#possible === false) return undefined
    if (this.#count < LIMIT) return this.#start()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  async #start() {
    this.#count++
    const worker = create()
    const { failure } = worker ? await ask(worker, { module: this.#module }) : { failure: {} }
    this.#possible ||= !failure
    if (!failure) return worker
    this.#end(worker)
    return undefined
  }

  #give(worker) {
    const next = this.#waiting.shift()
    if (next) return next(worker)
    this.#free.push(worker)
    clearTimeout(this.#resting)
    this.#resting = setTimeout(() => {
      while (this.#free.length > 0) this.#end(this.#free.pop())
    }, IDLE)
  }

  #end(worker) {
    worker?.terminate()
    this.#count--
    for (const next of this.#waiting.splice(0)) next(this.#take())
  }
}

/** A worker; undefined where none can be started. */
export function create() {
  try {
    return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
  } catch {
    return undefined
  }
}

/** Posts a message; resolves with the answer, or with a failure when the worker is dead. */
export function ask(worker, message, transfer = []) {
  return new Promise((resolve) => {
    const died = () => settle({ failure: { message: 'a worker died' } })
    const patience = setTimeout(died, PATIENCE)
    const settle = (answer) => {
      clearTimeout(patience)
      resolve(answer)
    }
    worker.onmessage = ({ data }) => settle(data)
    worker.onmessageerror = died
    worker.onerror = (event) => {
      event.preventDefault()
      died()
    }
    try {
      worker.postMessage(message, transfer)
    } catch ({ message }) {
      settle({ failure: { code: 'INVALID_INPUT', message } })
    }
  })
}
