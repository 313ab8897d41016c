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
import { assertNoComplaints, compare, hook, openByPage, pageState, reaches, saveAndCompare, textOf } from '../lib/pages.js'
import { packedBulla } from '../lib/packed.js'
import { startServer } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'

const MIB = 1 << 20

// Stands in for the browser's dialogs: the place is one that the page has to itself, with the same interface.
const PICKERS = `() => {
  const root = navigator.storage?.getDirectory()
  window.showSaveFilePicker = async ({ suggestedName }) => (await root).getFileHandle(suggestedName, { create: true })
  window.showDirectoryPicker = async () => (await root).getDirectoryHandle('chosen', { create: true })
}`

// What is in that place: paths, sizes and hashes.
const STORED = `async () => {
  const found = []
  const walk = async (folder, path) => {
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind === 'directory') await walk(handle, path + name + '/')
      else {
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
        assert.match(await (await browser.find('.notice')).getText(), /^Cancelled/)
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
        assert.match(await (await browser.find('.notice')).getText(), /^Cancelled/)
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
        const safe = ['Ordner/tief/a.bin', 'ordner/tief/A (2).bin', 'file/file/etc/passwd', '_CON']
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
      beforeEach(() => browser.preload(PICKERS))

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
        ]
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
          ['chosen/there.txt', empty], ['chosen/x/y/b.bin', sent[0].sha256],
        ])
        await assertNoComplaints(browser)
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
