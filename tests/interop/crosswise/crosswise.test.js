// What one client sends, every other opens: SendSafely's Node and Python clients, unmodified, and the SDK in Node.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, afterEach, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pseudoRandomBytes } from '../../lib/fixtures.js'
import { packedBulla } from '../../lib/packed.js'
import { createKey, startServer } from '../../lib/server.js'
import { startTamperProxy } from '../../lib/tamper.js'
import { tempFolder } from '../../lib/temp.js'

/** The length of the parts that SendSafely's clients cut; some make the first one a quarter of it. */
const SEGMENT = 2_621_440
const MESSAGE = 'Grüße, 名前 <b>bold</b>\nsecond line'
const CONTENTS = {
  'nothing': Buffer.alloc(0),
  'one octet': Buffer.from('x'),
  ...Object.fromEntries([SEGMENT / 4 - 1, SEGMENT / 4, SEGMENT / 4 + 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 20 << 20].map((size) =>
    [`${size} bytes, 100% Zürich 名.bin`, pseudoRandomBytes(`crosswise ${size}`, size)])),
  // What some clients mark as text: its line ends are content all the same.
  'lines.txt': Buffer.from('one\r\ntwo\nthree\r'.repeat(60_000)),
  'Grüße.txt': Buffer.from('Grüße, 名前\r\n'.repeat(100)),
}

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex')
const local = (path) => fileURLToPath(new URL(path, import.meta.url))

let server, proxy, bulla, sender, reader
before(async () => {
  server = await startServer()
  proxy = await startTamperProxy(server.port)
  bulla = await packedBulla()
  sender = await createKey(server, 'sender@example.com')
  reader = await createKey(server, 'reader@example.com')
})
afterEach(() => proxy.honest())
after(async () => {
  await proxy?.stop()
  await server?.stop()
})

/** Asks a client of SendSafely's that runs in a process of its own, since it may fail in ways that nothing catches. */
function child(command, program) {
  return (asked) => new Promise((resolve, reject) => {
    const started = execFile(command, [local(program)], { timeout: 120_000 }, (error, stdout, stderr) => {
      if (!error && stdout) return resolve(JSON.parse(stdout))
      // Without the line of OpenPGP.js that Node shows: it is all of it.
      const words = stderr.split('\n').filter((line) => line.length < 500).join('\n')
      reject(new Error(`${program} gave no answer: ${words}`))
    })
    started.stdin.end(JSON.stringify({ origin: proxy.origin, ...asked }))
  })
}

/** Sends and opens with such a client; `to` says to whom, if it has to, and `refusals` how it says that it cannot. */
function sendsafely(ask, to, refusals) {
  return {
    send: async (files) => (await ask({ key: sender, send: { files, message: MESSAGE, ...to } })).link,
    open: (link, folder) => ask({ key: reader, open: { link, folder } }),
    ...refusals,
  }
}

const clients = {
  node: sendsafely(child(process.execPath, '../sendsafely-node/exchange.js'), {}, {
    wrongKeyCode: /not found or not permitted/, wrongPassphrase: /Error decrypting message/,
  }),
  // It cannot send to whoever has the link.
  python: sendsafely(child(local('../sendsafely-python/.venv/bin/python'), '../sendsafely-python/exchange.py'), { recipients: ['reader@example.com'] }, {
    wrongKeyCode: /DownloadFileException: 'downloadUrls'/, wrongPassphrase: /DownloadFileException: Decryption failed/,
  }),
  sdk: {
    async open(link, folder) {
      const received = await new bulla.Client({ host: proxy.origin }).open(link)
      const files = []
      for (const { id, name } of received.files) {
        const path = join(folder, id)
        await pipeline(Readable.fromWeb(received.download(id)), createWriteStream(path))
        files.push({ name, path })
      }
      return { files, message: received.message }
    },
    // A keyCode of SendSafely's that begins with S or W looks like one of ours without its end.
    wrongKeyCode: { code: /^(WRONG_KEY|LINK_INCOMPLETE)$/ },
    wrongPassphrase: { code: 'TAMPERED' },
  },
}

/** Sends with the SDK in a suite. */
const sdk = (suite) => async (paths) => {
  const { apiKey, apiSecret } = sender
  const pkg = await new bulla.Client({ host: proxy.origin, auth: { apiKey, apiSecret } }).createPackage({ suite })
  await pkg.upload(await Promise.all(paths.map((path) => bulla.fileFromPath(path))))
  await pkg.setMessage(MESSAGE)
  return (await pkg.finalize()).link
}

const senders = {
  "SendSafely's Node client": { send: clients.node.send, readers: ['node', 'python', 'sdk'] },
  "SendSafely's Python client": { send: clients.python.send, readers: ['node', 'python', 'sdk'] },
  'the SDK with openpgp-cfb': { send: sdk('openpgp-cfb'), readers: ['node', 'python', 'sdk'] },
  // Python's OpenPGP ends with RFC 4880.
  'the SDK with sealed': { send: sdk('sealed'), sealed: true, readers: ['node', 'sdk'], cannot: ['python'] },
}

/** Writes files into a folder of their own; returns their paths. */
async function filesOf(contents) {
  const folder = tempFolder('crosswise')
  return Promise.all(Object.entries(contents).map(async ([name, bytes]) => {
    const path = join(folder, name)
    await writeFile(path, bytes)
    return path
  }))
}

/** What was opened, to be compared. */
const opened = async ({ files, message }) => ({
  files: await Promise.all(files.map(async ({ name, path }) => [name, digest(await readFile(path))])),
  message,
})

for (const [sent, { send, sealed, readers, cannot = [] }] of Object.entries(senders)) {
  describe(`sent by ${sent}`, () => {
    let link
    before(async () => { link = await send(await filesOf(CONTENTS)) })

    for (const reader of readers) {
      test(`opened by ${reader}`, async () => {
        const { files, message } = await opened(await clients[reader].open(link, tempFolder('opened')))
        // SendSafely's Node client writes a message's line ends as OpenPGP does, and only some readers turn them back.
        assert.equal(message.replaceAll('\r\n', '\n'), MESSAGE)
        const expected = Object.entries(CONTENTS).map(([name, bytes]) => [name, digest(bytes)])
        if (!sealed || reader === 'sdk') return assert.deepEqual(sorted(files), sorted(expected))
        // Content alone is OpenPGP: what SendSafely's clients see of a name is sealed.
        assert.deepEqual(files.map(([, content]) => content).sort(), expected.map(([, content]) => content).sort())
        for (const [name] of files) assert.match(name, /^sealed\.[A-Za-z0-9_-]+$/)
      })
    }

    for (const reader of cannot) {
      test(`not opened by ${reader}, which says so`, async () => {
        await assert.rejects(clients[reader].open(link, tempFolder('opened')), /DownloadFileException/)
      })
    }

    describe('under another key', () => {
      let small
      before(async () => { small = await send(await filesOf({ 'small.bin': pseudoRandomBytes('small', 1000) })) })

      for (const reader of readers) {
        test(`${reader} opens nothing`, async () => {
          const { files } = await clients[reader].open(small, tempFolder('opened'))
          assert.equal(files.length, 1)
          // A keyCode that differs in one character: the server does not let it in.
          await assert.rejects(clients[reader].open(flipped(small, small.length - 5), tempFolder('opened')), clients[reader].wrongKeyCode)
          // A passphrase that differs in one character, for which the server lets everyone in.
          proxy.onAnswer = (_, answer) => {
            const body = answer.body.toString('latin1')
            const at = body.indexOf('"serverSecret":"') + '"serverSecret":"'.length
            if (at >= '"serverSecret":"'.length) answer.body = Buffer.from(flipped(body, at), 'latin1')
          }
          await assert.rejects(clients[reader].open(small, tempFolder('opened')), clients[reader].wrongPassphrase)
        })
      }
    })
  })
}

const sorted = (files) => files.toSorted(([a], [b]) => (a < b ? -1 : 1))

/** A text with another letter at that place. */
const flipped = (text, at) => `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
