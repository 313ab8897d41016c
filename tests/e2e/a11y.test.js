// Every state of the pages, light and dark, narrow and wide: axe finds nothing, and nothing is wider than the window.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Key, browserNames, startBrowser } from '../lib/browsers.js'
import { pseudoRandomBytes, randomFile } from '../lib/fixtures.js'
import { startMailbox } from '../lib/mailbox.js'
import { startMalicious } from '../lib/malicious.js'
import { choose, hook, linkOf, openByPage, pickers, reaches } from '../lib/pages.js'
import { packedBulla } from '../lib/packed.js'
import { agree, click, fill, gone, inPage, says, signIn } from '../lib/people.js'
import { createKey, createUser, freePort, startServer } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

for (const name of browserNames) {
  for (const dark of [false, true]) {
    describe(`${name}, ${dark ? 'dark' : 'light'}`, () => {
      let server, malicious, browser, link, guarded, locked, breaking
      const long = 'a quite long name that has to be broken somewhere_because_it_does_not_fit_the_window_'.repeat(2)
      const files = []

      before(async () => {
        const folder = tempFolder('a11y')
        files.push(await randomFile(folder, `${long}.bin`, 24 << 20), await randomFile(folder, 'short.txt', 10))
        server = await startServer()
        malicious = await startMalicious(server.port)
        browser = await startBrowser(name, { dark })
        const bulla = await packedBulla()
        const client = new bulla.Client({ host: malicious.origin, auth: { dropzone: 'open' } })
        const send = async (options, large = `${long}.bin`) => {
          const created = await client.createPackage()
          await created.upload([{ blob: new Blob([pseudoRandomBytes('a', 24 << 20)]), name: large }, { blob: new Blob(['b']), name: 'b.txt' }])
          await created.setMessage('A message.\nWith two lines.')
          return (await created.finalize(options)).link
        }
        link = await send()
        guarded = await send({ password: 'sesame' })
        locked = await send({ lock: { password: 'sesame' } })
        breaking = await send(undefined, 'behind b.bin')
      })

      after(async () => {
        await browser?.close()
        await malicious?.stop()
        await server?.stop()
      })

      /** What axe finds on the page. */
      async function violations() {
        await browser.driver.executeScript(`if (!window.axe) { ${axe} }`)
        return browser.run(`async () => {
          const { violations } = await axe.run(document, { resultTypes: ['violations'] })
          return violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary).join(' | '))
        }`)
      }

      /** Looks at the page as it stands, at both widths. */
      async function looksRight() {
        for (const width of [320, 1280]) {
          await browser.resize(width)
          assert.deepEqual(await violations(), [], `at ${width} px`)
          const overflow = await browser.run('() => document.documentElement.scrollWidth - document.documentElement.clientWidth')
          assert.ok(overflow <= 0, `nothing is wider than ${width} px (${overflow} px too wide)`)
        }
      }

      /** Holds back requests that match, until the returned function is called. */
      function hold(method, pattern) {
        let release
        const released = new Promise((resolve) => { release = resolve })
        malicious.onRequest = async (request) => {
          if (request.method === method && pattern.test(request.url)) await released
        }
        return release
      }

      test('control: axe runs in this browser, and finds what is wrong', async () => {
        await browser.open(`${malicious.origin}/`)
        await reaches(browser, 'choosing')
        assert.equal(await browser.run("() => matchMedia('(prefers-color-scheme: dark)').matches"), dark)
        await browser.run(`() => {
          const nameless = document.createElement('input')
          document.querySelector('main').append(nameless)
        }`)
        assert.match((await violations()).join('\n'), /^label: <input>/m)
      })

      test('sending: choosing, chosen, sending, done', async () => {
        await browser.open(`${malicious.origin}/`)
        await reaches(browser, 'choosing')
        await looksRight()
        await choose(browser, files)
        await looksRight()
        const release = hold('PUT', /^\/blob\//)
        await (await browser.find(hook('send'))).click()
        await reaches(browser, 'sending')
        await browser.find(hook('progress'))
        await looksRight()
        release()
        await reaches(browser, 'done')
        await linkOf(browser)
        await looksRight()
      })

      test('sending: failed', async () => {
        await browser.open(`${malicious.origin}/`)
        await reaches(browser, 'choosing')
        await choose(browser, [files[1]])
        malicious.onRequest = ({ url }) => (/drop-zone/.test(url) ? { status: 200, headers: { 'content-type': 'application/json' }, body: '{"response":"AUTHENTICATION_FAILED","message":"no"}' } : undefined)
        await (await browser.find(hook('send'))).click()
        await reaches(browser, 'failed')
        malicious.honest()
        await looksRight()
      })

      test('receiving: sealed, opening, open, saving, saved', async () => {
        await browser.open(link)
        await reaches(browser, 'sealed')
        await looksRight()
        let release = hold('POST', /\/open\/?$/)
        await (await browser.find(hook('open'))).click()
        await reaches(browser, 'opening')
        await looksRight()
        release()
        await reaches(browser, 'open')
        await looksRight()
        release = hold('GET', /^\/blob\//)
        await (await browser.find(hook('save-all'))).click()
        await browser.find(hook('progress'))
        await looksRight()
        release()
        await browser.downloaded(1)
        await looksRight()
      })

      test('receiving: password', async () => {
        await browser.open('about:blank')
        await browser.open(guarded)
        await reaches(browser, 'sealed')
        await (await browser.find(hook('open'))).click()
        await reaches(browser, 'password')
        await looksRight()
      })

      test('receiving: a locked link, and the wrong password', async () => {
        await browser.open('about:blank')
        await browser.open(locked)
        await reaches(browser, 'sealed')
        await (await browser.find(hook('open'))).click()
        await reaches(browser, 'password')
        await (await browser.find(hook('password'))).sendKeys('simsim', Key.ENTER)
        await browser.find(`${hook('password')}[aria-invalid="true"]`)
        await looksRight()
      })

      test('receiving through shares: who opens it, looked at, fetched too often', async () => {
        const bulla = await packedBulla()
        const client = new bulla.Client({ host: server.origin, auth: await createKey(server, 'sharer@example.com') })
        const share = async (terms) => {
          const pkg = await client.createPackage()
          await pkg.upload([new File([`${long}\n`.repeat(99)], `${long}.txt`), new File(['%PDF'], 'a.pdf', { type: 'application/pdf' })])
          const { link } = await pkg.finalize()
          const { id } = await client.shares.create({ package: pkg.id, ...terms })
          return client.shares.link(link, id)
        }
        const open = async (link, state) => {
          await browser.open('about:blank')
          await browser.open(link)
          await reaches(browser, 'sealed')
          await click(browser, 'open')
          await reaches(browser, state)
          await looksRight()
        }
        await open(await share({ requireUserInfo: true }), 'visitor')
        for (const field of ['firstName', 'lastName', 'company']) await fill(browser, `visitor-${field}`, 'x')
        await fill(browser, 'visitor-email', 'nobody@nowhere')
        await click(browser, 'open')
        await browser.find(hook('error'))
        await looksRight()
        await open(await share({ requireLogin: true }), 'signed-out')
        await open(await share({ viewOnly: true }), 'open')
        await click(browser, 'look')
        await browser.find(hook('viewer'))
        await looksRight()
        const once = await share({ maxDownloads: 1 })
        await open(once, 'open')
        await open(once, 'failed')
      })

      test('receiving as a verified recipient: what there is to show, the code, a wrong one, and what is left', async () => {
        const mailbox = await startMailbox()
        const port = await freePort()
        const config = join(tempFolder('a11y-verify'), 'bulla.toml')
        await writeFile(config, '[oidc.nbid]\nissuer = "http://127.0.0.1:1"\nclient-id = "bulla"\n')
        const args = ['--smtp', mailbox.url, '--mail-from', 'bulla@example.com', '--public-url', `http://127.0.0.1:${port}`, '--config', config]
        const mailing = await startServer({ port, args })
        try {
          const email = 'bob@example.com'
          const bulla = await packedBulla()
          const client = new bulla.Client({ host: mailing.origin, auth: await createKey(mailing, 'sharer@example.com') })
          const pkg = await client.createPackage()
          await pkg.setMessage('For you alone')
          const { link } = await pkg.finalize()
          const authentication = [{ identityProvider: 'otp-email' }, { identityProvider: 'nbid', idpId: 'bob' }]
          const { recipients: [{ id }] } = await client.secureShares.create({ package: pkg.id, recipients: [{ email, authentication }] })
          await browser.open('about:blank')
          await browser.open(await client.secureShares.link(link, id))
          await reaches(browser, 'sealed')
          await click(browser, 'open')
          await reaches(browser, 'verify')
          await browser.find(`${hook('way')}[data-provider="nbid"]`)
          await looksRight()
          await click(browser, 'way')
          await browser.find(hook('code'))
          await looksRight()
          const code = await mailbox.pin(email)
          await fill(browser, 'code', String((Number(code) + 1) % 1_000_000).padStart(6, '0'))
          await click(browser, 'enter')
          await browser.find(`${hook('code')}[aria-invalid="true"]`)
          await looksRight()
          await fill(browser, 'code', code)
          await click(browser, 'enter')
          await gone(browser, 'code')
          await looksRight()
        } finally {
          await mailing.stop()
          await mailbox.stop()
        }
      })

      test('receiving: failed for want of a key', async () => {
        await browser.open('about:blank')
        await browser.open(link.split('#')[0])
        await reaches(browser, 'failed')
        await looksRight()
      })

      test('receiving: failed because of a changed seal', async () => {
        malicious.onOpen = (answer) => { answer.seal = 'AAAA' }
        await browser.open('about:blank')
        await browser.open(link)
        await reaches(browser, 'sealed')
        await (await browser.find(hook('open'))).click()
        await reaches(browser, 'failed')
        malicious.honest()
        await looksRight()
      })

      describe('for people with an account', () => {
        const alice = { email: 'alice@example.com' }
        const person = 'somebody.with.quite.a.long.address.that.has.to.be.broken@a-long-name-of-a-company.example.com'
        let sent, received

        before(async () => {
          alice.password = await createUser(server, alice.email, '--first-name', 'Alice', '--admin')
          const bulla = await packedBulla()
          const client = async (email) => new bulla.Client({ host: server.origin, auth: await createKey(server, email) })
          const send = async (from, to) => {
            const pkg = await (await client(from)).createPackage()
            await pkg.setMessage('A message.')
            await pkg.upload(new File(['x'], `${long}.txt`))
            await pkg.recipients.add(to)
            await pkg.finalize()
            return pkg.id
          }
          sent = await send(alice.email, [person, 'bob@example.com'])
          received = await send(person, [alice.email])
          const { shareInfos } = await client(alice.email)
          const { ticket, lookupHash } = await shareInfos.ticket(sent, { email: person })
          await shareInfos.add(ticket, { message: long.slice(0, 200) })
          await (await client(person)).shareRequests.create({ owner: alice.email, lookupHash, message: long.slice(0, 200) })
        })

        const go = async (path, state) => {
          await browser.open(`${server.origin}${path}`)
          await reaches(browser, state)
        }

        test('signing in, refused, registering', async () => {
          await go('/account/', 'signed-out')
          await looksRight()
          await fill(browser, 'email', alice.email)
          await fill(browser, 'password', 'not the password')
          await click(browser, 'go')
          await browser.find(hook('error'))
          await looksRight()
          await click(browser, 'register')
          await reaches(browser, 'register')
          await looksRight()
          await click(browser, 'go')
          await browser.find(hook('error'))
          await looksRight()
          await go('/account/', 'signed-out')
          await click(browser, 'forgotten')
          await reaches(browser, 'forgotten')
          await looksRight()
        })

        test('the account, with keys and a device', async () => {
          await signIn(browser, server, alice)
          await browser.find(hook('device-name'))
          await looksRight()
          await fill(browser, 'key-description', long.slice(0, 90))
          await click(browser, 'make-key')
          await browser.find(hook('new-key'))
          await fill(browser, 'device-name', 'a device')
          await click(browser, 'make-device')
          await browser.find(hook('this-device'))
          await inPage(browser, `async (client, email) => {
            const { key } = await client.keys.device()
            await client.keys.confirm(email, key)
          }`, person)
          await go('/account/', 'open')
          await browser.find(hook('confirmed-key'))
          await looksRight()
          await click(browser, 'revoke')
          await browser.find(hook('dialog'))
          await looksRight()
          await click(browser, 'leave')
          // Another device of hers.
          await browser.run(`async () => {
            const { Client, init } = await import('/bulla/index.js')
            await init()
            const kept = new Map()
            const keyStore = {
              write: async (key, value) => void kept.set(key, value),
              read: async (prefix) => [...kept].filter(([key]) => key.startsWith(prefix)),
              remove: async () => {},
            }
            await new Client({ auth: 'session', keyStore }).keys.create({ description: 'another device' })
          }`)
          await go('/account/', 'open')
          await click(browser, 'compare')
          await browser.find(hook('dialog'))
          await looksRight()
          await click(browser, 'do')
          await browser.find(hook('sync'))
          await looksRight()
          await go('/', 'choosing')
          await looksRight()
        })

        test('contact groups', async () => {
          await inPage(browser, `async (client, name, person) => {
            const group = await client.groups.create(name)
            await client.groups.addMember(group.id, person)
          }`, long.slice(0, 90), person)
          await go('/account/', 'open')
          await browser.find(hook('group-row'))
          await browser.run(`() => { for (const more of document.querySelectorAll('details')) more.open = true }`)
          await looksRight()
        })

        test('sending while signed in', async () => {
          await go('/', 'choosing')
          await choose(browser, [files[1]])
          const group = await browser.find(hook('group'))
          await browser.until('the groups are there', () => group.isDisplayed())
          await fill(browser, 'to', 'bob@example.com')
          await looksRight()
          await click(browser, 'send')
          await reaches(browser, 'done')
          await browser.find(hook('hand-over-report'))
          await looksRight()
        })

        test('packages: lists, one sent, one received, one refused', async () => {
          await go('/packages/', 'list')
          await looksRight()
          await go('/packages/?list=archived', 'list')
          await looksRight()
          await go('/packages/?list=shared', 'list')
          await browser.find(hook('by-you'))
          await looksRight()
          await go('/packages/?list=requests', 'list')
          await browser.find(hook('to-answer'))
          await looksRight()
          await click(browser, 'approve-request')
          await browser.find(hook('dialog'))
          await looksRight()
          await click(browser, 'leave')
          await go(`/packages/?list=sent&id=${sent}`, 'one')
          await browser.find(hook('activity'))
          await looksRight()
          await click(browser, 'delete')
          await browser.find(hook('dialog'))
          await looksRight()
          await click(browser, 'leave')
          await go(`/packages/?id=${received}`, 'one')
          await click(browser, 'open')
          await browser.find(hook('error'))
          await (await browser.find('.by-link summary')).click()
          await looksRight()
          await go('/packages/?list=search', 'list')
          await browser.find(hook('found'))
          await looksRight()
          await go('/packages/?id=none', 'failed')
          await looksRight()
        })

        test('requests: made, sent through, opened, ended, and a link that was cut', async () => {
          await go('/requests/', 'list')
          await (await browser.find('details summary')).click()
          await looksRight()
          await fill(browser, 'title', long)
          await fill(browser, 'message', `${long}\nand more`)
          await click(browser, 'named')
          await click(browser, 'make')
          await reaches(browser, 'one')
          await browser.find(hook('empty'))
          await looksRight()
          const request = await browser.run(`() => document.querySelector('${hook('link')}').value`)
          const back = await browser.driver.getCurrentUrl()
          await browser.open(request)
          await reaches(browser, 'choosing')
          await looksRight()
          await choose(browser, files)
          await looksRight()
          await fill(browser, 'name', 'Bob')
          await fill(browser, 'sender', 'bob@example.org')
          await click(browser, 'send')
          await reaches(browser, 'done')
          await looksRight()
          await browser.open('about:blank')
          await browser.open(request.slice(0, -1))
          await reaches(browser, 'failed')
          await looksRight()
          await browser.open(back)
          await reaches(browser, 'one')
          await click(browser, 'open')
          await browser.find(hook('save-all'))
          await looksRight()
          await click(browser, 'delete')
          await browser.find(hook('dialog'))
          await looksRight()
          await click(browser, 'do')
          await reaches(browser, 'list')
          await looksRight()
        })

        test('shares of a package: the form, one with its links, one without, and the question before its end', async () => {
          const [known, unknown] = await inPage(browser, `async (client, long) => {
            const made = []
            for (const wrapped of [true, false]) {
              const pkg = await client.createPackage()
              await pkg.upload([new File(['a'], 'a')])
              await pkg.finalize()
              if (wrapped) await client.keys.wrap(pkg)
              await client.shares.create({ package: pkg.id, title: long, recipients: ['bob@example.com'], maxDownloads: 1, requireLogin: true, requireUserInfo: true, viewOnly: true })
              made.push(pkg.id)
            }
            return made
          }`, long.slice(0, 200))
          await go(`/packages/?id=${known}`, 'one')
          await browser.find(hook('share'))
          await (await browser.find(`${hook('share-recipient')} summary`)).click()
          await (await browser.find(`${hook('new-share')} summary`)).click()
          await looksRight()
          await click(browser, 'share-end')
          await browser.find(hook('dialog'))
          await looksRight()
          await click(browser, 'leave')
          await go(`/packages/?id=${unknown}`, 'one')
          await browser.find(hook('share-link-needed'))
          await (await browser.find(`${hook('share-link-needed')} summary`)).click()
          await looksRight()
        })

        test('a package opened with this device\'s key', async () => {
          const id = await inPage(browser, `async (client) => {
            const pkg = await client.createPackage()
            await pkg.setMessage('to myself')
            await pkg.upload([new File(['a'], 'a'), new File(['b'], 'b')])
            await client.keys.wrap(pkg)
            await pkg.finalize()
            return pkg.id
          }`)
          await go(`/packages/?id=${id}`, 'one')
          await click(browser, 'open')
          await browser.find(hook('save-all'))
          await looksRight()
        })

        test('workspaces: none, made, with files, folders, versions and members, and a dialog', async () => {
          await go('/workspaces/', 'list')
          await looksRight()
          await click(browser, 'new-workspace')
          await fill(browser, 'workspace-name', long)
          await looksRight()
          await click(browser, 'do')
          await reaches(browser, 'workspace')
          await looksRight()
          await choose(browser, [files[1]])
          await says(browser, 'notice', /added/)
          await choose(browser, [files[1]])
          await says(browser, 'file-row', /1 earlier version/)
          await click(browser, 'write-message')
          await fill(browser, 'message-text', 'A message')
          await agree(browser)
          await click(browser, 'new-folder')
          await fill(browser, 'name', long)
          await agree(browser)
          await browser.find(hook('folder-row'))
          await fill(browser, 'member', person)
          await click(browser, 'add-member')
          await browser.find(hook('member-row'))
          await click(browser, 'share')
          await browser.find(hook('link'))
          await click(browser, 'hand-over')
          await browser.find(hook('hand-over-report'))
          await browser.run(`() => { for (const more of document.querySelectorAll('details')) more.open = true }`)
          await looksRight()
          await click(browser, 'copy')
          await browser.find(hook('copy-to'))
          await browser.run(`(css) => { const select = document.querySelector(css); select.selectedIndex = select.options.length - 1; select.dispatchEvent(new Event('change')) }`, hook('copy-to'))
          await looksRight()
          await click(browser, 'leave')
          await gone(browser, 'dialog')
          await click(browser, 'folder')
          await says(browser, 'empty', /empty/)
          await looksRight()
          await go('/workspaces/', 'list')
          await browser.find(hook('workspace'))
          await looksRight()
          const locked = await inPage(browser, "async (client) => (await client.workspaces.create({ name: 'x' })).id")
          await go(`/workspaces/?id=${locked}`, 'locked')
          await looksRight()
        })

        test('an upload that failed', async () => {
          const id = await inPage(browser, `async (client) => {
            const made = await client.workspaces.create({ name: 'x' })
            await client.keys.wrap(made)
            return made.id
          }`)
          await go(`/workspaces/?id=${id}`, 'workspace')
          await inPage(browser, 'async (client, id) => client.packages.delete(id)', id)
          await choose(browser, [files[0]])
          await browser.find(hook('error'))
          await looksRight()
        })

        test('a workspace by its link, without an account', async () => {
          const link = await inPage(browser, `async (client) => (await client.workspaces.create({ name: 'x' })).share({ password: 'Sesame, open' })`)
          await browser.driver.manage().deleteAllCookies()
          await browser.open('about:blank')
          await browser.open(link)
          await browser.until('the page of workspaces', async () => (await browser.driver.getCurrentUrl()).includes('/workspaces/'))
          await reaches(browser, 'signed-out')
          await looksRight()
          await click(browser, 'guest')
          await fill(browser, 'door', 'Barley, open')
          await click(browser, 'do')
          await browser.find(hook('error'))
          await looksRight()
          await fill(browser, 'door', 'Sesame, open')
          await agree(browser)
          await reaches(browser, 'workspace')
          await looksRight()
        })
      })

      // The last: the dialogs stay.
      test('receiving: paused, cancelled, deleted, and gone on with', async () => {
        await browser.preload(pickers)
        await browser.open('about:blank')
        await openByPage(browser, breaking)
        // The small file arrives, the large one does not.
        const several = (id) => malicious.fileIds.includes(id) && malicious.parts(id).length > 1
        const large = ({ method, url }) => method === 'GET' && url.startsWith('/blob/') && several(url.split('/')[3])
        malicious.onRequest = (request) => (large(request) ? new Promise(() => {}) : undefined)
        await (await browser.find(hook('save-all'))).click()
        await (await browser.find(hook('pause'))).click()
        await looksRight()
        await (await browser.find(hook('cancel'))).click()
        await browser.find(hook('discard'))
        await looksRight()
        await (await browser.find(hook('discard'))).click()
        await browser.until('it is deleted', async () => (await browser.driver.findElements({ css: hook('discard') })).length === 0)
        await looksRight()
        // Firefox keeps no handles, and shows no dialogs either.
        if (name === 'firefox') return malicious.honest()
        malicious.onRequest = (request) => (large(request) ? { status: 404 } : undefined)
        await (await browser.find(hook('save-all'))).click()
        await browser.find(hook('error'))
        await looksRight()
        await browser.open('about:blank')
        await openByPage(browser, breaking)
        await browser.find(hook('go-on'))
        await looksRight()
        malicious.honest()
      })
    })
  }
}
