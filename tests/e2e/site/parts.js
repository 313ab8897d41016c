// Parts there and back, and the workers that were started for them.
import * as bulla from 'bulla'

const serverSecret = 'server-secret-of-this-package'
const started = []

/** Makes whoever starts a worker start another script instead; `null`: find that there are none. */
globalThis.replaceWorkers = (script) => {
  const Original = globalThis.Worker
  globalThis.Worker = function (url, options) {
    if (script === null) throw new Error('no workers here')
    started.push(String(script ?? url))
    return new Original(script ?? url, options)
  }
}

/** Encrypts and decrypts `count` parts of `size` bytes at once. */
globalThis.thereAndBack = async (suite, size, count) => {
  const keyCode = bulla.generateKeyCode(suite)
  const context = { serverSecret, keyCode, nonce: new Uint8Array(16).fill(7), index: 1, offset: 0, last: true }
  const data = new Uint8Array(size).map((_, index) => (index * 31 + (index >> 8)) & 255)
  const each = (work) => Promise.all(Array.from({ length: count }, work))
  const parts = await each(async () => octets(await bulla.encryptPart(context, data)))
  const other = { ...context, keyCode: bulla.generateKeyCode(suite) }
  const foreign = await refusal(bulla.decryptPart(other, parts[0]))
  const back = await each(async (_, index) => octets(await bulla.decryptPart(context, parts[index])))
  const changed = parts[0].slice()
  changed[changed.length - 30] ^= 1
  return {
    same: back.every((bytes) => bytes.length === size && bytes.every((byte, index) => byte === data[index])),
    kept: data.length === size && parts.every(({ length }) => length > size),
    changed: await refusal(bulla.decryptPart(context, changed)),
    foreign,
    started: started.splice(0).map((url) => new URL(url, location.href).pathname),
  }
}

/** What becomes of one part to be decrypted. */
globalThis.decryptOne = async () => {
  const keyCode = bulla.generateKeyCode('openpgp-cfb')
  const context = { serverSecret, keyCode, index: 1, offset: 0, last: true }
  return bulla.decryptPart(context, new Uint8Array(100)).then(() => 'opened', ({ name, code, message }) => ({ name, code, message }))
}

function refusal(decrypted) {
  return decrypted.then(() => 'opened', ({ code }) => code)
}

async function octets(pieces) {
  return new Uint8Array(await new Blob(pieces).arrayBuffer())
}

await bulla.init()
globalThis.ready = true
