// The packed npm package in Node: round trips, progress, aborting, and a network that fails now and then.
import assert from 'node:assert/strict'
import { openAsBlob } from 'node:fs'
import { after, afterEach, before, describe, test } from 'node:test'
import { pseudoRandomBytes, randomFile, sha256 } from '../lib/fixtures.js'
import { packedBulla } from '../lib/packed.js'
import { createKey, startServer } from '../lib/server.js'
import { startTamperProxy } from '../lib/tamper.js'
import { tempFolder } from '../lib/temp.js'

const MIB = 1 << 20

describe('the SDK in Node', () => {
  let bulla, server, proxy, client

  before(async () => {
    server = await startServer()
    proxy = await startTamperProxy(server.port)
    bulla = await packedBulla()
    client = new bulla.Client({ host: proxy.origin, auth: { dropzone: 'open' } })
  })

  afterEach(() => proxy.honest())

  after(async () => {
    await proxy?.stop()
    await server?.stop()
  })

  const blob = (seed, size) => new Blob([pseudoRandomBytes(seed, size)])

  /** Sends the sources; returns what opening the link gives. */
  async function roundTrip(sources, { upload, create } = {}) {
    const created = await client.createPackage(create)
    await created.upload(sources, upload)
    const { link } = await created.finalize()
    return new bulla.Client({ host: proxy.origin }).open(link)
  }

  async function collect(stream) {
    const blocks = []
    for await (const block of stream) blocks.push(block)
    return Buffer.concat(blocks)
  }

  /** Asserts that a promise is rejected with a BullaError of that code. */
  const rejects = (promise, code) => assert.rejects(promise, (error) => {
    assert.ok(error instanceof Error && bulla.isBullaError(error), error)
    assert.equal(error.name, 'BullaError')
    assert.equal(error.code, code, error)
    return true
  })

  for (const suite of ['sealed', 'openpgp-cfb']) {
    for (const size of [0, 1, 262131, 262132, 262133, 655_360, 2_621_441, 9 * MIB]) {
      test(`${suite}: ${size} bytes come back`, async () => {
        const received = await roundTrip({ blob: blob(suite, size), name: 'file.bin' }, { create: { suite } })
        assert.equal(received.suite, suite)
        assert.equal(received.integrity, suite === 'sealed' ? 'package' : 'part')
        assert.deepEqual(received.files.map((file) => [file.name, file.size]), [['file.bin', size]])
        assert.ok((await collect(received.download(received.files[0].id))).equals(pseudoRandomBytes(suite, size)))
      })
    }
  }

  test('a file on disk, with its name and type', async () => {
    const onDisk = await randomFile(tempFolder('sdk'), 'on disk ü.bin', 11 * MIB)
    const source = new File([await openAsBlob(onDisk.path)], onDisk.name, { type: 'application/x-thing', lastModified: 1_700_000_000_000 })
    const received = await roundTrip(source)
    const [file] = received.files
    assert.deepEqual([file.name, file.type, file.modified, file.size], [onDisk.name, 'application/x-thing', 1_700_000_000_000, onDisk.size])
    const saved = await collect(received.download(file.id))
    assert.ok(saved.equals(pseudoRandomBytes(onDisk.name, onDisk.size)))
    assert.equal(await sha256(onDisk.path), onDisk.sha256)
  })

  test('several files with folders and a message', async () => {
    const created = await client.createPackage({ expiresInDays: 3 })
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const sent = await created.upload(names.map((name, index) => ({ blob: blob(name, index * 1000), name, path: index % 2 ? 'folder/deeper' : undefined })))
    assert.deepEqual(sent.map(({ name, size }) => [name, size]), names.map((name, index) => [name, index * 1000]))
    await created.setMessage('first')
    await created.setMessage('second ☺')
    const finalized = await created.finalize({ sender: 'carol@example.com' })
    const received = await new bulla.Client({ host: proxy.origin }).open(finalized.link)
    assert.equal(received.message, 'second ☺')
    assert.equal(received.sender, 'carol@example.com')
    const life = received.expires - received.created
    assert.equal(Math.round(life / 86_400_000), 3)
    assert.deepEqual(received.files.map(({ name }) => name).sort(), names)
    for (const { id, name, size, path } of received.files) {
      assert.equal(path, names.indexOf(name) % 2 ? 'folder/deeper' : undefined)
      assert.ok((await collect(received.download(id))).equals(pseudoRandomBytes(name, size)))
    }
  })

  test('a removed file is gone', async () => {
    const created = await client.createPackage()
    const [first] = await created.upload([{ blob: blob('1', 10), name: '1' }, { blob: blob('2', 10), name: '2' }])
    await created.removeFile(first.id)
    const { link } = await created.finalize()
    assert.deepEqual((await new bulla.Client({ host: proxy.origin }).open(link)).files.map(({ name }) => name), ['2'])
  })

  test('an account signs its requests', async () => {
    const auth = await createKey(server, 'dave@example.com')
    const account = new bulla.Client({ host: proxy.origin, auth })
    assert.equal(await account.verifyCredentials(), 'dave@example.com')
    assert.equal((await account.user()).email, 'dave@example.com')
    const created = await account.createPackage()
    await created.upload({ blob: blob('account', 100), name: 'x' })
    const added = await created.addRecipients(['erin@example.com', 'frank@example.com'])
    assert.deepEqual(added.map(({ email }) => email), ['erin@example.com', 'frank@example.com'])
    const { link, recipients } = await created.finalize()
    assert.deepEqual(recipients.sort(), ['erin@example.com', 'frank@example.com'])
    assert.equal((await new bulla.Client({ host: proxy.origin }).open(link)).sender, 'dave@example.com')
    const forged = new bulla.Client({ host: proxy.origin, auth: { ...auth, apiSecret: auth.apiSecret.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')) } })
    await rejects(forged.verifyCredentials(), 'AUTHENTICATION_FAILED')
  })

  test('a password is a door', async () => {
    const created = await client.createPackage()
    await created.upload({ blob: blob('door', 100), name: 'x' })
    const { link } = await created.finalize({ password: 'sesame' })
    await rejects(new bulla.Client({ host: proxy.origin }).open(link), 'PASSWORD_REQUIRED')
    await rejects(new bulla.Client({ host: proxy.origin }).open(link, { password: 'simsim' }), 'PASSWORD_REQUIRED')
    const received = await new bulla.Client({ host: proxy.origin }).open(link, { password: 'sesame' })
    assert.ok((await collect(received.download(received.files[0].id))).equals(pseudoRandomBytes('door', 100)))
  })

  describe('a locked link', () => {
    const reader = () => new bulla.Client({ host: proxy.origin })
    const locked = async (options, suite = 'sealed') => {
      const created = await client.createPackage({ suite })
      await created.upload({ blob: blob('lock', 100), name: 'x' })
      return { ...(await created.finalize(options)), keyCode: created.keyCode }
    }

    for (const suite of ['sealed', 'openpgp-cfb']) {
      test(`opens with its password and no other: ${suite}`, async () => {
        const { link, keyCode } = await locked({ lock: { password: 'Blåbær' } }, suite)
        assert.match(link, /#lock=[\w-]{126,127}$/)
        assert.ok(!link.includes(keyCode))
        assert.throws(() => bulla.parseLink(link), { code: 'PASSWORD_REQUIRED' })
        await rejects(reader().open(link), 'PASSWORD_REQUIRED')
        await rejects(reader().open(link, { password: 'blåbær' }), 'PASSWORD_REQUIRED')
        await rejects(reader().open(link, { password: '' }), 'INVALID_INPUT')
        await rejects(reader().open(link, { password: 1 }), 'INVALID_INPUT')
        await rejects(reader().open(link, { password: 'Blåbær', signal: AbortSignal.abort() }), 'ABORTED')
        // However the keyboard composes it.
        const received = await reader().open(link, { password: 'Blåbær'.normalize('NFD') })
        assert.ok((await collect(received.download(received.files[0].id))).equals(pseudoRandomBytes('lock', 100)))
      })
    }

    test('the keyCode alone opens nothing: the server asks for the proof', async () => {
      const { link, keyCode } = await locked({ lock: { password: 'sesame' } })
      await rejects(reader().open(link.replace(/#.*/, `#keyCode=${keyCode}`), { password: 'sesame' }), 'PASSWORD_REQUIRED')
    })

    test('two links of the same password have nothing in common', async () => {
      const [one, two] = await Promise.all([locked({ lock: { password: 'sesame' } }), locked({ lock: { password: 'sesame' } })])
      const salt = ({ link }) => Buffer.from(link.split('#lock=')[1], 'base64url').subarray(7, 23).toString('hex')
      assert.notEqual(salt(one), salt(two))
    })

    test('what cannot lock is refused, and the package can still be finalized', async () => {
      const created = await client.createPackage()
      await created.upload({ blob: blob('lock', 100), name: 'x' })
      for (const options of [{ lock: {} }, { lock: { password: '' } }, { lock: { password: 1 } }, { lock: null }, { lock: { password: 'a' }, password: 'b' }]) {
        await rejects(created.finalize(options), 'INVALID_INPUT')
      }
      const { link } = await created.finalize({ lock: { password: 'sesame' } })
      assert.equal((await reader().open(link, { password: 'sesame' })).files.length, 1)
    })
  })

  describe('progress', () => {
    test('of an upload never goes back and ends at the whole', async () => {
      const seen = []
      const created = await client.createPackage()
      await created.upload([{ blob: blob('p', 20 * MIB), name: 'p' }, { blob: blob('q', 3 * MIB), name: 'q' }], { onProgress: (progress) => seen.push({ ...progress }) })
      assert.ok(seen.length >= 3)
      const highest = [0, 0]
      let total = 0
      for (const { file, loaded, size, totalLoaded, totalSize } of seen) {
        assert.ok(loaded >= highest[file] && loaded <= size)
        assert.ok(totalLoaded >= total && totalLoaded <= totalSize)
        assert.equal(totalSize, 23 * MIB)
        highest[file] = loaded
        total = totalLoaded
      }
      assert.equal(total, 23 * MIB)
      assert.deepEqual(highest, [20 * MIB, 3 * MIB])
      await created.delete()
    })

    test('of a download never goes back and ends at the whole', async () => {
      const received = await roundTrip({ blob: blob('r', 20 * MIB), name: 'r' })
      let last = 0
      const stream = received.download(received.files[0].id, {
        onProgress: ({ loaded, size }) => {
          assert.equal(size, 20 * MIB)
          assert.ok(loaded >= last)
          last = loaded
        },
      })
      await collect(stream)
      assert.equal(last, 20 * MIB)
    })
  })

  describe('aborting', () => {
    test('an upload before it begins', async () => {
      const created = await client.createPackage()
      await rejects(created.upload({ blob: blob('a', 100), name: 'a' }, { signal: AbortSignal.abort() }), 'ABORTED')
    })

    test('an upload on its way', async () => {
      const abort = new AbortController()
      const created = await client.createPackage()
      const uploading = created.upload({ blob: blob('a', 64 * MIB), name: 'a' }, { signal: abort.signal, onProgress: () => abort.abort() })
      await rejects(uploading, 'ABORTED')
      // What had arrived by then is still being passed on.
      await new Promise((resolve) => setTimeout(resolve, 500))
      let puts = 0
      proxy.onRequest = ({ method }) => { puts += method === 'PUT' }
      await new Promise((resolve) => setTimeout(resolve, 200))
      assert.equal(puts, 0, 'nothing more is sent')
    })

    test('a download on its way', async () => {
      const received = await roundTrip({ blob: blob('b', 64 * MIB), name: 'b' })
      const abort = new AbortController()
      const reading = received.download(received.files[0].id, { signal: abort.signal }).getReader()
      await reading.read()
      abort.abort()
      await rejects((async () => { while (!(await reading.read()).done); })(), 'ABORTED')
    })

    test('a download from a store that never answers', async () => {
      const received = await roundTrip({ blob: blob('s', 100), name: 's' })
      const abort = new AbortController()
      proxy.onRequest = ({ url }) => {
        if (!url.startsWith('/blob/')) return undefined
        abort.abort()
        return new Promise(() => {})
      }
      await rejects(collect(received.download(received.files[0].id, { signal: abort.signal })), 'ABORTED')
    })

    test('opening', async () => {
      const created = await client.createPackage()
      await created.upload({ blob: blob('c', 10), name: 'c' })
      const { link } = await created.finalize()
      await rejects(new bulla.Client({ host: proxy.origin }).open(link, { signal: AbortSignal.abort() }), 'ABORTED')
    })

    test('a download that is not read on does not fetch on', async () => {
      const received = await roundTrip({ blob: blob('d', 96 * MIB), name: 'd' })
      let fetched = 0
      proxy.onAnswer = ({ method, url }, { body }) => { if (method === 'GET' && url.startsWith('/blob/')) fetched += body.length }
      const reading = received.download(received.files[0].id).getReader()
      await reading.read()
      let before
      do {
        before = fetched
        await new Promise((resolve) => setTimeout(resolve, 300))
      } while (fetched !== before)
      assert.ok(fetched < 80 * MIB, `${fetched} bytes were fetched ahead`)
      await reading.cancel()
    })
  })

  describe('a network that fails now and then', () => {
    /** Fails the first request of each kind in the given way. */
    function failOnce(pattern, failure) {
      const failed = new Set()
      proxy.onRequest = ({ method, url }) => {
        const kind = `${method} ${url.split('?')[0]}`
        if (!pattern.test(kind) || failed.has(kind)) return undefined
        failed.add(kind)
        return failure
      }
      return failed
    }

    const failures = { 'a 503': { status: 503 }, 'a 429': { status: 429, headers: { 'retry-after': '0' } }, 'a broken connection': 'reset' }
    for (const [what, failure] of Object.entries(failures)) {
      test(`${what} for every part that is sent`, async () => {
        const failed = failOnce(/^PUT \/blob\//, failure)
        const received = await roundTrip({ blob: blob('up', 20 * MIB), name: 'up' })
        assert.ok(failed.size >= 3, `${failed.size} parts failed once`)
        proxy.honest()
        assert.ok((await collect(received.download(received.files[0].id))).equals(pseudoRandomBytes('up', 20 * MIB)))
      })

      test(`${what} for every part that is fetched`, async () => {
        const received = await roundTrip({ blob: blob('down', 20 * MIB), name: 'down' })
        const failed = failOnce(/^GET \/blob\//, failure)
        assert.ok((await collect(received.download(received.files[0].id))).equals(pseudoRandomBytes('down', 20 * MIB)))
        assert.ok(failed.size >= 3, `${failed.size} parts failed once`)
      })

      test(`${what} for asking for URLs`, async () => {
        const failed = failOnce(/-urls\/?$/, failure)
        // The first URL comes with the file: only a second part has to ask.
        const received = await roundTrip({ blob: blob('urls', 9 * MIB), name: 'urls' })
        assert.ok((await collect(received.download(received.files[0].id))).equals(pseudoRandomBytes('urls', 9 * MIB)))
        assert.equal(failed.size, 2)
      })
    }

    test('the answer to a part is lost: it is sent again and is there once', async () => {
      const lost = new Set()
      proxy.onAnswer = ({ method, url }) => {
        if (method !== 'PUT' || !url.startsWith('/blob/') || lost.has(url.split('?')[0])) return undefined
        lost.add(url.split('?')[0])
        return 'reset'
      }
      const received = await roundTrip({ blob: blob('lost', 20 * MIB), name: 'lost' })
      assert.ok(lost.size >= 3)
      proxy.honest()
      assert.ok((await collect(received.download(received.files[0].id))).equals(pseudoRandomBytes('lost', 20 * MIB)))
    })

    test('a presigned URL that is refused once is signed again', async () => {
      const received = await roundTrip({ blob: blob('403', 20 * MIB), name: '403' })
      let refused = 0
      let signed = 0
      proxy.onRequest = ({ method, url }) => {
        if (refused > 0 && /download-urls\/?$/.test(url)) signed++
        if (method === 'GET' && url.startsWith('/blob/') && refused === 0) {
          refused++
          return { status: 403 }
        }
        return undefined
      }
      assert.ok((await collect(received.download(received.files[0].id))).equals(pseudoRandomBytes('403', 20 * MIB)))
      assert.equal(refused, 1)
      assert.ok(signed >= 1)
    })

    test('an upload whose URL is refused once is signed again', async () => {
      let refused = 0
      let signed = 0
      proxy.onRequest = ({ method, url }) => {
        if (refused > 0 && /upload-urls\/?$/.test(url)) signed++
        if (method === 'PUT' && url.startsWith('/blob/') && refused === 0) {
          refused++
          return { status: 403 }
        }
        return undefined
      }
      const received = await roundTrip({ blob: blob('403 up', 20 * MIB), name: '403' })
      assert.equal(refused, 1)
      assert.ok(signed >= 1)
      proxy.honest()
      assert.ok((await collect(received.download(received.files[0].id))).equals(pseudoRandomBytes('403 up', 20 * MIB)))
    })

    test('a server killed in the middle of an upload, and started again', async () => {
      let parts = 0
      let restarted
      proxy.onRequest = async ({ method, url }) => {
        if (method !== 'PUT' || !url.startsWith('/blob/')) return undefined
        parts++
        if (parts === 3) restarted = server.kill().then(() => server.start())
        await restarted
        return parts === 3 ? 'reset' : undefined
      }
      const received = await roundTrip({ blob: blob('killed', 40 * MIB), name: 'killed' })
      assert.ok(restarted, 'the server was killed')
      proxy.honest()
      assert.ok((await collect(received.download(received.files[0].id))).equals(pseudoRandomBytes('killed', 40 * MIB)))
    })

    test('a store that stays away is an error that may be tried again', async () => {
      const received = await roundTrip({ blob: blob('away', 1000), name: 'away' })
      proxy.onRequest = ({ url }) => (url.startsWith('/blob/') ? { status: 404 } : undefined)
      await assert.rejects(collect(received.download(received.files[0].id)), (error) => bulla.isBullaError(error) && ['STORAGE', 'NOT_FOUND'].includes(error.code))
    })
  })

  describe('input that is refused', () => {
    const bad = {
      'no host in Node': () => new bulla.Client({ auth: { dropzone: 'open' } }).createPackage(),
      'a host that is no URL': () => new bulla.Client({ host: 'not a host' }).createPackage(),
      'a negative life': () => client.createPackage({ expiresInDays: -1 }),
      'a Blob without a name': async () => (await client.createPackage()).upload(new Blob(['x'])),
      'something that is no file': async () => (await client.createPackage()).upload('x'),
      'too much concurrency': () => new bulla.Client({ host: proxy.origin, concurrency: 1000 }).createPackage(),
    }
    for (const [what, attempt] of Object.entries(bad)) {
      test(what, () => rejects((async () => attempt())(), 'INVALID_INPUT'))
    }

    test('an unknown suite', () => rejects(client.createPackage({ suite: 'rot13' }), 'UNSUPPORTED'))
    test('a link without a key', () => rejects(new bulla.Client({ host: proxy.origin }).open(`${proxy.origin}/receive/?packageCode=${'x'.repeat(43)}`), 'LINK_INCOMPLETE'))
    test('a text that is no link', () => rejects(new bulla.Client({ host: proxy.origin }).open('hello'), 'LINK_INVALID'))
    test('a server that is not there', async () => {
      const { link } = await roundTripLink()
      await rejects(new bulla.Client({ host: proxy.origin }).open(link.replace(/:\d+/, ':1')), 'NETWORK')
    })

    async function roundTripLink() {
      const created = await client.createPackage()
      await created.upload({ blob: blob('e', 10), name: 'e' })
      return created.finalize()
    }
  })
})
