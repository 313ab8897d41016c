// Contact groups: looked after on the account's page, and chosen as recipients where something is sent or was sent.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { bytesFile } from '../lib/fixtures.js'
import { startMailbox } from '../lib/mailbox.js'
import { assertNoComplaints, choose, hook, reaches } from '../lib/pages.js'
import { agree, click, fill, gone, howMany, inPage, says, signIn, texts } from '../lib/people.js'
import { createUser, freePort, startServer } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'

// Chromium logs every answer that is no success, as the one to a visitor must be.
const REFUSED = /status of 401/

for (const name of browserNames) {
  describe(`contact groups in ${name}`, () => {
    let server, mailbox, browser
    const alice = { email: 'alice@example.com' }
    const root = { email: 'root@example.com' }

    before(async () => {
      mailbox = await startMailbox()
      const port = await freePort()
      const settings = ['--smtp', mailbox.url, '--mail-from', 'Bulla <bulla@example.com>', '--public-url', `http://127.0.0.1:${port}`]
      server = await startServer({ port, args: settings })
      alice.password = await createUser(server, alice.email)
      root.password = await createUser(server, root.email, '--admin')
      browser = await startBrowser(name)
      await signIn(browser, server, alice)
    })

    after(async () => {
      await browser?.close()
      await server?.stop()
      await mailbox?.stop()
    })

    const groups = (of = browser) => inPage(of, 'async (client) => (await client.groups.own()).map(({ name, members }) => [name, members.map(({ email }) => email)])')
    const unfold = (of = browser) => of.run(`(css) => { document.querySelectorAll(css).forEach((details) => { details.open = true }) }`, `${hook('group-row')} details`)

    async function addMember(email) {
      await unfold()
      await fill(browser, 'group-member', email)
      await click(browser, 'add-group-member')
      await says(browser, 'group-member-row', new RegExp(email))
    }

    test('a group is made, gets members and loses one', async () => {
      await says(browser, 'no-groups', /none/)
      assert.equal(await howMany(browser, 'group-everybody'), 0)
      await fill(browser, 'group-name', 'The board')
      await click(browser, 'make-group')
      await says(browser, 'group-row', /The board\n0 members/)
      await addMember('bob@example.com')
      await addMember('carol@example.com')
      await addMember('bob@example.com')
      assert.equal(await howMany(browser, 'group-member-row'), 2)
      await addMember('dan@example.com')
      await (await browser.find('button[aria-label="Remove dan@example.com from The board"]')).click()
      assert.equal(await browser.run('() => document.activeElement.dataset.testid'), 'leave')
      await agree(browser)
      await says(browser, 'group-row', /The board\n2 members/)
      assert.deepEqual(await groups(), [['The board', ['bob@example.com', 'carol@example.com']]])
      await assertNoComplaints(browser, { but: REFUSED })
    })

    test('what the server refuses is said, and the group stays as it is', async () => {
      await unfold()
      // An address that browsers take, and the server does not.
      await fill(browser, 'group-member', 'nobody@localhost')
      await click(browser, 'add-group-member')
      await says(browser, 'error', /refused|does not take/)
      assert.equal(await howMany(browser, 'group-member-row'), 2)
    })

    test('on the send page a group is whom it is for, and they are told by e-mail', async () => {
      const file = await bytesFile(tempFolder('sent'), 'minutes.txt', 'for the board')
      await browser.open(`${server.origin}/`)
      await reaches(browser, 'choosing')
      await choose(browser, [file])
      const group = await browser.find(hook('group'))
      await browser.until('the groups are there', () => group.isDisplayed())
      await browser.run(`(css) => { const select = document.querySelector(css); select.value = [...select.options].find(({ text }) => text === 'The board (2)').value }`, hook('group'))
      await click(browser, 'notify')
      await click(browser, 'send')
      await reaches(browser, 'done')
      await says(browser, 'hand-over', /Hand its key/)
      const sent = await inPage(browser, 'async (client) => { const [{ recipients }] = (await client.packages.sent().page()).entries; return recipients }')
      assert.deepEqual(sent.toSorted(), ['bob@example.com', 'carol@example.com'])
      for (const email of sent) assert.match(await mailbox.mail(email), /receive/)
    })

    test('nobody is told by e-mail who did not ask for it, and a group comes to a package later', async () => {
      const id = await inPage(browser, `async (client) => {
        const pkg = await client.createPackage()
        await pkg.setMessage('to be handed round')
        await pkg.finalize()
        return pkg.id
      }`)
      await browser.open(`${server.origin}/packages/?id=${id}`)
      await reaches(browser, 'one')
      const add = await browser.find(hook('add-group'))
      await browser.until('the groups are there', () => add.isDisplayed())
      await add.click()
      await browser.until('both are there', async () => await howMany(browser, 'recipient-row') === 2)
      assert.match((await texts(browser, 'recipient-row')).join(), /bob@example\.com[^]*carol@example\.com/)
      assert.equal(mailbox.count('bob@example.com'), 1)
    })

    test('one for everybody is made by administrators alone, and everybody may use it', async () => {
      const roots = await startBrowser(name)
      try {
        await signIn(roots, server, root)
        await fill(roots, 'group-name', 'All hands')
        await click(roots, 'group-everybody')
        await click(roots, 'make-group')
        await says(roots, 'group-row', /All hands\n0 members · for everybody here/)
        await unfold(roots)
        await fill(roots, 'group-member', 'erin@example.com')
        await click(roots, 'add-group-member')
        await says(roots, 'group-member-row', /erin@example\.com/)
        await browser.open(`${server.origin}/account/`)
        await says(browser, 'group-row', /All hands\n1 member · for everybody here/)
        assert.equal(await howMany(browser, 'delete-group'), 1)
        await assertNoComplaints(roots, { but: REFUSED })
      } finally {
        await roots.close()
      }
    })

    test('deleting a group asks first, and packages keep whom it brought', async () => {
      await click(browser, 'delete-group')
      await click(browser, 'leave')
      await gone(browser, 'dialog')
      assert.equal((await groups()).length, 1)
      await click(browser, 'delete-group')
      await agree(browser)
      await browser.until('it is gone', async () => await howMany(browser, 'delete-group') === 0)
      assert.deepEqual(await groups(), [])
      const [{ recipientCount }] = await inPage(browser, 'async (client) => (await client.packages.sent().page()).entries')
      assert.equal(recipientCount, 2)
    })
  })
}
