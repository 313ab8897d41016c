// The page of workspaces: folders, adding and saving files, versions, members and their roles, links and keys.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { bytesFile, randomFile, sha256 } from '../lib/fixtures.js'
import { assertNoComplaints, choose, hook, reaches, textOf } from '../lib/pages.js'
import { agree, click, fill, gone, howMany, inPage, says, signIn, texts } from '../lib/people.js'
import { createUser, startServer } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'

const MIB = 1 << 20
// Chromium logs every answer that is no success, as the one to a visitor must be.
const REFUSED = /status of 401/

for (const name of browserNames) {
  describe(`workspaces in ${name}`, () => {
    const folder = tempFolder('workspace')
    const alice = { email: 'alice@example.com' }
    const bob = { email: 'bob@example.com' }
    let server, alices, bobs, link, id

    before(async () => {
      server = await startServer()
      for (const person of [alice, bob]) person.password = await createUser(server, person.email)
      alices = await startBrowser(name)
      bobs = await startBrowser(name)
      await signIn(alices, server, alice, '/workspaces/', 'list')
    })

    after(async () => {
      await alices?.close()
      await bobs?.close()
      await server?.stop()
    })

    const names = (browser) => browser.run(`() => [...document.querySelectorAll('[data-name]')].map((row) => row.dataset.name)`)
    const has = (browser, ...wanted) => browser.until(`the names ${wanted}`, async () => JSON.stringify(await names(browser)) === JSON.stringify(wanted))
    /** A control in the row of that name; what lies under "More" is shown first. */
    async function inRow(browser, row, id) {
      const css = `[data-name="${row}"]`
      await browser.find(css)
      await browser.run(`(css) => { const more = document.querySelector(css + ' details'); if (more) more.open = true }`, css)
      await (await browser.find(`${css} ${hook(id)}`)).click()
    }
    /** Opens the link, which leads from the receive page to the one of workspaces. */
    async function follow(browser, states) {
      await browser.open('about:blank')
      await browser.open(link)
      await browser.until('the page of workspaces', async () => (await browser.driver.getCurrentUrl()).includes('/workspaces/'))
      await reaches(browser, states)
    }
    const enter = async (browser, row) => (await browser.find(`[data-name="${row}"] ${hook('folder')}`)).click()

    test('a workspace is made, and its link is shown', async () => {
      assert.match(await textOf(alices, 'empty'), /none yet/)
      await click(alices, 'new-workspace')
      await fill(alices, 'workspace-name', 'House plans')
      await click(alices, 'do')
      await reaches(alices, 'workspace')
      assert.equal(await alices.run('() => document.querySelector("h1").textContent'), 'House plans')
      assert.match(await textOf(alices, 'role'), /You are: Owner/)
      assert.match(await textOf(alices, 'empty'), /This folder is empty/)
      id = new URL(await alices.driver.getCurrentUrl()).searchParams.get('id')
      await click(alices, 'share')
      link = await (await alices.find(hook('link'))).getAttribute('value')
      assert.match(link, /#keyCode=W[\w-]{43}$/)
      await assertNoComplaints(alices, { but: REFUSED })
    })

    test('files come by the button and by drop, folders too, and are saved as they were', async () => {
      const large = await randomFile(folder, 'film.bin', 9 * MIB)
      const small = await bytesFile(folder, 'Ελληνικά.txt', 'γειά')
      await choose(alices, [large, small])
      await says(alices, 'notice', /2 files added/)
      await has(alices, 'film.bin', 'Ελληνικά.txt')
      await alices.run(`() => {
        const dropped = new DataTransfer()
        dropped.items.add(new File(['dropped'], 'dropped.txt'))
        document.querySelector('main').dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, bubbles: true, cancelable: true }))
      }`)
      await has(alices, 'dropped.txt', 'film.bin', 'Ελληνικά.txt')
      await inRow(alices, 'film.bin', 'save')
      await says(alices, 'notice', /film\.bin is saved/)
      await alices.downloaded(1)
      assert.equal(await sha256(join(alices.downloads, 'film.bin')), large.sha256)
      await assertNoComplaints(alices, { but: REFUSED })
    })

    test('folders: made, entered, gone back from, renamed, moved into, deleted', async () => {
      for (const made of ['Year', 'Other']) {
        await click(alices, 'new-folder')
        await fill(alices, 'name', made)
        await agree(alices)
        await alices.find(`[data-name="${made}"]`)
      }
      await has(alices, 'Other', 'Year', 'dropped.txt', 'film.bin', 'Ελληνικά.txt')
      await enter(alices, 'Year')
      await says(alices, 'empty', /This folder is empty/)
      assert.match(await alices.run('() => document.querySelector(".crumbs").innerText'), /Top[^]*Year/)
      await alices.driver.navigate().back()
      await has(alices, 'Other', 'Year', 'dropped.txt', 'film.bin', 'Ελληνικά.txt')
      await alices.driver.navigate().forward()
      await says(alices, 'empty', /This folder is empty/)
      await (await alices.find('.crumbs a')).click()
      await has(alices, 'Other', 'Year', 'dropped.txt', 'film.bin', 'Ελληνικά.txt')

      // A name that is there already.
      await inRow(alices, 'Other', 'rename')
      await fill(alices, 'name', 'Year')
      await click(alices, 'do')
      await says(alices, 'error', /something of that name already/)
      await fill(alices, 'name', 'Month')
      await agree(alices)
      await has(alices, 'Month', 'Year', 'dropped.txt', 'film.bin', 'Ελληνικά.txt')

      // Not into itself.
      await inRow(alices, 'Year', 'move')
      await alices.find(hook('target'))
      assert.deepEqual(await alices.run(`() => [...document.querySelector('#target').options].map(({ textContent }) => textContent)`), ['Top', 'Month'])
      await alices.run(`() => { const target = document.querySelector('#target'); target.value = target.options[1].value }`)
      await agree(alices)
      await has(alices, 'Month', 'dropped.txt', 'film.bin', 'Ελληνικά.txt')
      await inRow(alices, 'dropped.txt', 'move')
      await alices.find(hook('target'))
      await alices.run(`() => { const target = document.querySelector('#target'); target.value = target.options[2].value }`)
      await agree(alices)
      await has(alices, 'Month', 'film.bin', 'Ελληνικά.txt')
      await enter(alices, 'Month')
      await has(alices, 'Year')
      await enter(alices, 'Year')
      await has(alices, 'dropped.txt')
      await (await alices.find('.crumbs a')).click()
      await inRow(alices, 'Month', 'delete')
      assert.equal(await alices.run('() => document.activeElement.dataset.testid'), 'leave')
      await agree(alices)
      await has(alices, 'film.bin', 'Ελληνικά.txt')
      await assertNoComplaints(alices, { but: REFUSED })
    })

    test('a file does not take the name of another', async () => {
      await inRow(alices, 'film.bin', 'rename')
      await fill(alices, 'name', 'Ελληνικά.txt')
      await click(alices, 'do')
      await says(alices, 'error', /something of that name already/)
      await click(alices, 'leave')
      await gone(alices, 'dialog')
      await has(alices, 'film.bin', 'Ελληνικά.txt')
    })

    test('the same name again is a new version, and the earlier one is saved and deleted', async () => {
      const again = await bytesFile(tempFolder('again'), 'Ελληνικά.txt', 'γειά σου')
      await choose(alices, [again])
      await says(alices, 'notice', /1 file added/)
      await says(alices, 'file-row', /Ελληνικά\.txt[^]*1 earlier version/)
      await alices.run(`() => { document.querySelector('[data-name="Ελληνικά.txt"] details').open = true }`)
      await (await alices.find(`${hook('version')} ${hook('save')}`)).click()
      await says(alices, 'notice', /is saved/)
      await alices.downloaded(2)
      assert.equal(await readFile(join(alices.downloads, 'Ελληνικά.txt'), 'utf8'), 'γειά')
      await inRow(alices, 'Ελληνικά.txt', 'delete-version')
      await agree(alices)
      await gone(alices, 'version')
      await assertNoComplaints(alices, { but: REFUSED })
    })

    test('whoever has the link reads without an account, with its password where it has one, and no more', async () => {
      const guests = await startBrowser(name)
      try {
        const opens = async (states, ...steps) => {
          await follow(guests, 'signed-out')
          assert.ok(!(await guests.driver.getCurrentUrl()).includes('#'))
          await click(guests, 'guest')
          for (const step of steps) await step()
          await reaches(guests, states)
        }
        await opens('workspace')
        await has(guests, 'film.bin', 'Ελληνικά.txt')
        assert.equal(await textOf(guests, 'role'), 'Made by alice@example.com')
        for (const none of ['write-message', 'files', 'new-folder', 'rename', 'copy', 'delete', 'share', 'add-member', 'delete-workspace']) assert.equal(await howMany(guests, none), 0, none)
        await inRow(guests, 'Ελληνικά.txt', 'save')
        await guests.downloaded(1)
        assert.equal(await readFile(join(guests.downloads, 'Ελληνικά.txt'), 'utf8'), 'γειά σου')

        const door = (password) => inPage(alices, 'async (client, link, password) => { await (await client.workspaces.open(link)).share({ password }) }', link, password)
        await door('Sesame, open')
        await opens('workspace', async () => {
          await fill(guests, 'door', 'Barley, open')
          await click(guests, 'do')
          await says(guests, 'error', /not the password/)
          await fill(guests, 'door', 'Sesame, open')
          await agree(guests)
        })
        await has(guests, 'film.bin', 'Ελληνικά.txt')
        await opens('signed-out', () => click(guests, 'leave'))
        await assertNoComplaints(guests, { but: /status of 40[0134]/ })
      } finally {
        await guests.close()
      }
    })

    test('a member opens it by its link, with what the role allows and no more', async () => {
      await click(alices, 'write-message')
      await fill(alices, 'message-text', 'Read the plans.\nBy Friday.')
      await agree(alices)
      await says(alices, 'message', /^Read the plans\.\nBy Friday\.$/)
      await fill(alices, 'member', bob.email)
      await click(alices, 'add-member')
      await says(alices, 'member-row', /bob@example\.com/)

      // Whoever is not signed in does that first; the key has left the address bar.
      await follow(bobs, 'signed-out')
      assert.ok(!(await bobs.driver.getCurrentUrl()).includes('#'))
      await fill(bobs, 'email', bob.email)
      await fill(bobs, 'password', bob.password)
      await click(bobs, 'go')
      await reaches(bobs, 'workspace')
      await has(bobs, 'film.bin', 'Ελληνικά.txt')
      assert.match(await textOf(bobs, 'role'), /Made by alice@example\.com · You are: Viewer/)
      await says(bobs, 'message', /Read the plans/)
      for (const none of ['write-message', 'files', 'new-folder', 'rename', 'delete', 'share', 'add-member', 'delete-workspace']) assert.equal(await howMany(bobs, none), 0, none)
      await inRow(bobs, 'Ελληνικά.txt', 'save')
      await bobs.downloaded(1)
      assert.equal(await readFile(join(bobs.downloads, 'Ελληνικά.txt'), 'utf8'), 'γειά σου')

      // A contributor adds, and changes what is theirs.
      const select = await alices.find(hook('role-of'))
      await select.sendKeys('Contributor')
      await alices.until('the role is kept', async () => (await inPage(alices, 'async (client, id) => (await client.packages.get(id)).recipients.map(({ role }) => role)', id)).includes('CONTRIBUTOR'))
      await follow(bobs, 'workspace')
      await choose(bobs, [await bytesFile(folder, 'from bob.txt', 'mine')])
      await has(bobs, 'film.bin', 'from bob.txt', 'Ελληνικά.txt')
      assert.equal(await howMany(bobs, 'delete'), 1)
      await inRow(bobs, 'from bob.txt', 'rename')
      await fill(bobs, 'name', 'of bob.txt')
      await agree(bobs)
      await has(bobs, 'film.bin', 'of bob.txt', 'Ελληνικά.txt')
      await assertNoComplaints(bobs, { but: REFUSED })
    })

    test('without its link a device that has no key asks for it, and once it has one does not', async () => {
      await bobs.open(`${server.origin}/workspaces/?id=${id}`)
      await reaches(bobs, 'locked')
      await fill(bobs, 'whole-link', link.slice(0, -2))
      await click(bobs, 'use-link')
      await says(bobs, 'error', /The key in this link is incomplete/)
      await fill(bobs, 'whole-link', link)
      await click(bobs, 'use-link')
      await reaches(bobs, 'workspace')

      await click(alices, 'hand-over')
      await says(alices, 'hand-over-report', /Trust this device on the account page first/)
      for (const browser of [alices, bobs]) await inPage(browser, `async (client) => { await client.keys.create({ description: 'one' }) }`)
      await click(alices, 'hand-over')
      await says(alices, 'unconfirmed', /bob@example\.com/)
      const words = await inPage(bobs, 'async (client) => (await client.keys.device()).fingerprint.words')
      await click(alices, 'compare')
      assert.equal((await textOf(alices, 'words')).split(/\s+/).join(' '), words)
      await agree(alices)
      await gone(alices, 'unconfirmed')
      await says(alices, 'hand-over-report', /1 device of theirs can open this/)

      await bobs.open(`${server.origin}/workspaces/?id=${id}`)
      await reaches(bobs, 'workspace')
      await has(bobs, 'film.bin', 'of bob.txt', 'Ελληνικά.txt')
      assert.match(await textOf(bobs, 'unproven'), /could have made all of this up/)
      await assertNoComplaints(bobs, { but: REFUSED })
    })

    test('a file is copied within the workspace, to one that this device opens, and to one by its link', async () => {
      const [own, other] = await inPage(alices, `async (client) => {
        const [own, other] = [await client.workspaces.create({ name: 'Archive' }), await client.workspaces.create({ name: 'By link' })]
        await own.directories.create('2026')
        await client.keys.wrap(own)
        return [{ id: own.id, keyCode: own.keyCode }, { id: other.id, keyCode: other.keyCode, link: await other.share() }]
      }`)
      const filesIn = ({ id, keyCode }, name) => inPage(alices, `async (client, id, keyCode, name) => {
        const workspace = await client.workspaces.open(id, { keyCode })
        const directories = (await workspace.directories.list().page()).entries
        const { entries } = await workspace.files.list(directories.find((directory) => directory.name === name)?.id).page()
        return Promise.all(entries.map(async ({ id, name }) => [name, await new Response(await workspace.files.download(id)).text()]))
      }`, id, keyCode, name)
      const pick = (id, words) => alices.run(`(css, words) => {
        const select = document.querySelector(css)
        select.value = [...select.options].find(({ text }) => text === words).value
        select.dispatchEvent(new Event('change'))
      }`, hook(id), words)

      // Opened anew, since it got its key handed on since.
      await inRow(alices, 'Ελληνικά.txt', 'copy')
      await alices.find(hook('copy-to'))
      assert.deepEqual(await alices.run(`(css) => [...document.querySelector(css).options].map(({ text }) => text)`, hook('copy-to')), ['this one', 'Archive', 'another, by its link'])
      assert.equal(await (await alices.find(hook('copy-link'))).isDisplayed(), false)
      await pick('copy-to', 'Archive')
      await click(alices, 'do')
      await alices.find(hook('target'))
      await pick('target', '2026')
      await agree(alices)
      assert.deepEqual(await filesIn(own, '2026'), [['Ελληνικά.txt', 'γειά σου']])

      await inRow(alices, 'Ελληνικά.txt', 'copy')
      await alices.find(hook('copy-to'))
      await pick('copy-to', 'another, by its link')
      await fill(alices, 'copy-link', other.link.slice(0, -3))
      await click(alices, 'do')
      await says(alices, 'error', /./)
      await fill(alices, 'copy-link', other.link)
      await click(alices, 'do')
      await alices.find(hook('target'))
      await agree(alices)
      assert.deepEqual(await filesIn(other), [['Ελληνικά.txt', 'γειά σου']])

      // Within this one, it is another version of itself where it was.
      await inRow(alices, 'Ελληνικά.txt', 'copy')
      await click(alices, 'do')
      await alices.find(hook('target'))
      await agree(alices)
      await says(alices, 'file-row', /Ελληνικά\.txt[^]*1 earlier version/)
      await assertNoComplaints(alices, { but: /status of 40[014]/ })
      for (const { id } of [own, other]) await inPage(alices, 'async (client, id) => client.workspaces.delete(id)', id)
    })

    test('whoever is removed sees nothing any more, and deleting it asks first', async () => {
      await click(alices, 'remove-member')
      await agree(alices)
      await gone(alices, 'role-of')
      await bobs.open(`${server.origin}/workspaces/?id=${id}`)
      await reaches(bobs, 'failed')
      await says(bobs, 'error', /nothing here, or nothing for you/)
      await click(alices, 'rename-workspace')
      await fill(alices, 'workspace-name', 'Old plans')
      await agree(alices)
      assert.equal(await alices.run('() => document.querySelector("h1").textContent'), 'Old plans')
      await click(alices, 'delete-workspace')
      await agree(alices)
      await reaches(alices, 'list')
      assert.deepEqual(await texts(alices, 'workspace'), [])
      await assertNoComplaints(alices, { but: REFUSED })
    })
  })
}
