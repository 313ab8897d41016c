// The send and receive pages, as a person uses them. Their hooks are described in www/README.md.
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { extract } from './archives.js'
import { sha256 } from './fixtures.js'

/** The CSS selector of a test id. */
export const hook = (id) => `[data-testid="${id}"]`

/** The page's state, and its error code if it has failed. */
export function pageState(browser) {
  return browser.run(`() => {
    const root = document.querySelector('main > [data-state]')
    return root && { state: root.dataset.state, code: root.dataset.code }
  }`)
}

/**
 * Stands in for the browser's dialogs for places on the disk, to run before the page's scripts: the place is one that the
 * page has to itself, with the same interface.
 */
export const pickers = `() => {
  const root = navigator.storage?.getDirectory()
  window.showSaveFilePicker = async ({ suggestedName }) => (await root).getFileHandle(suggestedName, { create: true })
  window.showDirectoryPicker = async () => (await root).getDirectoryHandle('chosen', { create: true })
}`

/** Waits until the page is in one of the states; returns that state and the code. */
export function reaches(browser, states, timeout = 120_000) {
  const wanted = [states].flat()
  return browser.until(`the state ${wanted.join(' or ')}`, async () => {
    const now = await pageState(browser)
    if (now?.state === 'failed' && !wanted.includes('failed')) {
      throw new Error(`${browser.name}: the page failed with ${now.code}: ${await textOf(browser, 'error')}`)
    }
    return now && wanted.includes(now.state) && now
  }, timeout)
}

/** The text that a person sees in an element. */
export async function textOf(browser, id) {
  return (await browser.find(hook(id))).getText()
}

/** Gives files to the send page. */
export async function choose(browser, files) {
  const input = await browser.find(`input${hook('files')}`)
  await input.sendKeys(files.map(({ path }) => path).join('\n'))
}

/** Sends files from the send page; returns the link. */
export async function sendByPage(browser, origin, files, { message, lock } = {}) {
  await browser.open(`${origin}/`)
  await reaches(browser, 'choosing')
  await choose(browser, files)
  if (message) await (await browser.find(hook('message'))).sendKeys(message)
  if (lock) await (await browser.find(hook('lock'))).sendKeys(lock)
  await (await browser.find(hook('send'))).click()
  await reaches(browser, 'done')
  return linkOf(browser)
}

/** The link that the send page shows. */
export async function linkOf(browser) {
  const link = await browser.run(`() => {
    const shown = document.querySelector('${hook('link')}')
    return shown.value ?? shown.textContent.trim()
  }`)
  assert.match(link, /^http:\/\/[\w.]+:\d+\/receive\/\?.*packageCode=[\w-]{16,}.*#(keyCode=S[\w-]{43}|lock=[\w-]{127})$/)
  return link
}

/** Opens a link on the receive page: two clicks, from the link to what is in it. */
export async function openByPage(browser, link) {
  await browser.open(link)
  await reaches(browser, 'sealed')
  await (await browser.find(hook('open'))).click()
  await reaches(browser, 'open')
}

/** Opens a locked link on the receive page. */
export async function unlockByPage(browser, link, password) {
  await browser.open(link)
  await reaches(browser, 'sealed')
  await (await browser.find(hook('open'))).click()
  await reaches(browser, 'password')
  await (await browser.find(hook('password'))).sendKeys(password)
  await (await browser.find(hook('open'))).click()
  await reaches(browser, 'open')
}

/** Saves everything and checks that it is what was sent: one file as it is, several as an archive. */
export async function saveAndCompare(browser, files) {
  await (await browser.find(hook('save-all'))).click()
  await browser.find(hook('verified'), 120_000)
  const [saved] = await browser.downloaded(1)
  await compare(files.length === 1 ? browser.downloads : (await extract(join(browser.downloads, saved))).folder, files)
}

/** Checks that a folder holds the files that were sent, each in its `folder` if it has one, and nothing else. */
export async function compare(folder, files) {
  const place = ({ folder, name }) => (folder ? `${folder}/${name}` : name)
  const found = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  assert.deepEqual(found.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort(), files.map(place).sort())
  for (const file of files) assert.equal(await sha256(join(folder, place(file))), file.sha256, `${file.name} is what was sent`)
}

/** Fails if the page logged an error or broke its policy since the last call; `but` matches what may stand there. */
export async function assertNoComplaints(browser, { but = /^$/ } = {}) {
  assert.deepEqual((await browser.complaints()).filter((complaint) => !but.test(complaint)), [], `${browser.name}: console errors and policy violations`)
}
