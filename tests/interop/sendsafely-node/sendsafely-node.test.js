// SendSafely's own Node client, as it is published, against the real server: from its credentials to the last byte.
import assert from 'node:assert/strict'
import { createHash, pbkdf2Sync, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createDropzone, createKey, runServer, startServer } from '../../lib/server.js'
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

/** A client of the sender's account, or of another, and the account's key. */
const client = (account = key) => ({ ...connect(server.origin, account), key: account })

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex')
const sorted = (keys) => keys.toSorted((a, b) => (a.id < b.id ? -1 : 1))

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
    assert.equal(after.state, 'PACKAGE_STATE_ACTIVE_COMPLETE')
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
  assert.equal(seen.state, 'PACKAGE_STATE_ACTIVE_INCOMPLETE')
  await ask((done) => api.deletePackage(packageId, done))
  await assert.rejects(ask((done) => api.updatePackage(packageId, { life: 1 }, done)), /FAIL/)
})

test('a draft: files and recipients changed, then thrown away', { timeout: 60_000 }, async () => {
  const sender = client()
  const { api, ask } = sender
  const created = await createPackage(sender)
  const { packageId, serverSecret, keyCode } = created
  const paths = ['kept.txt', 'gone.txt'].map((name) => join(folder, name))
  for (const path of paths) writeFileSync(path, path)
  const ids = await upload(sender, created, paths)
  await ask((done) => api.deleteFile(packageId, ids.get('gone.txt'), done))
  const first = await ask((done) => api.addRecipient(packageId, 'first@example.com', keyCode, done))
  await ask((done) => api.addRecipientPhonenumber(packageId, first.recipientId, '(212) 555-0123', 'US', done))
  const seen = await ask((done) => api.getRecipient(packageId, first.recipientId, done))
  assert.deepEqual([seen.email, seen.countryCode, seen.phoneNumber, seen.roleName], ['first@example.com', 1, 2125550123, 'VIEWER'])
  const second = await ask((done) => api.addRecipientWithSMS(packageId, 'second@example.com', keyCode, '(212) 555-0124', 'US', done))
  assert.equal(second.phonenumbers[0].phonenumber, 2125550124)
  const message = await ask((done) => api.encryptMessage(packageId, keyCode, serverSecret, 'encrypted first', done))
  await ask((done) => api.saveMessage(packageId, message, done))
  const { activityLogEntries: log } = await ask((done) => api.getActivityLog(packageId, 0, done))
  assert.ok(log.some(({ action }) => action === 'MESSAGE_WRITTEN'))
  const { files, recipients } = await ask((done) => api.packageInformation(packageId, done))
  assert.deepEqual(files.map(({ fileId }) => fileId), [ids.get('kept.txt')])
  assert.deepEqual(recipients.map(({ email }) => email).sort(), ['first@example.com', 'second@example.com'])

  await ask((done) => api.deleteTempPackage(packageId, done))
  const { state } = await ask((done) => api.packageInformation(packageId, done))
  assert.equal(state, 'PACKAGE_STATE_DELETED_INCOMPLETE')
  await assert.rejects(ask((done) => api.deleteTempPackage(packageId, done)), /not found or not permitted/)
})

test('lists by pages, the archive, and the activity log', { timeout: 60_000 }, async (t) => {
  const sender = client(await createKey(server, 'lister@example.com'))
  const sent = []
  for (const text of ['one', 'two', 'three']) {
    const { packageId, serverSecret, packageCode, keyCode } = await createPackage(sender)
    await sender.ask((done) => sender.api.encryptAndUploadMessage(packageId, keyCode, serverSecret, text, done))
    const wrapped = sender.ask((done) => sender.api.on('keycodes.uploaded', done))
    await sender.ask((done) => sender.api.addRecipients(packageId, ['reader@example.com'], keyCode, done))
    await wrapped
    await sender.ask((done) => sender.api.finalizePackage(packageId, packageCode, keyCode, done))
    sent.push(packageId)
  }
  const reader = client(await createKey(server, 'reader@example.com'))
  const list = ({ api, ask }, what, first = 0) => ask((done) => api[what](first, done))
  const ids = (packages) => packages.map(({ packageId }) => packageId)

  for (const [who, what] of [[sender, 'getActivePackages'], [reader, 'getReceivedPackages']]) {
    await t.test(what, async () => {
      const { packages, pagination } = await list(who, what)
      assert.deepEqual(ids(packages).sort(), sent.toSorted())
      assert.deepEqual([pagination.rowIndex, pagination.totalRows], [0, 3])
      assert.deepEqual(ids((await list(who, what, 1)).packages), ids(packages.slice(1)))
      assert.deepEqual((await list(who, what, 3)).packages, [])
    })
  }

  await t.test('getArchivedPackages', async () => {
    assert.deepEqual((await list(sender, 'getArchivedPackages')).packages, [])
    // The client has no method that archives.
    await sender.ask((done) => sender.api.sendSignedRequest(`/package/${sent[0]}/archive/`, 'POST', 'application/json', null, done))
    assert.deepEqual(ids((await list(sender, 'getArchivedPackages')).packages), [sent[0]])
    assert.deepEqual(ids((await list(sender, 'getActivePackages')).packages).sort(), sent.slice(1).sort())
  })

  await t.test('getActivityLog', async () => {
    const log = (first) => sender.ask((done) => sender.api.getActivityLog(sent[0], first, done))
    const { activityLogEntries: entries } = await log(0)
    assert.deepEqual(entries.map(({ action }) => action).sort(),
      ['MESSAGE_WRITTEN', 'PACKAGE_ARCHIVED', 'PACKAGE_CREATED', 'PACKAGE_FINALIZED', 'RECIPIENT_ADDED'])
    assert.ok(entries.every(({ user }) => user.userEmail === 'lister@example.com'))
    assert.deepEqual((await log(1)).activityLogEntries, entries.slice(1))
  })
})

test('trusted devices: a key made, listed, given keyCodes, and removed', { timeout: 120_000 }, async (t) => {
  const sender = client()
  const receiverKey = await createKey(server, 'device@example.com')
  // Each call by a client of its own: a key that a client makes goes to the server again with the next one it makes.
  const receiver = () => client(receiverKey)
  const makeKey = (who, description) => who.ask((done) => who.api.generateRsaKeyPair(description, (privateKey, publicKey) => done({ privateKey, publicKey })))
  const phone = await makeKey(receiver(), 'Phone')
  const mine = await makeKey(client(), 'My own')
  assert.equal(phone.publicKey.description, 'Phone')
  assert.match(phone.publicKey.id, /^[A-Z2-7]+$/)
  const own = receiver()
  const { publicKey } = await own.ask((done) => own.api.getUserInformation(done))
  assert.equal(publicKey, true)

  const send = async () => {
    const made = await sender.ask((done) => sender.api.createPackage((packageId, serverSecret, packageCode, keyCode) =>
      done({ packageId, serverSecret, packageCode, keyCode })))
    const { packageId, serverSecret, packageCode, keyCode } = made
    await sender.ask((done) => sender.api.encryptAndUploadMessage(packageId, keyCode, serverSecret, 'hello', done))
    // The client wraps the keyCode behind the call's back. If it finalizes meanwhile, which wraps it too, it mixes up what
    // it wrapped to which key.
    const wrapped = sender.ask((done) => sender.api.on('keycodes.uploaded', done))
    await sender.ask((done) => sender.api.addRecipients(packageId, ['device@example.com'], keyCode, done))
    await wrapped
    return { ...made, end: await sender.ask((done) => sender.api.finalizePackage(packageId, packageCode, keyCode,
      (link, recipients, approvers, message, needsLink) => done({ link, needsLink }))) }
  }
  const keyCodeFor = (device, packageId) => {
    const { api, ask } = receiver()
    return ask((done) => api.getKeycode(device.privateKey, device.publicKey.id, packageId, done))
  }
  const refused = (device, packageId) => assert.rejects(keyCodeFor(device, packageId), /not found/)
  const sent = await send()

  await t.test('the keys of a package are its recipients\' and its sender\'s', async () => {
    const keys = await sender.ask((done) => sender.api.getPublicKeys(sent.packageId, done))
    const made = [phone, mine].map(({ publicKey: { id, key } }) => ({ id, key }))
    assert.deepEqual(sorted(keys), sorted(made))
  })

  await t.test('the recipient needs no link, and its device decrypts the keyCode', async () => {
    assert.equal(sent.end.needsLink, false)
    assert.equal(await keyCodeFor(phone, sent.packageId), sent.keyCode)
    await refused(mine, sent.packageId)
  })

  await t.test('a second device is brought up to date by the first', async () => {
    const laptop = await makeKey(receiver(), 'Laptop')
    await refused(laptop, sent.packageId)
    const known = receiver()
    await known.ask((done) => known.api.syncKeycodes(phone.privateKey, phone.publicKey.id, done))
    assert.equal(await keyCodeFor(laptop, sent.packageId), sent.keyCode)
  })

  await t.test('a key that was removed gets nothing any more', async () => {
    const owner = receiver()
    await owner.ask((done) => owner.api.removePublicKey(phone.publicKey.id, done))
    await refused(phone, sent.packageId)
  })
})

test('a workspace: directories, versions, roles, copies, a link', { timeout: 120_000 }, async (t) => {
  const owner = client()
  const create = (what) => owner.ask((done) => owner.api[what]((packageId, serverSecret, packageCode, keyCode) =>
    done({ packageId, serverSecret, packageCode, keyCode })))
  const { packageId, serverSecret, packageCode, keyCode } = await create('createWorkspace')
  const about = (ask = owner) => ask.ask((done) => ask.api.packageInformation(packageId, done))
  const list = (id, ask = owner) => ask.ask((done) => ask.api.getDirectory(packageId, id, undefined, undefined, undefined, undefined, done))
  const upload = (name, bytes, directoryId) => {
    writeFileSync(join(folder, name), bytes)
    return owner.ask((done) => owner.api.encryptAndUploadFilesToDirectory(packageId, keyCode, serverSecret, [join(folder, name)], 'NODE_API',
      directoryId, (_, fileId) => done(fileId)))
  }
  const download = ({ api, ask }, directoryId, fileId) => {
    const saved = ask((done) => api.on('save.file', (event) => { if (event.fileId === fileId) done(digest(event.file)) }))
    api.downloadFileFromDirectory(packageId, directoryId, fileId, keyCode)
    return saved
  }

  await owner.ask((done) => owner.api.updatePackage(packageId, { label: 'Board, 名' }, done))
  const { rootDirectoryId: root, label } = await about()
  assert.equal(label, 'Board, 名')
  await owner.ask((done) => owner.api.createDirectory(packageId, 'Reports, 100% Zürich', done))
  const [reports] = (await list(root)).subDirectories
  assert.equal(reports.directoryName, 'Reports, 100% Zürich')
  for (const name of ['2024', 'old']) {
    await owner.ask((done) => owner.api.createSubdirectory(packageId, name, reports.directoryId, done))
  }
  const [year, old] = (await list(reports.directoryId)).subDirectories

  const [first, second] = [randomBytes(10_000), randomBytes(SEGMENT + 1)]
  const firstId = await upload('in a workspace.bin', first, year.directoryId)

  await t.test('a file comes back before anyone has set a checksum', async () => {
    assert.equal(await download(owner, year.directoryId, firstId), digest(first))
  })

  const secondId = await upload('in a workspace.bin', second, year.directoryId)

  await t.test('a name uploaded again is a new version, and both come back', async () => {
    const { files } = await list(year.directoryId)
    assert.deepEqual(files.map((file) => file.fileId), [secondId])
    const seen = await owner.ask((done) => owner.api.getFileInformation(packageId, year.directoryId, secondId, done))
    assert.equal(seen.fileName, 'in a workspace.bin')
    assert.deepEqual(seen.oldVersions.map((version) => version.fileId), [firstId])
    assert.equal(await download(owner, year.directoryId, secondId), digest(second))
    assert.equal(await download(owner, year.directoryId, firstId), digest(first))
  })

  await t.test('directories and files are renamed and moved', async () => {
    await owner.ask((done) => owner.api.renameDirectory(packageId, old.directoryId, 'archive', done))
    await owner.ask((done) => owner.api.updateDirectory(packageId, old.directoryId, root, done))
    assert.deepEqual((await list(root)).subDirectories.map((directory) => directory.directoryName), ['archive', 'Reports, 100% Zürich'])
    await owner.ask((done) => owner.api.updateFile(packageId, secondId, 'renamed 名.bin', done))
    const move = { url: `/package/${packageId}/directory/${old.directoryId}/file/${secondId}/` }
    await owner.ask((done) => owner.api.sendSignedRequest(move.url, 'POST', 'application/json', null, done))
    assert.deepEqual((await list(old.directoryId)).files.map((file) => file.fileName), ['renamed 名.bin'])
    const refused = client()
    await assert.rejects(refused.ask((done) => refused.api.updateDirectory(packageId, reports.directoryId, year.directoryId, done)), /into itself/)
  })

  const member = client(await createKey(server, 'member@example.com'))
  const { api, ask } = client()
  const { recipients: [recipient] } = await ask((done) => api.addRecipients(packageId, ['member@example.com'], keyCode, done))

  await t.test('a member reads with the checksum that the owner set, and what it may more is its role', async () => {
    const checksum = pbkdf2Sync(keyCode, packageCode, 1024, 32, 'sha256').toString('hex')
    await ask((done) => api.updatePackage(packageId, { checksum }, done))
    assert.equal(recipient.roleName, 'VIEWER')
    assert.equal(await download(member, old.directoryId, secondId), digest(second))
    const viewer = client(member.key)
    await assert.rejects(viewer.ask((done) => viewer.api.createDirectory(packageId, 'theirs', done)), /not permitted/)
    assert.equal((await ask((done) => api.updateRecipientRole(packageId, recipient.recipientId, 'CONTRIBUTOR', done))).roleName, 'CONTRIBUTOR')
    await member.ask((done) => member.api.createDirectory(packageId, 'theirs', done))
  })

  await t.test('a copy from a package is read with the key that came with it', async () => {
    const source = await create('createPackage')
    const bytes = randomBytes(20_000)
    writeFileSync(join(folder, 'copied.bin'), bytes)
    const fileId = await ask((done) => api.encryptAndUploadFiles(source.packageId, source.keyCode, source.serverSecret, [join(folder, 'copied.bin')],
      'NODE_API', (_, fileId) => done(fileId)))
    await ask((done) => api.copyFile(source.packageId, fileId, source.serverSecret, source.keyCode, packageId, year.directoryId, serverSecret, keyCode, done))
    await ask((done) => api.deletePackage(source.packageId, done))
    const [copy] = (await list(year.directoryId)).files
    assert.equal(copy.fileName, 'copied.bin')
    assert.equal(await download(member, year.directoryId, copy.fileId), digest(bytes))
  })

  await t.test('a link leads to it', async () => {
    const link = await ask((done) => api.finalizePackage(packageId, packageCode, keyCode, done))
    const seen = await member.ask((done) => member.api.packageInformationFromLink(link, done))
    assert.deepEqual([seen.packageId, seen.keyCode, seen.rootDirectoryId], [packageId, keyCode, root])
  })

  await t.test('files, directories and in the end all of it are deleted', async () => {
    // By another key: moving and deleting are signed alike, and within one second a signature holds for one method.
    const { api: other, ask: askOther } = client(await createKey(server, 'sender@example.com'))
    await askOther((done) => other.deleteFileWithDirectory(packageId, secondId, old.directoryId, done))
    assert.deepEqual((await list(old.directoryId)).files, [])
    await askOther((done) => other.deleteDirectory(packageId, reports.directoryId, done))
    assert.deepEqual((await list(root)).subDirectories.map((directory) => directory.directoryName), ['archive', 'theirs'])
    await askOther((done) => other.deletePackage(packageId, done))
    const late = client(member.key)
    await assert.rejects(late.ask((done) => late.api.packageInformation(packageId, done)), /not permitted/)
  })
})

test('what the server refuses arrives as an error with a message', async () => {
  const sender = client()
  const { api, ask } = sender
  const { packageId } = await createPackage(sender)
  await assert.rejects(ask((done) => api.addRecipient(packageId, 'nobody', 'k', done)), /no e-mail address/)
  const stranger = client({ apiKey: key.apiKey, apiSecret: 'wrong' })
  await assert.rejects(stranger.ask((done) => stranger.api.verifyCredentials(done)), /AUTHENTICATION_FAILED/)
})

test('what the installation is called and runs, and what is reported to it', { timeout: 60_000 }, async () => {
  const { api, ask } = client()
  const version = await ask((done) => api.verifyVersion('NODE_API', done))
  assert.match(version, /^\d+\.\d+\.\d+/)
  const told = { userAgent: 'node', newVersion: '2', oldVersion: '1' }
  assert.equal(await ask((done) => api.versionUpdated(server.origin, told, done)), version)
  // Nobody is told when the report has come.
  api.sendFeedback('it broke', 'at line 1', 'this system')
  while (!(await runServer(server, 'feedback', 'list')).includes('it broke')) await setImmediate()
  const [host, systemName, undisclosed] = await ask((done) => api.enterpriseInfo((...told) => done(told)))
  assert.deepEqual([host, systemName, undisclosed], [server.origin, 'Bulla', true])
})

test('through a Dropzone, to its owner', async () => {
  const dropzone = await createDropzone(server, key.email)
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
