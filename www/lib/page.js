// What the pages for people with an account share: signing in where nobody is, and failures of the whole page.

import { failure } from '/static/elements/failure.js'
import { signInForms } from '/static/elements/sign-in.js'
import { h } from '/static/lib/dom.js'
import { codeOf } from '/static/lib/errors.js'
import * as live from '/static/lib/live.js'
import { who } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.session

/** A page for whoever is signed in. `open()` shows it; `this.user` is who that is. States besides its own: `loading`, those of
 * signing in (`signed-out`, `register`, `pin`), and `failed`. */
export class SignedPage extends HTMLElement {
  // Whether the person just came in, and the focus goes to what is shown then.
  #entering = false

  connectedCallback() {
    live.install(this.parentElement)
    this.begin()
  }

  async begin() {
    this.show('loading', h('p', { class: 'soft' }, t.loading))
    try {
      this.user = await who()
    } catch (error) {
      this.fail(error, () => this.begin())
      return
    }
    if (this.user) await this.enter()
    else this.signIn()
  }

  /** Opens the page; what goes wrong is shown in its place. */
  async enter() {
    try {
      await this.open()
    } catch (error) {
      this.fail(error, () => this.enter())
    }
  }

  /** Asks for address and password, under `notice` if there is something to say. */
  signIn(notice) {
    signInForms(this, notice, async user => {
      this.user = user
      this.#entering = true
      await this.enter()
    })
  }

  show(state, ...content) {
    this.dataset.state = state
    delete this.dataset.code
    const held = this.contains(document.activeElement)
    this.replaceChildren(...content)
    if (held || this.#entering) this.querySelector('h1')?.focus()
    this.#entering = false
  }

  fail(error, retry) {
    const code = codeOf(error)
    if (code === 'AUTHENTICATION_FAILED') {
      this.signIn(t.over)
      return
    }
    const { element, heading } = failure(error, strings.own, { retry, resumes: true })
    document.title = t.failedTitle(heading.textContent)
    this.show('failed', element)
    this.dataset.code = code
    heading.focus()
  }
}
