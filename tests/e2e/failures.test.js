// What the receive page says when a link does not open: each failure has its own words, and nothing is saved.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { Key, browserNames, startBrowser } from '../lib/browsers.js'
import { pseudoRandomBytes } from '../lib/fixtures.js'
import { startMalicious } from '../lib/malicious.js'
import { packedBulla } from '../lib/packed.js'
import { hook, openByPage, reaches, textOf } from '../lib/pages.js'
import { createKey, startServer } from '../lib/server.js'

const content = pseudoRandomBytes('content', 100_000)

for (const name of browserNames) {
  describe(`failures as ${name} shows them`, () => {
    let server, malicious, bulla, client, link, browser
    /** The words of every failure, to see that no two are the same. */
    const words = new Map()

    before(async () => {
      server = await startServer()
      malicious = await startMalicious(server.port)
      bulla = await packedBulla()
      client = new bulla.Client({ host: malicious.origin, auth: { dropzone: 'open' } })
      link = await send()
      browser = await startBrowser(name)
    })

    after(async () => {
      await browser?.close()
      await malicious?.stop()
      await server?.stop()
    })

    beforeEach(async () => {
      malicious.honest()
      await browser.open('about:blank')
    })

    async function send(options) {
      const created = await client.createPackage()
      await created.upload({ blob: new Blob([content]), name: 'content.bin' })
      return (await created.finalize(options)).link
    }

    /** The page has failed with the code and says so in words of its own. */
    async function says(code) {
      const reached = await reaches(browser, 'failed')
      assert.equal(reached.code, code)
      const text = await textOf(browser, 'error')
      assert.ok(text.length > 20, `${code}: some words`)
      assert.doesNotMatch(text, /undefined|null|\[object|Error:|NaN/)
      assert.deepEqual(await browser.saved(), [], 'nothing was saved')
      words.set(code, text)
    }

    async function open(url = link) {
      await browser.open(url)
      await reaches(browser, 'sealed')
      await (await browser.find(hook('open'))).click()
    }

    test('no key in the link', async () => {
      await browser.open(link.split('#')[0])
      await says('LINK_INCOMPLETE')
    })

    test('a shortened key', async () => {
      await browser.open(link.slice(0, -5))
      await says('LINK_INCOMPLETE')
    })

    test('a link without a package', async () => {
      await browser.open(`${malicious.origin}/receive/#keyCode=${link.split('keyCode=')[1]}`)
      await says('LINK_INVALID')
    })

    test('a wrong key', async () => {
      const at = link.length - 10
      await open(link.slice(0, at) + (link[at] === 'A' ? 'B' : 'A') + link.slice(at + 1))
      const { state, code } = await reaches(browser, 'failed')
      assert.equal(state, 'failed')
      // The server tells nobody without the right checksum whether the package exists.
      assert.ok(['WRONG_KEY', 'NOT_FOUND'].includes(code), code)
      await says(code)
    })

    test('a package that never was', async () => {
      await open(link.replace(/packageCode=[^&#]+/, `packageCode=${'x'.repeat(43)}`))
      const { code } = await reaches(browser, 'failed')
      assert.ok(['WRONG_KEY', 'NOT_FOUND'].includes(code), code)
    })

    test('an expired package', async () => {
      answerOpen(410, { code: 'EXPIRED', message: 'expired' })
      await open()
      await says('EXPIRED')
    })

    test('a deleted package', async () => {
      const account = new bulla.Client({ host: malicious.origin, auth: await createKey(server, 'alice@example.com') })
      const created = await account.createPackage()
      await created.upload({ blob: new Blob([content]), name: 'content.bin' })
      const { link: deleted } = await created.finalize()
      await created.delete()
      await open(deleted)
      await says('NOT_FOUND')
    })

    test('too many attempts', async () => {
      answerOpen(429, { code: 'TOO_MANY_ATTEMPTS', message: 'wait' }, { 'retry-after': '3600' })
      await open()
      await says('LIMIT_REACHED')
    })

    test('a server that fails', async () => {
      answerOpen(500, '')
      await open()
      await says('SERVER')
    })

    test('a stripped seal', async () => {
      malicious.onOpen = (answer) => { delete answer.seal }
      await open()
      await says('TAMPERED')
    })

    test('a tampered part: nothing is saved', async () => {
      malicious.onPart = ({ bytes }) => {
        bytes[bytes.length - 100] ^= 1
        return bytes
      }
      await openByPage(browser, link)
      await (await browser.find(hook('save-all'))).click()
      await says('TAMPERED')
      assert.equal((await browser.driver.findElements({ css: `${hook('save')}, ${hook('save-all')}` })).length, 0, 'nothing can be saved')
    })

    test('a password is asked for, and only the right one opens', async () => {
      const guarded = await send({ password: 'correct horse' })
      await open(guarded)
      await reaches(browser, 'password')
      await (await browser.find(`${hook('password')}:not([aria-invalid])`)).sendKeys('wrong', Key.ENTER)
      await (await browser.find(`${hook('password')}[aria-invalid="true"]`)).sendKeys('correct horse', Key.ENTER)
      await reaches(browser, 'open')
    })

    test('a locked link: cut short, changed, tried too often, and expired', async () => {
      const locked = await send({ lock: { password: 'correct horse' } })
      const enter = async (url, password) => {
        await browser.open('about:blank')
        await open(url)
        await reaches(browser, 'password')
        await (await browser.find(hook('password'))).sendKeys(password, Key.ENTER)
      }
      await enter(locked.slice(0, -5), 'correct horse')
      await says('LINK_INCOMPLETE')
      // The last octets are the tag of the locked key.
      await enter(locked.replace(/.{4}$/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA')), 'correct horse')
      await says('TAMPERED')
      malicious.onRequest = ({ url }) => (/unlock/.test(url) ? { status: 410, headers: { 'content-type': 'application/json' }, body: '{"code":"EXPIRED","message":"over"}' } : undefined)
      await enter(locked, 'correct horse')
      await says('EXPIRED')
      malicious.onRequest = ({ url }) => (/unlock/.test(url) ? { status: 429, headers: { 'content-type': 'application/json', 'retry-after': '60' }, body: '{"code":"TOO_MANY_ATTEMPTS","message":"wait"}' } : undefined)
      await enter(locked, 'correct horse')
      await says('LIMIT_REACHED')
      malicious.honest()
      await (await browser.find(hook('retry'))).click()
      await reaches(browser, 'open')
    })

    test('a link repaired: %23 for #, and a tracking suffix', async () => {
      await openByPage(browser, `${link.replace('#', '%23')}&utm_source=mail`)
    })

    test('offline while opening, then online again', async () => {
      await browser.open(link)
      await reaches(browser, 'sealed')
      await server.stop()
      await (await browser.find(hook('open'))).click()
      await says('NETWORK')
      await server.start()
      await (await browser.find(hook('retry'))).click()
      await reaches(browser, 'open')
    })

    test('no two failures share their words', () => {
      assert.equal(new Set(words.values()).size, words.size)
      assert.ok(words.size >= 8)
    })

    function answerOpen(status, body, headers = {}) {
      malicious.onRequest = ({ url }) => (/\/open\/?$/.test(url)
        ? { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
        : undefined)
    }
  })
}
