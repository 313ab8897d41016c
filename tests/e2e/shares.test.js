// Shares: what the receive page does with their links, as the people they are for use it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { assertNoComplaints, hook, reaches, textOf } from '../lib/pages.js'
import { click, fill, gone, howMany, says, texts } from '../lib/people.js'
import { packedBulla } from '../lib/packed.js'
import { createKey, createUser, startServer } from '../lib/server.js'

// Chromium logs every answer that is no success, as those to people who are not let in must be.
const REFUSED = /status of (401|410|400)/
// One pixel.
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

for (const name of browserNames) {
  describe(`shares in ${name}`, () => {
    const bob = { email: 'bob@example.com' }
    let server, client, browser

    before(async () => {
      server = await startServer()
      const bulla = await packedBulla()
      client = new bulla.Client({ host: server.origin, auth: await createKey(server, 'alice@example.com') })
      bob.password = await createUser(server, bob.email, '--first-name', 'Bob')
      browser = await startBrowser(name)
    })

    after(async () => {
      await browser?.close()
      await server?.stop()
    })

    /** A share of a package with these files: its id, the package's link, and the link for everybody. */
    async function share(terms, files = [new File(['the plan'], 'plan.txt')]) {
      const pkg = await client.createPackage()
      const sent = await pkg.upload(files)
      const { link: plain } = await pkg.finalize()
      const { id } = await client.shares.create({ package: pkg.id, ...terms })
      return { id, plain, sent, link: await client.shares.link(plain, id) }
    }

    /** Opens a link, and waits for one of these states. */
    async function open(link, states) {
      await browser.open('about:blank')
      await browser.open(link)
      await reaches(browser, 'sealed')
      await click(browser, 'open')
      return reaches(browser, states)
    }

    const downloads = async (id) => (await client.shares.recipients(id)).map(({ email, downloads }) => [email, downloads])

    test('a package is opened through its share, as often as that may be', async () => {
      const { id, link, plain } = await share({ maxDownloads: 1 })
      assert.equal((await open(plain, 'failed')).code, 'WRONG_KEY')
      await open(link, 'open')
      await click(browser, 'save-all')
      await browser.find(hook('verified'))
      assert.deepEqual(await downloads(id), [['', 1]])
      assert.equal((await open(link, 'failed')).code, 'EXHAUSTED')
      assert.match(await textOf(browser, 'error'), /as often as it may be/)
      await assertNoComplaints(browser, { but: /status of (401|404|410)/ })
    })

    test('what has ended says so', async () => {
      const { id, link } = await share({})
      await client.shares.delete(id)
      assert.equal((await open(link, 'failed')).code, 'NOT_FOUND')
      assert.match(await textOf(browser, 'error'), /The sender has taken it back/)
    })

    test('whoever has to say who they are is asked, and is told to the sender', async () => {
      const { id, link } = await share({ requireUserInfo: true })
      await open(link, 'visitor')
      await fill(browser, 'visitor-firstName', 'Carol')
      await fill(browser, 'visitor-lastName', 'C')
      await fill(browser, 'visitor-email', 'carol@nowhere')
      await fill(browser, 'visitor-company', 'Acme')
      await click(browser, 'open')
      await says(browser, 'error', /does not take this/)
      await reaches(browser, 'visitor')
      assert.deepEqual((await client.shares.recipients(id)).length, 1, 'nobody was kept')
      await fill(browser, 'visitor-email', 'carol@example.com')
      await click(browser, 'open')
      await reaches(browser, 'open')
      await click(browser, 'save-all')
      await browser.find(hook('verified'))
      const [, carol] = await client.shares.recipients(id)
      const { firstName, lastName, email, company, downloads } = carol
      assert.deepEqual({ firstName, lastName, email, company, downloads },
        { firstName: 'Carol', lastName: 'C', email: 'carol@example.com', company: 'Acme', downloads: 1 })
      await assertNoComplaints(browser, { but: REFUSED })
    })

    test('what is to be looked at is shown, and has nothing to save it with', async () => {
      const { link } = await share({ viewOnly: true }, [
        new File(['the plan'], 'plan.txt', { type: 'text/plain' }),
        new File([PNG], 'dot.png', { type: 'image/png' }),
        new File(['<script>document.title = "ran"</script>'], 'page.html', { type: 'text/html' }),
        new File(['%PDF'], 'paper.pdf', { type: 'application/pdf' }),
      ])
      await open(link, 'open')
      assert.match(await textOf(browser, 'view-only'), /look at this here and do not save it/)
      assert.equal(await howMany(browser, 'save') + await howMany(browser, 'save-all'), 0)
      assert.equal(await howMany(browser, 'look'), 3)
      const rows = await browser.run('() => [...document.querySelectorAll(".files li")].map((row) => row.innerText)')
      assert.match(rows.find((row) => row.includes('paper.pdf')), /cannot be shown here/)
      const look = async (file) => {
        await (await browser.find(`${hook('look')}[data-file-name="${file}"]`)).click()
        await browser.find(hook('viewer'))
      }
      const leave = async (file) => {
        await click(browser, 'leave')
        await gone(browser, 'viewer')
        const focused = await browser.run('() => document.activeElement.dataset.fileName')
        assert.equal(focused, file)
      }
      await look('plan.txt')
      await says(browser, 'viewer', /the plan/)
      await leave('plan.txt')
      await look('dot.png')
      await browser.until('the picture is shown', () => browser.run(`() => document.querySelector('${hook('viewer')} img').naturalWidth === 1`))
      await leave('dot.png')
      await look('page.html')
      await says(browser, 'viewer', /<script>/)
      await leave('page.html')
      assert.doesNotMatch(await browser.driver.getTitle(), /^ran$/)
      await assertNoComplaints(browser, { but: REFUSED })
    })

    test('a link to some items shows these alone', async () => {
      const { link, sent } = await share({}, [new File(['a'], 'a.txt'), new File(['b'], 'b.txt')])
      const [before, key] = link.split('#')
      await open(`${before}&item=${sent[1].id}#${key}`, 'open')
      assert.deepEqual(await browser.run('() => [...document.querySelectorAll(".files li")].map(({ dataset }) => dataset.fileName)'), ['b.txt'])
    })

    test('whoever has to sign in is asked to, and comes in as themselves', async () => {
      const { id, link, plain } = await share({ requireLogin: true, recipients: [bob.email, 'dave@example.com'] })
      const [, , dave] = await client.shares.recipients(id)
      await open(link, 'signed-out')
      await says(browser, 'notice', /lets only those in who sign in/)
      await fill(browser, 'email', bob.email)
      await fill(browser, 'password', bob.password)
      await click(browser, 'go')
      await reaches(browser, 'open')
      await click(browser, 'save-all')
      await browser.find(hook('verified'))
      assert.deepEqual(await downloads(id), [['', 0], [bob.email, 0], ['dave@example.com', 0], [bob.email, 1]])
      // Another one's link does not open for him.
      const theirs = await client.shares.link(plain, id, dave.id)
      assert.equal((await open(theirs, 'failed')).code, 'WRONG_KEY')
      assert.match((await texts(browser, 'error'))[0], /for another account/)
      // Who is signed in is not asked again.
      const again = await share({ requireLogin: true })
      await open(again.link, 'open')
      await assertNoComplaints(browser, { but: /status of (401|404)/ })
    })
  })
}
