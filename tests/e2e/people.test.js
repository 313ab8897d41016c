// Signing in and out, passwords, API keys and trusted devices, in the account's page.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Key, browserNames, startBrowser } from '../lib/browsers.js'
import { startMailbox } from '../lib/mailbox.js'
import { assertNoComplaints, hook, pageState, reaches, textOf } from '../lib/pages.js'
import { agree, click, fill, gone, howMany, says, signIn, texts } from '../lib/people.js'
import { packedBulla } from '../lib/packed.js'
import { createUser, freePort, startServer } from '../lib/server.js'

// Chromium logs every answer that is no success, as one to a wrong password must be.
const REFUSED = /status of 401/

for (const name of browserNames) {
  describe(`people in ${name}`, () => {
    let server, mailbox, browser, bulla
    const alice = { email: 'alice@example.com' }

    before(async () => {
      mailbox = await startMailbox()
      const port = await freePort()
      const settings = ['--smtp', mailbox.url, '--mail-from', 'Bulla <bulla@example.com>', '--registration', '--open-sending']
      server = await startServer({ port, args: [...settings, '--public-url', `http://127.0.0.1:${port}`] })
      alice.password = await createUser(server, alice.email, '--first-name', 'Alice')
      bulla = await packedBulla()
      browser = await startBrowser(name)
    })

    after(async () => {
      await browser?.close()
      await server?.stop()
      await mailbox?.stop()
    })

    const links = () => browser.run("() => [...document.querySelectorAll('bulla-nav a')].map(({ textContent }) => textContent)")

    test('a visitor is offered to sign in, and nothing is loaded for it', async () => {
      await browser.open(`${server.origin}/`)
      await reaches(browser, 'choosing')
      assert.deepEqual(await links(), ['Sign in'])
      const loaded = await browser.run("() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /account_bg|keys_bg|session/.test(name))")
      assert.deepEqual(loaded.filter((name) => !name.endsWith('/static/lib/session.js')), [])
    })

    test('a wrong password is told in its own sentence, the right one opens', async () => {
      await browser.open(`${server.origin}/account/`)
      await reaches(browser, 'signed-out')
      await fill(browser, 'email', alice.email)
      await fill(browser, 'password', 'not the password')
      await click(browser, 'go')
      await says(browser, 'error', /No account opens with this/)
      assert.equal((await pageState(browser)).code, 'AUTHENTICATION_FAILED')
      await fill(browser, 'password', alice.password)
      await click(browser, 'go')
      await reaches(browser, 'open')
      assert.match(await textOf(browser, 'who'), /Alice, alice@example\.com/)
      assert.deepEqual((await links()).filter((link) => ['Sign in', 'Send', 'Account'].includes(link)), ['Send', 'Account'])
      await assertNoComplaints(browser, { but: REFUSED })
    })

    test('the session lasts over a reload, and the keyboard alone signs in and out', async () => {
      await browser.open(`${server.origin}/account/`)
      await reaches(browser, 'open')
      const press = (...keys) => browser.driver.actions().sendKeys(...keys).perform()
      const focused = () => browser.run('() => document.activeElement.dataset.testid')
      for (let steps = 0; await focused() !== 'sign-out'; steps++) {
        assert.ok(steps < 20, 'Tab reaches sign-out')
        await press(Key.TAB)
      }
      await press(Key.ENTER)
      await reaches(browser, 'signed-out')
      assert.match(await textOf(browser, 'notice'), /signed out/)
      assert.deepEqual(await links(), ['Send', 'Sign in'])
      assert.equal(await focused(), 'email')
      await press(alice.email, Key.TAB, alice.password, Key.ENTER)
      await reaches(browser, 'open')
      assert.equal(await browser.run("() => document.activeElement.tagName"), 'H1')
      await assertNoComplaints(browser, { but: REFUSED })
    })

    test('an API key is made, shown once, used and revoked', async () => {
      await fill(browser, 'key-description', 'for the nightly copy')
      await click(browser, 'make-key')
      await browser.find(hook('new-key'))
      const [apiKey, apiSecret] = await browser.run(`() => ['new-api-key', 'new-api-secret'].map((id) => document.getElementById(id).value)`)
      const program = new bulla.Client({ host: server.origin, auth: { apiKey, apiSecret } })
      assert.equal(await program.verifyCredentials(), alice.email)
      await browser.open(`${server.origin}/account/`)
      await says(browser, 'api-key', new RegExp(`for the nightly copy[^]*${apiKey}[^]*Last used`))
      assert.ok(!(await browser.run('() => document.documentElement.outerHTML')).includes(apiSecret))
      await click(browser, 'revoke')
      // The focus begins on the way out.
      assert.equal(await browser.run('() => document.activeElement.dataset.testid'), 'leave')
      await click(browser, 'leave')
      await gone(browser, 'dialog')
      assert.equal(await program.verifyCredentials(), alice.email)
      await click(browser, 'revoke')
      await agree(browser)
      await gone(browser, 'api-key')
      await assert.rejects(program.verifyCredentials(), { code: 'AUTHENTICATION_FAILED' })
    })

    test('a program makes its own key with a pin', async () => {
      await click(browser, 'make-pin')
      const pin = await (await browser.find(hook('new-pin'))).getAttribute('value')
      const key = await new bulla.Client({ host: server.origin }).account.apiKeys.generateWithPin({ pin })
      assert.equal(await new bulla.Client({ host: server.origin, auth: key }).verifyCredentials(), alice.email)
    })

    test('the password is changed, and another session ends with a word about it', async () => {
      const other = await startBrowser(name)
      try {
        await signIn(other, server, alice)
        await fill(browser, 'old-password', 'not the password')
        await fill(browser, 'new-password', 'correct horse battery')
        await click(browser, 'change-password')
        await says(browser, 'error', /The password was not changed/)
        await fill(browser, 'old-password', alice.password)
        await fill(browser, 'new-password', 'correct horse battery')
        await click(browser, 'change-password')
        await browser.find(hook('password-changed'))
        alice.password = 'correct horse battery'
        await other.open(`${server.origin}/account/`)
        await reaches(other, 'signed-out')
        await signIn(other, server, alice)
      } finally {
        await other.close()
      }
      await assertNoComplaints(browser, { but: REFUSED })
    })

    test('two devices trust each other once their words have been compared', async () => {
      const phone = await startBrowser(name)
      try {
        await browser.open(`${server.origin}/account/`)
        await fill(browser, 'device-name', 'laptop')
        await click(browser, 'make-device')
        await says(browser, 'this-device', /laptop/)
        await signIn(phone, server, alice)
        await fill(phone, 'device-name', 'phone')
        await click(phone, 'make-device')
        const words = async (at, place) => (await at.run('(css) => document.querySelector(css).textContent.trim()', `${hook(place)} ${hook('words')}`))
        const own = await (await phone.find(hook('this-device')), words(phone, 'this-device'))
        assert.match(own, /^([a-z]{3,8} ){7}[a-z]{3,8}$/)

        await browser.open(`${server.origin}/account/`)
        await says(browser, 'other-device', /phone[^]*Not compared yet/)
        await click(browser, 'compare')
        assert.equal(await words(browser, 'dialog'), own)
        // Not sure: nothing is confirmed.
        await click(browser, 'leave')
        await says(browser, 'device-notice', /Not confirmed/)
        await says(browser, 'other-device', /Not compared yet/)
        await click(browser, 'compare')
        await agree(browser)
        await says(browser, 'other-device', /confirmed/i)
        await says(browser, 'confirmed-key', /alice@example\.com/)
        await says(browser, 'device-notice', /keys? handed on|everything already/)
        assert.equal(await howMany(browser, 'sync'), 1)
        await (await browser.find('button[aria-label^="Take back"]')).click()
        await agree(browser)
        await gone(browser, 'confirmed-key')
        await says(browser, 'other-device', /Not compared yet/)

        await click(phone, 'forget-device')
        await agree(phone)
        await phone.find(hook('make-device'))
        await browser.open(`${server.origin}/account/`)
        await says(browser, 'this-device', /laptop/)
        assert.deepEqual(await texts(browser, 'other-device'), [])
        await assertNoComplaints(browser, { but: REFUSED })
      } finally {
        await phone.close()
      }
    })

    test('somebody makes an account with the pin from the e-mail', async () => {
      const stranger = await startBrowser(name)
      try {
        await stranger.open(`${server.origin}/account/`)
        await click(stranger, 'register')
        await reaches(stranger, 'register')
        await fill(stranger, 'email', 'bob@example.com')
        await click(stranger, 'go')
        await reaches(stranger, 'pin')
        const pin = await mailbox.pin('bob@example.com')
        await fill(stranger, 'pin', 'not-the-pin')
        await fill(stranger, 'password', 'a long password')
        await click(stranger, 'go')
        await says(stranger, 'error', /That pin does not hold/)
        await fill(stranger, 'pin', pin)
        await click(stranger, 'go')
        await reaches(stranger, 'open')
        assert.match(await textOf(stranger, 'who'), /bob@example\.com/)
        await assertNoComplaints(stranger, { but: REFUSED })
      } finally {
        await stranger.close()
      }
    })

    test('somebody who forgot the password sets another one with the pin from the e-mail', async () => {
      const forgetful = await startBrowser(name)
      try {
        await createUser(server, 'forgetful@example.com')
        await forgetful.open(`${server.origin}/account/`)
        await click(forgetful, 'forgotten')
        await reaches(forgetful, 'forgotten')
        await fill(forgetful, 'email', 'forgetful@example.com')
        await click(forgetful, 'go')
        await reaches(forgetful, 'reset')
        const pin = await mailbox.pin('forgetful@example.com')
        await fill(forgetful, 'pin', 'not-the-pin')
        await fill(forgetful, 'password', 'a password to remember')
        await click(forgetful, 'go')
        await says(forgetful, 'error', /That pin does not hold/)
        await fill(forgetful, 'pin', pin)
        await click(forgetful, 'go')
        await reaches(forgetful, 'open')
        assert.match(await textOf(forgetful, 'who'), /forgetful@example\.com/)
        await click(forgetful, 'sign-out')
        await reaches(forgetful, 'signed-out')
        await signIn(forgetful, server, { email: 'forgetful@example.com', password: 'a password to remember' })
        await assertNoComplaints(forgetful, { but: REFUSED })
      } finally {
        await forgetful.close()
      }
    })

    test('where no e-mail is sent, the page says who else can set a password', async () => {
      const silent = await startServer()
      try {
        await browser.open(`${silent.origin}/account/`)
        await click(browser, 'forgotten')
        await fill(browser, 'email', 'carol@example.com')
        await click(browser, 'go')
        await says(browser, 'error', /No pin can be sent/)
      } finally {
        await silent.stop()
      }
    })

    test('where only administrators make accounts, the page says so', async () => {
      const closed = await startServer()
      try {
        await browser.open(`${closed.origin}/account/`)
        await click(browser, 'register')
        await fill(browser, 'email', 'carol@example.com')
        await click(browser, 'go')
        await says(browser, 'error', /makes no account for that address/)
      } finally {
        await closed.stop()
      }
    })
  })
}
