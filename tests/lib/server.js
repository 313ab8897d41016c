// The real server binary on a free loopback port with a fresh data folder.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { tempFolder } from './temp.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The repository's folder. */
export const repository = ROOT

/** The binary under test: `$BULLA_BIN`, else the workspace's release build, else its debug build. */
export function serverBinary() {
  const target = process.env.CARGO_TARGET_DIR ?? `${ROOT}target`
  const candidates = [process.env.BULLA_BIN, `${target}/release/bulla`, `${target}/debug/bulla`].filter(Boolean)
  const found = candidates.find((path) => existsSync(path))
  if (!found) throw new Error(`no server binary: build one with \`cargo build --release -p bulla-server\` (looked at ${candidates.join(', ')})`)
  return found
}

/** A loopback port that nothing listens on. */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

/** Starts a server. `args` are added to `bulla serve`, `env` to its environment. */
export async function startServer({ args = [], env = {}, port, data = tempFolder('data') } = {}) {
  const server = new Server(port ?? await freePort(), data, args, env)
  await server.start()
  return server
}

class Server {
  #process
  #log = []

  constructor(port, data, args, env) {
    this.port = port
    this.data = data
    this.origin = `http://127.0.0.1:${port}`
    this.args = args
    this.env = env
  }

  /** Everything the server has written to its standard output and error. */
  get log() {
    return Buffer.concat(this.#log)
  }

  /** Starts the process, on the same port and data as before, and waits until it is ready. */
  async start() {
    const child = spawn(serverBinary(), ['serve', '--listen', `127.0.0.1:${this.port}`, '--data', this.data, ...this.args], {
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = child
    child.stdout.on('data', (bytes) => this.#log.push(bytes))
    child.stderr.on('data', (bytes) => this.#log.push(bytes))
    const died = once(child, 'exit').then(([code]) => {
      throw new Error(`the server ended with ${code} before it was ready:\n${this.log}`)
    })
    died.catch(() => {})
    await Promise.race([this.#healthy(), died])
  }

  async #healthy() {
    for (let attempt = 0; attempt < 300; attempt++) {
      const answer = await fetch(`${this.origin}/healthz`).catch(() => undefined)
      if (answer?.ok) return
      await sleep(100)
    }
    throw new Error(`the server does not answer /healthz:\n${this.log}`)
  }

  /** Lets the server end by itself; returns its exit code. */
  stop() {
    return this.#end('SIGTERM')
  }

  /** Ends the server without warning, as a power loss would. */
  kill() {
    return this.#end('SIGKILL')
  }

  async #end(signal) {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode
    const exited = once(child, 'exit')
    child.kill(signal)
    const [code] = await exited
    return code
  }
}

/** Runs a command on the server's data; returns what it prints. */
export async function runServer(server, ...command) {
  return (await promisify(execFile)(serverBinary(), [...command, '--data', server.data])).stdout
}

/** Makes a user; returns the password. */
export async function createUser(server, email, ...args) {
  return JSON.parse(await runServer(server, 'user', 'create', '--email', email, ...args)).password
}

/** Makes a Dropzone of an account's; returns its id. */
export async function createDropzone(server, email) {
  return JSON.parse(await runServer(server, 'dropzone', 'create', '--email', email)).dropzone
}

/** Makes an API key for an account; returns `{ email, apiKey, apiSecret }`. */
export async function createKey(server, email) {
  return JSON.parse(await runServer(server, 'key', 'create', '--email', email))
}
