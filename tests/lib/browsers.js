// Real browsers, each with a fresh profile, driven by the same code.
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Browser, Builder, By, Key, logging } from 'selenium-webdriver'
import * as chrome from 'selenium-webdriver/chrome.js'
import * as firefox from 'selenium-webdriver/firefox.js'
import { freePort } from './server.js'
import { tempFolder } from './temp.js'
import { startWebKit } from './webkit.js'

export { By, Key }

/** The browsers that every journey is made in. `$BULLA_BROWSERS` narrows the list, for instance to `firefox`. */
export const browserNames = (process.env.BULLA_BROWSERS ?? 'chromium,firefox').split(',')

/**
 * A host name that every browser here finds on loopback, and does not trust as such: pages of it over plain http are
 * no secure context, and so have no WebCrypto.
 */
export const insecureHost = 'files.test'

/**
 * Starts a browser with a fresh profile and an empty folder for downloads: one of `browserNames`, or `webkitgtk`, whose
 * driver tells nothing of the console.
 * `dark` makes it prefer dark colours; `width` is that of the page in CSS pixels; `inner` lets a test reach the browser's
 * own list of downloads. The dialogs for places on the disk are the browser's, which without a head shows none: pages do
 * without them, unless a test puts its own in their place.
 */
export async function startBrowser(name, { dark = false, width = 1280, height = 900, inner = false } = {}) {
  const downloads = tempFolder('downloads')
  const start = () => starters[name]({ downloads, dark, inner })
  // A busy machine can be too slow for a browser's first start, which its driver bounds.
  const { driver, stop } = await start().catch(start)
  const session = new Session(name, driver, downloads, stop)
  try {
    await session.prepare(width, height)
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

const starters = {
  async chromium({ downloads, dark }) {
    const options = new chrome.Options()
    options.setChromeBinaryPath(program('CHROMIUM', 'chromium', 'chromium-browser', 'google-chrome'))
    options.addArguments('--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-quic', '--no-first-run', '--force-prefers-reduced-motion',
      `--host-resolver-rules=MAP ${insecureHost} 127.0.0.1`,
      `--user-data-dir=${tempFolder('chromium')}`, `--blink-settings=preferredColorScheme=${dark ? 0 : 1}`)
    options.setUserPreferences({
      'download.default_directory': downloads,
      'download.prompt_for_download': false,
      'profile.default_content_setting_values.automatic_downloads': 1,
      // Chromium asks before it saves what came over plain http, unless the site may hold insecure content.
      'profile.default_content_setting_values.mixed_script': 1,
    })
    options.set('webSocketUrl', true)
    options.set('unhandledPromptBehavior', 'accept')
    const logs = new logging.Preferences()
    logs.setLevel(logging.Type.BROWSER, logging.Level.ALL)
    options.setLoggingPrefs(logs)
    const service = new chrome.ServiceBuilder(program('CHROMEDRIVER', 'chromedriver'))
    return { driver: await new Builder().forBrowser(Browser.CHROME).setChromeOptions(options).setChromeService(service).build() }
  },

  async firefox({ downloads, dark, inner }) {
    const options = new firefox.Options()
    options.setBinary(program('FIREFOX', 'firefox-esr', 'firefox'))
    options.addArguments('-headless')
    const preferences = {
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      'browser.download.useDownloadDir': true,
      'browser.download.always_ask_before_handling_new_types': false,
      'browser.download.manager.showWhenStarting': false,
      'browser.download.alwaysOpenPanel': false,
      'network.dns.localDomains': insecureHost,
      'dom.security.https_first': false,
      'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1,
      'ui.prefersReducedMotion': 1,
    }
    for (const [key, value] of Object.entries(preferences)) options.setPreference(key, value)
    options.set('webSocketUrl', true)
    options.set('unhandledPromptBehavior', 'accept')
    // Its own port: the usual one is taken when another Firefox is driven at the same time.
    const service = new firefox.ServiceBuilder(program('GECKODRIVER', 'geckodriver')).addArguments(`--websocket-port=${await freePort()}`, ...(inner ? ['--allow-system-access'] : []))
    return { driver: await new Builder().forBrowser(Browser.FIREFOX).setFirefoxOptions(options).setFirefoxService(service).build() }
  },

  webkitgtk: ({ downloads }) => startWebKit(downloads, { xvfb: program('XVFB', 'Xvfb'), driver: program('WEBKITWEBDRIVER', 'WebKitWebDriver') }),
}

class Session {
  #complaints = []
  #stop
  #devtools
  #begun = []

  /** `stop` ends what runs beside the browser. */
  constructor(name, driver, downloads, stop = async () => {}) {
    this.name = name
    this.driver = driver
    this.downloads = downloads
    this.#stop = stop
  }

  async prepare(width, height) {
    await this.driver.manage().setTimeouts({ script: 120_000, pageLoad: 60_000 })
    if (!(await this.driver.getCapabilities()).has('webSocketUrl')) return
    this.bidi = await this.driver.getBidi()
    await this.bidi.subscribe('log.entryAdded')
    this.bidi.socket.on('message', (data) => {
      const { method, params } = JSON.parse(data)
      if (method === 'log.entryAdded' && ['error', 'warn'].includes(params.level)) this.#complaints.push(`${params.level}: ${params.text}`)
    })
    // What a policy forbids is reported to the page, so it is made to say so on the console.
    await this.preload(`() => addEventListener('securitypolicyviolation', (event) =>
      console.error('policy violation: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample))`)
    await this.preload(`() => {
      delete window.showSaveFilePicker
      delete window.showDirectoryPicker
    }`)
    this.context = await this.driver.getWindowHandle()
    await this.resize(width, height)
  }

  /** Runs a function in every page from now on, before its own scripts. */
  async preload(functionDeclaration) {
    await this.#send('script.addPreloadScript', { functionDeclaration })
  }

  /** Sets the page's size in CSS pixels. */
  async resize(width, height = 900) {
    await this.#send('browsingContext.setViewport', { context: this.context, viewport: { width, height } })
  }

  async #send(method, params) {
    const answer = await this.bidi.send({ method, params })
    if (answer.type === 'error' || answer.error) throw new Error(`${method}: ${JSON.stringify(answer)}`)
    return answer.result
  }

  /** Errors and warnings on the console and violations of the page's policy, since the last call. */
  async complaints() {
    const found = this.#complaints.splice(0)
    if (this.name === 'chromium') {
      const entries = await this.driver.manage().logs().get(logging.Type.BROWSER)
      found.push(...entries.filter(({ level }) => level.value >= logging.Level.WARNING.value).map(({ level, message }) => `${level.name}: ${message}`))
    }
    return found
  }

  /**
   * Goes to a page. Chromium's driver now and then loses sight of the page that it leaves, and gives up with an error of
   * its own before the new one is there: then it is told again.
   */
  async open(url) {
    try {
      await this.driver.get(url)
    } catch (error) {
      if (!/aborted by navigation/.test(error.message)) throw error
      await this.driver.get(url)
    }
  }

  /** The first element that `css` selects, as soon as there is one. */
  async find(css, timeout = 60_000) {
    return this.until(`there is ${css}`, async () => (await this.driver.findElements(By.css(css)))[0], timeout)
  }

  /** Waits until `probe` returns something true, and returns that. */
  async until(what, probe, timeout = 60_000) {
    const deadline = Date.now() + timeout
    for (;;) {
      const value = await probe()
      if (value) return value
      if (Date.now() > deadline) throw new Error(`${this.name}: not within ${timeout / 1000} s: ${what}\n${await this.#situation()}`)
      await sleep(50)
    }
  }

  async #situation() {
    const text = await this.driver.executeScript('return document.body ? document.body.innerText : ""').catch(() => '')
    return `${await this.driver.getCurrentUrl()}\n${text}\n${(await this.complaints()).join('\n')}`
  }

  /** Runs a function in the page. It may be async; its result must be JSON. */
  async run(code, ...args) {
    const { value, error } = await this.driver.executeAsyncScript(`
      const done = arguments[arguments.length - 1]
      Promise.resolve().then(() => (${code})(...Array.prototype.slice.call(arguments, 0, -1)))
        .then((value) => done({ value }), (error) => done({ error: String(error) + '\\n' + (error && error.stack) }))`, ...args)
    if (error) throw new Error(error)
    return value
  }

  /** Waits until `count` whole files are in the folder for downloads; returns their names. */
  async downloaded(count, timeout = 120_000) {
    return this.until(`${count} saved files`, async () => {
      const names = await readdir(this.downloads)
      return names.length >= count && !names.some(isPartial) && names.sort()
    }, timeout)
  }

  /** The names in the folder for downloads, partial ones included. */
  saved() {
    return readdir(this.downloads)
  }

  /** Has Chromium tell which downloads begin, for `cancelDownloads`. */
  async watchDownloads() {
    if (this.name !== 'chromium') return
    this.#devtools = await this.driver.createCDPConnection('page')
    this.#devtools._wsConnection.on('message', (data) => {
      const { method, params } = JSON.parse(data)
      if (method === 'Browser.downloadWillBegin') this.#begun.push(params.guid)
    })
    await this.#devtools.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: this.downloads, eventsEnabled: true })
  }

  /** Cancels what is in the browser's list of downloads, as a person does there. Firefox must be started with `inner`. */
  async cancelDownloads() {
    if (this.name === 'chromium') {
      for (const guid of this.#begun) await this.#devtools.send('Browser.cancelDownload', { guid })
    } else {
      await this.listed('all.map((download) => download.cancel())')
    }
  }

  /** Stops all service workers, as a browser does that is short of memory. Needs `watchDownloads`, or `inner`. */
  async stopWorkers() {
    if (this.name === 'chromium') {
      await this.#devtools.send('ServiceWorker.enable')
      await this.#devtools.send('ServiceWorker.stopAllWorkers')
    } else {
      await this.#inner(`
        const manager = Cc['@mozilla.org/serviceworkers/manager;1'].getService(Ci.nsIServiceWorkerManager)
        const registrations = manager.getAllRegistrations()
        const workers = Array.from({ length: registrations.length }, (_, n) => registrations.queryElementAt(n, Ci.nsIServiceWorkerRegistrationInfo).activeWorker)
        return Promise.all(workers.map((worker) => worker.terminateWorker()))`)
    }
  }

  /** What Firefox says of the downloads (`all`) in its list: the result of an expression, an array that may hold promises. */
  listed(expression) {
    return this.#inner(`
      const { Downloads } = ChromeUtils.importESModule('resource://gre/modules/Downloads.sys.mjs')
      return Downloads.getList(Downloads.ALL).then((list) => list.getAll()).then((all) => Promise.all(${expression}))`)
  }

  /** Runs code in Firefox itself. */
  async #inner(code) {
    await this.driver.setContext('chrome')
    try {
      const { value, error } = await this.driver.executeAsyncScript(`
        const done = arguments[arguments.length - 1]
        Promise.resolve().then(() => { ${code} }).then((value) => done({ value }), (error) => done({ error: String(error) }))`)
      if (error) throw new Error(error)
      return value
    } finally {
      await this.driver.setContext('content')
    }
  }

  async close() {
    await this.driver.quit()
    await this.#stop()
  }
}

function isPartial(name) {
  return /\.(crdownload|part|wkdownload)$/.test(name) || name.startsWith('.org.chromium') || name.startsWith('.com.google')
}

/** The path of a program: from the environment variable, else the first of the names in `PATH`. */
function program(variable, ...names) {
  if (process.env[variable]) return process.env[variable]
  for (const name of names) {
    for (const folder of process.env.PATH.split(delimiter)) {
      if (existsSync(join(folder, name))) return join(folder, name)
    }
  }
  throw new Error(`not found: ${names.join(' or ')}; install it or set ${variable}`)
}
