// Answers one-time URLs with what a page has decrypted, as downloads of the browser. It holds no key, stores nothing
// and controls no page: only such URLs lie in its scope. Its other half is lib/save-worker.js.

// Longer than the pause between two messages of a page, also of a hidden one: those may be kept to one a minute.
const HOLD = 90_000

/** The saves under way, by URL. */
const saves = new Map()

class Save {
  #port
  #headers
  #controller
  #pulled
  #over
  #ended = new Promise(resolve => { this.#over = resolve })

  constructor(port, headers, over) {
    this.#port = port
    this.#headers = headers
    this.#ended.then(over)
    port.onmessage = ({ data }) => this.#take(data)
    // Where the browser tells it: the page is gone.
    port.onclose = () => this.#fail()
  }

  /** Tells the page that this save is known, and lets the worker live for another while. */
  async here() {
    this.#port.postMessage('here')
    await Promise.race([this.#ended, new Promise(resolve => setTimeout(resolve, HOLD))])
  }

  /** The download. */
  respond() {
    if (this.#controller) return new Response(null, { status: 404 })
    this.#port.postMessage('started')
    const source = {
      start: controller => { this.#controller = controller },
      // One piece for each pull, and none ahead: what the page is asked for next tells it what the browser has taken.
      pull: () => new Promise(resolve => {
        this.#pulled = resolve
        this.#port.postMessage('pull')
      }),
      cancel: () => {
        this.#port.postMessage('cancel')
        this.#end()
      },
    }
    return new Response(new ReadableStream(source, { highWaterMark: 0 }), { headers: this.#headers })
  }

  /** A piece of the file, `end` or `fail`. */
  #take(data) {
    if (data === 'fail') {
      this.#fail()
    } else if (data === 'end') {
      this.#controller.close()
      this.#port.postMessage('done')
      this.#end()
    } else {
      this.#controller.enqueue(data)
    }
    this.#pulled?.()
  }

  #fail() {
    this.#controller?.error(new Error('the page ended this download'))
    this.#end()
  }

  #end() {
    this.#port.onmessage = this.#port.onclose = null
    this.#over()
  }
}

// The first message about a URL brings its port and headers; the later ones keep the worker alive.
addEventListener('message', event => {
  const { url, headers } = event.data
  const [port] = event.ports
  if (port) saves.set(url, new Save(port, headers, () => saves.delete(url)))
  const save = saves.get(url)
  if (save) event.waitUntil(save.here())
})

addEventListener('fetch', event => {
  const save = saves.get(event.request.url)
  if (save) event.respondWith(save.respond())
})
