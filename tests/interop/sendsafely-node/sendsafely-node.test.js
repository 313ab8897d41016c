// SendSafely's own Node client, as it is published, against the real server: from its credentials to the last byte.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createKey, startServer } from '../../lib/server.js'
import { tempFolder } from '../../lib/temp.js'
import { connect, createPackage, download, upload } from './client.js'

/** The length of the parts that the client cuts. */
const SEGMENT = 2_621_440

let server, key, folder
before(async () => {
  server = await startServer()
  key = await createKey(server, 'sender@example.com')
  folder = tempFolder('sendsafely')
})
after(() => server.stop())

/** A client of the sender's account, or of another. */
const client = (account = key) => connect(server.origin, account)

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex')

test('its credentials and its user', async () => {
  const { api, ask } = client()
  assert.equal(await ask((done) => api.verifyCredentials(done)), 'sender@example.com')
  const user = await ask((done) => api.getUserInformation(done))
  assert.equal(user.email, 'sender@example.com')
})

test('a whole package: files at the edges of its parts, a message, recipients, a link, and back', { timeout: 120_000 }, async (t) => {
  const sender = client()
  const created = await createPackage(sender)
  const { packageId, serverSecret, packageCode, keyCode } = created

  const sizes = [0, 1, SEGMENT / 4 - 1, SEGMENT / 4, SEGMENT / 4 + 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 20 << 20]
  const names = sizes.map((size) => `${size} bytes, 100% Zürich 名.bin`)
  for (const [i, name] of names.entries()) writeFileSync(join(folder, name), randomBytes(sizes[i]))
  const expected = names.map((name) => digest(readFileSync(join(folder, name))))

  const found = await upload(sender, created, names.map((name) => join(folder, name)))
  const ids = names.map((name) => found.get(name))
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
    const listed = seen.files.map((file) => [file.fileId, file.fileName, Number(file.fileSize)])
    assert.deepEqual(listed.sort(), names.map((name, i) => [ids[i], name, sizes[i]]).sort())
    const { message } = await recipient.ask((done) => recipient.api.getPackageMessage(packageId, packageCode, keyCode, done))
    const clear = await recipient.ask((done) => recipient.api.decryptMessage(packageId, keyCode, seen.serverSecret, message, done))
    assert.equal(clear, text)
  })

  for (const [i, fileId] of ids.entries()) {
    await t.test(`${sizes[i]} bytes come back`, async () => {
      assert.equal(digest(await download(recipient, packageId, fileId, keyCode)), expected[i])
    })
  }

  await t.test('the sender sees that it was fetched', async () => {
    const after = await sender.ask((done) => sender.api.packageInformation(packageId, done))
    assert.equal(after.state, 'PACKAGE_STATE_ACTIVE_PICKUP_COMPLETE')
    assert.equal(after.recipients.length, 1)
    assert.equal(after.recipients[0].confirmations.length, 1 + ids.length)
  })
})

test('a package without recipients, behind a password, deleted in the end', async () => {
  const sender = client()
  const { api, ask } = sender
  const { packageId, serverSecret, packageCode, keyCode } = await createPackage(sender)
  await ask((done) => api.encryptAndUploadMessage(packageId, keyCode, serverSecret, 'hello', done))
  const link = await ask((done) => api.finalizeUndisclosedPackage(packageId, packageCode, keyCode, 'sesame', done))
  assert.match(link, /\/receive\/\?thread=[A-Za-z0-9-]+&packageCode=[A-Za-z0-9_-]+#keyCode=[A-Za-z0-9_-]+$/)
  const seen = await ask((done) => api.packageInformationFromLink(link, done))
  assert.equal(seen.state, 'PACKAGE_STATE_ACTIVE_WAITING_FOR_PICKUP')
  await ask((done) => api.deletePackage(packageId, done))
  await assert.rejects(ask((done) => api.updatePackage(packageId, { life: 1 }, done)), /FAIL/)
})

test('what the server refuses arrives as an error with a message', async () => {
  const sender = client()
  const { api, ask } = sender
  const { packageId } = await createPackage(sender)
  await assert.rejects(ask((done) => api.addRecipient(packageId, 'nobody', 'k', done)), /no e-mail address/)
  const stranger = client({ apiKey: key.apiKey, apiSecret: 'wrong' })
  await assert.rejects(stranger.ask((done) => stranger.api.verifyCredentials(done)), /AUTHENTICATION_FAILED/)
})
