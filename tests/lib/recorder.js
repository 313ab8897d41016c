// A TCP proxy in front of a server that keeps every byte of both directions.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { listen } from './loopback.js'

/** Listens on a free loopback port and passes everything on to `port`. */
export async function startRecorder(port) {
  const recorder = new Recorder(port)
  await recorder.listen()
  return recorder
}

class Recorder {
  #connections = []
  #sockets = new Set()

  constructor(port) {
    this.server = createServer({ allowHalfOpen: true }, (client) => this.#record(client, connect({ port, host: '127.0.0.1', allowHalfOpen: true })))
  }

  async listen() {
    this.origin = `http://127.0.0.1:${await listen(this.server)}`
  }

  #record(client, upstream) {
    const connection = { sent: [], answered: [] }
    this.#connections.push(connection)
    const pass = (from, to, record) => {
      this.#sockets.add(from)
      from.on('data', (bytes) => record.push(bytes))
      from.on('error', () => to.destroy())
      from.on('close', () => this.#sockets.delete(from))
      from.pipe(to)
    }
    pass(client, upstream, connection.sent)
    pass(upstream, client, connection.answered)
  }

  /** What clients sent, one buffer for each connection. */
  get sent() {
    return this.#connections.map(({ sent }) => Buffer.concat(sent))
  }

  /** What the server answered, one buffer for each connection. */
  get answered() {
    return this.#connections.map(({ answered }) => Buffer.concat(answered))
  }

  async stop() {
    for (const socket of this.#sockets) socket.destroy()
    this.server.close()
    await once(this.server, 'close')
  }
}
