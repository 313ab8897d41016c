// The receive page. States (`data-state`): sealed, opening, password, visitor (asks who opens a share), verify (a recipient shows who
// it is), open, failed; and those of signing in, for shares that ask for it.

import { failure } from '/static/elements/failure.js'
import { field } from '/static/elements/field.js'
import { PackageView } from '/static/elements/package.js'
import { signInForms } from '/static/elements/sign-in.js'
import { stamp } from '/static/elements/stamp.js'
import { h } from '/static/lib/dom.js'
import { codeOf } from '/static/lib/errors.js'
import * as live from '/static/lib/live.js'
import { prepare } from '/static/lib/save-worker.js'
import { sdk } from '/static/lib/sdk.js'
import { client, remembered } from '/static/lib/session.js'
import { cameBack, signIn, verificationOf } from '/static/lib/verification.js'
import { strings } from '/static/strings/index.js'

const t = strings.receive

// Some programs write the # of a link as %23, which moves the key into the query.
const KEY = /(#|%23).*$/i
// Whether there is anything of a key at all.
const KEYED = /(#|%23)(keycode|lock)=./i
// Whether it says which package it is of.
const NAMED = /[?&]packageCode=./
// Whether the link leads through a share.
const SHARED = /[?&]share=./i
// The key of a workspace that is sealed; others cannot be told from those of packages.
const WORKSPACE_KEY = /^W.{43}$/

// Failures of opening that trying again does not mend.
const FINAL = ['LINK_INCOMPLETE', 'LINK_INVALID', 'WRONG_KEY', 'TAMPERED', 'EXPIRED', 'NOT_FOUND', 'VERIFICATION_REQUIRED', 'UNSUPPORTED']
// Failures of this device's key, where the link has none: then it is the link that lacks something.
const KEYLESS = ['NOT_FOUND', 'AUTHENTICATION_FAILED', 'UNSUPPORTED']
// What may be wrong with what a visitor says.
const CORRIGIBLE = ['INVALID_INPUT', 'USER_INFO_REQUIRED']

class ReceivePage extends HTMLElement {
  #link
  // Whether a password locks the link, and not only the door.
  #locked
  // What is wrong with a link that has no key, while this device may have one.
  #keyless

  connectedCallback() {
    live.install(this.parentElement)
    // The same link with its key, pasted over one without, loads nothing anew.
    window.addEventListener('hashchange', () => this.#read())
    this.#read()
  }

  #show(state, ...content) {
    this.dataset.state = state
    delete this.dataset.code
    this.replaceChildren(...content)
  }

  /** Takes the link out of the address bar, so that its key stays in no history. */
  async #read() {
    if (this.#link && !KEY.test(location.href)) return
    const back = cameBack()
    this.#link = back?.link ?? location.href
    history.replaceState(null, '', this.#link.replace(KEY, ''))
    this.#locked = false
    this.#keyless = undefined
    if (back) return this.#endSignIn(back)
    this.#sealed()
    try {
      const { parseLink } = await sdk()
      const { packageCode, keyCode } = parseLink(this.#link)
      // A workspace has a page of its own, for those who have a place in it. The key stays in the fragment.
      if (WORKSPACE_KEY.test(keyCode)) location.replace(`/workspaces/?packageCode=${encodeURIComponent(packageCode)}#keyCode=${keyCode}`)
    } catch (error) {
      this.#locked = codeOf(error) === 'PASSWORD_REQUIRED'
      if (codeOf(error) === 'LINK_INCOMPLETE' && NAMED.test(this.#link) && !KEYED.test(this.#link) && remembered()) {
        this.#keyless = error
        return
      }
      // Only what is wrong with the link or the browser: the rest may be right again by the time of the click.
      if (['LINK_INCOMPLETE', 'LINK_INVALID', 'UNSUPPORTED'].includes(codeOf(error))) this.#fail(error)
    }
  }

  #sealed() {
    document.title = t.title
    const open = h('button', { type: 'button', class: 'primary', 'data-testid': 'open', click: () => this.#open() }, t.open)
    this.#show('sealed', h('section', { class: 'cover' },
      stamp('sealed'),
      h('h1', { tabindex: -1 }, t.heading),
      h('p', {}, t.sealed),
      h('div', { class: 'actions' }, open),
      h('p', { class: 'soft' }, t.sealedHint)))
    return open
  }

  // Opening: only after a click, so that programs which follow links to look at them open nothing.

  /** `given` is what was asked for so far: `password`, `visitor`, and as `recipientCode` what says that a recipient verified who it is. */
  async #open(given = {}) {
    const aborter = new AbortController()
    const { signal } = aborter
    this.#opening(() => aborter.abort())
    try {
      const { safeFileName } = await sdk()
      // Some shares ask who is signed in.
      const [received] = await Promise.all([this.#received({ signal, ...given }), prepare()])
      signal.throwIfAborted()
      this.#opened(received, safeFileName)
    } catch (error) {
      if (signal.aborted) this.#sealed().focus()
      else if (codeOf(error) === 'PASSWORD_REQUIRED') this.#askPassword(given)
      else if (codeOf(error) === 'VERIFICATION_REQUIRED') this.#verify(given)
      else if (codeOf(error) === 'LOGIN_REQUIRED') this.#signIn(given)
      else if (codeOf(error) === 'USER_INFO_REQUIRED' || (given.visitor && CORRIGIBLE.includes(codeOf(error)))) this.#askVisitor(given, error)
      else this.#fail(error, () => this.#open(given))
    }
  }

  // Verifying: what shows who opens it.

  /** `given` is what was asked for so far. */
  async #verify(given) {
    document.title = t.verifyTitle
    try {
      const [{ verify }, verification] = await Promise.all([import('/static/elements/verify.js'), verificationOf(this.#link, given.recipientCode)])
      await verify({
        show: element => this.#show('verify', element),
        verified: () => this.#open({ ...given, recipientCode: verification.statement }),
        signIn: way => signIn(this.#link, verification, way),
        failed: (error, retry) => this.#fail(error, retry),
      }, verification)
    } catch (error) {
      this.#fail(error, () => this.#verify(given))
    }
  }

  async #endSignIn({ statement, ...cameBack }) {
    this.#opening(() => this.#sealed().focus())
    try {
      const verification = await verificationOf(this.#link, statement)
      const verified = await verification.endSignIn(cameBack)
      const given = { recipientCode: verification.statement }
      if (verified) this.#open(given)
      else this.#verify(given)
    } catch (error) {
      // What came back holds once: it begins anew.
      this.#fail(error, () => this.#verify({ recipientCode: statement }))
    }
  }

  /** By the link; where it has no key, with this device's. */
  async #received(options) {
    if (!this.#keyless) return (await client()).open(this.#link, options)
    const asked = new URL(this.#link).searchParams
    const [code, share, recipientId] = ['packageCode', 'share', 'alias'].map(name => asked.get(name) ?? undefined)
    const { packages } = await client()
    try {
      await packages.link(code, options)
    } catch (error) {
      throw KEYLESS.includes(codeOf(error)) ? this.#keyless : error
    }
    return packages.open(code, { ...options, share: share && { id: share, recipientId } })
  }

  #opening(abort) {
    const heading = h('h1', { tabindex: -1 }, t.opening)
    this.#show('opening', h('section', { class: 'cover' },
      stamp('sealed'),
      heading,
      h('progress', { 'aria-label': t.opening }),
      // Only a hint: a server on this device can be reached all the same.
      !navigator.onLine && h('p', {}, t.offline),
      h('div', { class: 'actions' }, h('button', { type: 'button', 'data-testid': 'cancel', click: abort }, t.cancel))))
    heading.focus()
  }

  #askPassword(given) {
    const wrong = given.password !== undefined
    document.title = t.passwordTitle
    const input = h('input', {
      id: 'password',
      type: 'password',
      required: true,
      autocomplete: 'off',
      'aria-describedby': 'password-hint',
      'aria-invalid': wrong && 'true',
      'data-testid': 'password',
    })
    const form = h('form', { submit: event => {
      event.preventDefault()
      this.#open({ ...given, password: input.value })
    } },
      h('div', { class: 'field' },
        h('label', { for: input.id }, t.passwordLabel),
        input,
        h('p', { id: 'password-hint', class: wrong ? 'hint wrong' : 'hint' }, wrong ? (this.#locked ? t.lockWrong : t.passwordWrong) : t.passwordMeaning)),
      h('div', { class: 'actions' }, h('button', { class: 'primary', 'data-testid': 'open' }, t.open)))
    this.#show('password', h('section', { class: 'cover' }, stamp('sealed'), h('h1', {}, t.password), form))
    input.focus()
  }

  #signIn(given) {
    const page = { dataset: this.dataset, show: (state, ...content) => this.#show(state, ...content) }
    signInForms(page, t.loginRequired, () => this.#open(given))
  }

  /** Asks who opens the share, which its sender wants to know; `error` says what was wrong with what was said before. */
  #askVisitor(given, error) {
    document.title = t.visitorTitle
    const said = given.visitor ?? {}
    const input = (name, type, autocomplete) =>
      h('input', { id: `visitor-${name}`, name, type, required: true, autocomplete, value: said[name], 'data-testid': `visitor-${name}` })
    const fields = [
      [input('firstName', 'text', 'given-name'), t.visitorFirstName],
      [input('lastName', 'text', 'family-name'), t.visitorLastName],
      [input('email', 'email', 'email'), t.visitorEmail],
      [input('company', 'text', 'organization'), t.visitorCompany],
    ]
    const problem = given.visitor && failure(error, t.visitorErrors, { level: 'h2' })
    const form = h('form', { submit: event => {
      event.preventDefault()
      const visitor = Object.fromEntries(fields.map(([{ name, value }]) => [name, value.trim()]))
      this.#open({ ...given, visitor })
    } },
      ...fields.map(([control, label]) => field(control, label)),
      h('p', { class: 'hint' }, t.visitorMeaning),
      h('div', { class: 'actions' }, h('button', { class: 'primary', 'data-testid': 'open' }, t.open)))
    this.#show('visitor', h('section', { class: 'cover' }, stamp('sealed'), h('h1', {}, t.visitor), problem && problem.element, form))
    ;(problem ? problem.heading : fields[0][0]).focus()
  }

  #opened(received, safeFileName) {
    const view = new PackageView(received, safeFileName, {
      only: new URL(this.#link.replace(KEY, '')).searchParams.getAll('item'),
      broken: error => this.#fail(error),
      failed: code => {
        if (code) this.dataset.code = code
        else delete this.dataset.code
      },
    })
    document.title = t.openTitle(view.count)
    this.#show('open', view.element)
    view.heading.focus()
    live.say(view.heading.textContent)
    view.recall()
  }

  #fail(error, retry) {
    const code = codeOf(error)
    const words = { ...t.errors }
    if (code === 'LINK_INCOMPLETE' && !KEYED.test(this.#link)) words.LINK_INCOMPLETE = t.noKey
    if (SHARED.test(this.#link)) Object.assign(words, t.shareErrors)
    const { element, heading } = failure(error, words, { retry: FINAL.includes(code) ? undefined : retry, resumes: true })
    document.title = t.failedTitle(heading.textContent)
    this.#show('failed', h('section', { class: 'cover' }, stamp(code === 'TAMPERED' ? 'broken' : 'blank'), element))
    this.dataset.code = code
    heading.focus()
  }
}

customElements.define('bulla-receive', ReceivePage)
