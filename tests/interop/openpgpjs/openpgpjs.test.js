// OpenPGP.js, which SendSafely's clients use: it opens our parts, and we open what it writes.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as openpgp from 'openpgp'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const built = execFileSync('cargo', ['build', '--quiet', '--workspace', '--example', 'part', '--message-format=json'],
  { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
const { executable } = built.trim().split('\n').map((line) => JSON.parse(line)).find((artifact) => artifact.executable)

const serverSecret = 'server-secret-of-this-package'
const cfbKey = randomBytes(32).toString('base64url')
const sealedKey = 'S' + randomBytes(32).toString('base64url')

const ours = (action, keyCode, input, ...length) =>
  execFileSync(executable, [action, serverSecret, keyCode, ...length.map(String)], { input, maxBuffer: 2 ** 26, stdio: ['pipe', 'pipe', 'pipe'] })
const octets = (length) => Uint8Array.from({ length }, (_, i) => i * 13 + (i >> 8))
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex')
const same = (found, expected, about) => assert.equal(digest(found), digest(expected), about)

async function theirsOpens(keyCode, message) {
  const { data } = await openpgp.decrypt({
    message: await openpgp.readMessage({ binaryMessage: message }), passwords: [serverSecret + keyCode], format: 'binary',
  })
  return data
}

async function theirsWrites(content, config = {}) {
  const written = await openpgp.encrypt({
    message: await openpgp.createMessage(content), passwords: [serverSecret + cfbKey], format: 'binary', config,
  })
  if (written instanceof Uint8Array) return written
  const pieces = []
  for await (const piece of written) pieces.push(piece)
  return Buffer.concat(pieces)
}

for (const length of [0, 1, 262131, 262132, 262133, 524276, 524277]) {
  test(`OpenPGP.js opens our sealed part of ${length} octets`, async () => {
    same(await theirsOpens(sealedKey, ours('encrypt', sealedKey, octets(length))), octets(length))
  })
}

for (const length of [0, 1, 100, 262144, 655360]) {
  test(`OpenPGP.js opens our openpgp-cfb part of ${length} octets`, async () => {
    same(await theirsOpens(cfbKey, ours('encrypt', cfbKey, octets(length))), octets(length))
  })
}

for (const length of [0, 1, 191, 192, 8383, 8384, 655360]) {
  test(`we open a part of ${length} octets by OpenPGP.js`, async () => {
    same(ours('decrypt', cfbKey, await theirsWrites({ binary: octets(length) }, { s2kIterationCountByte: 96 })), octets(length))
  })
}

for (const s2kIterationCountByte of [0, 96, 224, 255]) {
  test(`we open its S2K count octet ${s2kIterationCountByte}`, async () => {
    same(ours('decrypt', cfbKey, await theirsWrites({ binary: octets(1000) }, { s2kIterationCountByte })), octets(1000))
  })
}

for (const format of ['binary', 'text', 'utf8']) {
  test(`we open its literal data of format ${format}`, async () => {
    const message = await theirsWrites({ binary: octets(1000), format, filename: 'a name' }, { s2kIterationCountByte: 96 })
    same(ours('decrypt', cfbKey, message), octets(1000))
  })
}

test('we open its partial lengths', async () => {
  const stream = () => new ReadableStream({
    start(controller) {
      for (let i = 0; i < 40; i++) controller.enqueue(octets(7001))
      controller.close()
    },
  })
  const message = await theirsWrites({ binary: stream() }, { s2kIterationCountByte: 96 })
  const seipd = 2 + message[1]
  assert.equal(message[seipd], 0xD2)
  assert.ok(message[seipd + 1] >= 224 && message[seipd + 1] < 255, 'the SEIPD has no partial length')
  same(ours('decrypt', cfbKey, message), Buffer.concat(Array.from({ length: 40 }, () => octets(7001))))
})

test('we open its session key that is the S2K output itself', async () => {
  const config = { ...openpgp.config, s2kIterationCountByte: 96, aeadProtect: false }
  const skesk = new openpgp.SymEncryptedSessionKeyPacket(config)
  skesk.sessionKeyAlgorithm = openpgp.enums.symmetric.aes256
  await skesk.encrypt(serverSecret + cfbKey, config) // chooses the S2K; what it encrypts is thrown away
  skesk.encrypted = null
  await skesk.decrypt(serverSecret + cfbKey, config)
  const seipd = new openpgp.SymEncryptedIntegrityProtectedDataPacket()
  seipd.version = 1
  seipd.packets = (await openpgp.createMessage({ binary: octets(1000) })).packets
  await seipd.encrypt(skesk.sessionKeyAlgorithm, skesk.sessionKey, config)
  const packets = new openpgp.PacketList()
  packets.push(skesk, seipd)
  const message = packets.write()
  assert.equal(message[1], 13, 'the SKESK holds an encrypted session key')
  same(await theirsOpens(cfbKey, message), octets(1000))
  same(ours('decrypt', cfbKey, message), octets(1000))
})

test('we refuse its messages of another suite', async () => {
  const aead = await theirsWrites({ binary: octets(1000) }, { aeadProtect: true, s2kIterationCountByte: 96 })
  assert.throws(() => ours('decrypt', cfbKey, aead), /Tampered/)
  assert.throws(() => ours('decrypt', sealedKey, aead, 1000), /Tampered/)
})

test('we refuse its compressed messages', async () => {
  const preferredCompressionAlgorithm = openpgp.enums.compression.zlib
  const message = await theirsWrites({ binary: octets(1000) }, { preferredCompressionAlgorithm, s2kIterationCountByte: 96 })
  same(await theirsOpens(cfbKey, message), octets(1000))
  assert.throws(() => ours('decrypt', cfbKey, message), /Tampered/)
})
