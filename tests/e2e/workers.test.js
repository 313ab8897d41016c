// Where the page would have to encrypt or decrypt itself, workers do: and where there are none, the page does.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browserNames, insecureHost, startBrowser } from '../lib/browsers.js'
import { startEmbedder } from '../lib/static.js'

const SIZE = 1_000_003
const PARTS = 6
const SUITES = ['sealed', 'openpgp-cfb']
const WORKER = '/node_modules/bulla/worker.js'

describe('workers', () => {
  let site

  before(async () => {
    site = await startEmbedder()
  })

  after(() => site?.stop())

  for (const name of browserNames) {
    describe(name, () => {
      let browser

      before(async () => {
        browser = await startBrowser(name)
      })

      after(() => browser?.close())

      /** Opens the page afresh; workers come from `script`, or from the package. */
      async function open({ host = '127.0.0.1', script }) {
        const { port } = new URL(site.origin)
        await browser.open(`http://${host}:${port}/parts.html`)
        await browser.until('the module is loaded', () => browser.run('() => globalThis.ready === true'))
        await browser.run('(...script) => replaceWorkers(...script)', ...(script === undefined ? [] : [script]))
      }

      const thereAndBack = (suite) => browser.run('(...all) => thereAndBack(...all)', suite, SIZE, PARTS)
      const whole = { same: true, kept: true, changed: 'TAMPERED', foreign: 'TAMPERED' }

      test('without WebCrypto they do everything', async () => {
        await open({ host: insecureHost })
        assert.equal(await browser.run('() => crypto.subtle === undefined'), true)
        for (const suite of SUITES) {
          const { started, ...result } = await thereAndBack(suite)
          assert.deepEqual(result, whole, suite)
          // Those that the first suite started are there for the second.
          assert.ok(suite !== SUITES[0] || (started.length > 0 && started.length <= 4), suite)
          assert.ok(started.every((url) => url === WORKER), started.join())
        }
      })

      test('with WebCrypto they do what it cannot', async () => {
        await open({})
        assert.deepEqual(await thereAndBack('sealed'), { ...whole, started: [] })
        const { started, ...result } = await thereAndBack('openpgp-cfb')
        assert.deepEqual(result, whole)
        assert.ok(started.length > 0 && started.every((url) => url === WORKER), started.join())
      })

      for (const [what, script] of [['cannot be made', null], ['do not load', '/missing.js']]) {
        test(`where they ${what}, the page does it`, async () => {
          await open({ host: insecureHost, script })
          for (const suite of SUITES) {
            const { started, ...result } = await thereAndBack(suite)
            assert.deepEqual(result, whole, suite)
          }
        })
      }

      test('one that dies is an error', async () => {
        await open({ script: '/dying-worker.js' })
        for (const attempt of [1, 2]) {
          const failure = await browser.run('() => decryptOne()')
          assert.deepEqual(failure, { name: 'BullaError', code: 'INTERNAL', message: 'a worker died' }, `attempt ${attempt}`)
        }
      })
    })
  }
})
