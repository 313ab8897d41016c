// KeyCodes go between the devices of SendSafely's own Node client and ours.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { packedBulla } from '../../lib/packed.js'
import { createKey, startServer } from '../../lib/server.js'
import { connect, createPackage } from './client.js'

let server
before(async () => {
  server = await startServer()
})
after(() => server.stop())

test('keyCodes go between its devices and ours', { timeout: 120_000 }, async () => {
  const bulla = await packedBulla()
  const kept = new Map()
  const keyStore = {
    write: async (name, value) => void kept.set(name, value),
    read: async (prefix) => [...kept].filter(([name]) => name.startsWith(prefix)),
    remove: async (name) => void kept.delete(name),
  }
  const ours = new bulla.Client({ host: server.origin, auth: await createKey(server, 'ours@example.com'), keyStore })
  const device = await ours.keys.create({ description: 'Ours' })
  const theirs = connect(server.origin, await createKey(server, 'theirs@example.com'))

  const { packageId, serverSecret, packageCode, keyCode } = await createPackage(theirs)
  await theirs.ask((done) => theirs.api.encryptAndUploadMessage(packageId, keyCode, serverSecret, 'hello from them', done))
  const wrapped = theirs.ask((done) => theirs.api.on('keycodes.uploaded', done))
  await theirs.ask((done) => theirs.api.addRecipients(packageId, ['ours@example.com'], keyCode, done))
  await wrapped
  const needsLink = await theirs.ask((done) => theirs.api.finalizePackage(packageId, packageCode, keyCode, (link, recipients, approvers, message, needed) => done(needed)))
  assert.equal(needsLink, false)
  assert.deepEqual(await ours.keys.unwrap(packageId), { keyCode, origin: 'server' })
  const received = await ours.packages.open(packageId)
  assert.deepEqual([received.message, received.origin], ['hello from them', 'server'])

  const { privateKey, publicKey } = await theirs.ask((done) =>
    theirs.api.generateRsaKeyPair('Theirs', (privateKey, publicKey) => done({ privateKey, publicKey })))
  const pkg = await ours.createPackage({ suite: 'openpgp-cfb' })
  await pkg.setMessage('hello from us')
  await pkg.recipients.add('theirs@example.com')
  const offered = (await ours.keys.offered(pkg)).find(({ id }) => id === publicKey.id)
  assert.equal(offered.state, 'new')
  await ours.keys.confirm('theirs@example.com', offered.key)
  const report = await ours.keys.wrap(pkg)
  assert.ok(report.wrapped.some(({ id }) => id === publicKey.id))
  await pkg.finalize()
  assert.equal(await theirs.ask((done) => theirs.api.getKeycode(privateKey, publicKey.id, pkg.id, done)), pkg.keyCode)
  assert.equal((await ours.keys.device()).id, device.id)
})
