// Requests, and waiting.

/** The header of requests that the session's cookie goes with; see src/api/session.rs. */
const SESSION = 'bulla-session'

/**
 * fetch: nothing rides along that the API does not ask for, and nothing is kept or followed. `headers` are pairs; there is
 * no body when it is undefined.
 */
export const request = (method, url, headers, body, signal) => fetch(url, {
  method,
  headers,
  body,
  signal,
  cache: 'no-store',
  credentials: headers.some(([name]) => name === SESSION) ? 'same-origin' : 'omit',
  redirect: 'error',
  referrerPolicy: 'no-referrer',
})

/** Whether there is XMLHttpRequest here: in pages and workers, not in service workers and Node. */
export const canSend = () => typeof XMLHttpRequest === 'function'

/**
 * Sends `body` and resolves to `{ status, retryAfter, body }`, `retryAfter` being a string or null and `body` a
 * Uint8Array. `moved` hears several times a second how many bytes have gone out so far, which fetch tells nobody. Rejects
 * when the network fails, when nothing moves for `stall` milliseconds, and when `signal` is aborted.
 */
export function send(method, url, headers, body, stall, moved, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const steps = new EvenSteps(moved)
    let timer
    const end = (settle, value) => {
      clearTimeout(timer)
      steps.stop()
      signal.removeEventListener('abort', abort)
      settle(value)
    }
    const fail = (message) => end(reject, new Error(message))
    const abort = () => {
      fail('aborted')
      request.abort()
    }
    const watch = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        fail('nothing moved in time')
        request.abort()
      }, stall)
    }
    request.open(method, url)
    request.responseType = 'arraybuffer'
    for (const [name, value] of headers) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded }) => {
      watch()
      steps.reach(loaded)
    }
    request.onload = () => end(resolve, {
      status: request.status,
      retryAfter: request.getResponseHeader('retry-after'),
      body: new Uint8Array(request.response ?? 0),
    })
    request.onerror = () => fail('the request failed')
    request.onabort = () => fail('aborted')
    signal.addEventListener('abort', abort)
    watch()
    request.send(body)
  })
}

/**
 * Passes on a figure that rises by leaps. On a slow link the system takes some hundred kilobytes at a time, every few
 * seconds. What is told runs after the figure, the faster the further it is behind and the quicker the last leap came: it moves
 * all the time, and is never too much.
 */
export class EvenSteps {
  #tell
  #from = 0
  #to = 0
  #since = Date.now()
  #pace = 1
  #ticking

  constructor(tell) {
    this.#tell = tell
  }

  /** The figure is `value` by now. */
  reach(value) {
    const now = Date.now()
    this.#from = this.#at(now)
    this.#to = value
    this.#pace = Math.max(1, now - this.#since)
    this.#since = now
    this.#tell(Math.floor(this.#from))
    this.#ticking ??= setTimeout(() => this.#tick(), STEP)
  }

  /** Tells nothing more. */
  stop() {
    clearTimeout(this.#ticking)
  }

  #tick() {
    const now = this.#at(Date.now())
    const there = this.#to - now < 1
    this.#tell(there ? this.#to : Math.floor(now))
    this.#ticking = there ? undefined : setTimeout(() => this.#tick(), STEP)
  }

  #at(now) {
    return this.#to - (this.#to - this.#from) * Math.exp((this.#since - now) / this.#pace)
  }
}

/** Milliseconds. */
const STEP = 250

/** Resolves after so many milliseconds, or as soon as the browser notices that there is a network again. */
export function sleep(milliseconds) {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      globalThis.removeEventListener?.('online', wake)
      resolve()
    }
    const timer = setTimeout(wake, milliseconds)
    globalThis.addEventListener?.('online', wake)
  })
}
