// The key schedule of docs/FORMAT.md once more, written from the document alone: what someone who holds a link could make.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

const hmac = (key, ...data) => data.reduce((mac, piece) => mac.update(piece), createHmac('sha256', key)).digest()

/** HKDF-Expand (RFC 5869, 2.3) for up to 32 octets. */
const expand = (key, ...info) => hmac(key, ...info, Buffer.from([1]))

const rootOf = (serverSecret, keyCode) => hmac('bulla/1', serverSecret + keyCode)

/** Opens a seal, lets `change` edit its JSON, and seals it again. */
export function reseal(seal, { serverSecret, keyCode, packageCode }, change) {
  const key = expand(rootOf(serverSecret, keyCode), 'bulla/1 seal')
  const aad = Buffer.concat([Buffer.from('bulla/1 seal'), Buffer.from([0]), Buffer.from(packageCode)])
  const json = JSON.parse(openBox(key, Buffer.from(seal, 'base64url'), aad))
  change(json)
  return sealBox(key, Buffer.from(JSON.stringify(json)), aad).toString('base64url')
}

/** nonce(12) ‖ AES-256-GCM ciphertext ‖ tag(16). */
function openBox(key, box, aad) {
  const cipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, 12))
  cipher.setAAD(aad).setAuthTag(box.subarray(-16))
  return Buffer.concat([cipher.update(box.subarray(12, -16)), cipher.final()])
}

function sealBox(key, plaintext, aad) {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad)
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}
