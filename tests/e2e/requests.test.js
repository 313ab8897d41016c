// Requests: one person asks for files, two others send them without an account, and the first one opens them.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { bytesFile, randomFile } from '../lib/fixtures.js'
import { assertNoComplaints, choose, compare, hook, reaches, textOf } from '../lib/pages.js'
import { agree, click, fill, howMany, inPage, says, signIn, texts } from '../lib/people.js'
import { createKey, createUser, startServer } from '../lib/server.js'
import { startTamperProxy } from '../lib/tamper.js'
import { tempFolder } from '../lib/temp.js'

// Chromium logs every answer that is no success, as the one to a visitor must be.
const REFUSED = /status of 401/

for (const name of browserNames) {
  describe(`requests in ${name}`, () => {
    let server, proxy, owner, link
    const senders = []
    const files = []
    const alice = { email: 'alice@example.com' }

    before(async () => {
      server = await startServer()
      proxy = await startTamperProxy(server.port)
      alice.password = await createUser(server, alice.email)
      const folder = tempFolder('requests')
      files.push(await randomFile(folder, 'plan of the house.bin', 9 << 20), await bytesFile(folder, 'short.txt', Buffer.from('short')))
      owner = await startBrowser(name)
      senders.push(await startBrowser(name), await startBrowser(name))
    })

    after(async () => {
      for (const browser of [owner, ...senders]) await browser?.close()
      await proxy?.stop()
      await server?.stop()
    })

    const list = async () => {
      await owner.open(`${server.origin}/requests/`)
      await reaches(owner, 'list')
    }

    /** Opens the link anew: one that a page has already is not loaded again. */
    const fresh = async (browser, address = link) => {
      await browser.open('about:blank')
      await browser.open(address)
    }

    async function send(browser, file, who, address) {
      await fresh(browser)
      await reaches(browser, 'choosing')
      await choose(browser, [file])
      await fill(browser, 'name', who)
      await fill(browser, 'sender', address)
      await click(browser, 'send')
      await reaches(browser, 'done')
    }

    test('a request is made, with its link', async () => {
      await signIn(owner, server, alice, '/requests/', 'list')
      assert.match(await textOf(owner, 'empty'), /asked for nothing yet/)
      await fill(owner, 'title', 'Papers <b>2026</b>')
      await fill(owner, 'message', 'All of them.\nAs PDF.')
      await (await owner.find('summary')).click()
      await fill(owner, 'max-files', '3')
      await click(owner, 'named')
      await click(owner, 'make')
      await reaches(owner, 'one')
      assert.match(await textOf(owner, 'state'), /Open until/)
      link = await owner.run(`() => document.querySelector('${hook('link')}').value`)
      assert.match(link, /^http:\/\/[\w.]+:\d+\/request\/\?request=\w+#key=[\w-]{43}$/)
      await says(owner, 'empty', /Nothing yet/)
    })

    test('two people send through it, each in a browser of their own', async () => {
      const [first, second] = senders
      await first.open(link)
      await reaches(first, 'choosing')
      assert.match(await textOf(first, 'requester'), /Asked for by alice@example\.com/)
      assert.equal(await textOf(first, 'asked'), 'All of them.\nAs PDF.')
      assert.match(await textOf(first, 'limits'), /At most 3 files in all/)
      assert.match(await (await first.find('h1')).getText(), /^Papers <b>2026<\/b>$/)
      await Promise.all([send(first, files[0], 'Bob', 'bob@example.org'), send(second, files[1], 'Carol', 'carol@example.org')])
      assert.match(await textOf(first, 'receipt'), /1 file, .* sealed for alice@example\.com on/)
      for (const browser of senders) await assertNoComplaints(browser)
    })

    test('what came in opens for its owner, and is what was sent', async () => {
      await list()
      await says(owner, 'request', /Papers <b>2026<\/b>\n.*2 packages/)
      await (await owner.find(`${hook('request')} a`)).click()
      await reaches(owner, 'one')
      await owner.find(hook('incoming'))
      assert.deepEqual((await texts(owner, 'who')).sort(), ['Bob, bob@example.org', 'Carol, carol@example.org'])
      const row = (who) => owner.driver.executeScript(`return [...document.querySelectorAll('${hook('incoming')}')]
        .find((row) => row.innerText.includes('${who}')).querySelector('${hook('open')}')`)
      for (const [index, who] of ['Bob', 'Carol'].entries()) {
        await (await row(who)).click()
        await (await owner.find(hook('save-all'))).click()
        await owner.find(hook('verified'), 120_000)
        await owner.downloaded(index + 1)
      }
      await compare(owner.downloads, files)
      await assertNoComplaints(owner, { but: REFUSED })
    })

    test('a request lets in no more than it says, and what was chosen stays', async () => {
      const [first] = senders
      await fresh(first)
      await reaches(first, 'choosing')
      await choose(first, files)
      await fill(first, 'name', 'Bob')
      await fill(first, 'sender', 'bob@example.org')
      await click(first, 'send')
      assert.equal((await reaches(first, 'failed')).code, 'LIMIT_REACHED')
      assert.equal(await howMany(first, 'send'), 1)
    })

    test('a link that was cut, or leads nowhere, says so', async () => {
      const [first] = senders
      for (const [bad, code] of [
        [link.slice(0, -1), 'LINK_INCOMPLETE'],
        [link.split('#')[0], 'LINK_INCOMPLETE'],
        [link.replace(/request=\w+/, 'request=AAAAAAAAAAAAAAAAAAAAAAAA'), 'AUTHENTICATION_FAILED'],
        [link.replace(/\?request=\w+/, ''), 'LINK_INVALID'],
      ]) {
        await fresh(first, bad)
        assert.equal((await reaches(first, 'failed')).code, code, bad)
        assert.equal(await howMany(first, 'files'), 0)
      }
    })

    test('another key than the one in the link is refused before anything is sent', async () => {
      const [first] = senders
      const other = await inPage(owner, async (client) => {
        const { id } = await client.requests.create({ title: 'another' })
        return fetch(`/drop-zone/v2.0/request/terms/`, { headers: { 'ss-api-key': id } }).then((answer) => answer.json())
      })
      const asked = []
      const swapped = link.replace(server.origin, proxy.origin)
      // The honest case.
      proxy.onRequest = ({ method, url }) => { asked.push(`${method} ${url}`) }
      await fresh(first, swapped)
      await reaches(first, 'choosing')
      proxy.onAnswer = ({ url }, answer) => {
        if (!url.endsWith('/request/terms/')) return
        answer.body = JSON.stringify({ ...JSON.parse(answer.body), publicKey: other.publicKey })
      }
      asked.length = 0
      await fresh(first, swapped)
      assert.equal((await reaches(first, 'failed')).code, 'TAMPERED')
      assert.equal(await howMany(first, 'files'), 0)
      assert.ok(asked.some((call) => call === 'GET /drop-zone/v2.0/request/terms/'), asked.join())
      assert.ok(asked.every((call) => call.startsWith('GET ')), asked.join())
      proxy.honest()
    })

    test('what a program sends open is marked so, and opens for the owner all the same', async () => {
      const { apiKey, apiSecret } = await createKey(server, 'program@example.com')
      const grant = new URLSearchParams({ grant_type: 'client_credentials', client_id: apiKey, client_secret: apiSecret, scope: 'sharefile' })
      const { access_token: token } = await fetch(`${server.origin}/oauth/token`, { method: 'POST', body: grant }).then((answer) => answer.json())
      const { id } = await inPage(owner, async (client) => {
        const { id } = await client.requests.create({ title: 'for programs' })
        return { id }
      })
      const sent = await randomFile(tempFolder('program'), 'statement.bin', (2 << 20) + 3)
      const bytes = await readFile(sent.path)
      const asked = { Method: 'Threaded', Raw: true, FileName: sent.name, FileLength: bytes.length }
      const prepare = await fetch(`${server.origin}/sf/v3/Shares(${id})/Upload2`, {
        method: 'POST', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(asked),
      })
      const { ChunkUri, FinishUri } = await prepare.json()
      const block = 1 << 20
      for (const index of [2, 0, 1]) {
        const body = bytes.subarray(index * block, (index + 1) * block)
        const hash = createHash('md5').update(body).digest('hex')
        const answer = await fetch(`${ChunkUri}&index=${index}&offset=${index * block}&hash=${hash}`, { method: 'POST', body })
        assert.equal(await answer.text(), 'OK')
      }
      assert.equal(await fetch(FinishUri, { method: 'POST' }).then((answer) => answer.text()), 'OK')
      const before = files.length
      await owner.open(`${server.origin}/requests/?id=${id}`)
      await reaches(owner, 'one')
      await says(owner, 'server-encrypted', /Not end-to-end encrypted/)
      assert.match(await textOf(owner, 'who'), /program@example\.com/)
      await click(owner, 'open')
      await (await owner.find(hook('save-all'))).click()
      await owner.find(hook('verified'), 120_000)
      await owner.downloaded(before + 1)
      await compare(owner.downloads, [...files, sent])
      await assertNoComplaints(owner, { but: REFUSED })
    })

    test('a request that was ended lets nothing in, and what came in stays', async () => {
      await list()
      await (await owner.find(`${hook('request')} a[href*="${new URL(link).searchParams.get('request')}"]`)).click()
      await reaches(owner, 'one')
      await click(owner, 'delete')
      await agree(owner)
      await reaches(owner, 'list')
      const [first] = senders
      await fresh(first)
      assert.equal((await reaches(first, 'failed')).code, 'EXPIRED')
      await says(owner, 'request', /Papers.*\n.*2 packages\nOver/)
    })
  })
}
