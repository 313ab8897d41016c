// Every byte of whole journeys, and everything that the server keeps, is searched for what only sender and recipient may know.
import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { markedFile } from '../lib/fixtures.js'
import { openByPage, saveAndCompare, sendByPage, unlockByPage } from '../lib/pages.js'
import { startRecorder } from '../lib/recorder.js'
import { findSecret } from '../lib/search.js'
import { startServer } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'

const MIB = 1 << 20
const marker = 'Pm7-qZ4_wV9xKd2LrT8sHf3yBn6cGj1o'
const message = 'Ω the fox W7yTq2-nX5vB is in the hen house 🦊 kR9'
const password = 'Hw4 Tq9-eL2_mK locks 🫐 it'
const names = ['Übernahme Zr8-Qp3 geheim 鍵.pdf', 'second-Vx6_Lm4.bin']

for (const name of browserNames) {
  describe(`the wire and the disk after journeys in ${name}`, () => {
    let server, recorder, link, lockedLink, keyCode, packageCode, files
    const places = {}

    before(async () => {
      server = await startServer({ env: { BULLA_LOG: 'trace' } })
      recorder = await startRecorder(server.port)
      const folder = tempFolder('marked')
      files = [await markedFile(folder, names[0], 20 * MIB, marker), await markedFile(folder, names[1], 5000, marker)]
      const sender = await startBrowser(name)
      try {
        link = await sendByPage(sender, recorder.origin, files, { message })
        lockedLink = await sendByPage(sender, recorder.origin, files.slice(1), { lock: password })
      } finally {
        await sender.close()
      }
      const receiver = await startBrowser(name)
      try {
        await openByPage(receiver, link)
        await saveAndCompare(receiver, files)
        await unlockByPage(receiver, lockedLink, password)
      } finally {
        await receiver.close()
      }
      keyCode = /#keyCode=(.+)$/.exec(link)[1]
      packageCode = /packageCode=([^&#]+)/.exec(link)[1]
      places['what the browsers sent'] = recorder.sent
      places['what the server answered'] = recorder.answered
      places['what the server logged'] = [server.log]
      places['what the server keeps while it runs'] = await everyFile(server.data)
      await server.stop()
      places['what the server keeps when it has stopped'] = await everyFile(server.data)
    })

    after(async () => {
      await recorder?.stop()
      await server?.stop()
    })

    test('control: the records are whole and can be searched', async () => {
      const total = files.reduce((sum, { size }) => sum + size, 0)
      const length = (buffers) => buffers.reduce((sum, bytes) => sum + bytes.length, 0)
      for (const place of ['what the browsers sent', 'what the server answered', 'what the server keeps while it runs', 'what the server keeps when it has stopped']) {
        assert.ok(length(places[place]) > total, `${place} holds the encrypted files`)
        assert.ok(occurs(places[place], packageCode).includes('raw'), `the packageCode is found in ${place}`)
      }
      assert.match(places['what the server logged'][0].toString(), /DEBUG/, 'the server logs all that it can')
      for (const request of requestHeads(places['what the browsers sent'])) {
        assert.doesNotMatch(request, /^(content-encoding|transfer-encoding):/im, 'no request body is compressed or cut into chunks')
      }
      for (const file of files) assert.ok(findSecret(await readFile(file.path), marker).includes('raw'))
    })

    const secrets = {
      'the keyCode': () => [keyCode, keyCode.slice(1), keyCode.slice(0, 22), keyCode.slice(-22)],
      'the password of a locked link': () => [password, 'Tq9-eL2_mK'],
      'the lock of a locked link': () => [lockedLink.split('#lock=')[1], lockedLink.slice(-40)],
      'a file name': () => [...names, 'Zr8-Qp3 geheim', 'second-Vx6_Lm4'],
      'the plaintext of a file': () => [marker],
      'the message': () => [message, 'W7yTq2-nX5vB'],
    }

    for (const [what, texts] of Object.entries(secrets)) {
      test(`nowhere is ${what}`, () => {
        for (const [place, buffers] of Object.entries(places)) {
          for (const text of texts()) assert.deepEqual(occurs(buffers, text), [], `${text} in ${place}`)
        }
      })
    }

    test('nowhere are the bytes behind the keyCode', () => {
      const key = Buffer.from(keyCode.slice(1), 'base64url')
      for (const [place, buffers] of Object.entries(places)) {
        for (const form of [key, Buffer.from(key.toString('hex')), Buffer.from(key.toString('hex').toUpperCase())]) {
          assert.ok(!buffers.some((bytes) => bytes.includes(form)), place)
        }
      }
    })

    test('the log holds no presigned query, code, token or checksum', () => {
      const log = places['what the server logged'][0]
      const sent = places['what the browsers sent'].map((bytes) => bytes.toString('latin1')).join('\n')
      const urls = sent.match(/(?<=(?:GET|PUT|POST|DELETE) )\/[^ ]+(?= HTTP\/1\.1)/g)
      for (const query of new Set(urls.map((url) => url.split('?')[1]).filter(Boolean))) {
        assert.ok(!log.includes(query), `the query ${query} was logged`)
      }
      for (const [, token] of sent.matchAll(/authorization: Bearer ([^\r\n]+)/gi)) {
        assert.ok(!log.includes(token), 'a token was logged')
      }
      for (const [, checksum] of sent.matchAll(/"checksum":"([0-9a-f]{64})"/g)) {
        assert.ok(!log.includes(checksum), 'a checksum was logged')
      }
      const proofs = [...sent.matchAll(/"(?:proof|password)":"([0-9a-f]{64})"/g)].map(([, proof]) => proof)
      assert.ok(proofs.length >= 3, 'finalizing, unlocking and opening bring the proof')
      for (const proof of proofs) assert.ok(!log.includes(proof), 'a proof was logged')
    })

  })
}

/** The encodings in which the text occurs in any of the buffers. */
function occurs(buffers, text) {
  return [...new Set(buffers.flatMap((bytes) => findSecret(bytes, text)))]
}

/** The contents of every file under a folder, and the files' names. */
async function everyFile(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  const contents = await Promise.all(paths.map((path) => readFile(path)))
  return [Buffer.from(paths.join('\n')), ...contents]
}

/** The heads of the requests on recorded connections. */
function requestHeads(buffers) {
  return buffers.flatMap((bytes) => bytes.toString('latin1').match(/(?:GET|PUT|POST|DELETE) \/[^\r]* HTTP\/1\.1\r\n(?:[^\r]+\r\n)+\r\n/g) ?? [])
}
