// Files that a program which cannot encrypt hands over as plaintext, opened on the receive page.
import assert from 'node:assert/strict'
import { openAsBlob } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { browserNames, startBrowser } from '../lib/browsers.js'
import { randomFile } from '../lib/fixtures.js'
import { assertNoComplaints, openByPage, saveAndCompare, textOf } from '../lib/pages.js'
import { packedBulla } from '../lib/packed.js'
import { createKey, createUser, startServer } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'

for (const name of browserNames) {
  describe(`plaintext from integrations, in ${name}`, () => {
    let server, browser, bulla

    before(async () => {
      server = await startServer()
      bulla = await packedBulla()
      await createUser(server, 'alice@example.com')
      browser = await startBrowser(name)
    })

    after(async () => {
      await browser?.close()
      await server?.stop()
    })

    test('what was handed over opens by its link, and is said not to be end-to-end encrypted', async () => {
      const { apiKey: key, apiSecret: secret } = await createKey(server, 'alice@example.com')
      const call = async (method, path, { body, signed = body, headers = {} } = {}) => {
        const timestamp = new Date().toISOString().replace(/\.\d+Z/, '+0000')
        const whole = `/api/v2.0${path}`
        const signature = await hmac(secret, key + whole + timestamp + (signed ?? ''))
        const answer = await fetch(server.origin + whole, {
          method, body, headers: { ...headers, 'ss-api-key': key, 'ss-request-timestamp': timestamp, 'ss-request-signature': signature },
        })
        return answer.json()
      }
      const made = await call('PUT', '/package/', { body: '{}' })
      const file = await randomFile(tempFolder('intake'), 'from the till.bin', 5 << 20)
      const form = new FormData()
      form.append('requestData', '{}')
      form.append('files', await openAsBlob(file.path), file.name)
      const taken = await call('POST', `/package/${made.packageId}/upload/`, { body: form, signed: '{}' })
      assert.deepEqual(taken.files.map(({ name, status, size }) => [name, status, size]), [[file.name, 'Success', 5 << 20]])
      assert.equal(taken.checksum, bulla.checksum(taken.keyCode, made.packageCode))
      const body = JSON.stringify({ checksum: taken.checksum, undisclosedRecipients: true })
      assert.equal((await call('POST', `/package/${made.packageId}/finalize/`, { body })).response, 'SUCCESS')

      const link = `${server.origin}/receive/?packageCode=${made.packageCode}#keyCode=${taken.keyCode}`
      assert.equal((await new bulla.Client({ host: server.origin }).open(link)).serverEncrypted, true)
      await openByPage(browser, link)
      assert.match(await textOf(browser, 'server-encrypted'), /^Not end-to-end encrypted/)
      await saveAndCompare(browser, [file])
      await assertNoComplaints(browser)
    })
  })
}

async function hmac(secret, text) {
  const bytes = new TextEncoder()
  const key = await crypto.subtle.importKey('raw', bytes.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return Buffer.from(await crypto.subtle.sign('HMAC', key, bytes.encode(text))).toString('hex')
}
