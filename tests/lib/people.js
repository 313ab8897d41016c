// The pages for people with an account, as they use them. Their hooks are described in www/README.md.
import { hook, reaches } from './pages.js'

/** Types into a field as soon as it is shown, in the place of what is there. */
export async function fill(browser, id, text) {
  const field = await browser.find(hook(id))
  await browser.until(`${id} is shown`, () => field.isDisplayed())
  await field.clear()
  await field.sendKeys(text)
}

export async function click(browser, id) {
  await (await browser.find(hook(id))).click()
}

/** Opens a page of the server and signs in there; `states` are those it may be in then. */
export async function signIn(browser, server, { email, password }, path = '/account/', states = 'open') {
  await browser.open(`${server.origin}${path}`)
  await reaches(browser, 'signed-out')
  await fill(browser, 'email', email)
  await fill(browser, 'password', password)
  await click(browser, 'go')
  await reaches(browser, states)
}

/** Confirms what a dialog asks, and waits until it is gone. */
export async function agree(browser) {
  await click(browser, 'do')
  await gone(browser, 'dialog')
}

/** How many there are. */
export async function howMany(browser, id) {
  return (await browser.driver.findElements({ css: hook(id) })).length
}

/** Waits until there is none. */
export async function gone(browser, id) {
  await browser.until(`no ${id}`, async () => await howMany(browser, id) === 0)
}

/** The text of everything with that test id. */
export function texts(browser, id) {
  return browser.run('(css) => [...document.querySelectorAll(css)].map((element) => element.innerText.replace(/\\n+/g, "\\n"))', hook(id))
}

/** Waits until the text of an element matches; returns it. */
export async function says(browser, id, pattern) {
  return browser.until(`${id} says ${pattern}`, async () => (await texts(browser, id)).find((text) => pattern.test(text)))
}

/** What a client whose calls the session of this page stands for does, as the page itself would. */
export function inPage(browser, use, ...args) {
  return browser.run(`async (...args) => {
    const { Client, init } = await import('/bulla/index.js')
    await init()
    return (${use})(new Client({ auth: 'session' }), ...args)
  }`, ...args)
}
