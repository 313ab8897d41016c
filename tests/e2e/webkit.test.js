// The engine of Safari, as far as a Debian has it: a file from page to page.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBrowser } from '../lib/browsers.js'
import { randomFile } from '../lib/fixtures.js'
import { openByPage, saveAndCompare, sendByPage, textOf } from '../lib/pages.js'
import { startServer } from '../lib/server.js'
import { tempFolder } from '../lib/temp.js'

test('sent, opened and saved in WebKitGTK', async (t) => {
  const server = await startServer()
  t.after(() => server.stop())
  const file = await randomFile(tempFolder('sent'), 'Zoë.bin', (9 << 20) + 5)
  const sender = await startBrowser('webkitgtk')
  t.after(() => sender.close())
  const link = await sendByPage(sender, server.origin, [file], { message: 'from WebKit' })
  const receiver = await startBrowser('webkitgtk')
  t.after(() => receiver.close())
  await openByPage(receiver, link)
  assert.equal(await textOf(receiver, 'message'), 'from WebKit')
  await saveAndCompare(receiver, [file])
})
