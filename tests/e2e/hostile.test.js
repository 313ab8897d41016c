// Names and messages made by a hostile sender: shown as text, saved under harmless names.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { assertNoComplaints, hook, openByPage } from '../lib/pages.js'
import { packedBulla } from '../lib/packed.js'
import { startServer } from '../lib/server.js'

const names = [
  '<img src=x onerror=alert(1)>.svg',
  '"><script>alert(2)</script>',
  'javascript:alert(3)',
  'photo\u202Egpj.exe',
  'tab\tnul\u0000esc\u001b.txt',
  '../../../../etc/passwd',
  '..\\..\\windows\\system32\\x.dll',
  '/absolute',
  'CON',
  'nul.txt',
  'COM1.log',
  '.bashrc',
  'trailing dots...',
  'trailing space ',
  '   ',
  '..',
  `${'long'.repeat(80)}.tar.gz`,
  `${'📦'.repeat(120)}.zip`,
]

const message = '<script>alert(1)</script> <b onmouseover=alert(2)>&amp;</b> javascript:alert(3)\n\u202Eright to left'

describe('hostile names and messages', () => {
  let server, bulla, client
  const links = []

  before(async () => {
    server = await startServer()
    bulla = await packedBulla()
    client = new bulla.Client({ host: server.origin, auth: { dropzone: 'open' } })
    // A name that the SDK refuses to send cannot arrive.
    for (const name of names) {
      const sent = await client.createPackage()
      try {
        await sent.upload({ blob: new Blob([`content of ${name}`]), name })
      } catch (error) {
        assert.equal(error.code, 'INVALID_INPUT')
        await sent.delete()
        continue
      }
      await sent.setMessage(message)
      links.push({ name, link: (await sent.finalize()).link })
    }
    console.log(`  ${links.length} of ${names.length} names were accepted for sending`)
  })

  after(() => server?.stop())

  test('safeFileName makes harmless names of them all', () => {
    for (const name of names) assertHarmless(bulla.safeFileName(name))
  })

  for (const browserName of browserNames) {
    test(`shown as text and saved safely in ${browserName}`, async () => {
      assert.ok(links.length > names.length / 2)
      const receiver = await startBrowser(browserName)
      try {
        let saved = 0
        for (const { name, link } of links) {
          await openByPage(receiver, link)
          assert.equal(await receiver.run(`() => document.querySelector('${hook('message')}').textContent`), message)
          const injected = 'bulla-receive :is(script, img, iframe, b, [onerror], [onload], [onmouseover], a[href^="javascript"])'
          assert.deepEqual(await receiver.driver.findElements({ css: injected }), [])
          await (await receiver.find(hook('save-all'))).click()
          const all = await receiver.downloaded(++saved)
          const contents = await Promise.all(all.map((file) => readFile(join(receiver.downloads, file), 'utf8')))
          assert.ok(contents.includes(`content of ${name}`), `${JSON.stringify(name)} was saved whole`)
        }
        for (const file of await receiver.saved()) assertHarmless(file.replace(/ ?\(\d+\)/, ''))
        await assertNoComplaints(receiver)
      } finally {
        await receiver.close()
      }
    })
  }
})

function assertHarmless(name) {
  assert.ok(name.length > 0 && Buffer.byteLength(name) <= 255, `${name}: between 1 and 255 bytes`)
  assert.doesNotMatch(name, /[\/\\:*?"<>|\p{Cc}\p{Bidi_Control}]/u)
  assert.doesNotMatch(name, /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
  assert.doesNotMatch(name, /^\.|[. ]$/)
}
