// A reverse proxy that can change every request and every answer: a malicious or failing server and store.
import { once } from 'node:events'
import { createServer, request as connect } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { listen } from './loopback.js'

const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'upgrade']

/**
 * Listens on a free loopback port in front of `port`.
 *
 * `proxy.onRequest(request)` sees `{ method, url, headers, body }` before it is passed on; it may change it, answer
 * in the server's place by returning `{ status, headers?, body? }`, or return `'reset'` to break the connection.
 * `proxy.onAnswer(request, answer)` sees `{ status, headers, body }` before it goes back, and may change it or
 * return `'reset'`. A body is anything that `Buffer.from` takes, or a `Readable` of any length.
 */
export async function startTamperProxy(port) {
  const proxy = new TamperProxy(port)
  await proxy.listen()
  return proxy
}

class TamperProxy {
  onRequest = () => undefined
  onAnswer = () => undefined

  constructor(port) {
    this.port = port
    this.server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy())
    })
  }

  async listen() {
    this.origin = `http://127.0.0.1:${await listen(this.server)}`
  }

  /** Stops tampering. */
  honest() {
    this.onRequest = () => undefined
    this.onAnswer = () => undefined
  }

  async stop() {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }

  async #serve(incoming, response) {
    const { method, url } = incoming
    const headers = { ...incoming.headers, 'accept-encoding': 'identity' }
    const request = { method, url, headers, body: await collect(incoming) }
    let answer = await this.onRequest(request)
    if (answer === undefined) {
      answer = await this.#forward(request)
      if (await this.onAnswer(request, answer) === 'reset') answer = 'reset'
    }
    if (answer === 'reset') return incoming.socket.resetAndDestroy()
    const { status, headers: answerHeaders = {}, body = Buffer.alloc(0) } = answer
    if (body instanceof Readable) {
      response.writeHead(status, without(answerHeaders, HOP_BY_HOP))
      return pipeline(body, response)
    }
    const bytes = Buffer.from(body)
    response.writeHead(status, { ...without(answerHeaders, HOP_BY_HOP), 'content-length': bytes.length })
    response.end(method === 'HEAD' ? undefined : bytes)
  }

  async #forward({ method, url, headers, body }) {
    const outgoing = connect({ port: this.port, host: '127.0.0.1', method, path: url, agent: false,
      headers: { ...without(headers, HOP_BY_HOP), ...(body.length || method !== 'GET' ? { 'content-length': body.length } : {}) } })
    outgoing.end(body)
    const [answer] = await once(outgoing, 'response')
    return { status: answer.statusCode, headers: answer.headers, body: await collect(answer) }
  }
}

async function collect(stream) {
  const blocks = []
  for await (const block of stream) blocks.push(block)
  return Buffer.concat(blocks)
}

function without(headers, names) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}
