// Saving on the receive page: in each of its ways, whole or not at all, also where something goes wrong on the way.
import assert from 'node:assert/strict'
import { openAsBlob } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { extract, names } from '../lib/archives.js'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { bytesFile, randomFile, sha256 } from '../lib/fixtures.js'
import { startMalicious } from '../lib/malicious.js'
import { assertNoComplaints, compare, hook, openByPage, pageState, pickers, reaches, saveAndCompare } from '../lib/pages.js'
import { packedBulla } from '../lib/packed.js'
import { startServer } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'

const MIB = 1 << 20

// What is in that place: paths, sizes and hashes. A file with the ending .crswap is Chromium's own, for what is not closed.
const STORED = `async () => {
  const found = []
  const walk = async (folder, path) => {
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === 'directory') await walk(handle, path + name + '/')
      else if (!name.endsWith('.crswap')) {
        const bytes = await (await handle.getFile()).arrayBuffer()
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
        found.push([path + name, bytes.byteLength, Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')])
      }
    }
  }
  await walk(await navigator.storage.getDirectory(), '')
  return found.sort()
}`

for (const name of browserNames) {
  describe(`saving in ${name}`, () => {
    const folder = tempFolder('sent')
    let server, malicious, client, browser, large

    before(async () => {
      server = await startServer()
      malicious = await startMalicious(server.port)
      const bulla = await packedBulla()
      client = new bulla.Client({ host: malicious.origin, auth: { dropzone: 'open' } })
      const file = await randomFile(folder, 'large.bin', 80 * MIB)
      large = { file, link: await send([file]) }
    })

    after(async () => {
      await malicious?.stop()
      await server?.stop()
    })

    beforeEach(async () => {
      browser = await startBrowser(name, { inner: true })
      await browser.watchDownloads()
      // Counts the Blobs that are saved: what goes through the browser's downloads needs none.
      await browser.preload(`() => {
        window.blobs = 0
        const make = URL.createObjectURL.bind(URL)
        URL.createObjectURL = (blob) => {
          window.blobs++
          return make(blob)
        }
      }`)
    })

    afterEach(async () => {
      malicious.honest()
      await browser.close()
    })

    async function send(files) {
      const created = await client.createPackage()
      await created.upload(await Promise.all(files.map(async ({ path, name, folder }) => ({ blob: await openAsBlob(path), name, path: folder }))))
      return (await created.finalize()).link
    }

    const click = async (id) => (await browser.find(hook(id))).click()
    const blobs = () => browser.run('() => window.blobs')

    /** Holds back the parts of a file from the `n`th on, until the returned function is called. */
    function holdFrom(n) {
      let release
      const released = new Promise((resolve) => { release = resolve })
      malicious.onRequest = async ({ method, url }) => {
        if (method === 'GET' && url.startsWith('/blob/') && --n < 0) await released
      }
      return release
    }

    /** The names and sizes of what is in the folder for downloads. Browsers rename files there at any time. */
    async function saved() {
      const found = (await browser.saved()).map(async (file) => [file, (await stat(join(browser.downloads, file)).catch(() => undefined))?.size ?? 0])
      return Promise.all(found)
    }

    /** Waits until something of the file is on the disk. */
    const begun = () => browser.until('some of it is on the disk', async () => (await saved()).some(([, size]) => size > 0))

    /** Nothing lies there that could be taken for a file: what was begun is gone, or marked by the browser as unfinished. */
    async function nothingWhole() {
      await browser.until('nothing looks whole', async () => (await saved()).every(([file, size]) => size === 0 || /\.(part|crdownload)$/.test(file)))
      if (name === 'firefox') assert.deepEqual(await browser.listed('all.filter((download) => download.succeeded).map(({ target }) => target.path)'), [])
    }

    describe('through the downloads of the browser', () => {
      test('a file of 300 MiB with an odd name', async () => {
        const file = await randomFile(folder, `Größe "300"; 'ca.' 📜.bin`, 300 * MIB)
        await openByPage(browser, await send([file]))
        await click('save-all')
        await browser.find(hook('verified'), 300_000)
        const [saved] = await browser.downloaded(1)
        assert.equal(saved, `Größe _300_; 'ca.' 📜.bin`)
        assert.equal(await sha256(join(browser.downloads, saved)), file.sha256)
        assert.equal(await blobs(), 0, 'nothing was gathered')
        await assertNoComplaints(browser)
        await rm(file.path)
      })

      test('cut off by the server on the way: an error, nothing that looks whole, and whole at the second try', async () => {
        let parts = 0
        malicious.onRequest = ({ method, url }) => (method === 'GET' && url.startsWith('/blob/') && ++parts > 4 ? { status: 404 } : undefined)
        await openByPage(browser, large.link)
        await click('save-all')
        await browser.find(hook('error'))
        assert.deepEqual(await pageState(browser), { state: 'open', code: 'STORAGE' })
        await nothingWhole()
        malicious.honest()
        await click('retry')
        await browser.find(hook('verified'))
        const whole = await browser.until('the whole file', async () => (await browser.saved()).find((file) => /^large(\(1\))?\.bin$/.test(file)))
        await browser.until('the file is what was sent', async () => await sha256(join(browser.downloads, whole)) === large.file.sha256)
      })

      test('changed by the server on the way: the stamp breaks', async () => {
        malicious.onPart = ({ part, bytes }) => {
          if (part === 5) bytes[1000] ^= 1
          return bytes
        }
        await openByPage(browser, large.link)
        await click('save-all')
        assert.equal((await reaches(browser, 'failed')).code, 'TAMPERED')
        await nothingWhole()
      })

      test('cancelled on the page', async () => {
        const release = holdFrom(5)
        await openByPage(browser, large.link)
        await click('save-all')
        await begun()
        await click('cancel')
        assert.match(await (await browser.find(hook('notice'))).getText(), /^Cancelled/)
        await nothingWhole()
        release()
      })

      test('cancelled in the browser: the transfer ends, and the page says so', async () => {
        let parts = 0
        malicious.onRequest = async ({ method, url }) => {
          if (method === 'GET' && url.startsWith('/blob/') && ++parts > 4) await sleep(500 * (parts - 4))
        }
        await openByPage(browser, large.link)
        await click('save-all')
        await begun()
        await browser.cancelDownloads()
        assert.match(await (await browser.find(hook('notice'))).getText(), /^Cancelled/)
        const asked = parts
        assert.ok(asked < 10, `${asked} of 10 parts were asked for`)
        await nothingWhole()
      })

      test('stopped with the worker: the page does not take it for saved', async () => {
        const release = holdFrom(5)
        await openByPage(browser, large.link)
        await click('save-all')
        await begun()
        await browser.stopWorkers()
        await browser.find(hook('error'), 60_000)
        assert.deepEqual(await pageState(browser), { state: 'open', code: 'STOPPED' })
        assert.equal((await browser.driver.findElements({ css: hook('verified') })).length, 0)
        release()
        await click('retry')
        await browser.find(hook('verified'))
      })

      test('a network that is silent for 45 seconds: the worker is kept alive', async () => {
        const release = holdFrom(5)
        await openByPage(browser, large.link)
        await click('save-all')
        await begun()
        await sleep(45_000)
        release()
        await browser.find(hook('verified'))
        await browser.downloaded(1)
        await compare(browser.downloads, [large.file])
        await assertNoComplaints(browser)
      })

      test('held back by the person, and let go on', async () => {
        let parts = 0
        malicious.onRequest = async ({ method, url }) => {
          if (method === 'GET' && url.startsWith('/blob/') && ++parts > 3) await sleep(300)
        }
        await openByPage(browser, large.link)
        await click('save-all')
        await begun()
        await click('pause')
        await sleep(1500)
        const before = parts
        await sleep(1500)
        assert.equal(parts, before, 'nothing is fetched')
        assert.equal((await browser.driver.findElements({ css: hook('verified') })).length, 0)
        await click('pause')
        await browser.find(hook('verified'))
        await browser.downloaded(1)
        await compare(browser.downloads, [large.file])
      })

      test('a lost connection is said in words, and it goes on by itself', async () => {
        let parts = 0
        malicious.onRequest = ({ method, url }) => (method === 'GET' && url.startsWith('/blob/') && ++parts > 4 ? 'reset' : undefined)
        await openByPage(browser, large.link)
        await click('save-all')
        const words = await browser.until('it says so', () => browser.run(`() => document.querySelector('${hook('waiting')}:not([hidden])')?.textContent`))
        assert.match(words, /connection/)
        malicious.honest()
        await browser.find(hook('verified'))
        await browser.downloaded(1)
        await compare(browser.downloads, [large.file])
      })

      test('several files with folders and hostile names, in one archive', async () => {
        const sent = [
          { ...(await randomFile(folder, 'a.bin', 40 * MIB)), folder: 'Ordner/tief' },
          { ...(await bytesFile(folder, 'A.bin', 'the same but for case')), folder: 'ordner/tief' },
          { ...(await bytesFile(folder, 'passwd', 'not yours')), folder: '../../etc' },
          { ...(await bytesFile(folder, 'CON', '')), folder: undefined },
          ...await Promise.all(Array.from({ length: 60 }, (_, n) => bytesFile(folder, `small ${n}.txt`, `content ${n}`))),
        ]
        await openByPage(browser, await send(sent))
        await click('save-all')
        await browser.find(hook('verified'))
        const [archive] = await browser.downloaded(1)
        assert.match(archive, /^Bulla \d{4}-\d\d-\d\d\.zip$/)
        const path = join(browser.downloads, archive)
        const safe = ['Ordner/tief/a (2).bin', 'ordner/tief/A.bin', 'file/file/etc/passwd', '_CON']
        assert.deepEqual((await names(path)).filter((name) => !name.startsWith('small')).sort(), [...safe].sort())
        const placed = sent.map((file, n) => (n < 4 ? { ...file, folder: undefined, name: safe[n] } : file))
        await compare((await extract(path)).folder, placed)
        assert.equal(await blobs(), 0)
        await assertNoComplaints(browser)
      })

      test('an archive that breaks on the way is an error, and nothing looks whole', async () => {
        const sent = [await bytesFile(folder, 'first.txt', 'first'), large.file]
        malicious.onPart = ({ part, bytes }) => (part === 5 ? bytes.subarray(0, bytes.length - 1) : bytes)
        await openByPage(browser, await send(sent))
        await click('save-all')
        assert.equal((await reaches(browser, 'failed')).code, 'TAMPERED')
        await nothingWhole()
      })
    })

    describe('without a service worker, as in some private windows', () => {
      beforeEach(() => browser.preload(`() => { Object.defineProperty(navigator, 'serviceWorker', { value: undefined }) }`))

      test('everything is gathered before it is saved', async () => {
        await openByPage(browser, large.link)
        await saveAndCompare(browser, [large.file])
        assert.equal(await blobs(), 1)
        await assertNoComplaints(browser)
      })

      test('up to 2 GiB', async () => {
        await openByPage(browser, large.link)
        const ways = await browser.run(`async () => {
          const { way } = await import('/static/lib/save.js')
          return [2 ** 31, 2 ** 31 + 1].map((size) => way(size) ?? 'none')
        }`)
        assert.deepEqual(ways, ['blob', 'none'])
      })
    })

    describe('where the person chooses the place', () => {
      beforeEach(() => browser.preload(pickers))

      test('a file', async () => {
        await openByPage(browser, large.link)
        await click('save-all')
        await browser.find(hook('verified'))
        assert.deepEqual(await browser.run(STORED), [['large.bin', large.file.size, large.file.sha256]])
        assert.deepEqual(await browser.saved(), [])
        await assertNoComplaints(browser)
      })

      test('a folder: paths are kept, names made safe, and nothing is overwritten', async () => {
        const sent = [
          { ...(await randomFile(folder, 'b.bin', 9 * MIB)), folder: 'x/y' },
          { ...(await bytesFile(folder, 'there.txt', 'new')), folder: undefined },
          { ...(await bytesFile(folder, 'up.txt', 'up')), folder: '..' },
          { ...(await bytesFile(folder, 'way.lnk', 'home')), folder: undefined },
        ]
        // What Chromium does outside of a place that the page has to itself.
        await browser.preload(`() => {
          if (!isSecureContext) return
          const get = FileSystemDirectoryHandle.prototype.getFileHandle
          FileSystemDirectoryHandle.prototype.getFileHandle = async function (name, options) {
            if (name.endsWith('.lnk')) throw new TypeError('Name is not allowed.')
            return get.call(this, name, options)
          }
        }`)
        await openByPage(browser, await send(sent))
        await browser.run(`async () => {
          const folder = await window.showDirectoryPicker()
          const file = await folder.getFileHandle('there.txt', { create: true })
          await (await file.createWritable()).close()
        }`)
        await click('save-all')
        await browser.find(hook('verified'))
        const stored = (await browser.run(STORED)).map(([path, , hash]) => [path, hash])
        const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
        assert.deepEqual(stored, [
          ['chosen/file/up.txt', sent[2].sha256], ['chosen/there (2).txt', sent[1].sha256],
          ['chosen/there.txt', empty], ['chosen/way.lnk_', sent[3].sha256], ['chosen/x/y/b.bin', sent[0].sha256],
        ])
        await assertNoComplaints(browser)
      })

      /** Counts the parts that are fetched, and the files that they are of; does not give out more than so many. */
      function counted({ parts = Infinity, files = Infinity } = {}) {
        const count = { parts: 0, files: new Set() }
        malicious.onRequest = ({ method, url }) => {
          if (method !== 'GET' || !url.startsWith('/blob/')) return undefined
          count.parts++
          count.files.add(url.split('/')[3])
          return count.parts > parts || count.files.size > files ? { status: 404 } : undefined
        }
        return count
      }

      test('a file that broke off goes on where it was', async () => {
        const all = counted({ parts: 6 })
        await openByPage(browser, large.link)
        await click('save-all')
        await browser.find(hook('error'))
        assert.deepEqual((await browser.run(STORED)).map(([, size]) => size), [0], 'it is not there before it is whole')
        const rest = counted()
        await click('retry')
        await browser.find(hook('verified'))
        assert.deepEqual(await browser.run(STORED), [['large.bin', large.file.size, large.file.sha256]])
        assert.ok(rest.parts > 0 && rest.parts <= 10 - 4, `${rest.parts} parts after ${all.parts}`)
      })

      test('a cancelled file goes on where it was, or is deleted', async () => {
        for (const discarded of [true, false]) {
          const release = holdFrom(5)
          await openByPage(browser, large.link)
          await click('save-all')
          await browser.until('some of it has arrived', () => browser.run(`() => document.querySelector('${hook('progress')}')?.value > 0.3`))
          await click('cancel')
          await browser.find(hook('discard'))
          release()
          if (discarded) {
            await click('discard')
            await browser.until('it is gone', async () => (await browser.run(STORED)).every(([, size]) => size === 0))
          }
          const rest = counted()
          await click('save-all')
          await browser.find(hook('verified'))
          assert.deepEqual(await browser.run(STORED), [['large.bin', large.file.size, large.file.sha256]])
          assert.equal(rest.parts < 10, !discarded)
        }
      })

      test('a tampered file leaves nothing', async () => {
        malicious.onPart = ({ part, bytes }) => (part === 5 ? bytes.subarray(1) : bytes)
        await openByPage(browser, large.link)
        await click('save-all')
        await reaches(browser, 'failed')
        assert.deepEqual((await browser.run(STORED)).filter(([, size]) => size > 0), [])
      })

      // Firefox keeps no handles, and shows no dialogs either.
      const kept = { skip: name === 'firefox' }

      test('a large file goes on after the page was loaded again', kept, async () => {
        const file = await randomFile(folder, 'larger.bin', 300 * MIB)
        const link = await send([file])
        const first = counted({ parts: 36 })
        await openByPage(browser, link)
        await click('save-all')
        await browser.find(hook('error'), 120_000)
        assert.deepEqual((await browser.run(STORED)).map(([, size]) => size >= 256 * MIB), [true])
        await browser.open('about:blank')
        const rest = counted()
        await openByPage(browser, link)
        await click('go-on')
        await browser.find(hook('verified'), 120_000)
        assert.deepEqual(await browser.run(STORED), [['larger.bin', file.size, file.sha256]])
        assert.ok(rest.parts < first.parts / 3, `${rest.parts} parts after ${first.parts}`)
        await browser.open('about:blank')
        await openByPage(browser, link)
        await sleep(500)
        assert.equal((await browser.driver.findElements({ css: hook('go-on') })).length, 0, 'it is done')
        await rm(file.path)
      })

      test('a folder goes on after the page was loaded again, and the browser keeps no key', kept, async () => {
        const sent = [{ ...(await randomFile(folder, 'one.bin', 20 * MIB)), folder: 'f' }, { ...(await randomFile(folder, 'two.bin', 20 * MIB)), folder: 'f' }]
        const link = await send(sent)
        counted({ files: 1 })
        await openByPage(browser, link)
        await click('save-all')
        await browser.find(hook('error'))
        await browser.open('about:blank')
        const rest = counted()
        await openByPage(browser, link)
        const stored = await browser.run(`async () => {
          const open = (name) => new Promise((resolve) => { indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result) })
          const all = (store) => new Promise((resolve) => { store.getAll().onsuccess = ({ target }) => resolve(target.result) })
          const found = [await caches.keys()]
          for (const { name } of await indexedDB.databases()) {
            const database = await open(name)
            for (const store of database.objectStoreNames) found.push(await all(database.transaction(store).objectStore(store)))
          }
          return JSON.stringify(found)
        }`)
        assert.match(stored, /one\.bin|"offset":20971520/, 'control: the records are read')
        assert.ok(!stored.includes(link.split('keyCode=')[1]))
        await click('go-on')
        await browser.find(hook('verified'))
        assert.deepEqual((await browser.run(STORED)).map(([path, , hash]) => [path, hash]), sent.map(({ name, sha256 }) => [`chosen/f/${name}`, sha256]))
        assert.equal(rest.files.size, 1)
      })

      test('who changes their mind is where they were', async () => {
        await browser.preload(`() => {
          window.showSaveFilePicker = () => Promise.reject(new DOMException('no', 'AbortError'))
        }`)
        await openByPage(browser, large.link)
        await click('save-all')
        await sleep(500)
        assert.deepEqual(await pageState(browser), { state: 'open', code: null })
        assert.ok(await (await browser.find(hook('save-all'))).isEnabled())
      })
    })
  })
}
