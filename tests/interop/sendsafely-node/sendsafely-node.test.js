// SendSafely's own Node client, as it is published, against the real server: from its credentials to the last byte.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { createKey, serverBinary, startServer } from '../../lib/server.js'
import { tempFolder } from '../../lib/temp.js'

const SendSafely = createRequire(import.meta.url)('@sendsafely/sendsafely')

/** The length of the parts that the client cuts. */
const SEGMENT = 2_621_440

let server, key, folder
before(async () => {
  server = await startServer()
  key = await createKey(server, 'sender@example.com')
  folder = tempFolder('sendsafely')
})
after(() => server.stop())

/** A client, and a promise that any error it raises rejects. */
function client({ apiKey, apiSecret } = key) {
  const api = new SendSafely(server.origin, apiKey, apiSecret)
  const failed = new Promise((_, reject) => {
    for (const event of ['sendsafely.error', 'file.upload.error', 'server.error', 'limit.exceeded', 'invalid.file.name']) {
      api.on(event, (...what) => reject(new Error(`${event}: ${JSON.stringify(what)}`)))
    }
  })
  failed.catch(() => {})
  return { api, ask: (call) => Promise.race([new Promise(call), failed]) }
}

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex')

test('its credentials and its user', async () => {
  const { api, ask } = client()
  assert.equal(await ask((done) => api.verifyCredentials(done)), 'sender@example.com')
  const user = await ask((done) => api.getUserInformation(done))
  assert.equal(user.email, 'sender@example.com')
})

test('a whole package: files at the edges of its parts, a message, recipients, a link, and back', { timeout: 120_000 }, async (t) => {
  const sender = client()
  const made = await sender.ask((done) => sender.api.createPackage((packageId, serverSecret, packageCode, keyCode) =>
    done({ packageId, serverSecret, packageCode, keyCode })))
  const { packageId, serverSecret, packageCode, keyCode } = made

  const sizes = [0, 1, SEGMENT / 4 - 1, SEGMENT / 4, SEGMENT / 4 + 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 20 << 20]
  const names = sizes.map((size) => `${size} bytes, 100% Zürich 名.bin`)
  for (const [i, name] of names.entries()) writeFileSync(join(folder, name), randomBytes(sizes[i]))
  const expected = names.map((name) => digest(readFileSync(join(folder, name))))

  const ids = []
  for (const name of names) {
    ids.push(await sender.ask((done) => sender.api.encryptAndUploadFiles(packageId, keyCode, serverSecret, [join(folder, name)], 'NODE_API',
      (_, fileId) => done(fileId))))
  }
  const text = 'Grüße, 名前 <b>bold</b>'
  await sender.ask((done) => sender.api.encryptAndUploadMessage(packageId, keyCode, serverSecret, text, done))
  const { recipients: added } = await sender.ask((done) => sender.api.addRecipients(packageId, ['recipient@example.com', 'gone@example.com'], keyCode, done))
  const gone = added.find((recipient) => recipient.email === 'gone@example.com')
  await sender.ask((done) => sender.api.removeRecipient(packageId, gone.recipientId, done))
  await sender.ask((done) => sender.api.updatePackage(packageId, { life: 3 }, done))
  const link = await sender.ask((done) => sender.api.finalizePackage(packageId, packageCode, keyCode, done))

  await t.test('the link has the shape that its parser reads', () => {
    const shaped = link.replace(server.origin, 'https://files.example.com')
    assert.deepEqual(sender.api.parseLinks(`Here: ${shaped} .`), [shaped])
    assert.equal(new URL(link).hash, `#keyCode=${keyCode}`)
  })

  const recipient = client(await createKey(server, 'recipient@example.com'))
  const seen = await recipient.ask((done) => recipient.api.packageInformationFromLink(link, done))

  await t.test('the recipient reads what was sent', async () => {
    assert.equal(seen.packageId, packageId)
    assert.equal(seen.life, 3)
    assert.deepEqual(seen.files.map((file) => [file.fileId, file.fileName, Number(file.fileSize)]), names.map((name, i) => [ids[i], name, sizes[i]]))
    const { message } = await recipient.ask((done) => recipient.api.getPackageMessage(packageId, packageCode, keyCode, done))
    const clear = await recipient.ask((done) => recipient.api.decryptMessage(packageId, keyCode, seen.serverSecret, message, done))
    assert.equal(clear, text)
  })

  for (const [i, fileId] of ids.entries()) {
    await t.test(`${sizes[i]} bytes come back`, async () => {
      const saved = recipient.ask((done) => recipient.api.on('save.file', (event) => { if (event.fileId === fileId) done(event.file) }))
      recipient.api.downloadFile(packageId, fileId, keyCode)
      assert.equal(digest(await saved), expected[i])
    })
  }

  await t.test('the sender sees that it was fetched', async () => {
    const after = await sender.ask((done) => sender.api.packageInformation(packageId, done))
    assert.equal(after.state, 'PACKAGE_STATE_ACTIVE_COMPLETE')
    assert.equal(after.recipients.length, 1)
    assert.equal(after.recipients[0].confirmations.length, 1 + ids.length)
  })
})

test('a package without recipients, behind a password, deleted in the end', async () => {
  const { api, ask } = client()
  const { packageId, serverSecret, packageCode, keyCode } = await ask((done) => api.createPackage((packageId, serverSecret, packageCode, keyCode) =>
    done({ packageId, serverSecret, packageCode, keyCode })))
  await ask((done) => api.encryptAndUploadMessage(packageId, keyCode, serverSecret, 'hello', done))
  const link = await ask((done) => api.finalizeUndisclosedPackage(packageId, packageCode, keyCode, 'sesame', done))
  assert.match(link, /\/receive\/\?thread=[A-Za-z0-9-]+&packageCode=[A-Za-z0-9_-]+#keyCode=[A-Za-z0-9_-]+$/)
  const seen = await ask((done) => api.packageInformationFromLink(link, done))
  assert.equal(seen.state, 'PACKAGE_STATE_ACTIVE_INCOMPLETE')
  await ask((done) => api.deletePackage(packageId, done))
  await assert.rejects(ask((done) => api.updatePackage(packageId, { life: 1 }, done)), /FAIL/)
})

test('what the server refuses arrives as an error with a message', async () => {
  const { api, ask } = client()
  const { packageId } = await ask((done) => api.createPackage((packageId) => done({ packageId })))
  await assert.rejects(ask((done) => api.addRecipient(packageId, 'nobody', 'k', done)), /no e-mail address/)
  const stranger = client({ apiKey: key.apiKey, apiSecret: 'wrong' })
  await assert.rejects(stranger.ask((done) => stranger.api.verifyCredentials(done)), /AUTHENTICATION_FAILED/)
})

test('what the installation is called', async () => {
  const { api, ask } = client()
  const [host, systemName, undisclosed] = await ask((done) => api.enterpriseInfo((...told) => done(told)))
  assert.deepEqual([host, systemName, undisclosed], [server.origin, 'Bulla', true])
})

test('through a Dropzone, to its owner', async () => {
  const { stdout } = await promisify(execFile)(serverBinary(), ['dropzone', 'create', '--email', key.email, '--data', server.data])
  const { dropzone } = JSON.parse(stdout)
  const sender = client({ apiKey: dropzone, apiSecret: null })
  const made = await sender.ask((done) => sender.api.createPackage((packageId, serverSecret, packageCode, keyCode) =>
    done({ packageId, serverSecret, packageCode, keyCode })))
  const path = join(folder, 'dropped.bin')
  writeFileSync(path, randomBytes(SEGMENT + 1))
  await sender.ask((done) => sender.api.encryptAndUploadFiles(made.packageId, made.keyCode, made.serverSecret, [path], 'NODE_API', (_, fileId) => done(fileId)))
  const link = await sender.ask((done) => sender.api.finalizePackage(made.packageId, made.packageCode, made.keyCode, done))

  const { api, ask } = client()
  const { packages } = await ask((done) => api.getReceivedPackages(0, done))
  assert.deepEqual(packages.map(({ packageId }) => packageId), [made.packageId])
  const seen = await ask((done) => api.packageInformationFromLink(link, done))
  const saved = ask((done) => api.on('save.file', (event) => done(event.file)))
  api.downloadFile(seen.packageId, seen.files[0].fileId, made.keyCode)
  assert.equal(digest(await saved), digest(readFileSync(path)))
})
