// Shares: what the receive page does with their links, as the people they are for use it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assertNoComplaints, hook, reaches, sendByPage, textOf } from '../lib/pages.js'
import { agree, click, fill, gone, howMany, inPage, says, signIn, texts } from '../lib/people.js'
import { packedBulla } from '../lib/packed.js'
import { createKey, createUser, startServer } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'

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

  describe(`the page of one's own shares in ${name}`, () => {
    const alice = { email: 'alice@example.com' }
    let server, client, browser, visitors

    before(async () => {
      server = await startServer()
      const bulla = await packedBulla()
      alice.password = await createUser(server, alice.email)
      client = new bulla.Client({ host: server.origin, auth: await createKey(server, alice.email) })
      browser = await startBrowser(name)
      visitors = await startBrowser(name)
      await signIn(browser, server, alice, '/packages/', 'list')
    })

    after(async () => {
      await visitors?.close()
      await browser?.close()
      await server?.stop()
    })

    const links = () => browser.run(`() => [...document.querySelectorAll('${hook('share-link')}')].map(({ value }) => value)`)
    const statuses = () => texts(browser, 'share-status')

    async function open(link, states) {
      await visitors.open('about:blank')
      await visitors.open(link)
      await reaches(visitors, 'sealed')
      await click(visitors, 'open')
      return reaches(visitors, states)
    }

    test('a share is made, its links are copied, its downloads are seen, and it is ended', async () => {
      const pkg = await client.createPackage()
      await pkg.upload([new File(['the plan'], 'plan.txt')])
      const { link } = await pkg.finalize()
      await browser.open(`${server.origin}/packages/?id=${pkg.id}`)
      await reaches(browser, 'one')
      await (await browser.find(`${hook('new-share')} summary`)).click()
      await fill(browser, 'share-title', 'The plans')
      await fill(browser, 'share-people', 'bob@example.com, carol@example.com')
      await fill(browser, 'share-most', '2')
      await click(browser, 'share-view')
      await click(browser, 'share-make')
      await says(browser, 'share', /The plans/)
      assert.match(await textOf(browser, 'share-terms'), /2 downloads each at most · to be looked at, not saved/)
      assert.deepEqual(await statuses(), Array(3).fill('Not downloaded yet · not opened yet'))

      // This device has no key to it: the links are made of the whole one, which no server sees.
      assert.deepEqual(await links(), [])
      await (await browser.find(`${hook('share-link-needed')} summary`)).click()
      await fill(browser, 'share-whole-link', link.replace(/#.*/, ''))
      await (await browser.find(`${hook('share-link-needed')} ${hook('use-link')}`)).click()
      await says(browser, 'error', /key/)
      await fill(browser, 'share-whole-link', link)
      await (await browser.find(`${hook('share-link-needed')} ${hook('use-link')}`)).click()
      await gone(browser, 'share-link-needed')
      const [everybody, bob, carol] = await links()
      const key = link.slice(link.indexOf('#'))
      for (const made of [everybody, bob, carol]) assert.ok(made.includes('&share=') && made.endsWith(key), made)
      assert.ok(!everybody.includes('alias=') && bob.includes('&alias=') && carol.includes('&alias=') && bob !== carol)

      // Bob looks at it.
      await open(bob, 'open')
      await click(visitors, 'look')
      await says(visitors, 'viewer', /the plan/)
      assert.equal(await howMany(visitors, 'save') + await howMany(visitors, 'save-all'), 0)
      await fill(browser, 'share-add-email', 'dave@example.com')
      await click(browser, 'share-add')
      await says(browser, 'share', /dave@example\.com/)
      const [nobody, once, ...rest] = await statuses()
      assert.match(once, /^Downloaded 1 of 2 times · last opened ./)
      assert.deepEqual([nobody, ...rest], Array(3).fill('Not downloaded yet · not opened yet'))

      await click(browser, 'share-end')
      await agree(browser)
      await gone(browser, 'share')
      await open(bob, 'failed')
      await open(link, 'failed')
      await assertNoComplaints(browser, { but: REFUSED })
      await assertNoComplaints(visitors, { but: /status of (401|404|410)/ })
    })

    test('a device with the key makes the links by itself', async () => {
      const id = await inPage(browser, `async (client) => {
        if (!await client.keys.device()) await client.keys.create({ description: 'desk' })
        const pkg = await client.createPackage()
        await pkg.upload([new File(['x'], 'x.txt')])
        await pkg.finalize()
        await client.keys.wrap(pkg)
        await client.shares.create({ package: pkg.id, title: 'Own' })
        return pkg.id
      }`)
      await browser.open(`${server.origin}/packages/?id=${id}`)
      await reaches(browser, 'one')
      await says(browser, 'share', /Own/)
      assert.equal(await howMany(browser, 'share-link-needed'), 0)
      const [link] = await links()
      await open(link, 'open')

      // Nor does it need the key in the link, as in an e-mail. Others do.
      const bare = link.replace(/#.*/, '')
      await browser.open('about:blank')
      await browser.open(bare)
      await reaches(browser, 'sealed')
      await click(browser, 'open')
      await reaches(browser, 'open')
      const { id: share } = await client.shares.list({ expired: false }).page(0, 1).then(({ entries }) => entries[0])
      await click(browser, 'save-all')
      await browser.find(hook('verified'))
      assert.deepEqual((await client.shares.recipients(share)).map(({ downloads }) => downloads), [1], 'through the share')
      await visitors.open('about:blank')
      await visitors.open(bare)
      assert.equal((await reaches(visitors, 'failed')).code, 'LINK_INCOMPLETE')
      // What has ended says so, and not that a key is missing.
      await client.shares.delete(share)
      await browser.open('about:blank')
      await browser.open(bare)
      await reaches(browser, 'sealed')
      await click(browser, 'open')
      assert.equal((await reaches(browser, 'failed')).code, 'NOT_FOUND')
      await assertNoComplaints(browser, { but: /status of (401|410)/ })
    })

    test('the links of a locked package are locked', async () => {
      const pkg = await client.createPackage()
      await pkg.upload([new File(['x'], 'x.txt')])
      const { link } = await pkg.finalize({ lock: { password: 'open sesame' } })
      const { id } = await client.shares.create({ package: pkg.id })
      await browser.open(`${server.origin}/packages/?id=${pkg.id}`)
      await reaches(browser, 'one')
      await (await browser.find(`${hook('share-link-needed')} summary`)).click()
      await fill(browser, 'share-whole-link', link)
      await (await browser.find(`${hook('share-link-needed')} ${hook('use-link')}`)).click()
      await gone(browser, 'share-link-needed')
      const [locked] = await links()
      assert.ok(locked.includes(`&share=${id}#lock=`), locked)
      await open(locked, 'password')
      await fill(visitors, 'password', 'open sesame')
      await click(visitors, 'open')
      await reaches(visitors, 'open')
      await assertNoComplaints(browser, { but: REFUSED })
    })

    test('of a package whose names the server knows, some files are shared', async () => {
      const pkg = await client.createPackage({ suite: 'openpgp-cfb' })
      await pkg.upload(['a.txt', 'b.txt', 'c.txt'].map((file) => new File([file], file)))
      const { link } = await pkg.finalize()
      await browser.open(`${server.origin}/packages/?id=${pkg.id}`)
      await reaches(browser, 'one')
      await (await browser.find(`${hook('new-share')} summary`)).click()
      await click(browser, 'share-item-1')
      await says(browser, 'new-share', /a\.txt\s+b\.txt\s+c\.txt/)
      await click(browser, 'share-make')
      await says(browser, 'share', /without a name/)
      const [share] = (await client.shares.list().page(0, 1)).entries
      await open(await client.shares.link(link, share.id), 'open')
      assert.deepEqual(await visitors.run('() => [...document.querySelectorAll(".files li")].map(({ dataset }) => dataset.fileName)'), ['a.txt', 'c.txt'])
      await assertNoComplaints(browser, { but: REFUSED })
    })

    test('what cannot be shared so is said', async () => {
      const pkg = await client.createPackage()
      await pkg.upload([new File(['x'], 'x.txt')])
      await pkg.finalize()
      await browser.open(`${server.origin}/packages/?id=${pkg.id}`)
      await reaches(browser, 'one')
      await (await browser.find(`${hook('new-share')} summary`)).click()
      await fill(browser, 'share-title', 'https://example.com/#keyCode=x')
      await click(browser, 'share-make')
      await says(browser, 'error', /does not take this/)
      assert.equal(await howMany(browser, 'share'), 0)
      await assertNoComplaints(browser, { but: /status of (401|400)/ })
    })

    test('a picture that is sent has thumbnails, which are shown and are no download', async () => {
      const folder = tempFolder('pictures')
      const [picture, other] = [join(folder, 'dot.png'), join(folder, 'broken.png')]
      await writeFile(picture, PNG)
      await writeFile(other, 'no picture')
      const link = await sendByPage(browser, server.origin, [{ path: picture }, { path: other }])
      const pkg = (await client.packages.sent().page(0, 1)).entries[0]
      const share = await client.shares.create({ package: pkg.id, maxDownloads: 1 })
      await open(await client.shares.link(link, share.id), 'open')
      await visitors.until('the thumbnail is shown', () => visitors.run(`() => document.querySelector('${hook('thumbnail')}')?.naturalWidth === 1`))
      assert.equal(await howMany(visitors, 'thumbnail'), 1)
      assert.deepEqual((await client.shares.recipients(share.id)).map(({ downloads }) => downloads), [0])

      // Whose share it is finds it by the API, encrypted.
      const received = await client.open(await client.shares.link(link, (await client.shares.create({ package: pkg.id })).id))
      const { id } = received.files.find((file) => file.name === 'dot.png')
      for (const size of [75, 600]) {
        const octets = await received.thumbnail(id, size)
        assert.deepEqual([...octets.slice(0, 3)], [0xff, 0xd8, 0xff], 'a JPEG')
      }
      const { id: none } = received.files.find((file) => file.name === 'broken.png')
      assert.equal(await received.thumbnail(none, 75), undefined)
      await assertNoComplaints(visitors, { but: REFUSED })
    })
  })
}
