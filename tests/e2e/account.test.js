// What accounts do with the packed npm package in Node: lists, recipients, workspaces, and keys of trusted devices.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { pseudoRandomBytes } from '../lib/fixtures.js'
import { memory } from '../lib/memory.js'
import { packedBulla } from '../lib/packed.js'
import { createDropzone, createKey, startServer } from '../lib/server.js'

const MIB = 1 << 20

describe('an account in Node', () => {
  let bulla, server, alice, bob

  before(async () => {
    server = await startServer()
    bulla = await packedBulla()
    alice = await client('alice@example.com')
    bob = await client('bob@example.com')
  })

  after(() => server?.stop())

  async function client(email, keyStore = memory()) {
    return new bulla.Client({ host: server.origin, auth: await createKey(server, email), keyStore })
  }

  async function all(list) {
    const entries = []
    for await (const entry of list) entries.push(entry)
    return entries
  }

  async function collect(stream) {
    const blocks = []
    for await (const block of await stream) blocks.push(block)
    return Buffer.concat(blocks)
  }

  /** A finalized package with a message for these recipients. */
  async function send(sender, recipients, text = 'hello') {
    const pkg = await sender.createPackage()
    await pkg.setMessage(text)
    await pkg.recipients.add(recipients)
    const { link } = await pkg.finalize()
    return { pkg, link }
  }

  const rejects = (promise, code) => assert.rejects(promise, (error) => {
    assert.ok(bulla.isBullaError(error), error)
    assert.equal(error.code, code, error)
    return true
  })

  test('shares say who may open what, until when and how often', async () => {
    const owner = await client('sharer@example.com')
    const pkg = await owner.createPackage()
    const [plan, notes] = await pkg.upload([new File(['plan'], 'plan.txt'), new File(['notes'], 'notes.txt')])
    const { link } = await pkg.finalize({ lock: { password: 'sesame' } })
    const until = new Date(Date.now() + 3_600_000)
    const share = await owner.shares.create({
      package: pkg.id,
      title: 'The plan',
      recipients: ['bob@example.com', { email: 'carol@example.com', firstName: 'Carol', lastName: 'C', company: 'Acme' }],
      expires: until,
      maxDownloads: 1,
    })
    assert.deepEqual(
      { ...share, id: undefined, created: undefined },
      {
        id: undefined, created: undefined, packageId: pkg.id, title: 'The plan', maxDownloads: 1,
        expires: new Date(Math.floor(until / 1000) * 1000),
        requireLogin: false, requireUserInfo: false, viewOnly: false, newest: false,
      },
    )
    assert.deepEqual(await owner.shares.get(share.id), share)
    assert.deepEqual(await all(owner.shares.list()), [share])

    // Its link carries the lock on; so does that of a recipient.
    const anyone = new bulla.Client({ host: server.origin })
    const open = (link, options) => anyone.open(link, { password: 'sesame', ...options })
    await rejects(open(link), 'WRONG_KEY')
    const everybody = await owner.shares.link(link, share.id)
    const received = await open(everybody)
    assert.equal(received.viewOnly, false)
    assert.equal((await collect(received.download(received.files.find(({ name }) => name === 'plan.txt').id))).toString(), 'plan')
    await rejects(open(everybody), 'EXHAUSTED')
    const [first, , carol] = await owner.shares.recipients(share.id)
    assert.deepEqual([first.id, first.email, first.downloads], [share.id, '', 1])
    const { id, ...known } = carol
    assert.deepEqual(known, { email: 'carol@example.com', firstName: 'Carol', lastName: 'C', company: 'Acme', downloads: 0 })
    assert.equal((await open(await owner.shares.link(link, share.id, id))).files.length, 2)
    const daves = await owner.shares.alias(share.id, 'dave+b@example.com', link)
    assert.equal((await open(daves)).files.length, 2)
    await rejects(owner.shares.alias(share.id, 'eve@example.com', 'https://example.com/no-link'), 'LINK_INVALID')
    const erin = await owner.shares.addRecipient(share.id, { email: 'erin@example.com', company: 'R&D, Zürich' })
    assert.deepEqual([erin.company, erin.downloads], ['R&D, Zürich', 0])
    assert.deepEqual((await owner.shares.recipients(share.id)).map(({ email }) => email),
      ['', 'bob@example.com', 'carol@example.com', 'dave+b@example.com', 'erin@example.com'])

    // What is asked of visitors.
    const changed = await owner.shares.update(share.id, { maxDownloads: 0, expires: 'never', requireUserInfo: true, viewOnly: true })
    assert.deepEqual([changed.maxDownloads, changed.expires, changed.requireUserInfo, changed.viewOnly], [0, undefined, true, true])
    await rejects(open(everybody), 'USER_INFO_REQUIRED')
    await rejects(open(everybody, { visitor: { email: 'nobody', firstName: 'F', lastName: 'F', company: 'Acme' } }), 'INVALID_INPUT')
    const visitor = { email: 'frank@example.com', firstName: 'Frank', lastName: 'F', company: 'Acme' }
    assert.equal((await open(everybody, { visitor })).viewOnly, true)
    assert.equal((await owner.shares.recipients(share.id)).at(-1).company, 'Acme')
    await owner.shares.update(share.id, { requireUserInfo: false, requireLogin: true, items: [plan.id, notes.id], appendItems: false })
    await rejects(open(everybody), 'LOGIN_REQUIRED')
    await rejects(owner.shares.update(share.id, { items: [plan.id], appendItems: false }), 'REFUSED')

    await rejects(owner.shares.create({}), 'INVALID_INPUT')
    await rejects(owner.shares.create({ package: pkg.id, expires: new Date(NaN) }), 'INVALID_INPUT')
    await rejects(owner.shares.create({ package: pkg.id, expires: new Date(0) }), 'INVALID_INPUT')
    await rejects(owner.shares.create({ package: pkg.id, notify: true }), 'INVALID_INPUT')
    await rejects(bob.shares.get(share.id), 'NOT_FOUND')
    await rejects(bob.shares.create({ items: [plan.id] }), 'NOT_FOUND')
    await owner.shares.delete(share.id)
    await rejects(open(everybody), 'NOT_FOUND')
    assert.deepEqual(await all(owner.shares.list({ expired: false })), [])
  })

  test('lists iterate over all pages', async () => {
    const sender = await client('lists@example.com')
    for (let index = 0; index < 7; index++) await send(sender, ['reader@example.com'])
    const sent = await all(sender.packages.sent())
    assert.equal(sent.length, 7)
    assert.deepEqual(new Set(sent.map(({ state }) => state)), new Set(['active']))
    assert.ok(sent.every(({ updated }) => Math.abs(updated - Date.now()) < 600_000))
    const page = await sender.packages.sent().page(4, 2)
    assert.deepEqual([page.entries.map(({ id }) => id), page.total, page.next], [sent.slice(4, 6).map(({ id }) => id), 7, 6])
    assert.equal((await sender.packages.sent().page(6, 2)).next, undefined)
    const reader = await client('reader@example.com')
    assert.deepEqual((await all(reader.packages.received())).map(({ id }) => id), sent.map(({ id }) => id))
    await sender.packages.archive(sent[0].id)
    assert.deepEqual((await all(sender.packages.archived())).map(({ id }) => id), [sent[0].id])
    await sender.packages.unarchive(sent[0].id)
    await sender.packages.update(sent[0].id, { expiresInDays: 3 })
    assert.equal((await sender.packages.get(sent[0].id)).expiresInDays, 3)
    const activity = await all(sender.packages.activity(sent[0].id))
    // The server takes no size here, and a page has it all the same.
    const few = await sender.packages.activity(sent[0].id).page(1, 1)
    assert.deepEqual([few.entries.map(({ id }) => id), few.next], [[activity[1].id], 2])
    for (const size of [0, 101]) await rejects(sender.packages.activity(sent[0].id).page(0, size), 'INVALID_INPUT')
    assert.ok(activity.length > 2 && activity.every(({ email, time }) => email === 'lists@example.com' && time instanceof Date), activity)
    await sender.packages.delete(sent[0].id)
    assert.equal((await all(sender.packages.sent())).length, 6)
    await rejects(all(sender.packages.search({ sender: 'lists' })), 'NOT_FOUND')
    await rejects(sender.packages.get('../user'), 'INVALID_INPUT')
    assert.equal((await sender.packages.get(sent[1].id)).recipients[0].email, 'reader@example.com')
  })

  test('recipients come and go', async () => {
    const pkg = await alice.createPackage()
    await pkg.setMessage('x')
    const added = await pkg.recipients.add(['carol@example.com', 'dan@example.com'])
    assert.deepEqual(added.map(({ email, role }) => [email, role]), [['carol@example.com', 'VIEWER'], ['dan@example.com', 'VIEWER']])
    const erin = await pkg.recipients.add('erin@example.com', { phone: '+47 22 22 55 55' })
    assert.deepEqual((await pkg.recipients.get(erin.id)).phones, [{ countryCode: 47, number: '22225555' }])
    assert.equal((await all(pkg.recipients)).length, 3)
    for (const { id } of await pkg.recipients.list()) await pkg.recipients.remove(id)
    // Without recipients it is for whoever has the link: the package knows that they have gone.
    const { link } = await pkg.finalize()
    assert.equal((await new bulla.Client({ host: server.origin }).open(link)).message, 'x')
  })

  test('a contact group brings its members', async () => {
    const group = await alice.groups.create('Board')
    const member = await alice.groups.addMember(group.id, 'carol@example.com')
    const listed = [{ id: group.id, name: 'Board', enterprise: false, members: [member] }]
    assert.deepEqual(await alice.groups.own(), listed)
    assert.deepEqual([await bob.groups.own(), await bob.groups.enterprise()], [[], []])
    await rejects(bob.groups.delete(group.id), 'NOT_FOUND')
    await rejects(alice.groups.create(''), 'REFUSED')
    await rejects(alice.groups.create('All', { enterprise: true }), 'REFUSED')
    const pkg = await alice.createPackage()
    await pkg.setMessage('x')
    assert.deepEqual(await pkg.recipients.addGroup(group.id), { id: group.id, name: 'Board', emails: ['carol@example.com'], needsApproval: false })
    assert.deepEqual((await alice.packages.get(pkg.id)).groups, listed)
    assert.deepEqual((await pkg.recipients.list()).map(({ email }) => email), ['carol@example.com'])
    await pkg.recipients.removeGroup(group.id)
    await pkg.recipients.addGroup(group.id)
    assert.deepEqual((await pkg.finalize()).recipients, ['carol@example.com'])
    await alice.packages.recipients(pkg.id).removeGroup(group.id)
    assert.deepEqual(await alice.packages.recipients(pkg.id).list(), [])
    await alice.groups.removeMember(group.id, member.id)
    assert.deepEqual((await alice.groups.own())[0].members, [])
    await alice.groups.delete(group.id)
    assert.deepEqual(await alice.groups.own(), [])
  })

  test('the installation tells of itself and takes reports', async () => {
    const { name, host, undisclosedRecipients, headerColor } = await alice.installation.info()
    assert.deepEqual([name, host, undisclosedRecipients], ['Bulla', server.origin, true])
    assert.match(headerColor, /^#[0-9a-f]{6}$/)
    assert.match(await alice.installation.version(), /^\d+\.\d+\.\d+/)
    await alice.installation.report({ message: 'it broke', stack: new Error('x').stack })
    await rejects(alice.installation.report({ stack: 'x' }), 'INVALID_INPUT')
    await rejects(new bulla.Client({ host: server.origin }).installation.info(), 'AUTHENTICATION_FAILED')
  })

  test('who sends through a Dropzone is confirmed by its owner', async () => {
    const dropzone = await createDropzone(server, 'alice@example.com')
    await rejects(bob.dropzones.confirmSender(dropzone, 'carol@example.org'), 'NOT_FOUND')
    const { token, expiresIn } = await alice.dropzones.confirmSender(dropzone, 'carol@example.org')
    assert.ok(expiresIn > 0)
    for (const [options, confirmed] of [[{ senderToken: token }, true], [{ sender: 'carol@example.org' }, false]]) {
      const pkg = await new bulla.Client({ host: server.origin, auth: { dropzone } }).createPackage({ expiresInDays: 3 })
      await pkg.setMessage('x')
      await pkg.finalize({ readOnlyPdf: confirmed, ...options })
      const { sender, senderConfirmed, readOnlyPdf, approvers, created, expires } = await alice.packages.get(pkg.id)
      assert.deepEqual([sender, senderConfirmed, readOnlyPdf, approvers], ['carol@example.org', confirmed, confirmed, []])
      assert.ok(expires > created)
    }
  })

  test('a recipient who opens the message is seen', async () => {
    const { pkg, link } = await send(alice, ['bob@example.com'])
    const confirmations = async () => (await alice.packages.get(pkg.id)).recipients[0].confirmations
    const { sender, recipientCode } = await bob.packages.get(pkg.id)
    assert.equal(sender, 'alice@example.com')
    assert.equal((await alice.open(link)).origin, 'link')
    assert.deepEqual(await confirmations(), [])
    assert.equal((await bob.open(link, { recipientCode })).message, 'hello')
    assert.deepEqual((await confirmations()).map(({ message, fileId }) => [message, fileId]), [[true, undefined]])
  })

  for (const suite of ['sealed', 'openpgp-cfb']) {
    test(`${suite}: a workspace with directories, versions, copies and members`, async () => {
      const made = await alice.workspaces.create({ name: 'Plans', suite })
      assert.deepEqual([made.name, made.suite, made.role, made.sender], ['Plans', suite, 'OWNER', 'alice@example.com'])
      const folder = await made.directories.create('Year')
      const deep = await made.directories.create('March', { within: folder.id })
      assert.deepEqual((await all(made.directories.list(folder.id))).map(({ name }) => name), ['March'])
      await rejects(made.directories.create('Year'), 'REFUSED')
      const loaded = []
      const bytes = pseudoRandomBytes('workspace', 9 * MIB)
      const [sent] = await made.files.upload({ blob: new Blob([bytes]), name: 'film.bin', type: 'x/y' }, {
        directory: deep.id, onProgress: ({ totalLoaded }) => loaded.push(totalLoaded),
      })
      assert.equal(loaded.at(-1), 9 * MIB)
      assert.ok((await collect(made.files.download(sent.id))).equals(bytes))
      assert.ok((await collect(made.files.download(sent.id, { offset: 5 * MIB }))).equals(bytes.subarray(5 * MIB)))
      await made.files.upload(new File(['two'], 'film.bin'), { directory: deep.id })
      await rejects(made.files.upload(new File(['3'], 'film.bin'), { directory: deep.id, onlyNew: true }), 'EXISTS')
      const [file] = await all(made.files.list(deep.id))
      assert.deepEqual([file.name, file.size, file.directory, file.damaged, file.copy], ['film.bin', 3, deep.id, false, false])
      assert.deepEqual(file.versions.map(({ id, size }) => [id, size]), [[sent.id, 9 * MIB]])
      await made.files.upload([{ blob: new Blob(['a']), name: 'a', path: 'x/y' }])
      assert.deepEqual((await all(made.directories.list())).map(({ name }) => name).sort(), ['Year', 'x'])
      const one = await made.directories.list().page(0, 1)
      assert.deepEqual([one.entries.length, one.next], [1, 1])
      assert.equal((await made.files.list(deep.id).page(0, 5)).next, undefined)
      await made.files.rename(file.id, 'short.bin')
      await made.files.move(file.id, made.root)
      assert.equal((await made.files.get(file.id)).name, 'short.bin')
      await made.setMessage('Read this')

      const other = await alice.workspaces.create({ suite })
      const copy = await made.files.copy(file.id, { to: other })
      assert.equal((await collect(other.files.download(copy))).toString(), 'two')
      assert.equal((await other.files.get(copy)).copy, true)

      const added = await made.recipients.add('bob@example.com')
      const theirs = await bob.workspaces.open(made.id, { keyCode: made.keyCode })
      assert.deepEqual([theirs.name, theirs.role, theirs.origin, await theirs.message()], ['Plans', 'VIEWER', 'link', 'Read this'])
      await assert.rejects(theirs.files.upload(new File(['no'], 'no')))
      await made.recipients.update(added.id, { role: 'CONTRIBUTOR' })
      await theirs.files.upload(new File(['yes'], 'yes'))
      const listed = (await all(bob.workspaces.list())).find(({ id }) => id === made.id)
      assert.equal(listed.name, suite === 'sealed' ? undefined : 'Plans')
      const link = await made.share()
      assert.equal((await bob.workspaces.open(link)).id, made.id)
      if (suite === 'sealed') await rejects(bob.workspaces.open(made.id, { keyCode: other.keyCode }), 'WRONG_KEY')
      // The link says where it is.
      const elsewhere = new bulla.Client({ host: 'https://elsewhere.example' })
      for (const stranger of [elsewhere, await client('nobody@example.com')]) {
        const read = await stranger.workspaces.open(link)
        assert.deepEqual([read.name, read.role, read.sender, await read.message()], ['Plans', undefined, 'alice@example.com', 'Read this'])
        assert.deepEqual((await all(read.directories.list(folder.id))).map(({ id, name }) => [id, name]), [[deep.id, 'March']])
        const [shown] = (await all(read.files.list())).filter(({ name }) => name === 'short.bin')
        assert.deepEqual([shown.id, shown.size, shown.createdBy, shown.uploaded, shown.versions], [file.id, 3, 'alice@example.com', undefined, []])
        assert.equal((await collect(read.files.download(file.id))).toString(), 'two')
        await rejects(read.files.upload(new File(['no'], 'no')), 'AUTHENTICATION_FAILED')
        await rejects(read.rename('no'), 'AUTHENTICATION_FAILED')
      }
      const locked = await made.share({ password: 'sesame' })
      await rejects(elsewhere.workspaces.open(locked), 'PASSWORD_REQUIRED')
      assert.equal((await elsewhere.workspaces.open(locked, { password: 'sesame' })).name, 'Plans')
      await made.rename('Done')
      assert.equal((await bob.workspaces.open(link)).name, 'Done')
      await made.delete()
      await assert.rejects(bob.workspaces.open(link))
    })
  }

  test('a package opens with a device\'s key, and says whether its sender is proven', async () => {
    const [from, to] = [await client('from@example.com'), await client('to@example.com')]
    const sender = await from.keys.create({ description: 'laptop' })
    const device = await to.keys.create()
    assert.match(device.fingerprint.hex, /^[0-9a-f]{64}$/)
    assert.match(device.fingerprint.words, /^([a-z]{3,8} ){7}[a-z]{3,8}$/)
    assert.match(device.fingerprint.digits, /^(\d{5} ){7}\d{5}$/)
    assert.deepEqual(await to.keys.fingerprint(device.key), device.fingerprint)

    const pkg = await from.createPackage()
    await pkg.upload(new File(['secret'], 'secret.txt'))
    await pkg.recipients.add('to@example.com')
    let report = await from.keys.wrap(pkg)
    assert.deepEqual(report.unconfirmed.map(({ email, state, fingerprint }) => [email, state, fingerprint.hex]), [['to@example.com', 'new', device.fingerprint.hex]])
    assert.equal(report.wrapped.length, 0)
    await from.keys.confirm('to@example.com', report.unconfirmed[0].key)
    report = await from.keys.wrap(pkg)
    assert.equal(report.wrapped.length, 1)
    const { needsLink } = await pkg.finalize()
    assert.equal(needsLink, false)

    assert.equal((await to.packages.open(pkg.id)).origin, 'server')
    await to.keys.confirm('from@example.com', sender.key)
    const received = await to.packages.open(pkg.id)
    assert.deepEqual([received.origin, received.files[0].name], ['sender', 'secret.txt'])
    assert.equal((await collect(received.download(received.files[0].id))).toString(), 'secret')
    const [{ confirmations }] = (await from.packages.get(pkg.id)).recipients
    assert.deepEqual(confirmations.map(({ fileId }) => fileId), [received.files[0].id])
    assert.deepEqual((await to.keys.confirmed()).map(({ email }) => email), ['from@example.com'])
    await to.keys.revoke('from@example.com', sender.fingerprint.hex)
    assert.equal((await to.packages.open(pkg.id)).origin, 'server')

    // Behind a password, for somebody who comes later, and with the id alone.
    const late = await client('late@example.com')
    const lateDevice = await late.keys.create()
    const guarded = await from.createPackage()
    await guarded.setMessage('guarded')
    await guarded.recipients.add('to@example.com')
    await from.keys.wrap(guarded)
    await guarded.finalize({ password: 'sesame' })
    await from.packages.recipients(guarded.id).add('late@example.com')
    await from.keys.confirm('late@example.com', lateDevice.key)
    await rejects(late.packages.open(guarded.id, { password: 'sesame' }), 'NOT_FOUND')
    const handed = await from.keys.wrap(guarded.id)
    assert.deepEqual(handed.wrapped.map(({ email }) => email).sort(), ['late@example.com', 'to@example.com'])
    await rejects(late.packages.open(guarded.id), 'PASSWORD_REQUIRED')
    await rejects(late.packages.open(guarded.id, { password: 'sesame', signal: AbortSignal.abort() }), 'ABORTED')
    assert.equal((await late.packages.open(guarded.id, { password: 'sesame' })).message, 'guarded')
    await rejects(from.keys.wrap('AAAA'), 'NOT_FOUND')

    const shared = await from.workspaces.create({ name: 'Shared' })
    await shared.recipients.add('to@example.com')
    await from.keys.wrap(shared)
    const opened = await to.workspaces.open(shared.id)
    assert.deepEqual([opened.name, opened.origin], ['Shared', 'server'])
    await rejects((await client('to@example.com')).workspaces.open(shared.id), 'NOT_FOUND')
    await to.keys.delete(device.id)
    await rejects(to.packages.open(pkg.id), 'NOT_FOUND')
  })

  test('without a place to keep keys none is made', async () => {
    const without = new bulla.Client({ host: server.origin, auth: await createKey(server, 'without@example.com') })
    await rejects(without.keys.create(), 'UNSUPPORTED')
    assert.deepEqual(await without.keys.list().catch(({ code }) => code), 'UNSUPPORTED')
    const odd = new bulla.Client({ host: server.origin, keyStore: {} })
    await rejects(odd.keys.list(), 'INVALID_INPUT')
  })
})
