import { init } from 'bulla'
import { measureCipher } from './ciphers.js'
import { uploadMany } from './many.js'
import { transfers } from './transfers.js'

const input = document.querySelector('input')
const chosen = (name) => [...input.files].find((file) => file.name === name)

/** The wasm modules' memories, to know how large they grow. */
const memories = []
const { instantiate, instantiateStreaming } = WebAssembly
for (const [name, original] of Object.entries({ instantiate, instantiateStreaming })) {
  WebAssembly[name] = async (...args) => {
    const result = await original.apply(WebAssembly, args)
    memories.push((result.instance ?? result).exports.memory)
    return result
  }
}

/** Bytes of wasm memory that this page has. */
globalThis.wasmMemory = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)

/** Sends one of the chosen files; returns the milliseconds and what `download` takes. */
globalThis.upload = (name, host, fileName) => transfers[name].upload(host, chosen(fileName))

/** Fetches what was sent; returns the milliseconds. */
globalThis.download = async (name, host, sent, size) => {
  let received = 0
  const milliseconds = await transfers[name].download(host, sent, (offset, bytes) => { received += bytes.length })
  if (received !== size) throw new Error(`${name}: ${received} bytes of ${size} came back`)
  return milliseconds
}

/** Sends one of the chosen files, fetches it back and returns its SHA-256 in hex. */
globalThis.rehearse = async (name, host, fileName) => {
  const file = chosen(fileName)
  const { sent } = await transfers[name].upload(host, file)
  const back = new Uint8Array(file.size)
  await transfers[name].download(host, sent, (offset, bytes) => back.set(bytes, offset))
  return hex(await crypto.subtle.digest('SHA-256', back))
}

/** Encrypts and decrypts `mib` MiB in memory; returns the milliseconds of both. */
globalThis.measureCipher = (name, mib) => measureCipher(name, random(mib << 20))

/** Sends all of the chosen files into one package; returns the milliseconds. */
globalThis.uploadMany = (name, host) => uploadMany[name](host, [...input.files])

/** Calls one of these functions without waiting for it; `outcome` is `{ value }` or `{ error }` at its end. */
globalThis.begin = (name, ...args) => {
  globalThis.outcome = undefined
  globalThis[name](...args).then(
    (value) => { globalThis.outcome = { value } },
    (error) => { globalThis.outcome = { error: `${error}\n${error.stack}` } },
  )
}

function random(size) {
  const bytes = new Uint8Array(size)
  for (let start = 0; start < size; start += 65536) crypto.getRandomValues(bytes.subarray(start, start + 65536))
  return bytes
}

function hex(buffer) {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

await init()
globalThis.ready = true
