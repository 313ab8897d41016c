// A malicious server and store: a proxy that keeps every part as it was uploaded and can answer with any other bytes.
import { startTamperProxy } from './tamper.js'

/** Listens in front of `port`. */
export async function startMalicious(port) {
  const proxy = await startTamperProxy(port)
  return new Malicious(proxy)
}

class Malicious {
  /** Part numbers and file ids behind presigned URLs. */
  #urls = new Map()
  #stored = new Map()
  #messages = []

  constructor(proxy) {
    this.proxy = proxy
    this.origin = proxy.origin
    this.honest()
    proxy.onRequest = (request) => {
      this.#watch(request)
      return this.onRequest(request)
    }
    proxy.onAnswer = (request, answer) => this.#change(request, answer)
  }

  /** Becomes honest again. */
  honest() {
    /** Sees each request before the server does; may answer in its place (see `startTamperProxy`). */
    this.onRequest = () => undefined
    /** Changes the answer of `open`, as parsed JSON. */
    this.onOpen = () => undefined
    /** Gives the bytes of a part: `({ fileId, part, bytes })`; `undefined` leaves them alone. */
    this.onPart = () => undefined
  }

  /** The ids of the files that were uploaded, in the order of their first parts. */
  get fileIds() {
    return [...this.#stored.keys()]
  }

  /** The ciphertext of a file's parts; index 0 is part 1. */
  parts(fileId) {
    const parts = this.#stored.get(fileId)
    return [...parts.keys()].sort((a, b) => a - b).map((part) => parts.get(part))
  }

  /** The encrypted messages that were set, oldest first. */
  get messages() {
    return this.#messages
  }

  stop() {
    return this.proxy.stop()
  }

  #watch({ method, url, headers, body }) {
    const place = this.#urls.get(url)
    // A part is always given from its beginning: this store has made up its mind what it is.
    if (method === 'GET' && place) delete headers.range
    if (method === 'PUT' && place) {
      if (!this.#stored.has(place.fileId)) this.#stored.set(place.fileId, new Map())
      this.#stored.get(place.fileId).set(place.part, body)
    }
    if (method === 'PUT' && /\/message\/?$/.test(url)) this.#messages.push(JSON.parse(body).message)
  }

  #change({ method, url }, answer) {
    if (/\/upload-urls\/?$/.test(url)) {
      const { uploadUrls = [], files = [] } = JSON.parse(answer.body)
      const fileId = fileIdIn(url)
      for (const entry of uploadUrls) this.#remember(entry.url, fileId, entry.part)
      for (const entry of files) if (entry.url) this.#remember(entry.url, entry.fileId, entry.part)
    } else if (/\/files\/?$/.test(url)) {
      // The URL of the first part comes with the file.
      for (const { fileId, uploadUrl } of JSON.parse(answer.body).files ?? []) if (uploadUrl) this.#remember(uploadUrl, fileId, 1)
    } else if (/\/download-urls\/?$/.test(url)) {
      const fileId = fileIdIn(url)
      for (const entry of JSON.parse(answer.body).downloadUrls ?? []) this.#remember(entry.url, fileId, entry.part)
    } else if (/\/open\/?$/.test(url) && method === 'POST' && answer.status === 200) {
      const opened = JSON.parse(answer.body)
      this.onOpen(opened)
      answer.body = JSON.stringify(opened)
    } else if (method === 'GET' && this.#urls.has(url)) {
      answer.body = this.onPart({ ...this.#urls.get(url), bytes: Buffer.from(answer.body) }) ?? answer.body
    }
  }

  #remember(url, fileId, part) {
    const { pathname, search } = new URL(url, this.origin)
    this.#urls.set(pathname + search, { fileId, part })
  }
}

function fileIdIn(url) {
  return /\/file\/([^/]+)\//.exec(url)?.[1]
}
