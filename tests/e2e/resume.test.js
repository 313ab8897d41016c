// An upload that breaks off and goes on: the page is closed in the middle, opened again, and given the same file.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { sendsPart, startFaultProxy } from '../lib/faults.js'
import { randomFile } from '../lib/fixtures.js'
import { choose, hook, linkOf, openByPage, reaches, saveAndCompare, textOf } from '../lib/pages.js'
import { startServer } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'

const MIB = 1 << 20
const PARTS = 6

for (const name of browserNames) {
  describe(`going on with an upload, in ${name}`, () => {
    const folder = tempFolder('resume')
    let server, proxy, browser

    before(async () => {
      server = await startServer()
      proxy = await startFaultProxy(server.port)
      browser = await startBrowser(name)
    })

    after(async () => {
      await browser?.close()
      await proxy?.stop()
      await server?.stop()
    })

    afterEach(() => proxy.honest())

    const partsSent = () => proxy.requests.filter(sendsPart).length

    const progress = () => browser.run(`() => document.querySelector('progress${hook('progress')}')?.value`)

    async function send(file) {
      await choose(browser, [file])
      await (await browser.find(hook('send'))).click()
    }

    /** Sends a file slowly, and leaves the page when some of it has arrived. */
    async function breakOff(file, { message } = {}) {
      await browser.open(`${proxy.origin}/`)
      await reaches(browser, 'choosing')
      proxy.bytesPerSecond = 8 * MIB
      await choose(browser, [file])
      if (message) await (await browser.find(hook('message'))).sendKeys(message)
      await (await browser.find(hook('send'))).click()
      await browser.until('some parts are there', async () => (await progress()) > 0.5)
      await browser.open('about:blank')
      proxy.bytesPerSecond = Infinity
      await browser.open(`${proxy.origin}/`)
    }

    async function receive(file) {
      const link = await linkOf(browser)
      const receiver = await startBrowser(name)
      try {
        await openByPage(receiver, link)
        const message = await receiver.run(`() => document.querySelector('${hook('message')}')?.textContent`)
        await saveAndCompare(receiver, [file])
        return message
      } finally {
        await receiver.close()
      }
    }

    test('the page offers it, sends only what is missing, and keeps the message', async () => {
      const file = await randomFile(folder, 'half way.bin', (PARTS - 1) * 8 * MIB + 5)
      await breakOff(file, { message: 'typed before the break' })
      assert.match(await textOf(browser, 'unfinished'), /half way\.bin/)
      const before = partsSent()
      await send(file)
      await reaches(browser, 'done')
      assert.ok(partsSent() - before < PARTS, `${partsSent() - before} parts sent again`)
      assert.equal(await receive(file), 'typed before the break')

      await browser.open(`${proxy.origin}/`)
      await reaches(browser, 'choosing')
      assert.deepEqual(await browser.run('async () => (await indexedDB.databases()).map(({ name }) => name)'), ['bulla'])
      assert.equal(await kept(browser), 0)
    })

    test('a file that has changed meanwhile is sent anew', async () => {
      const size = (PARTS - 1) * 8 * MIB + 5
      const old = await randomFile(folder, 'changing.bin', size, 'before')
      await breakOff(old)
      await browser.find(hook('unfinished'))
      const { path } = old
      const fresh = await randomFile(folder, 'changing.bin', size, 'after')
      assert.equal(fresh.path, path)
      await send(fresh)
      await reaches(browser, 'done')
      await receive(fresh)
    })

    test('it can be discarded', async () => {
      const file = await randomFile(folder, 'given up.bin', (PARTS - 1) * 8 * MIB + 5)
      await breakOff(file)
      await (await browser.find(hook('discard'))).click()
      await browser.until('nothing is kept', async () => (await kept(browser)) === 0)
      await browser.open(`${proxy.origin}/`)
      await send(file)
      await reaches(browser, 'done')
      await receive(file)
    })

    test('the keyCode does not lie open on the disk', async () => {
      const file = await randomFile(folder, 'secret.bin', (PARTS - 1) * 8 * MIB + 5)
      await breakOff(file)
      const stored = await browser.run(`async () => {
        const database = await new Promise((resolve) => {
          const request = indexedDB.open('bulla')
          request.onsuccess = () => resolve(request.result)
        })
        const all = (store) => new Promise((resolve) => {
          const request = database.transaction(store).objectStore(store).getAll()
          request.onsuccess = () => resolve(request.result)
        })
        const values = (await all('records')).map(({ sealed }) => new TextDecoder('latin1').decode(sealed))
        const keys = (await all('keys')).map(({ extractable, type }) => ({ extractable, type }))
        database.close()
        return { text: values.join(), keys }
      }`)
      assert.ok(stored.text.length > 0)
      assert.ok(!/keyCode|key_code|secret\.bin/.test(stored.text))
      assert.deepEqual(stored.keys, [{ extractable: false, type: 'secret' }])
    })

    test('a paused upload stands still and goes on', async () => {
      const file = await randomFile(folder, 'paused.bin', 20 * MIB)
      await browser.open(`${proxy.origin}/`)
      await reaches(browser, 'choosing')
      proxy.bytesPerSecond = 4 * MIB
      await send(file)
      const pause = await browser.find(hook('pause'))
      await browser.until('parts are on their way', async () => (await pause.isDisplayed()) && (await progress()) > 0)
      await pause.click()
      await new Promise((resolve) => setTimeout(resolve, 300))
      const [at, sent] = [await progress(), partsSent()]
      await new Promise((resolve) => setTimeout(resolve, 700))
      assert.deepEqual([await progress(), partsSent()], [at, sent])
      proxy.bytesPerSecond = Infinity
      await pause.click()
      await reaches(browser, 'done')
      await receive(file)
    })
  })
}

/** How many records there are. */
const kept = (browser) => browser.run(`() => new Promise((resolve) => {
  const request = indexedDB.open('bulla')
  request.onsuccess = () => {
    const count = request.result.transaction('records').objectStore('records').count()
    count.onsuccess = () => {
      request.result.close()
      resolve(count.result)
    }
  }
})`)
