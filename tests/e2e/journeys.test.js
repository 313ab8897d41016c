// Whole journeys: sent by the page, opened by the page in a fresh profile, saved to disk and compared.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { Key, browserNames, insecureHost, startBrowser } from '../lib/browsers.js'
import { bytesFile, randomFile } from '../lib/fixtures.js'
import { assertNoComplaints, choose, hook, linkOf, openByPage, reaches, saveAndCompare, sendByPage, textOf } from '../lib/pages.js'
import { startServer } from '../lib/server.js'
import { startTamperProxy } from '../lib/tamper.js'
import { tempFolder } from '../lib/temp.js'

const MIB = 1 << 20

for (const name of browserNames) {
  describe(`journeys in ${name}`, () => {
    // Every other browser of the list, so that what one sends another opens.
    const other = browserNames.find((candidate) => candidate !== name) ?? name
    const folder = tempFolder('sent')
    let server, sender

    before(async () => {
      server = await startServer()
      sender = await startBrowser(name)
    })

    after(async () => {
      await sender?.close()
      await server?.stop()
    })

    /** Opens the link in a fresh profile, saves everything and compares. */
    async function receive(browserName, link, files, { message, but } = {}) {
      const receiver = await startBrowser(browserName)
      try {
        await openByPage(receiver, link)
        if (message) assert.equal(await textOf(receiver, 'message'), message)
        await saveAndCompare(receiver, files)
        await assertNoComplaints(receiver, { but })
      } finally {
        await receiver.close()
      }
    }

    test('a 64 MiB file with a Unicode name', async () => {
      const file = await randomFile(folder, 'Grüße an Zoë – 文書 №7 📜.bin', 64 * MIB)
      const link = await sendByPage(sender, server.origin, [file])
      await assertNoComplaints(sender)
      await receive(name, link, [file])
      await rm(file.path)
    })

    test('a locked link: the wrong password opens nothing, the right one everything', async () => {
      const file = await randomFile(folder, 'locked.bin', 3 * MIB)
      const link = await sendByPage(sender, server.origin, [file], { message: 'Behind a password', lock: 'Blåbær på tirsdag' })
      assert.match(link, /#lock=/)
      await assertNoComplaints(sender)
      const receiver = await startBrowser(name)
      try {
        await receiver.open(link)
        await reaches(receiver, 'sealed')
        assert.doesNotMatch(await receiver.run('() => location.href'), /lock=/, 'nothing of the lock stays in the address bar')
        await (await receiver.find(hook('open'))).click()
        await reaches(receiver, 'password')
        await (await receiver.find(`${hook('password')}:not([aria-invalid])`)).sendKeys('blåbær på tirsdag', Key.ENTER)
        const again = await receiver.find(`${hook('password')}[aria-invalid="true"]`)
        assert.match(await (await receiver.find('#password-hint')).getText(), /Nothing opens with this password/)
        await again.sendKeys('Blåbær på tirsdag', Key.ENTER)
        await reaches(receiver, 'open')
        assert.equal(await textOf(receiver, 'message'), 'Behind a password')
        await saveAndCompare(receiver, [file])
        // The browser itself logs the answer to the wrong password.
        await assertNoComplaints(receiver, { but: /unlock/ })
      } finally {
        await receiver.close()
      }
      await rm(file.path)
    })

    test('an empty file', async () => {
      const file = await bytesFile(folder, 'nothing.txt', '')
      const link = await sendByPage(sender, server.origin, [file])
      await receive(name, link, [file])
      await assertNoComplaints(sender)
    })

    test(`three files and a message, opened in ${other}`, async () => {
      const files = [
        await randomFile(folder, 'plan.pdf', 3 * MIB + 17),
        await randomFile(folder, 'one byte.dat', 1),
        await randomFile(folder, 'Ελληνικά.bin', 9 * MIB),
      ]
      const message = 'Dear Zoë,\nthree files.\n\n— A. 🖋'
      const link = await sendByPage(sender, server.origin, files, { message })
      await receive(other, link, files, { message })
      await assertNoComplaints(sender)
    })

    test('the keyboard alone', async () => {
      const file = await randomFile(folder, 'by hand.bin', 2 * MIB)
      const press = (browser, ...keys) => browser.driver.actions().sendKeys(...keys).perform()
      const focused = (browser) => browser.run('() => document.activeElement.closest("[data-testid]")?.dataset.testid')
      const tabTo = async (browser, id) => {
        for (let steps = 0; steps < 40; steps++) {
          if (await focused(browser) === id) return
          await press(browser, Key.TAB)
        }
        assert.fail(`${browser.name}: Tab does not reach ${id}`)
      }

      await sender.open(`${server.origin}/`)
      await reaches(sender, 'choosing')
      await tabTo(sender, 'files')
      // The dialog for choosing files belongs to the browser; the driver stands in for it.
      await choose(sender, [file])
      await tabTo(sender, 'message')
      await press(sender, 'no mouse was used')
      await tabTo(sender, 'send')
      await press(sender, Key.ENTER)
      await reaches(sender, 'done')
      await tabTo(sender, 'copy')
      const link = await linkOf(sender)
      await assertNoComplaints(sender)

      const receiver = await startBrowser(name)
      try {
        await receiver.open(link)
        await reaches(receiver, 'sealed')
        await tabTo(receiver, 'open')
        await press(receiver, Key.ENTER)
        await reaches(receiver, 'open')
        assert.equal(await textOf(receiver, 'message'), 'no mouse was used')
        await tabTo(receiver, 'save-all')
        await press(receiver, Key.ENTER)
        assert.deepEqual(await receiver.downloaded(1), [file.name])
        await assertNoComplaints(receiver)
      } finally {
        await receiver.close()
      }
    })

    // Chromium remarks there that one of the headers has no effect, and that saving should be done over https.
    test('without WebCrypto: plain http from another host', async () => {
      const open = await startServer({ args: ['--open-sending'] })
      const file = await randomFile(folder, 'from the LAN.bin', 10 * MIB)
      try {
        const link = await sendByPage(sender, `http://${insecureHost}:${open.port}`, [file], { message: 'no padlock' })
        assert.equal(await sender.run('() => isSecureContext || typeof crypto.subtle !== "undefined"'), false)
        await assertNoComplaints(sender, { but: /Cross-Origin-Opener-Policy|insecure connection/ })
        await receive(name, link, [file], { message: 'no padlock', but: /Cross-Origin-Opener-Policy|insecure connection/ })
      } finally {
        await open.stop()
      }
    })

    test('sending is cancelled: it stops at once, and the package is deleted', async () => {
      const file = await randomFile(folder, 'cancelled.bin', 32 * MIB)
      const proxy = await startTamperProxy(server.port)
      try {
        let parts = 0
        let deleted
        // The third part and those after it get no answer.
        proxy.onRequest = ({ method, url }) => (method === 'PUT' && url.startsWith('/blob/') && ++parts >= 3 ? new Promise(() => {}) : undefined)
        proxy.onAnswer = ({ method, url }, { body }) => {
          if (method === 'DELETE' && /\/temp\/?$/.test(url)) deleted = JSON.parse(body).response
        }
        await sender.open(`${proxy.origin}/`)
        await reaches(sender, 'choosing')
        await choose(sender, [file])
        await (await sender.find(hook('send'))).click()
        await sender.until('the upload has come to the third part', () => parts >= 3)
        await (await sender.find(hook('cancel'))).click()
        await reaches(sender, 'choosing')
        await sender.until('the package is deleted', () => deleted)
        assert.equal(deleted, 'SUCCESS')
      } finally {
        await proxy.stop()
      }
    })

    test('the key leaves the address bar once it was read', async () => {
      const file = await randomFile(folder, 'address.bin', 100)
      const link = await sendByPage(sender, server.origin, [file])
      const receiver = await startBrowser(name)
      try {
        await openByPage(receiver, link)
        const keyCode = link.split('keyCode=')[1]
        const kept = await receiver.run('() => location.href + JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie')
        assert.ok(!kept.includes(keyCode), 'no key in the address bar, in storage or in cookies')
      } finally {
        await receiver.close()
      }
    })

    test('hostile file names are shown as text', async () => {
      const names = ['<img src=x onerror=alert(1)>.txt', '"><svg onload=alert(2)>.svg', 'invoice\u202Efdp.exe', 'line\nbreak.txt']
      const files = await Promise.all(names.map((hostile) => randomFile(folder, hostile, 1000)))
      await sender.open(`${server.origin}/`)
      await reaches(sender, 'choosing')
      for (const file of files.slice(0, 3)) await choose(sender, [file])
      assert.equal((await sender.driver.findElements({ css: 'bulla-send img[src="x"], bulla-send svg[onload]' })).length, 0)
      await (await sender.find(hook('send'))).click()
      await reaches(sender, 'done')
      await assertNoComplaints(sender)
    })
  })
}
