// A network that fails: a proxy that passes bytes on as they come and has whatever happens to them on the way.
import { once } from 'node:events'
import { createServer, request as connect } from 'node:http'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { listen } from './loopback.js'

const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade']
/** What passes at once when a rate is set: so little that it is even. */
const SLICE = 4096

/** What may happen to a request. `startFaultProxy` takes one for each. */
export const faults = {
  /** The request sets out so many milliseconds later. */
  latency: (milliseconds) => ({ latency: milliseconds }),
  /** The answer sets out so many milliseconds later; the server has done its work by then. */
  lateAnswer: (milliseconds) => ({ lateAnswer: milliseconds }),
  /** The server does its work, and the connection breaks instead of an answer. */
  loseAnswer: { loseAnswer: true },
  /** The connection breaks when so many bytes of the request's body have passed. */
  dropRequest: (after) => ({ request: { after, then: 'break' } }),
  /** The connection breaks when so many bytes of the answer's body have passed. */
  dropAnswer: (after) => ({ answer: { after, then: 'break' } }),
  /** Half-open: nothing of the request's body is taken any more, and no answer comes. */
  stallRequest: (after) => ({ request: { after, then: 'stall' } }),
  /** Half-open: the answer stops in the middle, and the connection stays. */
  stallAnswer: (after) => ({ answer: { after, then: 'stall' } }),
  /** Half-open: the request is taken, and nothing ever comes back. */
  silence: { silence: true },
  /** The server gets the request twice, one after the other; the second answer goes back. */
  twice: { twice: true },
  /** An answer that is not the server's: it never sees the request. `headers` for instance `{ 'retry-after': '1' }`. */
  refuse: (status, headers = {}) => ({ refuse: { status, headers } }),
}

/** `fault` for the first `count` requests of which `matches({ method, url, headers })` is true. */
export function first(count, matches, fault) {
  let left = count
  return (request) => (left > 0 && matches(request) && left-- ? fault : undefined)
}

/** Whether a request sends a part to the store, whether it fetches one, and whether it is a call of the API. */
export const sendsPart = ({ method, url }) => method === 'PUT' && url.startsWith('/blob/')
export const fetchesPart = ({ method, url }) => method === 'GET' && url.startsWith('/blob/')
export const callsApi = ({ method, url }) => method !== 'OPTIONS' && /^\/(drop-zone|api|link)\//.test(url)

/**
 * Listens on a free loopback port in front of `port`. `proxy.onRequest({ method, url, headers })` returns what happens
 * to that request, or nothing. `proxy.bytesPerSecond` is what passes in each direction over all connections; `proxy.cut()`
 * breaks all connections and every new one until `proxy.mend()`.
 */
export async function startFaultProxy(port) {
  const proxy = new FaultProxy(port)
  await proxy.listen()
  return proxy
}

class FaultProxy {
  onRequest = () => undefined
  bytesPerSecond = Infinity
  /** What came: `{ method, url, headers }`, in order. */
  requests = []
  #sockets = new Set()
  #isCut = false
  #up = new Pace()
  #down = new Pace()

  constructor(port) {
    this.port = port
    this.server = createServer((request, response) => {
      // Kept here, as a request that was read to its end lets go of it.
      const { socket } = request
      this.#serve(request, response, () => socket.resetAndDestroy()).catch(() => socket.resetAndDestroy())
    })
    // What stands still here does so because a test wants it to.
    Object.assign(this.server, { requestTimeout: 0, headersTimeout: 0, timeout: 0 })
    this.server.on('connection', (socket) => {
      if (this.#isCut) return socket.resetAndDestroy()
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  async listen() {
    this.origin = `http://127.0.0.1:${await listen(this.server)}`
  }

  /** Lets everything pass again. What is under way keeps what happened to it. */
  honest() {
    this.onRequest = () => undefined
    this.bytesPerSecond = Infinity
    this.mend()
  }

  /** The network goes. */
  cut() {
    this.#isCut = true
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** The network comes back. */
  mend() {
    this.#isCut = false
  }

  async stop() {
    for (const socket of this.#sockets) socket.destroy()
    this.server.close()
    await once(this.server, 'close')
  }

  async #serve(incoming, response, breakOff) {
    const { method, url, headers } = incoming
    this.requests.push({ method, url, headers })
    const fault = this.onRequest({ method, url, headers }) ?? {}
    if (fault.silence) return incoming.resume()
    if (fault.refuse) {
      await discard(incoming)
      return response.writeHead(fault.refuse.status, { 'content-length': 0, ...cors(incoming), ...fault.refuse.headers }).end()
    }
    if (fault.latency) await sleep(fault.latency)
    const answer = fault.twice ? await this.#forwardTwice(incoming) : await this.#forward(incoming, fault.request, breakOff)
    if (fault.loseAnswer) {
      await discard(answer)
      return breakOff()
    }
    if (fault.lateAnswer) await sleep(fault.lateAnswer)
    response.writeHead(answer.statusCode, without(answer.headers, HOP_BY_HOP))
    response.flushHeaders()
    await pipeline(answer, ...this.#on(this.#down, fault.answer, breakOff), response)
  }

  async #forward(incoming, fault, breakOff) {
    const outgoing = this.#connect(incoming)
    const sent = pipeline(incoming, ...this.#on(this.#up, fault, breakOff), outgoing)
    const answered = once(outgoing, 'response')
    // The server may answer before it has the whole body.
    const [answer] = await Promise.race([answered, sent.then(() => answered)])
    sent.catch(() => {})
    return answer
  }

  async #forwardTwice(incoming) {
    const body = Buffer.concat(await incoming.toArray())
    const send = async () => {
      const outgoing = this.#connect(incoming)
      outgoing.end(body)
      return (await once(outgoing, 'response'))[0]
    }
    await discard(await send())
    return send()
  }

  #connect({ method, url, headers }) {
    return connect({ port: this.port, host: '127.0.0.1', method, path: url, agent: false, headers: without(headers, HOP_BY_HOP) })
  }

  /** What the bytes of one direction pass through. */
  #on(pace, fault, breakOff) {
    const steps = []
    if (this.bytesPerSecond !== Infinity) steps.push(paced(pace, this.bytesPerSecond))
    if (fault) steps.push(limited(fault.after, () => (fault.then === 'break' ? breakOff() : undefined)))
    return steps
  }
}

/** When the next bytes may pass. */
class Pace {
  #next = 0

  async pass(bytes, bytesPerSecond) {
    const now = Date.now()
    // What timers are late by is made good.
    this.#next = Math.max(now - 100, this.#next) + bytes * 1000 / bytesPerSecond
    await sleep(this.#next - now)
  }
}

function paced(pace, bytesPerSecond) {
  return new Transform({
    writableHighWaterMark: SLICE,
    readableHighWaterMark: SLICE,
    async transform(bytes, encoding, done) {
      for (let start = 0; start < bytes.length; start += SLICE) {
        const slice = bytes.subarray(start, start + SLICE)
        await pace.pass(slice.length, bytesPerSecond)
        this.push(slice)
      }
      done()
    },
  })
}

/** Passes `after` bytes on, then calls `then`, once they have had time to arrive, and never takes more. */
function limited(after, then) {
  let left = after
  return new Transform({
    transform(bytes, encoding, done) {
      this.push(bytes.subarray(0, left))
      left -= bytes.length
      if (left >= 0) done()
      else setTimeout(then, 50)
    },
  })
}

async function discard(stream) {
  stream.resume()
  if (!stream.readableEnded) await once(stream, 'end')
}

/** A page of another origin can read the answer's status. */
function cors({ headers: { origin } }) {
  return origin ? { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'retry-after' } : {}
}

function without(headers, names) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}
