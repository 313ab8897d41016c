// The ciphers alone, in memory: 2.5 MiB parts, one after another. Nothing is made a Blob: that is the same for all.
import * as bulla from 'bulla'
import { SENDSAFELY, cut, openpgpDecrypt, openpgpEncrypt, timed } from './transfers.js'

const serverSecret = 'server-secret-of-this-bench'

/** By name: encrypts and decrypts a part. */
const ciphers = {
  sealed: bySdk('sealed', crypto.getRandomValues(new Uint8Array(16))),
  'openpgp-cfb': bySdk('openpgp-cfb'),
  openpgpjs: () => {
    const passphrase = serverSecret + bulla.generateKeyCode('openpgp-cfb')
    return {
      encrypt: async (part, data) => [await openpgpEncrypt(data, passphrase)],
      decrypt: async (part, message) => [await openpgpDecrypt(message, passphrase)],
    }
  },
}

function bySdk(suite, nonce) {
  return () => {
    const keyCode = bulla.generateKeyCode(suite)
    const context = ({ part, start, last }) => ({ serverSecret, keyCode, nonce, index: part, offset: start, last })
    return {
      encrypt: (part, data) => bulla.encryptPart(context(part), data),
      decrypt: (part, message) => bulla.decryptPart(context(part), message),
    }
  }
}

/** Encrypts and decrypts `data`; returns the milliseconds of both. */
export async function measureCipher(name, data) {
  const { encrypt, decrypt } = ciphers[name]()
  const parts = cut(data.length, SENDSAFELY)
  const sealed = []
  const encrypting = await timed(async () => {
    for (const part of parts) sealed.push(await encrypt(part, data.subarray(part.start, part.end)))
  })
  const messages = []
  for (const pieces of sealed) messages.push(new Uint8Array(await new Blob(pieces).arrayBuffer()))
  const opened = []
  const decrypting = await timed(async () => {
    for (const [index, part] of parts.entries()) opened.push(await decrypt(part, messages[index]))
  })
  const back = new Uint8Array(await new Blob(opened.flat()).arrayBuffer())
  if (back.length !== data.length || back.some((byte, index) => byte !== data[index])) throw new Error(`${name}: not what was encrypted`)
  return { encrypting, decrypting }
}
