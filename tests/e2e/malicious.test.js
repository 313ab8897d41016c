// A malicious server and store. Each manipulation has its name here, its error, and not a byte of a wrong part comes out.
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, beforeEach, describe, test } from 'node:test'
import { pseudoRandomBytes } from '../lib/fixtures.js'
import { cfbPart, reseal } from '../lib/keys.js'
import { startMalicious } from '../lib/malicious.js'
import { packedBulla } from '../lib/packed.js'
import { startServer } from '../lib/server.js'

const MIB = 1 << 20

describe('a malicious server and store', () => {
  let bulla, server, malicious, client

  /** A large file of several parts, and another of the same size. */
  const large = pseudoRandomBytes('large', 20 * MIB + 12345)
  const twin = pseudoRandomBytes('twin', 20 * MIB + 12345)
  const small = pseudoRandomBytes('small', 1000)
  let sent

  before(async () => {
    server = await startServer()
    malicious = await startMalicious(server.port)
    bulla = await packedBulla()
    client = new bulla.Client({ host: malicious.origin, auth: { dropzone: 'open' } })
    sent = await send([[large, 'large.bin'], [twin, 'twin.bin'], [small, 'small.bin']], 'the real message')
    assert.ok(malicious.parts(sent.ids[0]).length >= 3, 'the large file has several parts')
  })

  after(async () => {
    await malicious?.stop()
    await server?.stop()
  })

  beforeEach(() => malicious.honest())

  /** Sends files `[bytes, name]`; returns the link and the ids in the order given. */
  async function send(files, message, options) {
    const created = await client.createPackage(options)
    const uploaded = await created.upload(files.map(([bytes, name]) => ({ blob: new Blob([bytes]), name })))
    if (message !== undefined) await created.setMessage(message)
    const { link } = await created.finalize()
    return { link, ids: uploaded.map(({ id }) => id), keyCode: created.keyCode, packageCode: created.code }
  }

  /** A client that remembers nothing. */
  const reader = () => new bulla.Client({ host: malicious.origin })

  /** Opens the package, which must fail with the code. */
  async function refusesToOpen(code, link = sent.link, by = reader()) {
    await assert.rejects(by.open(link), (error) => {
      assert.ok(bulla.isBullaError(error), error)
      assert.equal(error.code, code, error)
      return true
    })
  }

  /** Downloads a file; returns the bytes that came out and the error that ended them. */
  async function download(fileId, link = sent.link) {
    const received = await reader().open(link)
    const blocks = []
    try {
      for await (const block of received.download(fileId)) blocks.push(block)
    } catch (error) {
      return { bytes: Buffer.concat(blocks), error }
    }
    return { bytes: Buffer.concat(blocks) }
  }

  /** Downloads a file whose part `wrong` is not what was sent: the parts before it come out, and nothing else. */
  async function tamperedFrom(wrong, { file = sent.ids[0], plaintext = large, link } = {}) {
    const { bytes, error } = await download(file, link)
    assert.ok(error, 'the download fails')
    assert.ok(bulla.isBullaError(error), error)
    assert.equal(error.code, 'TAMPERED', error)
    const intact = malicious.parts(file).slice(0, wrong - 1).reduce((sum, part) => sum + plaintextSize(part.length), 0)
    assert.ok(bytes.length <= intact, `${bytes.length} bytes came out, of which ${intact} are before the wrong part`)
    assert.ok(bytes.equals(plaintext.subarray(0, bytes.length)), 'what came out is what was sent')
  }

  /** Answers a part of a file with other bytes. */
  function replacePart(fileId, part, replacement) {
    malicious.onPart = (asked) => (asked.fileId === fileId && asked.part === part ? replacement(asked.bytes) : undefined)
  }

  test('control: an honest server behind the same proxy is believed', async () => {
    const received = await reader().open(sent.link)
    assert.equal(received.message, 'the real message')
    assert.equal(received.integrity, 'package')
    for (const [index, plaintext] of [large, twin, small].entries()) {
      const { bytes, error } = await download(sent.ids[index])
      assert.equal(error, undefined)
      assert.ok(bytes.equals(plaintext))
    }
  })

  describe('parts', () => {
    test('one part answered with another of the same file', () => {
      replacePart(sent.ids[0], 3, () => malicious.parts(sent.ids[0])[1])
      return tamperedFrom(3)
    })

    test('the first part answered for every part', () => {
      malicious.onPart = ({ fileId }) => malicious.parts(fileId)[0]
      return tamperedFrom(2)
    })

    test('two parts reordered', () => {
      const [, second, third] = malicious.parts(sent.ids[0])
      malicious.onPart = ({ fileId, part }) => (fileId === sent.ids[0] ? { 2: third, 3: second }[part] : undefined)
      return tamperedFrom(2)
    })

    test('a part swapped with the same part of another file', () => {
      replacePart(sent.ids[0], 2, () => malicious.parts(sent.ids[1])[1])
      return tamperedFrom(2)
    })

    test('the URLs of two files exchanged', () => {
      const [first, second] = sent.ids
      malicious.onPart = ({ fileId, part }) => malicious.parts(fileId === first ? second : fileId === second ? first : fileId)[part - 1]
      return tamperedFrom(1)
    })

    test('a part of another package', async () => {
      const foreign = await send([[large, 'large.bin']])
      replacePart(sent.ids[0], 1, () => malicious.parts(foreign.ids[0])[0])
      await tamperedFrom(1)
    })

    for (const [what, length] of Object.entries({ 'by one byte': -1, 'by its final tag': -16, 'to its header': 120, 'to nothing': 0 })) {
      test(`a part cut short ${what}`, () => {
        replacePart(sent.ids[0], 2, (bytes) => bytes.subarray(0, length))
        return tamperedFrom(2)
      })
    }

    test('a part cut at a chunk, its final tag moved up', () => {
      replacePart(sent.ids[0], 2, (bytes) => {
        const cut = Buffer.concat([bytes.subarray(0, 120 + 2 * (262144 + 16)), bytes.subarray(-16)])
        cut.writeUInt32BE(cut.length - 84, 80)
        return cut
      })
      return tamperedFrom(2)
    })

    test('a byte added to a part', () => {
      replacePart(sent.ids[0], 2, (bytes) => Buffer.concat([bytes, Buffer.from([0])]))
      return tamperedFrom(2)
    })

    test('a part without an end', async () => {
      let given = 0
      malicious.onRequest = ({ method, url }) => {
        if (method !== 'GET' || !url.startsWith('/blob/')) return undefined
        const body = Readable.from((function* () {
          for (; given < 1024 * MIB; given += MIB) yield Buffer.alloc(MIB)
        })())
        return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body }
      }
      await tamperedFrom(1, { file: sent.ids[2], plaintext: small })
      assert.ok(given < 64 * MIB, `${given} bytes were taken for a part of ${malicious.parts(sent.ids[2])[0].length}`)
    })

    test('two chunks of a part reordered', () => {
      replacePart(sent.ids[0], 2, (bytes) => {
        const chunk = (index) => bytes.subarray(120 + index * 262160, 120 + (index + 1) * 262160)
        return Buffer.concat([bytes.subarray(0, 120), chunk(1), chunk(0), bytes.subarray(120 + 2 * 262160)])
      })
      return tamperedFrom(2)
    })

    test('the last part dropped, and the server lying about the number of parts', () => {
      malicious.onOpen = (answer) => {
        const file = answer.files.find(({ fileId }) => fileId === sent.ids[0])
        file.parts -= 1
      }
      return refusesToOpenOrToEnd()
    })

    test('the last part dropped, and the server lying about the size as well', () => {
      malicious.onOpen = (answer) => {
        const file = answer.files.find(({ fileId }) => fileId === sent.ids[0])
        const last = malicious.parts(sent.ids[0]).at(-1)
        file.parts -= 1
        file.fileSize = String(Number(file.fileSize) - plaintextSize(last.length))
      }
      return refusesToOpenOrToEnd()
    })

    test('a part answered with the one before the last in the place of the last', () => {
      const parts = malicious.parts(sent.ids[0])
      replacePart(sent.ids[0], parts.length, () => parts.at(-2))
      return tamperedFrom(parts.length)
    })

    /** What the sealed file info says goes, whatever the server says: an error, or the whole file. Never less. */
    async function refusesToOpenOrToEnd() {
      try {
        const { bytes, error } = await download(sent.ids[0])
        if (error) assert.equal(error.code, 'TAMPERED')
        else assert.ok(bytes.equals(large), 'the whole file')
      } catch (error) {
        assert.equal(error.code, 'TAMPERED', error)
      }
    }

    const regions = {
      'the SKESK packet tag': 0,
      'the SKESK version': 2,
      'the S2K salt': 9,
      'the S2K count': 17,
      'the SKESK nonce': 18,
      'the encrypted session key': 30,
      'the tag of the session key': 77,
      'the SEIPD packet tag': 78,
      'the SEIPD length': 83,
      'the SEIPD version': 84,
      'the cipher': 85,
      'the AEAD mode': 86,
      'the chunk size': 87,
      'the salt': 88,
      'the first chunk': 150,
      'the tag of the first chunk': 120 + 262144,
      'a chunk in the middle': 120 + 3 * 262160 + 77,
      'the tag of the last chunk': -32,
      'the final tag': -1,
    }
    for (const [region, at] of Object.entries(regions)) {
      test(`a bit flipped in ${region}`, () => {
        replacePart(sent.ids[0], 2, (bytes) => {
          bytes[at < 0 ? bytes.length + at : at] ^= 1
          return bytes
        })
        return tamperedFrom(2)
      })
    }

    test('openpgp-cfb parts offered under a sealed key', async () => {
      // With the right passphrase: only the suite is wrong. The control shows that such a part is read where it belongs.
      const foreign = await send([[small, 'small.bin']], undefined, { suite: 'openpgp-cfb' })
      const control = cfbPart((await openedAnswer(foreign.link)).serverSecret + foreign.keyCode, small)
      replacePart(foreign.ids[0], 1, () => control)
      const { bytes, error } = await download(foreign.ids[0], foreign.link)
      assert.equal(error, undefined)
      assert.ok(bytes.equals(small))

      const downgraded = cfbPart((await openedAnswer(sent.link)).serverSecret + sent.keyCode, small)
      replacePart(sent.ids[2], 1, () => downgraded)
      await tamperedFrom(1, { file: sent.ids[2], plaintext: small })
    })

    test('an HTML page in the place of a part', () => {
      replacePart(sent.ids[2], 1, () => Buffer.from('<!doctype html><title>Sign in</title>'))
      return tamperedFrom(1, { file: sent.ids[2], plaintext: small })
    })
  })

  describe('the list of files', () => {
    test('a file added', async () => {
      const foreign = await send([[small, 'injected.bin']])
      const { files } = await openedAnswer(foreign.link)
      malicious.onOpen = (answer) => answer.files.push(files[0])
      await refusesToOpen('TAMPERED')
    })

    test('a file listed twice', async () => {
      malicious.onOpen = (answer) => answer.files.push({ ...answer.files[0], fileId: 'another' })
      await refusesToOpen('TAMPERED')
    })

    test('a file hidden', async () => {
      malicious.onOpen = (answer) => answer.files.pop()
      await refusesToOpen('TAMPERED')
    })

    test('every file hidden', async () => {
      malicious.onOpen = (answer) => { answer.files = [] }
      await refusesToOpen('TAMPERED')
    })

    test('two names exchanged', async () => {
      malicious.onOpen = ({ files }) => {
        [files[0].fileName, files[2].fileName] = [files[2].fileName, files[0].fileName]
      }
      await rejectsOrTampered()
    })

    test('two ids exchanged', async () => {
      malicious.onOpen = ({ files }) => {
        [files[0].fileId, files[1].fileId] = [files[1].fileId, files[0].fileId]
      }
      await rejectsOrTampered()
    })

    test('`sealed.` stripped from a name', async () => {
      malicious.onOpen = ({ files }) => { files[0].fileName = files[0].fileName.replace(/^sealed\./, '') }
      await refusesToOpen('TAMPERED')
    })

    test('a plain name in the place of a sealed one', async () => {
      malicious.onOpen = ({ files }) => { files[0].fileName = 'invoice.exe' }
      await refusesToOpen('TAMPERED')
    })

    test('a bit flipped in a sealed name', async () => {
      malicious.onOpen = ({ files }) => { files[0].fileName = flipCharacter(files[0].fileName, 60) }
      await refusesToOpen('TAMPERED')
    })

    test('the name of a file of another package', async () => {
      const foreign = await send([[small, 'invoice.exe']])
      const { files } = await openedAnswer(foreign.link)
      malicious.onOpen = (answer) => { answer.files[2].fileName = files[0].fileName }
      await refusesToOpen('TAMPERED')
    })

    /** Files are known by their ids: the exchange is noticed on opening, or at the first part. */
    async function rejectsOrTampered() {
      const received = await reader().open(sent.link).catch((error) => {
        assert.equal(error.code, 'TAMPERED', error)
      })
      for (const file of received?.files ?? []) {
        const expected = { 'large.bin': large, 'twin.bin': twin, 'small.bin': small }[file.name]
        assert.ok(expected, `${file.name} is a name that was sent`)
        const blocks = []
        try {
          for await (const block of received.download(file.id)) blocks.push(block)
          assert.ok(Buffer.concat(blocks).equals(expected), `${file.name} holds what was sent under that name`)
        } catch (error) {
          assert.equal(error.code, 'TAMPERED', error)
          assert.equal(blocks.length, 0, 'nothing came out')
        }
      }
    }
  })

  describe('the seal', () => {
    test('stripped', async () => {
      malicious.onOpen = (answer) => { delete answer.seal }
      await refusesToOpen('TAMPERED')
    })

    test('empty', async () => {
      malicious.onOpen = (answer) => { answer.seal = '' }
      await refusesToOpen('TAMPERED')
    })

    test('a bit flipped', async () => {
      malicious.onOpen = (answer) => { answer.seal = flipCharacter(answer.seal, 40) }
      await refusesToOpen('TAMPERED')
    })

    test('of another package', async () => {
      const foreign = await send([[small, 'small.bin']])
      const { seal } = await openedAnswer(foreign.link)
      malicious.onOpen = (answer) => { answer.seal = seal }
      await refusesToOpen('TAMPERED')
    })

    test('an old one replayed to a client that has seen a newer one', async () => {
      const remembering = reader()
      const { serverSecret } = await openedAnswer(sent.link)
      malicious.onOpen = (answer) => {
        answer.seal = reseal(answer.seal, { serverSecret, keyCode: sent.keyCode, packageCode: sent.packageCode }, (json) => { json.seq += 1 })
      }
      await remembering.open(sent.link)
      malicious.honest()
      await refusesToOpen('TAMPERED', sent.link, remembering)
    })

    test('seal and files stripped together', async () => {
      malicious.onOpen = (answer) => {
        delete answer.seal
        delete answer.message
        answer.files = []
      }
      await refusesToOpen('TAMPERED')
    })
  })

  describe('the message', () => {
    test('an old one replayed', async () => {
      const created = await client.createPackage()
      await created.upload({ blob: new Blob([small]), name: 'small.bin' })
      await created.setMessage('pay to account 1')
      await created.setMessage('pay to account 2')
      const { link } = await created.finalize()
      assert.equal((await reader().open(link)).message, 'pay to account 2')
      const old = malicious.messages.at(-2)
      malicious.onOpen = (answer) => { answer.message = old }
      await refusesToOpen('TAMPERED', link)
    })

    test('removed', async () => {
      malicious.onOpen = (answer) => { delete answer.message }
      await refusesToOpen('TAMPERED')
    })

    test('a bit flipped', async () => {
      malicious.onOpen = (answer) => { answer.message = flipCharacter(answer.message, 200) }
      await refusesToOpen('TAMPERED')
    })

    test('added where there was none', async () => {
      const silent = await send([[small, 'small.bin']])
      malicious.onOpen = (answer) => { answer.message = malicious.messages[0] }
      await refusesToOpen('TAMPERED', silent.link)
    })
  })

  describe('the identity of the package', () => {
    test('another package in the place of the one in the link', async () => {
      const foreign = await send([[small, 'small.bin']])
      const other = await openedAnswer(foreign.link)
      malicious.onOpen = (answer) => Object.assign(answer, other)
      await refusesToOpen('TAMPERED')
    })

    test('another packageCode in the answer', async () => {
      malicious.onOpen = (answer) => { answer.packageCode = flipCharacter(answer.packageCode, 3) }
      await refusesToOpen('TAMPERED')
    })

    test('another serverSecret', async () => {
      malicious.onOpen = (answer) => { answer.serverSecret = flipCharacter(answer.serverSecret, 3) }
      await refusesToOpen('TAMPERED')
    })

    const secrets = { empty: '', short: 'abc', 'with other characters': 'x'.repeat(20) + '/+ é', long: 'x'.repeat(129) }
    for (const [what, secret] of Object.entries(secrets)) {
      test(`a serverSecret that is ${what}: opening`, async () => {
        malicious.onOpen = (answer) => { answer.serverSecret = secret }
        await assert.rejects(reader().open(sent.link), (error) => ['TAMPERED', 'SERVER'].includes(error.code))
      })
    }
  })

  describe('the link', () => {
    test('the class letter stripped', async () => {
      // What is left may look like another key of a class, cut short.
      const code = /#keyCode=S[SW]/.test(sent.link) ? 'LINK_INCOMPLETE' : 'WRONG_KEY'
      await refusesToOpen(code, sent.link.replace('#keyCode=S', '#keyCode='))
    })

    test('the class letter stripped, and the server going along with it', async () => {
      answerOpenWith(await openedAnswer(sent.link))
      await refusesToOpen('TAMPERED', sent.link.replace('#keyCode=S', '#keyCode='))
    })

    test('the class letter changed to a workspace, and the server going along with it', async () => {
      answerOpenWith(await openedAnswer(sent.link))
      await assert.rejects(reader().open(sent.link.replace('#keyCode=S', '#keyCode=W')), (error) => bulla.isBullaError(error))
    })

    test('another key, and the server going along with it', async () => {
      answerOpenWith(await openedAnswer(sent.link))
      await refusesToOpen('TAMPERED', sent.link.replace(/keyCode=.*/, `keyCode=${bulla.generateKeyCode()}`))
    })
  })

  describe('answers that are none', () => {
    for (const [what, body] of Object.entries({ 'an HTML page': '<!doctype html>', 'cut JSON': '{"packageId":"', 'another shape': '[]', nothing: '' })) {
      test(`${what} in the place of the package`, async () => {
        answerOpenWith(body)
        await refusesToOpen('SERVER')
      })
    }
  })

  /** Has `open` answered with success, whatever the checksum. */
  function answerOpenWith(body) {
    malicious.onRequest = ({ url }) => (/\/open\/?$/.test(url)
      ? { status: 200, headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) }
      : undefined)
  }

  /** The answer of `open`, as the server gives it. */
  async function openedAnswer(link) {
    let seen
    malicious.onOpen = (answer) => { seen = structuredClone(answer) }
    await reader().open(link)
    malicious.honest()
    return seen
  }
})

/** Plaintext octets in a part of that many ciphertext octets: the inverse of `ciphertextSize` in docs/FORMAT.md. */
function plaintextSize(ciphertext) {
  const chunks = Math.ceil((ciphertext - 148 + 12) / (262144 + 16))
  return ciphertext - 148 - 16 * chunks
}

/** Changes one character of base64url text to another. */
function flipCharacter(text, at) {
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
}
