// Writes the known-answer vectors beside it, from docs/FORMAT.md and Node's own cryptography alone, but for Argon2, which
// Node has only since version 24 (hash-wasm has it): no code is shared with what the vectors test. `node tests/vectors/generate.mjs` rewrites the same files octet for octet.
import { createCipheriv, createHash, createPrivateKey, createPublicKey, hkdfSync, createHmac, pbkdf2Sync, sign } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { argon2id } from 'hash-wasm'

const bytes = (...items) => Buffer.concat(items.map((item) =>
  typeof item === 'number' ? Buffer.from([item]) : typeof item === 'string' ? Buffer.from(item, 'utf8') : Buffer.from(item)))
const hex = (text) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b }
const u64 = (n) => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(n)); return b }
const sha256 = (data) => createHash('sha256').update(data).digest()
const b64u = (data) => Buffer.from(data).toString('base64url')
/** Octets that stand for random ones: SHA-256 of a label. */
const fixed = (label, length) => sha256(`bulla vectors: ${label}`).subarray(0, length)
/** The data of parts: octet i is (7 i + floor(i / 256)) mod 256. */
const pattern = (length) => { const b = Buffer.alloc(length); for (let i = 0; i < length; i++) b[i] = 7 * i + (i >> 8); return b }

/** The same octets in base64 whose last digit has bits that stand for nothing. */
const loosen = (text, padding = '') => text.slice(0, -1 - padding.length) + String.fromCharCode(text.at(-1 - padding.length).charCodeAt(0) + 1) + padding

// Primitives

const hmac = (key, data) => createHmac('sha256', key).update(data).digest()
const extract = (salt, ikm) => hmac(salt, ikm)
const expand = (prk, info, length) => { // RFC 5869, section 2.3
  let [block, out] = [Buffer.alloc(0), Buffer.alloc(0)]
  for (let i = 1; out.length < length; i++) { block = hmac(prk, bytes(block, info, i)); out = bytes(out, block) }
  return out.subarray(0, length)
}
const hkdf = (ikm, salt, info, length) => Buffer.from(hkdfSync('sha256', ikm, salt, info, length))
const gcm = (key, nonce, aad, plaintext) => {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad)
  return bytes(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
}
const cfb = (key, plaintext) => {
  const cipher = createCipheriv('aes-256-cfb', key, Buffer.alloc(16))
  return bytes(cipher.update(plaintext), cipher.final())
}
const s2kCount = (octet) => (16 + (octet & 15)) << ((octet >> 4) + 6)
const s2k = (passphrase, salt, octet, algorithm = 'sha256') => {
  const once = bytes(salt, passphrase)
  const length = Math.max(s2kCount(octet), once.length)
  return createHash(algorithm).update(Buffer.alloc(length, once)).digest()
}

// One package, one file

const serverSecret = 'aServerSecretOf_32-characters_00'
const packageCode = 'EsUUhFULgu2H0X0hU8uDHzCBp02k4X62tTic2V1MsBY'
const keyCode = 'S' + b64u(fixed('sealed keyCode', 32))
const cfbKeyCode = b64u(fixed('openpgp-cfb keyCode', 32))
const workspaceKeyCode = 'W' + b64u(fixed('workspace keyCode', 32))
const n = fixed('file nonce', 16)

const schedule = (passphrase) => {
  const root = extract('bulla/1', passphrase)
  const s2kSalt = expand(root, 'bulla/1 s2k', 8)
  return {
    passphrase, root, s2kSalt,
    kek: hkdf(s2k(passphrase, s2kSalt, 0x60), '', hex('C3060903'), 32),
    messageKey: expand(root, 'bulla/1 message', 32),
    sealKey: expand(root, 'bulla/1 seal', 32),
    file: (nonce) => {
      const fileRoot = expand(root, bytes('bulla/1 file', nonce), 32)
      return {
        fileRoot, infoKey: expand(fileRoot, 'info', 32),
        partKey: (i, o, last) => expand(fileRoot, bytes('part', u64(i), u64(o), last ? 1 : 0), 32),
        thumbnailKey: (size) => expand(fileRoot, bytes('thumbnail', size >> 8, size & 0xff), 32),
      }
    },
  }
}
const keys = schedule(serverSecret + keyCode)
const file = keys.file(n)
const checksum = (code, pkg) => pbkdf2Sync(code, pkg, 1024, 32, 'sha256').toString('hex')

const files = {}
const vectors = (name, about, list) => {
  files[name] = JSON.stringify({ about, serverSecret, packageCode, keyCode, cfbKeyCode, n: n.toString('hex'), vectors: list }, null, 1)
}

// keys.json

{
  const spans = [[1, 0, true], [1, 0, false], [2, 1 << 20, true], [2, 1 << 20, false], [10000, 2 ** 40, true]]
  vectors('keys', 'The key schedule of one package and one file, and checksums.', [
    ...[keyCode, workspaceKeyCode].map((code, i) => {
      const k = schedule(serverSecret + code)
      return {
        name: i ? 'the class letter is part of every key' : 'every derivation of a sealed package', keyCode: code,
        passphrase: k.passphrase, messageKey: k.messageKey.toString('hex'), sealKey: k.sealKey.toString('hex'),
        infoKey: k.file(n).infoKey.toString('hex'),
        parts: spans.map(([index, offset, last]) => ({ index, offset, last, key: k.file(n).partKey(index, offset, last).toString('hex') })),
        checksum: checksum(code, packageCode),
      }
    }),
    { name: 'the checksum of a keyCode without class', keyCode: cfbKeyCode, checksum: checksum(cfbKeyCode, packageCode) },
  ])
}

// Suite sealed: parts, piece by piece, so that each can be made wrong

const SEIPD_AAD = hex('D2 02 09 03 0C')
const literal = (data, { format = 'b', name = '', date = 0, header } = {}) => {
  const body = bytes(format, name.length, name, u32(date), data)
  return bytes(header ? header(body.length) : bytes(0xCB, 0xFF, u32(body.length)), body)
}
const chunksOf = (plaintext, size = 2 ** 18) => {
  const chunks = []
  for (let at = 0; at < plaintext.length; at += size) chunks.push(plaintext.subarray(at, at + size))
  return chunks
}
const skesk6 = (o) => {
  const s2kOctets = bytes(o.s2kType ?? 3, o.s2kHash ?? 8, o.s2kSalt ?? keys.s2kSalt, o.s2kCount ?? 0x60)
  const kek = o.kek ?? keys.kek
  const esk = gcm(kek, o.iv, hex('C3060903'), o.esk ?? o.sessionKey)
  return bytes(0xC3, 0x4C, o.skeskVersion ?? 6, 0x1A, 9, 3, 0x0B, s2kOctets, o.iv, esk)
}
const seipd2 = (o) => {
  const okm = hkdf(o.sessionKey, o.salt, SEIPD_AAD, 36)
  const [key, iv] = [okm.subarray(0, 32), okm.subarray(32)]
  const chunks = o.chunks ?? chunksOf(o.plaintext)
  const sealed = chunks.map((chunk, j) => gcm(key, bytes(iv, u64(j)), SEIPD_AAD, chunk))
  const total = o.total ?? chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const tag = gcm(key, bytes(iv, u64(chunks.length)), bytes(SEIPD_AAD, u64(total)), '')
  const body = bytes(2, 9, 3, 0x0C, o.salt, ...(o.reorder ? o.reorder(sealed) : sealed), o.noFinalTag ? '' : tag)
  return bytes(o.seipdHeader ? o.seipdHeader(body.length) : bytes(0xD2, 0xFF, u32(body.length)), body)
}
const part = (o) => {
  const all = { iv: fixed('iv', 12), salt: fixed('salt', 32), sessionKey: file.partKey(1, 0, true), ...o }
  if (!all.chunks) all.plaintext ??= literal(all.data, all.literal)
  return bytes(o.before ?? '', skesk6(all), o.between ?? '', seipd2(all), o.after ?? '')
}

{
  const sizes = [0, 1, 16, 262131, 262132, 262133, 262144, 524275, 524276, 524277, 1048576]
  const positive = sizes.map((length) => {
    const [iv, salt] = [fixed(`iv ${length}`, 12), fixed(`salt ${length}`, 32)]
    const ciphertext = part({ data: pattern(length), iv, salt })
    return {
      name: `a part of ${length} octets`, index: 1, offset: 0, length, last: true, iv: iv.toString('hex'), salt: salt.toString('hex'),
      ciphertextSize: ciphertext.length, sha256: sha256(ciphertext).toString('hex'),
      ...(length < 1000 ? { ciphertext: ciphertext.toString('hex') } : {}),
    }
  })
  for (const [index, offset, last] of [[1, 0, false], [2, 1 << 20, false], [3, 9 << 20, true]]) {
    const ciphertext = part({ data: pattern(100), sessionKey: file.partKey(index, offset, last) })
    positive.push({
      name: `part ${index} at ${offset}${last ? ', the last' : ''}`, index, offset, length: 100, last,
      iv: fixed('iv', 12).toString('hex'), salt: fixed('salt', 32).toString('hex'),
      ciphertextSize: ciphertext.length, sha256: sha256(ciphertext).toString('hex'), ciphertext: ciphertext.toString('hex'),
    })
  }
  vectors('sealed-parts', 'Parts of suite sealed. The data is octet i = (7 i + floor(i / 256)) mod 256.', positive)

  const data = pattern(100)
  const good = part({ data })
  const patch = (at, value) => { const b = Buffer.from(good); b[at] = value; return b }
  const partial = (body) => bytes(0xD2, 0xE0 | 9, body.subarray(0, 512), bytes(0xC0 + ((body.length - 512 - 192) >> 8), (body.length - 512 - 192) & 255), body.subarray(512))
  const cfbPart = (() => {
    const session = fixed('session', 32)
    return bytes(0xC3, 0x2E, 4, 9, 3, 8, fixed('s', 8), 0x60, cfb(s2k(keys.passphrase, fixed('s', 8), 0x60), bytes(9, session)), 0xD2, 0xFF,
      u32(1 + 18 + literal(data).length + 22), 1, cfb(session, (() => {
        const t = bytes(fixed('r', 16), fixed('r', 16).subarray(14), literal(data), 0xD3, 0x14)
        return bytes(t, createHash('sha1').update(t).digest())
      })()))
  })()
  const bad = {
    'nothing at all': bytes(),
    'suite openpgp-cfb under a sealed key': cfbPart,
    'the first part, not last': part({ data, sessionKey: file.partKey(1, 0, false) }),
    'the second part in place of the first': part({ data, sessionKey: file.partKey(2, 100, true) }),
    'a part of another file': part({ data, sessionKey: keys.file(fixed('other nonce', 16)).partKey(1, 0, true) }),
    'a part of the same file of another package': (() => {
      const other = schedule(serverSecret + workspaceKeyCode)
      return part({ data, kek: other.kek, s2kSalt: other.s2kSalt, sessionKey: other.file(n).partKey(1, 0, true) })
    })(),
    'the message in place of the part': part({ data, sessionKey: keys.messageKey }),
    'a session key in the SKESK that is not the part key': part({ data, esk: fixed('second key', 32) }),
    'a session key of the sender in both packets': part({ data, sessionKey: fixed('second key', 32) }),
    'an SKESK under another key': part({ data, kek: fixed('kek', 32) }),
    'an SKESK of version 5': part({ data, skeskVersion: 5 }),
    'an SKESK of version 4': patch(2, 4),
    'another cipher in the SKESK': patch(4, 7),
    'another mode in the SKESK': patch(5, 2),
    'another S2K salt': (() => {
      const salt = fixed('s2k', 8)
      return part({ data, s2kSalt: salt, kek: hkdf(s2k(keys.passphrase, salt, 0x60), '', hex('C3060903'), 32) })
    })(),
    'another S2K count': part({ data, s2kCount: 0x50, kek: hkdf(s2k(keys.passphrase, keys.s2kSalt, 0x50), '', hex('C3060903'), 32) }),
    'an S2K count that costs 65 MB': part({ data, s2kCount: 0xFF }),
    'another S2K type': part({ data, s2kType: 1 }),
    'another S2K hash': part({ data, s2kHash: 10, kek: hkdf(s2k(keys.passphrase, keys.s2kSalt, 0x60, 'sha512').subarray(0, 32), '', hex('C3060903'), 32) }),
    'an SEIPD of version 1': patch(84, 1),
    'another cipher in the SEIPD': patch(85, 7),
    'another mode in the SEIPD': patch(86, 2),
    'smaller chunks': patch(87, 0x0B),
    'another salt': patch(88, good[88] ^ 1),
    'an SEIPD length that lies': patch(83, good[83] + 1),
    'an SEIPD length in its short form': part({ data, seipdHeader: (length) => bytes(0xD2, 0xC0 + ((length - 192) >> 8), (length - 192) & 255) }),
    'an SEIPD in legacy format': part({ data, seipdHeader: (length) => bytes(0x80 | (18 & 15) << 2 | 1, length >> 8, length & 255) }),
    'an SEIPD of partial lengths': (() => {
      const whole = part({ data: pattern(1000) })
      return bytes(whole.subarray(0, 78), partial(whole.subarray(84)))
    })(),
    'a flipped bit in the data': patch(140, good[140] ^ 1),
    'a flipped bit in the chunk tag': patch(good.length - 20, good[good.length - 20] ^ 1),
    'a flipped bit in the final tag': patch(good.length - 1, good[good.length - 1] ^ 1),
    'no final tag': part({ data, noFinalTag: true }),
    'a final tag for another length': part({ data, total: 113 }),
    'a trailing octet': bytes(good, 0),
    'an octet less': good.subarray(0, -1),
    'an octet before the final tag': bytes(good.subarray(0, -16), 0, good.subarray(-16)),
    'an octet before the first chunk': bytes(good.subarray(0, 120), 0, good.subarray(120)),
    'a marker packet before': part({ data, before: bytes(0xCA, 3, 'PGP') }),
    'a padding packet between': part({ data, between: bytes(0xD5, 1, 0) }),
    'a second SKESK': part({ data, between: skesk6({ iv: fixed('iv 2', 12), sessionKey: file.partKey(1, 0, true) }) }),
    'literal data of format t': part({ data, literal: { format: 't' } }),
    'literal data of format u': part({ data, literal: { format: 'u' } }),
    'a dated literal': part({ data, literal: { date: 1 } }),
    'a named literal of the same length': part({ plaintext: literal(pattern(97), { name: 'abc' }) }),
    'a literal in legacy format': part({ plaintext: literal(pattern(101), { header: (length) => bytes(0xAE, u32(length)) }) }),
    'a literal of short length': part({ plaintext: literal(pattern(104), { header: (length) => bytes(0xCB, length) }) }),
    'a literal of partial lengths': part({ plaintext: literal(data, { header: (length) => bytes(0xCB, 0xE0, 0xFF, u32(length - 1)) }) }),
    'a literal that claims less than there is': part({ plaintext: literal(data, { header: (length) => bytes(0xCB, 0xFF, u32(length - 1)) }) }),
    'two literals of the same total': part({ plaintext: bytes(literal(pattern(44)), literal(pattern(44))) }),
    'a compressed packet': part({ plaintext: bytes(0xC8, 0xFF, u32(106), 0, literal(pattern(93))) }),
    'padding after the literal': part({ plaintext: bytes(literal(pattern(96)), 0xD5, 2, 0, 0) }),
    'an empty chunk more': part({ data: pattern(100), chunks: [literal(pattern(84)), Buffer.alloc(0)] }),
    'two chunks of half the size': part({ chunks: [literal(data).subarray(0, 60), literal(data).subarray(60, 96)] }),
  }
  vectors('sealed-parts-refused', 'Each is TAMPERED when read as part 1 of 1, at 0, with 100 octets of data.',
    Object.entries(bad).map(([name, ciphertext]) => ({ name, ciphertext: ciphertext.toString('hex') })))
}

// The message

{
  const message = (text, o = {}) => part({ data: Buffer.from(text), sessionKey: keys.messageKey, ...o }).toString('base64')
  vectors('sealed-message', 'Messages of suite sealed; `text` is missing when the message is TAMPERED.', [
    { name: 'an empty message', text: '', message: message('') },
    { name: 'a message', text: 'Here you go \u{1F5DD}\n', message: message('Here you go \u{1F5DD}\n') },
    { name: 'a part in place of the message', message: message('x', { sessionKey: file.partKey(1, 0, true) }) },
    { name: 'not UTF-8', message: part({ data: hex('FF'), sessionKey: keys.messageKey }).toString('base64') },
    { name: 'no base64', message: '*' + message('x').slice(1) },
    { name: 'base64 with loose bits', message: loosen(message('xx'), '==') },
    { name: 'nothing', message: '' },
    { name: 'plaintext', message: Buffer.from('hello').toString('base64') },
    { name: 'a trailing octet', message: part({ data: Buffer.from('x'), sessionKey: keys.messageKey, after: bytes(0) }).toString('base64') },
    { name: 'cut', message: part({ data: Buffer.from('x'), sessionKey: keys.messageKey }).subarray(0, -1).toString('base64') },
  ])
}

// Thumbnails

{
  const thumbnail = (data, size, o = {}) => part({ data, sessionKey: file.thumbnailKey(size), ...o })
  const other = keys.file(fixed('another nonce', 16))
  const found = (name, size, data) => ({ name, size, data: data.toString('hex'), thumbnail: thumbnail(data, size).toString('hex') })
  const bad = (name, size, ciphertext) => ({ name, size, thumbnail: ciphertext.toString('hex') })
  vectors('sealed-thumbnails', 'Thumbnails of the file in suite sealed; `data` is missing when one is TAMPERED.', [
    found('a small one', 75, pattern(100)),
    found('a large one', 600, pattern(1000)),
    found('an empty one', 75, pattern(0)),
    bad('one of another size', 75, thumbnail(pattern(100), 600)),
    bad('one of another file', 75, part({ data: pattern(100), sessionKey: other.thumbnailKey(75) })),
    bad('a part in its place', 75, part({ data: pattern(100), sessionKey: file.partKey(1, 0, true) })),
    bad('a trailing octet', 75, thumbnail(pattern(100), 75, { after: bytes(0) })),
    bad('cut', 75, thumbnail(pattern(100), 75).subarray(0, -1)),
    bad('nothing', 75, Buffer.alloc(0)),
    bad('plaintext', 75, pattern(100)),
  ])
}

// Sealed file info

{
  const good = { v: 1, rev: 0, name: 'Prüfung \u{1F4C4}.pdf', type: 'application/pdf', first: 1048576, rest: 8388608, size: 9437185, parts: 3 }
  const whole = { ...good, rev: 3, path: 'a/b', modified: 1700000000123 }
  const pad = (text) => { const b = Buffer.from(text); return bytes(b, Buffer.alloc((64 - b.length % 64) % 64, 32)) }
  const info = (plaintext, { nonce = n, key = keys.file(nonce).infoKey, aad = 'bulla/1 info', prefix = 'sealed.' } = {}) =>
    prefix + b64u(bytes(nonce, fixed('info', 12), gcm(key, fixed('info', 12), Buffer.from(aad), plaintext)))
  const json = (value) => info(pad(JSON.stringify(value)))
  const text = JSON.stringify(good)
  const looseBlocks = [0, 1, 2].find((blocks) => (44 + pad(text).length + 64 * blocks) % 3 !== 0)
  const read = (name, value, sealed = json(value)) => ({ name, sealed, info: value })
  const refused = (name, sealed, code = 'TAMPERED') => ({ name, sealed, code })
  const { size, parts, ...stream } = good
  vectors('sealed-info', 'Sealed file info: `info` when it opens, else the `code` of the error.', [
    read('a new file', good),
    read('every field', whole),
    read('an empty file', { ...good, size: 0, parts: 1 }),
    read('a stream of unknown length', stream),
    read('changed before 1970', { ...good, modified: -1 }),
    read('the largest integers', { ...good, rev: 2 ** 53 - 1, modified: 2 ** 53 - 1 }),
    read('padded by a whole block', good, info(bytes(pad(text), Buffer.alloc(64, 32)))),
    refused('an ordinary name', 'report.pdf'),
    refused('nothing', ''),
    refused('nothing after the prefix', 'sealed.'),
    refused('a nonce and nothing else', 'sealed.' + b64u(n)),
    refused('the prefix stripped', json(good).slice(7)),
    refused('the prefix in capitals', json(good).replace('sealed', 'Sealed')),
    refused('padded base64', json(good) + '='),
    refused('base64 with loose bits', loosen(info(bytes(pad(text), Buffer.alloc(looseBlocks * 64, 32))))),
    refused('the nonce of another file', 'sealed.' + b64u(bytes(fixed('other nonce', 16), Buffer.from(json(good).slice(7), 'base64url').subarray(16)))),
    refused('under the key of a part', info(pad(text), { key: file.partKey(1, 0, true) })),
    refused('under the key of another package', info(pad(text), { key: schedule(serverSecret + workspaceKeyCode).file(n).infoKey })),
    refused('other additional data', info(pad(text), { aad: 'bulla/1 dir' })),
    refused('no additional data', info(pad(text), { aad: '' })),
    refused('not padded', info(Buffer.from(text.length % 64 ? text : text + ' '))),
    refused('empty', info(Buffer.alloc(0))),
    refused('no JSON', info(pad('{'))),
    refused('not UTF-8', info(pad(bytes(text.slice(0, -1), ',"path":"', 0xFF, '"}')))),
    refused('an array', info(pad('[]'))),
    refused('two objects', info(pad(text + text))),
    refused('a duplicate key', info(pad(text.slice(0, -1) + ',"name":"other"}'))),
    refused('a duplicate key, escaped', info(pad(text.slice(0, -1) + ',"n\\u0061me":"other"}'))),
    refused('a duplicate version', info(pad(text.slice(0, -1) + ',"v":1}'))),
    refused('an unknown key', json({ ...good, executable: true })),
    refused('no version', json({ ...good, v: undefined })),
    refused('a version in a string', json({ ...good, v: '1' })),
    refused('a later version', json({ v: 2, anything: [] }), 'UNSUPPORTED'),
    refused('no name', json({ ...good, name: undefined })),
    refused('an empty name', json({ ...good, name: '' })),
    refused('no type', json({ ...good, type: undefined })),
    refused('no revision', json({ ...good, rev: undefined })),
    refused('an integer over 2^53 - 1', json({ ...good, rev: 2 ** 53 })),
    refused('a date over 2^53 - 1', json({ ...good, modified: -(2 ** 53) })),
    refused('a size over 2^53 - 1', json({ ...good, size: 2 ** 53, parts: 10000 })),
    refused('a negative size', json({ ...good, size: -1 })),
    refused('a fraction', info(pad(text.replace('9437185', '9437185.0')))),
    refused('a size without parts', json({ ...good, parts: undefined })),
    refused('parts without a size', json({ ...good, size: undefined })),
    refused('a part too few', json({ ...good, parts: 2 })),
    refused('a part too many', json({ ...good, parts: 4 })),
    refused('no part for an empty file', json({ ...good, size: 0, parts: 0 })),
    refused('10,001 parts', json({ ...good, first: 1, rest: 1, size: 10001, parts: 10001 })),
    refused('empty first parts', json({ ...good, first: 0 })),
    refused('empty parts', json({ ...good, rest: 0 })),
    refused('parts over 64 MiB', json({ ...good, rest: 2 ** 26 + 1 })),
    refused('longer than any name', json({ ...good, path: 'x'.repeat(16384) })),
  ])
}

// The seal

{
  const name = (label) => 'sealed.' + b64u(bytes(fixed(label, 16), fixed(label + ' sealed', 32)))
  const [a, b] = [{ name: name('file a'), parts: 1, size: 5 }, { name: name('file b'), parts: 3, size: 2 ** 24 }]
  const message = part({ data: Buffer.from('hi'), sessionKey: keys.messageKey }).toString('base64')
  const oldMessage = part({ data: Buffer.from('ho'), sessionKey: keys.messageKey }).toString('base64')
  const entry = (f) => [b64u(sha256(f.name)), f.parts, f.size]
  const content = (o = {}) => ({ v: 1, seq: 0, created: 1700000000, message: b64u(sha256(Buffer.from(message, 'base64'))), files: [a, b].map(entry), ...o })
  const seal = (plaintext, { key = keys.sealKey, aad = bytes('bulla/1 seal', 0, packageCode) } = {}) =>
    b64u(bytes(fixed('seal', 12), gcm(key, fixed('seal', 12), aad, Buffer.from(plaintext))))
  const json = (o, options) => seal(JSON.stringify(content(o)), options)
  const found = { message, files: [a, b] }
  const v = (label, sealed, package_, code) => ({ name: label, seal: sealed, ...package_, ...(code ? { code } : {}) })
  const bad = (label, sealed, package_ = found, code = 'TAMPERED') => v(label, sealed, package_, code)
  const nonceTwin = { ...b, name: 'sealed.' + b64u(bytes(fixed('file a', 16), fixed('twin', 32))) }
  vectors('seal', 'Seals, each with the package that it is checked against; `code` is the error, if any.', [
    v('a message and two files', json(), found),
    v('files in another order', json(), { message, files: [b, a] }),
    v('no message', json({ message: null }), { message: null, files: [a, b] }),
    v('no files', json({ files: [] }), { message, files: [] }),
    v('the seventh seal', json({ seq: 7 }), found),
    bad('a file hidden', json(), { message, files: [a] }),
    bad('a file added', json({ files: [entry(a)] })),
    bad('a file twice', json(), { message, files: [a, b, b] }),
    bad('a file twice, and twice in the seal', json({ files: [a, b, b].map(entry) }), { message, files: [a, b, b] }),
    bad('two files with one nonce', json({ files: [a, nonceTwin].map(entry) }), { message, files: [a, nonceTwin] }),
    bad('a file replaced', json(), { message, files: [a, { ...b, name: name('file c') }] }),
    bad('a part less', json(), { message, files: [a, { ...b, parts: 2 }] }),
    bad('an octet less', json(), { message, files: [a, { ...b, size: 2 ** 24 - 1 }] }),
    bad('a plain name', json({ files: [a, { ...b, name: 'b.txt' }].map(entry) }), { message, files: [a, { ...b, name: 'b.txt' }] }),
    bad('an old message', json(), { ...found, message: oldMessage }),
    bad('the message dropped', json(), { ...found, message: null }),
    bad('a message added', json({ message: null })),
    bad('nothing', ''),
    bad('cut', json().slice(0, -2)),
    bad('another package', json({}, { aad: bytes('bulla/1 seal', 0, packageCode + 'x') })),
    bad('no zero octet before the package code', json({}, { aad: bytes('bulla/1 seal', packageCode) })),
    bad('under the key of the message', json({}, { key: keys.messageKey })),
    bad('under the key of another package', json({}, { key: schedule(serverSecret + workspaceKeyCode).sealKey })),
    bad('a later version', seal('{"v":2}'), found, 'UNSUPPORTED'),
    bad('no version', json({ v: undefined })),
    bad('an unknown key', json({ recipients: [] })),
    bad('a duplicate key', seal(JSON.stringify(content()).slice(0, -1) + ',"seq":1}')),
    bad('no message field', json({ message: undefined }), { message: null, files: [a, b] }),
    bad('no sequence number', json({ seq: undefined })),
    bad('an integer over 2^53 - 1', json({ seq: 2 ** 53 })),
    bad('a file entry of two', json({ files: [entry(a).slice(0, 2), entry(b)] })),
    bad('a file entry of four', json({ files: [[...entry(a), 0], entry(b)] })),
    bad('a hash of 31 octets', json({ files: [[b64u(sha256(a.name).subarray(1)), 1, 5], entry(b)] })),
  ])
}

// Suite openpgp-cfb

{
  const passphrase = serverSecret + cfbKeyCode
  const session = fixed('cfb session', 32)
  const salt = fixed('cfb salt', 8)
  const length = (n) => n < 192 ? bytes(n) : n < 8384 ? bytes(192 + ((n - 192) >> 8), (n - 192) & 255) : bytes(255, u32(n))
  const packet = (tag, body) => bytes(0xC0 | tag, length(body.length), body)
  const partialPacket = (tag, body, power) => {
    const pieces = []
    let at = 0
    for (; body.length - at >= 2 ** power; at += 2 ** power) pieces.push(bytes(0xE0 | power), body.subarray(at, at + 2 ** power))
    return bytes(0xC0 | tag, ...pieces, length(body.length - at), body.subarray(at))
  }
  const legacy = (tag, body, type) => {
    const size = [1, 2, 4][type]
    const n = Buffer.alloc(size); n.writeUIntBE(body.length, 0, size)
    return bytes(0x80 | tag << 2 | type, n, body)
  }
  const indeterminate = (tag, body) => bytes(0x80 | tag << 2 | 3, body)
  const specifier = (o = {}) => bytes(o.type ?? 3, o.hash ?? 8, salt, o.count ?? 0x60)
  const skeskBody = (o = {}) => {
    const key = o.key ?? s2k(passphrase, salt, o.count ?? 0x60)
    return bytes(o.version ?? 4, o.cipher ?? 9, o.specifier ?? specifier(o), o.esk ?? cfb(key, bytes(o.algorithm ?? 9, session)))
  }
  const seipdBody = (content, o = {}) => {
    const random = fixed('cfb random', 16)
    const t = bytes(random, o.repeat ?? random.subarray(14), content, o.mdcHeader ?? hex('D314'))
    return bytes(o.version ?? 1, cfb(o.key ?? session, o.noMdc ? t.subarray(0, -2) : bytes(t, createHash('sha1').update(t).digest())))
  }
  const lit = (data, format = 'b', name = '', date = 0) => bytes(format, name.length, name, u32(date), data)
  const message = (o = {}) => bytes(
    o.before ?? '',
    (o.skeskPacket ?? ((body) => packet(3, body)))(skeskBody(o.skesk)),
    o.between ?? '',
    (o.seipdPacket ?? ((body) => packet(18, body)))(seipdBody(o.content ?? packet(11, lit(o.data ?? data)), o.seipd)),
    o.after ?? '')
  const data = pattern(100)
  const s2kSession = (count) => ({ key: s2k(passphrase, salt, count) })
  const read = (name, o, expected = data) => ({ name, message: message(o).toString('hex'), data: expected.toString('hex') })
  const no = (name, o) => ({ name, message: (Buffer.isBuffer(o) ? o : message(o)).toString('hex') })
  const good = message()
  const patch = (at, mask) => { const b = Buffer.from(good); b[at < 0 ? b.length + at : at] ^= mask; return b }
  const big = pattern(3000)
  const counts = [0x00, 0x0F, 0x60, 0x96, 0xC0, 0xFF]
  vectors('cfb-parts', 'Parts of suite openpgp-cfb under serverSecret and cfbKeyCode; `data` is missing when TAMPERED.', [
    read('as we write it', { seipdPacket: (body) => bytes(0xD2, 0xFF, u32(body.length), body), content: literal(data) }),
    read('an empty part', { data: Buffer.alloc(0) }, Buffer.alloc(0)),
    ...counts.map((count) => read(`S2K count ${s2kCount(count)}`, { skesk: { count } })),
    ...counts.map((count) => read(`S2K count ${s2kCount(count)}, no encrypted session key`, { skesk: { count, esk: Buffer.alloc(0) }, seipd: s2kSession(count) })),
    read('text', { content: packet(11, lit(data, 't')) }),
    read('UTF-8', { content: packet(11, lit(data, 'u')) }),
    read('named and dated', { content: packet(11, lit(data, 'b', 'msg.txt', 1700000000)) }),
    read('legacy headers', { skeskPacket: (b) => legacy(3, b, 0), seipdPacket: (b) => bytes(0xD2, 0xFF, u32(b.length), b), content: legacy(11, lit(data), 1) }),
    read('legacy headers of four octets', { skeskPacket: (b) => legacy(3, b, 2), content: legacy(11, lit(data), 2) }),
    read('an SEIPD of partial lengths', { data: big, seipdPacket: (b) => partialPacket(18, b, 9) }, big),
    read('a literal of partial lengths', { content: partialPacket(11, lit(big), 10) }, big),
    read('partial lengths outside and inside', { content: partialPacket(11, lit(big), 9), seipdPacket: (b) => partialPacket(18, b, 10) }, big),
    read('partial lengths that end with nothing', { content: partialPacket(11, lit(pattern(1018)), 9) }, pattern(1018)),
    read('quick-check octets that do not match', { seipd: { repeat: bytes(0, 0) } }),
    no('nothing', Buffer.alloc(0)),
    no('another passphrase', { skesk: { key: s2k('x' + passphrase, salt, 0x60) } }),
    no('a flipped bit in the encrypted session key', patch(16, 1)),
    no('a flipped bit in the random prefix', patch(60, 1)),
    no('a flipped bit in the data', patch(-40, 1)),
    no('a flipped bit in the MDC', patch(-1, 1)),
    no('no MDC', { seipd: { noMdc: true } }),
    no('another header of the MDC', { seipd: { mdcHeader: hex('D313') } }),
    no('an octet less', good.subarray(0, -1)),
    no('a trailing octet', bytes(good, 0)),
    no('a trailing packet', { after: packet(21, bytes(0)) }),
    no('a marker packet before', { before: packet(10, 'PGP') }),
    no('a marker packet between', { between: packet(10, 'PGP') }),
    no('two SKESKs', { before: packet(3, skeskBody()) }),
    no('two SEIPDs', { after: packet(18, seipdBody(packet(11, lit(data)))) }),
    no('no SKESK', packet(18, seipdBody(packet(11, lit(data))))),
    no('no SEIPD', packet(3, skeskBody())),
    no('a public-key encrypted session key', { skeskPacket: (b) => packet(1, b) }),
    no('an SKESK of version 5', { skesk: { version: 5 } }),
    no('an SKESK of version 6', { skesk: { version: 6 } }),
    no('AES-128', { skesk: { cipher: 7 } }),
    no('a session key for AES-128', { skesk: { algorithm: 7 } }),
    no('a session key of 31 octets', { skesk: { esk: cfb(s2k(passphrase, salt, 0x60), bytes(9, session.subarray(1))) } }),
    no('S2K type 0', { skesk: { specifier: hex('0008'), esk: Buffer.alloc(0) } }),
    no('S2K type 1', { skesk: { type: 1 } }),
    no('S2K type 4', { skesk: { type: 4 } }),
    no('S2K with SHA-1', { skesk: { hash: 2 } }),
    no('S2K with SHA-512', { skesk: { hash: 10 } }),
    no('SEIPD version 2', { seipd: { version: 2 } }),
    no('no SEIPD version', { seipdPacket: () => packet(18, '') }),
    no('an SEIPD that is too short for its MDC', { seipdPacket: (b) => packet(18, b.subarray(0, 40)) }),
    no('tag 9, without integrity protection', { seipdPacket: (b) => packet(9, b.subarray(1)) }),
    no('tag 20, the old AEAD', { seipdPacket: (b) => packet(20, b) }),
    no('compressed', { content: packet(8, bytes(0, packet(11, lit(data)))) }),
    no('a nested SEIPD', { content: packet(18, seipdBody(packet(11, lit(data)))) }),
    no('another packet laid out like a literal', { content: packet(13, lit(data)) }),
    no('two literals', { content: bytes(packet(11, lit(data)), packet(11, lit(data))) }),
    no('padding after the literal', { content: bytes(packet(11, lit(data)), packet(21, bytes(0))) }),
    no('no literal', { content: Buffer.alloc(0) }),
    no('a literal of format m', { content: packet(11, lit(data, 'm')) }),
    no('a literal of format 1', { content: packet(11, lit(data, '1')) }),
    no('a literal whose name passes its end', { content: packet(11, bytes('b', 255, data)) }),
    no('a literal without a date', { content: packet(11, bytes('b', 0, 0, 0, 0)) }),
    no('a literal longer than what is there', { content: bytes(0xCB, 0xFF, u32(200), lit(data)) }),
    no('a literal shorter than what is there', { content: bytes(0xCB, 0xFF, u32(50), lit(data)) }),
    no('an SKESK of partial lengths', { skeskPacket: (b) => bytes(0xC3, 0xE5, b.subarray(0, 32), b.length - 32, b.subarray(32)) }),
    no('a first partial length under 512', { data: big, seipdPacket: (b) => partialPacket(18, b, 8) }),
    no('partial lengths without an end', { data: big, seipdPacket: (b) => bytes(0xD2, 0xEA, b.subarray(0, 1024)) }),
    no('an indeterminate length', { content: indeterminate(11, lit(data)) }),
    no('a length of 4 GiB', { seipdPacket: (b) => bytes(0xD2, 0xFF, u32(0xFFFFFFFF), b) }),
    no('no packet', bytes(0x3F, good)),
    no('a sealed part', part({ data })),
  ])
  const text = (name, content, expected) => ({ name, message: message({ content: packet(11, content) }).toString('base64'), ...(expected === undefined ? {} : { text: expected }) })
  vectors('cfb-message', 'Messages of suite openpgp-cfb; `text` is missing when TAMPERED.', [
    text('a message', lit('Grüße\n', 'u'), 'Grüße\n'),
    text('CRLF becomes LF', lit('a\r\nb\rc\n\r\n', 't'), 'a\nb\rc\n\n'),
    text('an empty message', lit(''), ''),
    text('not UTF-8', lit(hex('C328'))),
    { name: 'no base64', message: '*' + good.toString('base64').slice(1) },
    { name: 'nothing', message: '' },
  ])
}

// Links and keyCodes

{
  const host = 'https://files.example.com'
  const base = `${host}/receive/?thread=JRPE-XSR2&packageCode=${packageCode}`
  const key = 'S' + 'A-_z'.repeat(10) + 'Ax4'
  const looseKey = key.replaceAll('-', '+').replaceAll('_', '/')
  const opens = (name, link, o = {}) => ({ name, link, host, thread: 'JRPE-XSR2', packageCode, keyCode: key, ...o })
  const no = (name, link, code = 'LINK_INVALID') => ({ name, link, code })
  vectors('links', 'Share links: what they hold, or the `code` of the error.', [
    opens('as written', `${base}#keyCode=${key}`),
    opens('of a workspace', `${base}#keyCode=${workspaceKeyCode}`, { keyCode: workspaceKeyCode }),
    opens('of another client', `${base}#keyCode=${cfbKeyCode}`, { keyCode: cfbKeyCode }),
    opens('without a thread', `${host}/receive/?packageCode=${packageCode}#keyCode=${key}`, { thread: null }),
    opens('a thread that is no id', base.replace('JRPE-XSR2', 'a.b') + `#keyCode=${key}`, { thread: null }),
    opens('parameters in another order', `${host}/receive/?packageCode=${packageCode}&thread=JRPE-XSR2#keyCode=${key}`),
    opens('a port', base.replace('.com', '.com:8443') + `#keyCode=${key}`, { host: host + ':8443' }),
    opens('http', base.replace('https', 'http') + `#keyCode=${key}`, { host: 'http://files.example.com' }),
    opens('an IPv4 address', base.replace('files.example.com', '127.0.0.1:8787') + `#keyCode=${key}`, { host: 'https://127.0.0.1:8787' }),
    opens('an IPv6 address', base.replace('files.example.com', '[::1]:8787') + `#keyCode=${key}`, { host: 'https://[::1]:8787' }),
    opens('scheme and host in capitals', base.replace('https', 'HTTPS').replace('files', 'Files') + `#keyCode=${key}`),
    opens('lower-case keycode', `${base}#keycode=${key}`),
    opens('an encoded #', `${base}%23keyCode=${key}`),
    opens('an encoded # and =', `${base}%23keyCode%3D${key}`),
    opens('a # encoded twice', `${base}%2523keyCode%253D${key}`),
    opens('an encoded =', `${base}#keyCode%3D${key}`),
    opens('an encoded key', `${base}#keyCode=${key.replaceAll('-', '%2D')}`),
    opens('an escaped &', base.replace('&', '&amp;') + `#keyCode=${key}`),
    opens('base64 instead of base64url', `${base}#keyCode=${looseKey}`),
    opens('encoded base64', `${base}#keyCode=${encodeURIComponent(looseKey + '=')}`),
    opens('padding', `${base}#keyCode=${key}=`),
    opens('a tracker after the key', `${base}#keyCode=${key}&utm_source=newsletter&utm_medium=email`),
    opens('a tracker with its own ?', `${base}#keyCode=${key}?fbclid=IwAR0abc`),
    opens('an encoded tracker after the key', `${base}#keyCode=${key}%26utm_source%3Dx`),
    opens('a tracker before the #', `${base}&utm_source=x#keyCode=${key}`),
    opens('a text fragment after the key', `${base}#keyCode=${key}:~:text=hello`),
    opens('a full stop after the key', `${base}#keyCode=${key}.`),
    opens('white space around', ` \n${base}#keyCode=${key}\r\n`),
    opens('in angle brackets', `<${base}#keyCode=${key}>`),
    opens('another path', `${host}/r?thread=JRPE-XSR2&packageCode=${packageCode}#keyCode=${key}`),
    no('no key', base, 'LINK_INCOMPLETE'),
    no('an empty fragment', base + '#', 'LINK_INCOMPLETE'),
    no('an empty key', base + '#keyCode=', 'LINK_INCOMPLETE'),
    no('cut before the =', base + '#keyC', 'LINK_INCOMPLETE'),
    ...[1, 20, 42].map((length) => no(`cut after ${length} characters of the key`, `${base}#keyCode=${key.slice(0, length)}`, 'LINK_INCOMPLETE')),
    no('the last character cut off', `${base}#keyCode=${key.slice(0, -1)}`, 'LINK_INCOMPLETE'),
    no('a character too many', `${base}#keyCode=${key}x`, 'LINK_INCOMPLETE'),
    no('an unknown class', `${base}#keyCode=X${key.slice(1)}`),
    no('a lower-case class', `${base}#keyCode=s${key.slice(1)}`),
    no('bits that no key has', `${base}#keyCode=${key.slice(0, -1)}5`, 'LINK_INCOMPLETE'),
    no('the key in the query', `${base}&keyCode=${key}`, 'LINK_INCOMPLETE'),
    no('locked', `${base}#lock=AbCd`, 'PASSWORD_REQUIRED'),
    no('an empty lock', `${base}#lock=`, 'PASSWORD_REQUIRED'),
    opens('with a lock after the key', `${base}#keyCode=${key}&lock=AbCd`),
    no('nothing', ''),
    no('no link', 'hello'),
    no('no scheme', `${base}#keyCode=${key}`.slice(8)),
    no('another scheme', `ftp${base.slice(5)}#keyCode=${key}`),
    no('a script', `javascript:alert(1)//${base}#keyCode=${key}`),
    no('a user', base.replace('//', '//user@') + `#keyCode=${key}`),
    no('a user and a password', base.replace('//', '//files.example.com:x@') + `#keyCode=${key}`),
    no('no host', `https:///receive/?packageCode=${packageCode}#keyCode=${key}`),
    no('a host with a space', base.replace('files.', 'files .') + `#keyCode=${key}`),
    no('a host with a percent sign', base.replace('files.', 'files%2e') + `#keyCode=${key}`),
    no('a port out of range', base.replace('.com', '.com:65536') + `#keyCode=${key}`),
    no('a port that is none', base.replace('.com', '.com:x') + `#keyCode=${key}`),
    no('a backslash after the host', base.replace('.com', '.com\\@evil.example') + `#keyCode=${key}`, 'LINK_INVALID'),
    no('no package code', `${host}/receive/?thread=JRPE-XSR2#keyCode=${key}`),
    no('a short package code', `${host}/receive/?packageCode=abc#keyCode=${key}`),
    no('a package code with a slash', `${host}/receive/?packageCode=${packageCode}/../x#keyCode=${key}`),
    no('two package codes', `${base}&packageCode=${packageCode}x#keyCode=${key}`),
    no('longer than any link', `${base}#keyCode=${key}&x=${'x'.repeat(9000)}`),
  ])
  const keyNo = (name, text, code) => ({ name, text, code })
  vectors('key-codes', 'keyCodes: their class, or the `code` of the error.', [
    { name: 'sealed', text: keyCode, class: 'sealed', suite: 'sealed' },
    { name: 'workspace', text: workspaceKeyCode, class: 'workspace', suite: 'sealed' },
    { name: 'no class letter', text: cfbKeyCode, class: 'openpgp-cfb', suite: 'openpgp-cfb' },
    { name: 'no class letter, but it starts with S', text: 'S' + 'A'.repeat(42), class: 'openpgp-cfb', suite: 'openpgp-cfb' },
    keyNo('empty', '', 'LINK_INCOMPLETE'),
    keyNo('42 characters', 'A'.repeat(42), 'LINK_INCOMPLETE'),
    keyNo('45 characters', 'S' + 'A'.repeat(44), 'LINK_INCOMPLETE'),
    keyNo('an unknown class', 'T' + 'A'.repeat(43), 'LINK_INVALID'),
    keyNo('base64 instead of base64url', 'S' + '+/' + 'A'.repeat(41), 'LINK_INVALID'),
    keyNo('padding', 'A'.repeat(43) + '=', 'LINK_INVALID'),
    keyNo('a space', ' ' + 'A'.repeat(43), 'LINK_INVALID'),
    keyNo('a letter outside ASCII', 'S' + 'ä' + 'A'.repeat(41), 'LINK_INVALID'),
    keyNo('bits beyond the 32nd octet', 'S' + 'A'.repeat(42) + 'B', 'LINK_INCOMPLETE'),
    keyNo('bits beyond the 32nd octet, no class letter', 'A'.repeat(42) + 'B', 'LINK_INCOMPLETE'),
  ])
}

// Workspaces: names, tags, and what copies are read with

{
  const target = schedule(serverSecret + workspaceKeyCode)
  const nonce12 = fixed('nonce of a name', 12)
  const padded = (object) => { const json = JSON.stringify(object); return json + ' '.repeat(-Buffer.byteLength(json) & 63) }
  const sealed = (label, plaintext, { aad = label, root = target.root, nonce = n } = {}) =>
    'sealed.' + b64u(bytes(nonce, nonce12, gcm(expand(root, bytes(label, nonce), 32), nonce12, bytes(aad), bytes(plaintext))))
  const dir = 'bulla/1 dir'
  const label = 'bulla/1 label'
  const refused = (name, kind, text, error = 'TAMPERED') => ({ name, kind, text, error })
  const good = sealed(dir, padded({ v: 1, name: 'Årsrapport 名' }))
  const fileKey = (root, options) => sealed('bulla/1 copy', root, options)
  const tag = (directoryId, text) => b64u(hmac(expand(target.root, 'bulla/1 name', 32), bytes(directoryId, 0, text.normalize('NFC'))))
  const other = fixed('another file nonce', 16)
  const fileName = (nonce) => 'sealed.' + b64u(bytes(nonce, nonce12, 'whatever follows'))
  vectors('workspace', 'Names of directories and labels, name tags, and fileKeys: docs/FORMAT.md, sections 3.7 and 3.8', [
    { name: 'the name of a directory', kind: 'directory', text: good, opened: 'Årsrapport 名' },
    { name: 'a name that fills the padding', kind: 'directory', text: sealed(dir, padded({ v: 1, name: 'x'.repeat(64 - 17) })), opened: 'x'.repeat(64 - 17) },
    { name: 'a label', kind: 'label', text: sealed(label, padded({ v: 1, name: 'Board' })), opened: 'Board' },
    { name: 'a label of nothing', kind: 'label', text: sealed(label, padded({ v: 1, name: '' })), opened: '' },
    refused('a label in the place of a name', 'directory', sealed(label, padded({ v: 1, name: 'Board' }))),
    refused('a name in the place of a label', 'label', good),
    refused('additional data of another purpose', 'directory', sealed(dir, padded({ v: 1, name: 'a' }), { aad: label })),
    refused('the key of another package', 'directory', sealed(dir, padded({ v: 1, name: 'a' }), { root: keys.root })),
    refused('a plain name', 'directory', 'Reports'),
    refused('a name without its prefix', 'directory', good.slice('sealed.'.length)),
    refused('a name whose last octet is missing', 'directory', 'sealed.' + b64u(Buffer.from(good.slice(7), 'base64url').subarray(0, -1))),
    refused('a name without padding', 'directory', sealed(dir, JSON.stringify({ v: 1, name: 'a' }))),
    refused('an unknown key', 'directory', sealed(dir, padded({ v: 1, name: 'a', more: 1 }))),
    refused('a name that is missing', 'directory', sealed(dir, padded({ v: 1 }))),
    refused('a newer version', 'directory', sealed(dir, padded({ v: 2, name: 'a' })), 'UNSUPPORTED'),
    { name: 'what a copy is read with', kind: 'fileKey', fileName: fileName(n), text: fileKey(file.fileRoot), opened: file.fileRoot.toString('hex') },
    { ...refused('the fileKey of another file', 'fileKey', fileKey(file.fileRoot, { nonce: other })), fileName: fileName(n) },
    { ...refused('a fileKey for another workspace', 'fileKey', fileKey(file.fileRoot, { root: keys.root })), fileName: fileName(n) },
    { ...refused('a root that is too short', 'fileKey', fileKey(file.fileRoot.subarray(1))), fileName: fileName(n) },
    { ...refused('a root that is too long', 'fileKey', fileKey(bytes(file.fileRoot, 0))), fileName: fileName(n) },
    { ...refused('a fileKey of SendSafely\'s clients', 'fileKey', 'wy4ECQMI'), fileName: fileName(n) },
    { name: 'a name tag', kind: 'nameTag', directoryId: 'AAAA-1', text: 'a.txt', opened: tag('AAAA-1', 'a.txt') },
    { name: 'the same name in another directory', kind: 'nameTag', directoryId: 'AAAA-2', text: 'a.txt', opened: tag('AAAA-2', 'a.txt') },
    { name: 'a name whose accents stand apart', kind: 'nameTag', directoryId: 'AAAA-1', text: 'e\u0301', opened: tag('AAAA-1', '\u00e9') },
  ].map((vector) => ({ ...vector, workspaceKeyCode })))
}

// Fingerprints of public keys

{
  // Made with OpenPGP.js: of the algorithms 22 and 18, as our own keys are, and of 27 and 25.
  const keyOfAlice = [
    '-----BEGIN PGP PUBLIC KEY BLOCK-----',
    '',
    'xjMEaVW5ABYJKwYBBAHaRw8BAQdALL/pKCVn+tdTcGUIu71v3adCVb5OKZAv',
    'MsuWk4x77QrNEzxhbGljZUBleGFtcGxlLmNvbT7CwBMEExYKAIUFgmlVuQAD',
    'CwkHCRBbcI7q+2vZT0UUAAAAAAAcACBzYWx0QG5vdGF0aW9ucy5vcGVucGdw',
    'anMub3Jnn/wOTkFbbEbxR2zAz9MYu4M1wOOYrLAvSKKVjPneCLsFFQoIDgwE',
    'FgACAQIZAQKbAwIeARYhBKrFOkQ9cDwz7aJCGVtwjur7a9lPAABSWgD9H2hk',
    '0l7ASBSbd2qRAFEj4624WI7L3VbF0TtUcvuJfg4BAKEIDrEt8aH24vO6PxEz',
    'SAXr4MOB30afyoFxqn2mEb4LzjgEaVW5ABIKKwYBBAGXVQEFAQEHQANXW2wa',
    'UNG4v39SvsaE6ZJZ+ZjVlHdCwK91nSG/MFBxAwEIB8K+BBgWCgBwBYJpVbkA',
    'CRBbcI7q+2vZT0UUAAAAAAAcACBzYWx0QG5vdGF0aW9ucy5vcGVucGdwanMu',
    'b3Jn3Oml5RLraT8HyORgR3jB6o3AUJMFiWmm+DN78+ck8cQCmwwWIQSqxTpE',
    'PXA8M+2iQhlbcI7q+2vZTwAAQkUBAJ1QRi+yPac22fZ8T7K1qh+c/lcsAv3o',
    '7OJRoVA2g7mmAQDKcwo7AsBP2VB3RpXKEy20AKSzHMZ0ud3gSxaauRhuBA==',
    '=wIOz',
    '-----END PGP PUBLIC KEY BLOCK-----',
  ]
  const keyOfBob = [
    '-----BEGIN PGP PUBLIC KEY BLOCK-----',
    '',
    'xiYEaVW5ABuhEr1Akt2ZU2kC7TFZBlM4S2EqMvErSz+7bdqABDuyDs0RPGJv',
    'YkBleGFtcGxlLmNvbT7CwA8EExsKAIUFgmlVuQADCwkHCRA4Pcw2LBSet0UU',
    'AAAAAAAcACBzYWx0QG5vdGF0aW9ucy5vcGVucGdwanMub3Jn+UjWajJikkMx',
    '7znOwp5l6kihulZKO4R79mcsU7SPqKYFFQoIDgwEFgACAQIZAQKbAwIeARYh',
    'BEb9dCMVSSfRfErqDDg9zDYsFJ63AAC8zTsxKXLMlYwUI+AURiNovziwhjrU',
    'mvDLoikEdOQVrAII/ZUhBzg1S46Lmvb7sHHOK39bQKRnAg0OytnR2GxF9gLO',
    'JgRpVbkAGfaw6WmZkinDKkcMwL1CDaAxvc3cO1mfEutZToMXb4Y5wroEGBsK',
    'AHAFgmlVuQAJEDg9zDYsFJ63RRQAAAAAABwAIHNhbHRAbm90YXRpb25zLm9w',
    'ZW5wZ3Bqcy5vcmdId1GKuovlM49tYFF2l5OizoRWTUAAYIb+7vlANUfb2wKb',
    'DBYhBEb9dCMVSSfRfErqDDg9zDYsFJ63AADfBnyomfeKIi6VruEexiKq1pJo',
    'aOkvWwimsHlZyei6wlnoHXzdK3drQJxGYxJdKttEkJdHkm+PZO9E8YfsYZjm',
    'aA4=',
    '=EXol',
    '-----END PGP PUBLIC KEY BLOCK-----',
  ]
  const list = readFileSync(new URL('../../account/src/keys/words.txt', import.meta.url), 'utf8').split('\n')
  /** The bodies of the packets of an armored key with these tags: headers of the new format with up to two octets of length. */
  const bodies = (armored, tags) => {
    const octets = Buffer.from(armored.slice(2, -2).join(''), 'base64')
    const found = []
    for (let at = 0; at < octets.length;) {
      const tag = octets[at] & 63
      const short = octets[at + 1] < 192
      const length = short ? octets[at + 1] : ((octets[at + 1] - 192) << 8) + octets[at + 2] + 192
      at += short ? 2 : 3
      if (tags.includes(tag)) found.push(octets.subarray(at, at + length))
      at += length
    }
    return found
  }
  const fingerprint = (name, armored) => {
    const [primary, subkey] = bodies(armored, [6, 14])
    const whole = sha256(bytes('bulla/1 key', sha256(primary), sha256(subkey)))
    const digits = Array.from({ length: 8 }, (_, i) => String(whole.readUInt32BE(4 * i) % 100_000).padStart(5, '0'))
    const bits = [...sha256(bytes('bulla/1 words', whole))].map((octet) => octet.toString(2).padStart(8, '0')).join('')
    const words = Array.from({ length: 8 }, (_, i) => list[parseInt(bits.slice(11 * i, 11 * i + 11), 2)])
    return { name, key: armored.join('\n'), hex: whole.toString('hex'), digits: digits.join(' '), words: words.join(' ') }
  }
  vectors('fingerprints', 'What people compare of a public key: docs/FORMAT.md, section 3.9', [
    fingerprint('a key of EdDSA and ECDH', keyOfAlice),
    fingerprint('a key of Ed25519 and X25519', keyOfBob),
  ])
}

// Request links: the hash of a public key in the fragment

{
  const host = 'https://files.example.com'
  const id = 'Qv8-x_2mPz7'
  const base = `${host}/request/?request=${id}`
  const hash = fixed('the hash of a public key', 32)
  const key = b64u(hash)
  const opens = (name, link, o = {}) => ({ name, link, host, request: id, hash: hash.toString('hex'), ...o })
  const no = (name, link, code = 'LINK_INVALID') => ({ name, link, code })
  vectors('request-links', 'Request links: what they hold, or the `code` of the error. docs/FORMAT.md, section 3.10', [
    opens('as written', `${base}#key=${key}`),
    opens('a port', base.replace('.com', '.com:8443') + `#key=${key}`, { host: host + ':8443' }),
    opens('other parameters', `${host}/request/?utm_source=x&request=${id}&y=z#key=${key}`),
    opens('an encoded #', `${base}%23key=${key}`),
    opens('an encoded # and =', `${base}%23key%3D${key}`),
    opens('capitals', `${base}#KEY=${key}`),
    opens('base64 instead of base64url', `${base}#key=${key.replaceAll('-', '+').replaceAll('_', '/')}=`),
    opens('a tracker after the hash', `${base}#key=${key}&utm_source=x`),
    opens('in angle brackets', ` <${base}#key=${key}>\n`),
    no('no hash', base, 'LINK_INCOMPLETE'),
    no('an empty hash', `${base}#key=`, 'LINK_INCOMPLETE'),
    no('a hash in the query', `${base}&key=${key}`, 'LINK_INCOMPLETE'),
    ...[1, 22, 42].map((length) => no(`cut after ${length} characters of the hash`, `${base}#key=${key.slice(0, length)}`, 'LINK_INCOMPLETE')),
    no('a character too many', `${base}#key=${key}A`, 'LINK_INCOMPLETE'),
    no('an octet too many', `${base}#key=${b64u(bytes(hash, 0))}`, 'LINK_INCOMPLETE'),
    no('bits that no hash has', `${base}#key=${loosen(key)}`, 'LINK_INCOMPLETE'),
    no('no request', `${host}/request/#key=${key}`),
    no('an empty request', `${host}/request/?request=#key=${key}`),
    no('a request with a slash', `${host}/request/?request=a/b#key=${key}`),
    no('two requests', `${base}&request=other#key=${key}`),
    no('another scheme', `ftp${base.slice(5)}#key=${key}`),
    no('a share link', `${host}/receive/?packageCode=${packageCode}#keyCode=${keyCode}`),
  ])
}

// Locks: the keyCode under a password

{
  const host = 'https://files.example.com'
  const base = `${host}/receive/?thread=JRPE-XSR2&packageCode=${packageCode}`
  const salt = fixed('salt of a lock', 16)
  const nonce = fixed('nonce of a lock', 12)
  const password = 'Blåbærsyltetøy'
  const head = ({ version = 1, m = 65536, t = 3, p = 1 } = {}) => bytes(version, u32(m), t, p, salt)
  const stretch = async (text, { m = 65536, t = 3, p = 1 } = {}) => extract('bulla/1 lock', Buffer.from(await argon2id({
    password: text.normalize('NFC'), salt, memorySize: m, iterations: t, parallelism: p, hashLength: 32, outputType: 'binary',
  })))
  const proof = (prk, code = packageCode) => expand(prk, bytes('proof', code), 32).toString('hex')
  const lock = (prk, key, o = {}) => {
    const { secret = serverSecret, code = packageCode, costs = {}, aad = bytes(head(costs), code), purpose = 'key' } = o
    const lockKey = expand(prk, bytes(purpose, sha256(secret), code), 32)
    return b64u(bytes(head(costs), nonce, gcm(lockKey, nonce, aad, bytes(key))))
  }
  const prk = await stretch(password)
  const good = lock(prk, keyCode)
  const altered = (at, by = 1) => { const octets = Buffer.from(good, 'base64url'); octets[at] ^= by; return b64u(octets) }
  const opens = (name, link, o = {}) => ({ name, link, password, prk: prk.toString('hex'), proof: proof(prk), opened: keyCode, ...o })
  // What is wrong shows when the link is read (`code`), or once the server has taken the proof (`error`).
  const no = (name, text, code) => ({ name, link: `${base}#lock=${text}`, code })
  const shut = (name, text, o = {}) => ({ name, link: `${base}#lock=${text}`, password, error: 'TAMPERED', ...o })
  const dearer = { m: 65537, t: 4 }
  const dear = await stretch(password, dearer)
  const loose = good.replaceAll('-', '+').replaceAll('_', '/')
  vectors('locks', 'Locked links: docs/FORMAT.md, section 2.1', [
    opens('as written', `${base}#lock=${good}`),
    opens('accents that stand apart', `${base}#lock=${good}`, { password: password.normalize('NFD') }),
    opens('the key of another client', `${base}#lock=${lock(prk, cfbKeyCode)}`, { opened: cfbKeyCode }),
    opens('the key of a workspace', `${base}#lock=${lock(prk, workspaceKeyCode)}`, { opened: workspaceKeyCode }),
    opens('other costs', `${base}#lock=${lock(dear, keyCode, { costs: dearer })}`, { prk: dear.toString('hex'), proof: proof(dear) }),
    opens('an encoded #, and base64 instead of base64url', `${base}%23lock=${loose}=`),
    opens('a tracker after the lock', `${base}#lock=${good}&utm_source=x`),
    no('no lock', '', 'LINK_INCOMPLETE'),
    ...[1, 64, 125].map((length) => no(`cut after ${length} characters`, good.slice(0, length), 'LINK_INCOMPLETE')),
    no('an octet too many', b64u(bytes(Buffer.from(good, 'base64url'), 0)), 'LINK_INCOMPLETE'),
    no('bits that no lock has', loosen(good), 'LINK_INCOMPLETE'),
    no('another version', lock(prk, keyCode, { costs: { version: 2 } }), 'UNSUPPORTED'),
    no('less memory than allowed', lock(prk, keyCode, { costs: { m: 65535 } }), 'LINK_INVALID'),
    no('more memory than allowed', lock(prk, keyCode, { costs: { m: 1048577 } }), 'LINK_INVALID'),
    no('fewer passes than allowed', lock(prk, keyCode, { costs: { t: 2 } }), 'LINK_INVALID'),
    no('more passes than allowed', lock(prk, keyCode, { costs: { t: 11 } }), 'LINK_INVALID'),
    no('no lane', lock(prk, keyCode, { costs: { p: 0 } }), 'LINK_INVALID'),
    no('two lanes', lock(prk, keyCode, { costs: { p: 2 } }), 'LINK_INVALID'),
    { name: 'not locked', link: `${base}#keyCode=${keyCode}`, code: 'LINK_INVALID' },
    shut('another password', good, { password: 'Blåbærsyltetøy ' }),
    shut('a bit of the salt changed', altered(22)),
    shut('a bit of the nonce changed', altered(23)),
    shut('a bit of the key changed', altered(40)),
    shut('a bit of the tag changed', altered(94)),
    shut('locked with another secret of the server', lock(prk, keyCode, { secret: serverSecret + 'x' })),
    shut('locked for another package', lock(prk, keyCode, { code: packageCode.slice(1) })),
    shut('the key of another package, with this package beside it', lock(prk, keyCode, { code: packageCode.slice(1), aad: bytes(head(), packageCode) })),
    shut('additional data without the head', lock(prk, keyCode, { aad: bytes(packageCode) })),
    shut('the key of another purpose', lock(prk, keyCode, { purpose: 'proof' })),
    shut('something else than a keyCode', lock(prk, 'X' + keyCode.slice(1))),
  ])
}

// keyCodes for trusted devices: what their senders sign

{
  const u16 = (n) => u32(n).subarray(2)
  const DER = { Ed25519: '302e020100300506032b657004220420', X25519: '302e020100300506032b656e04220420' }
  const privateKey = (kind, seed) => createPrivateKey({ key: bytes(hex(DER[kind]), seed), format: 'der', type: 'pkcs8' })
  const publicOctets = (key) => createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
  // RFC 9580: multiprecision integers (3.2), packets (4.2), keys (5.5.2 with 9.2 and 11.2), signatures (5.2.3 and 5.2.4).
  const mpi = (octets) => {
    const rest = octets.subarray(octets.findIndex((octet) => octet !== 0))
    return bytes(u16(8 * rest.length - Math.clz32(rest[0]) + 24), rest)
  }
  const packet = (tag, body) => bytes(0xC0 | tag, 0xFF, u32(body.length), body)
  const created = u32(1_700_000_000)
  const keyBody = (algorithm, oid, key, more = '') => bytes(4, created, algorithm, hex(oid).length, hex(oid), mpi(bytes(0x40, key)), hex(more))
  const hashed = (body) => bytes(0x99, u16(body.length), body)
  const signature = (key, primary, type, flags, about) => {
    const issuer = createHash('sha1').update(hashed(primary)).digest().subarray(-8)
    const subpackets = bytes(5, 2, created, 2, 27, flags)
    const signed = bytes(4, type, 22, 8, u16(subpackets.length), subpackets)
    const digest = sha256(bytes(about, signed, 4, 0xFF, u32(signed.length)))
    const [r, s] = [sign(null, digest, key).subarray(0, 32), sign(null, digest, key).subarray(32)]
    return packet(2, bytes(signed, u16(10), 9, 16, issuer, digest.subarray(0, 2), mpi(r), mpi(s)))
  }
  const crc24 = (octets) => { // RFC 9580, section 6.1
    let crc = 0xB704CE
    for (const octet of octets) {
      crc ^= octet << 16
      for (let i = 0; i < 8; i++) crc = (crc << 1) ^ (crc & 0x800000 ? 0x1864CFB : 0)
    }
    return u32(crc & 0xFFFFFF).subarray(1).toString('base64')
  }
  /** A key as our clients make them: Ed25519 to sign, X25519 to read. */
  const device = (email) => {
    const seed = fixed(`Ed25519 of ${email}`, 32)
    const key = privateKey('Ed25519', seed)
    const primary = keyBody(22, '2B06010401DA470F01', publicOctets(key))
    const subkey = keyBody(18, '2B060104019755010501', publicOctets(privateKey('X25519', fixed(`X25519 of ${email}`, 32))), '03010809')
    const user = Buffer.from(`<${email}>`)
    const octets = bytes(
      packet(6, primary), packet(13, user), signature(key, primary, 0x13, 0x03, bytes(hashed(primary), 0xB4, u32(user.length), user)),
      packet(14, subkey), signature(key, primary, 0x18, 0x0C, bytes(hashed(primary), hashed(subkey))))
    const lines = octets.toString('base64').match(/.{1,64}/g)
    const armored = ['-----BEGIN PGP PUBLIC KEY BLOCK-----', '', ...lines, '=' + crc24(octets), '-----END PGP PUBLIC KEY BLOCK-----', ''].join('\n')
    return { seed, key, armored, primary: sha256(primary), subkey: sha256(subkey) }
  }
  const [sender, recipient, other] = ['sender@example.com', 'recipient@example.com', 'other@example.com'].map(device)
  const text = ({ to = recipient, code = packageCode, key = keyCode, label = 'bulla/1 wrap' } = {}) =>
    bytes(label, 0, code, 0, to.primary, sha256(key))
  const signed = (options, by = sender) => sign(null, text(options), by.key)
  const good = signed()
  // L, the order of the group (RFC 8032, section 5.1): S + L is S for who does not look.
  const order = (1n << 252n) + 27742317777372353535851937790883648493n
  const little = (octets) => BigInt('0x' + Buffer.from(octets).reverse().toString('hex'))
  const again = Buffer.from((little(good.subarray(32)) + order).toString(16).padStart(64, '0'), 'hex').reverse()
  const common = { sender: sender.armored, recipient: recipient.armored }
  const refused = (name, sig) => ({ name, ...common, sig, holds: false })
  vectors('wrapped', 'What the sender of a keyCode signs for a trusted device: docs/FORMAT.md, section 3.9.', [
    { name: 'signed for the recipient', ...common, seed: sender.seed.toString('hex'), sig: b64u(good), holds: true },
    { name: 'signed for a key of the sender\'s own', ...common, recipient: sender.armored, seed: sender.seed.toString('hex'), sig: b64u(signed({ to: sender })), holds: true },
    refused('for another recipient', b64u(signed({ to: other }))),
    refused('of another package', b64u(signed({ code: packageCode.slice(0, -1) + 'Z' }))),
    refused('of another keyCode', b64u(signed({ key: workspaceKeyCode }))),
    refused('for another purpose', b64u(signed({ label: 'bulla/1 wrong' }))),
    refused('by another key', b64u(signed({}, other))),
    refused('by the recipient', b64u(signed({}, recipient))),
    refused('one octet short', b64u(good.subarray(1))),
    refused('one octet long', b64u(bytes(good, 0))),
    refused('another S for the same', b64u(bytes(good.subarray(0, 32), again))),
    refused('bits beyond the last octet', loosen(b64u(good))),
    refused('padding', b64u(good) + '=='),
    refused('base64 instead of base64url', good.toString('base64')),
    refused('empty', ''),
  ])

  // What a device signs of a request's key: that it is its owner's.
  const fingerprintOf = ({ primary, subkey }) => sha256(bytes('bulla/1 key', primary, subkey))
  const [owner, request, swapped] = ['owner@example.com', 'request@example.com', 'swapped@example.com'].map(device)
  const about = (of = request, label = 'bulla/1 request') => bytes(label, 0, fingerprintOf(of))
  const ownSignature = sign(null, about(), owner.key)
  const requestKeys = { owner: owner.armored, key: request.armored, hash: fingerprintOf(request).toString('hex') }
  const unsigned = (name, sig, o = {}) => ({ name, ...requestKeys, sig, holds: false, ...o })
  vectors('requests', 'What a device signs of the key of a request: docs/FORMAT.md, section 3.10.', [
    { name: 'signed by the owner', ...requestKeys, seed: owner.seed.toString('hex'), sig: b64u(ownSignature), holds: true },
    unsigned('another key', b64u(ownSignature), { key: swapped.armored, hash: fingerprintOf(swapped).toString('hex') }),
    unsigned('by the key itself', b64u(sign(null, about(), request.key))),
    unsigned('for another purpose', b64u(sign(null, about(request, 'bulla/1 wrap'), owner.key))),
    unsigned('one octet short', b64u(ownSignature.subarray(1))),
    unsigned('padding', b64u(ownSignature) + '=='),
    unsigned('empty', ''),
  ])
}

for (const [name, text] of Object.entries(files)) writeFileSync(new URL(`${name}.json`, import.meta.url), text + '\n')
