// Pieces of docs/FORMAT.md once more, written from the document alone: what someone who holds a link could make.
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'

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

/** A part in the suite `openpgp-cfb` (RFC 4880, 5.3 and 5.13) under any passphrase. */
export function cfbPart(passphrase, data) {
  const salt = randomBytes(8)
  const salted = Buffer.concat([salt, Buffer.from(passphrase)])
  const key = createHash('sha256').update(Buffer.alloc(65536, salted)).digest()
  const sessionKey = randomBytes(32)
  const cfb = (secret, plaintext) => createCipheriv('aes-256-cfb', secret, Buffer.alloc(16)).update(plaintext)
  const esk = cfb(key, Buffer.concat([Buffer.from([9]), sessionKey]))
  const random = randomBytes(16)
  const literal = packet(0xcb, Buffer.from('620000000000', 'hex'), data)
  const hashed = Buffer.concat([random, random.subarray(14), literal, Buffer.from('d314', 'hex')])
  const encrypted = cfb(sessionKey, Buffer.concat([hashed, createHash('sha1').update(hashed).digest()]))
  return Buffer.concat([
    Buffer.from('c32e04090308', 'hex'), salt, Buffer.from([0x60]), esk,
    packet(0xd2, Buffer.from([1]), encrypted),
  ])
}

function packet(tag, ...body) {
  const head = Buffer.from([tag, 0xff, 0, 0, 0, 0])
  const content = Buffer.concat(body)
  head.writeUInt32BE(content.length, 2)
  return Buffer.concat([head, content])
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
