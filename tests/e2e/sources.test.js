// Everything that can be sent: streams of unknown length, folder handles, and in Node files and streams.
import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { randomFile, sha256 } from '../lib/fixtures.js'
import { packedBulla } from '../lib/packed.js'
import { startServer } from '../lib/server.js'
import { startEmbedder } from '../lib/static.js'
import { tempFolder } from '../lib/temp.js'

const MIB = 1 << 20

for (const name of browserNames) {
  describe(`sources, in ${name}`, () => {
    let site, server, browser

    before(async () => {
      site = await startEmbedder()
      server = await startServer({ args: ['--allow-origin', site.origin] })
      browser = await startBrowser(name)
      await browser.open(`${site.origin}/index.html`)
      await browser.until('the module is loaded', () => browser.run('() => globalThis.ready === true'))
    })

    after(async () => {
      await browser?.close()
      await server?.stop()
      await site?.stop()
    })

    test('a stream of unknown length, in chunks of any size', async () => {
      const sizes = [0, 1, MIB, 9 * MIB + 1]
      assert.deepEqual(await browser.run('(host, sizes) => sendStreams(host, sizes)', server.origin, sizes), sizes.map((size) => ({ size, same: true })))
    })

    test('a folder with folders in it', async () => {
      assert.deepEqual(await browser.run('(host) => sendFolder(host)', server.origin), [
        { name: 'a.txt', path: 'photos', text: 'one' },
        { name: 'b.txt', path: 'photos/2026', text: 'two' },
        { name: 'c.txt', path: 'photos/2026/may', text: 'three' },
      ])
    })

    test('what cannot be sent is refused in words', async () => {
      const codes = await browser.run('(host) => sendNonsense(host)', server.origin)
      assert.ok(codes.length > 5)
      assert.deepEqual([...new Set(codes)], ['INVALID_INPUT'])
    })
  })
}

describe('sources, in Node', () => {
  let bulla, server, client

  before(async () => {
    bulla = await packedBulla()
    server = await startServer()
    client = new bulla.Client({ host: server.origin, auth: { dropzone: 'open' } })
  })

  after(() => server?.stop())

  test('files by their path, and streams', async () => {
    const file = await randomFile(tempFolder('sources'), 'data.bin', 9 * MIB + 7)
    const created = await client.createPackage()
    const source = await bulla.fileFromPath(file.path)
    await created.upload([source, { stream: createReadStream(file.path), name: 'streamed.bin', path: 'a/b' }])
    const received = await client.open((await created.finalize()).link)
    assert.deepEqual(received.files.map(({ name, path, size }) => [name, path, size]), [
      ['data.bin', undefined, file.size],
      ['streamed.bin', 'a/b', file.size],
    ])
    assert.ok(Math.abs(received.files[0].modified - Date.now()) < 3_600_000)
    const { createHash } = await import('node:crypto')
    for (const { id } of received.files) {
      const hash = createHash('sha256')
      for await (const bytes of received.download(id)) hash.update(bytes)
      assert.equal(hash.digest('hex'), await sha256(file.path))
    }
  })

  test('a stream that fails is an error, and leaves the package usable', async () => {
    const created = await client.createPackage()
    const failing = (async function* () {
      yield new Uint8Array(10)
      throw new Error('the disk is gone')
    })()
    await assert.rejects(created.upload({ stream: failing, name: 'failing' }), { code: 'INVALID_INPUT', message: /the disk is gone/ })
    await created.upload({ blob: new Blob(['fine']), name: 'fine.txt' })
    const received = await client.open((await created.finalize()).link)
    assert.deepEqual(received.files.map(({ name }) => name), ['fine.txt'])
  })
})
