// Saving by the browser's own downloads: a service worker (save/worker.js) answers a one-time URL with what this page
// decrypts, piece by piece, as fast as the browser takes it.

import { coded } from '/static/lib/errors.js'
import { h } from '/static/lib/dom.js'
import { disposition } from '/static/lib/names.js'

const SCRIPT = '/static/save/worker.js'
const SCOPE = '/static/save/'
// How long the worker may take to be ready, and the browser to ask for the URL.
const READY = 5_000
const STARTED = 30_000
// Browsers stop a worker that hears nothing, some after 30 seconds.
const PING = 5_000
// Pings without an answer, after which the worker is taken for stopped.
const UNANSWERED = 6
// Some browsers hang on a longer length. It is a courtesy: it lets the browser show how much is left.
const LONGEST_LENGTH = 2 ** 31 - 1

let registration
let worker

/** Makes the worker ready, unless that cannot be: in private windows of some browsers, and over plain http. */
export async function prepare() {
  try {
    registration = await navigator.serviceWorker.register(script(), { scope: SCOPE, updateViaCache: 'none' })
    worker = registration.active ?? (await activated(registration.installing ?? registration.waiting))
  } catch {
    registration = undefined
  }
}

/** Whether it is ready. */
export const ready = () => registration !== undefined

// The policy of the pages lets scripts be named by such a policy alone; this one knows one script.
const policy = window.trustedTypes?.createPolicy('bulla-save', { createScriptURL: () => SCRIPT })
const script = () => policy?.createScriptURL(SCRIPT) ?? SCRIPT

function activated(installing) {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (installing.state === 'activated') resolve(installing)
      if (installing.state === 'redundant') reject(new Error('the worker was refused'))
    }
    installing.addEventListener('statechange', look)
    setTimeout(() => reject(new Error('the worker does not start')), READY)
    look()
  })
}

/**
 * Hands `stream` to the browser's downloads under `name`; `size` is its length in bytes where that is known. Resolves
 * when the browser has taken the last byte. Otherwise the download fails there too, and this rejects with what the
 * stream failed with, `ABORTED` when the browser ended it, or `STOPPED` when the worker or the page is gone.
 */
export async function save(stream, name, size) {
  // One that was stopped does not always start again.
  if (!worker) {
    await registration.unregister()
    await prepare()
  }
  return new Promise((resolve, reject) => new Handover(stream, resolve, reject).start(name, size))
}

class Handover {
  #url = new URL(SCOPE + crypto.randomUUID(), location.href).href
  #reader
  #port
  #settle
  #ping
  #starting
  #unanswered = 0
  #ended = false
  // An iframe that asks for the URL: the page stays where it is.
  #frame = h('iframe', { hidden: true, 'aria-hidden': 'true' })

  constructor(stream, resolve, reject) {
    this.#reader = stream.getReader()
    this.#settle = { resolve, reject }
  }

  start(name, size) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.onmessage = ({ data }) => this.#hear(data)
    worker.postMessage({ url: this.#url, headers: headers(name, size) }, [port2])
    this.#ping = setInterval(() => this.#alive(), PING)
    this.#starting = setTimeout(() => this.#stopped('the browser does not start the download'), STARTED)
    // Also when nobody reads: a cancelled transfer ends the download while the browser holds it back.
    this.#reader.closed.catch(error => this.#fail(error))
    window.addEventListener('pagehide', this.#left)
    document.body.append(this.#frame)
  }

  #left = () => this.#fail(coded('STOPPED', 'the page was left'))

  #alive() {
    if (this.#unanswered++ === UNANSWERED) this.#stopped('the service worker was stopped')
    else worker.postMessage({ url: this.#url })
  }

  #stopped(why) {
    worker = undefined
    this.#fail(coded('STOPPED', why))
  }

  #hear(message) {
    if (message === 'here') {
      this.#unanswered = 0
      this.#frame.src ||= this.#url
    }
    if (message === 'started') clearTimeout(this.#starting)
    if (message === 'pull') this.#next()
    if (message === 'cancel') this.#fail(coded('ABORTED', 'the browser ended the download'))
    if (message === 'done') this.#end(this.#settle.resolve)
  }

  async #next() {
    try {
      const { done, value } = await this.#reader.read()
      if (this.#ended) return
      if (done) {
        this.#port.postMessage('end')
      } else {
        // Moved, not copied, unless it is a piece of something larger.
        const piece = value.byteLength === value.buffer.byteLength ? value : value.slice()
        this.#port.postMessage(piece, [piece.buffer])
      }
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error) {
    if (this.#ended) return
    this.#port.postMessage('fail')
    this.#reader.cancel(error).catch(() => {})
    this.#end(this.#settle.reject, error)
  }

  #end(settle, error) {
    this.#ended = true
    this.#port.onmessage = null
    clearInterval(this.#ping)
    clearTimeout(this.#starting)
    window.removeEventListener('pagehide', this.#left)
    this.#frame.remove()
    settle(error)
  }
}

/** The headers that make it a download. It is never shown as a page of this origin. */
function headers(name, size) {
  return {
    'content-type': 'application/octet-stream',
    'content-disposition': disposition(name),
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...(size <= LONGEST_LENGTH && { 'content-length': String(size) }),
  }
}
