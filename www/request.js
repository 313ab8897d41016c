// The page of whoever sends through a request. States (`data-state`): loading, choosing, sending, done, failed.

import { chooser, nameOf, sumOf } from '/static/elements/chooser.js'
import { failure } from '/static/elements/failure.js'
import { field } from '/static/elements/field.js'
import { sending } from '/static/elements/sending.js'
import { stamp } from '/static/elements/stamp.js'
import { h } from '/static/lib/dom.js'
import { codeOf } from '/static/lib/errors.js'
import { date, shown, size } from '/static/lib/format.js'
import * as live from '/static/lib/live.js'
import { sdk } from '/static/lib/sdk.js'
import { strings } from '/static/strings/index.js'

const t = { ...strings.send, ...strings.request, errors: { ...strings.send.errors, ...strings.request.errors } }

class RequestPage extends HTMLElement {
  #request
  #chooser = chooser(t, { changed: empty => this.#form.changed(empty), failed: error => this.#fail(error) })
  #form

  connectedCallback() {
    live.install(this.parentElement)
    window.addEventListener('hashchange', () => this.#open())
    this.#chooser.listen(this, () => this.#form !== undefined && this.dataset.state !== 'sending' && this.dataset.state !== 'done')
    this.#open()
  }

  #show(state, ...content) {
    this.dataset.state = state
    delete this.dataset.code
    this.replaceChildren(...content.filter(Boolean))
  }

  /** Asks the server for the request, and compares its key with the link's. Nothing is sent before. */
  async #open() {
    document.title = t.title
    this.#form = undefined
    this.#show('loading', h('p', { class: 'soft' }, t.loading))
    try {
      const { Client } = await sdk()
      this.#request = await new Client().openRequest(location.href)
      this.#form = this.#makeForm()
      this.#choose()
    } catch (error) {
      this.#refuse(error)
    }
  }

  /** Nothing can be sent: the request is over, the link is not whole, or the key is another one. */
  #refuse(error) {
    const code = codeOf(error)
    const { element, heading } = failure(error, t.errors, { retry: error.retryable ? () => this.#open() : undefined })
    document.title = t.failedTitle(heading.textContent)
    this.#show('failed', h('section', { class: 'cover' }, stamp(code === 'TAMPERED' ? 'broken' : 'blank'), element))
    this.dataset.code = code
    heading.focus()
  }

  #makeForm() {
    const { requester, title, message, expires, maxFiles, maxBytes, requireUserInfo } = this.#request
    const name = h('input', { id: 'name', maxlength: 200, required: requireUserInfo, autocomplete: 'name', 'data-testid': 'name' })
    const sender = h('input', { id: 'sender', type: 'email', required: requireUserInfo, autocomplete: 'email', 'data-testid': 'sender' })
    const note = h('textarea', { id: 'message', rows: 3, 'data-testid': 'message' })
    const labelled = label => (requireUserInfo ? label : `${label} (${t.optional})`)
    const limits = [maxFiles > 0 && t.mostFiles(maxFiles), maxBytes > 0 && t.mostBytes(size(maxBytes)), expires && t.until(date(expires))]
    const rest = h('div', { class: 'rest' },
      field(note, `${t.message} (${t.optional})`, t.messageHint),
      field(name, labelled(t.name)),
      field(sender, labelled(t.sender), t.senderHint),
      h('button', { class: 'primary', 'data-testid': 'send' }, t.send))
    const heading = h('h1', { tabindex: -1 }, title ? shown(title) : t.heading(shown(requester)))
    const last = h('div', { class: 'last' })
    const element = h('form', { submit: event => {
      event.preventDefault()
      this.#send()
    } },
      heading,
      h('p', { class: 'soft', 'data-testid': 'requester' }, t.from(shown(requester))),
      message && h('p', { class: 'words', dir: 'auto', 'data-testid': 'asked' }, message),
      limits.some(Boolean) && h('p', { class: 'soft', 'data-testid': 'limits' }, limits.filter(Boolean).join(' · ')),
      last,
      this.#chooser.list,
      this.#chooser.zone,
      rest)
    return {
      element,
      heading,
      last,
      values: () => ({ name: name.value.trim(), sender: sender.value.trim(), message: note.value }),
      changed: empty => {
        element.classList.toggle('empty', empty)
        rest.hidden = empty
      },
    }
  }

  #choose(...last) {
    document.title = t.title
    this.#chooser.draw()
    this.#form.last.replaceChildren(...last)
    this.#show('choosing', this.#form.element)
  }

  async #send() {
    const files = [...this.#chooser.files]
    const { name, sender, message } = this.#form.values()
    const aborter = new AbortController()
    const { signal } = aborter
    const view = sending(t, files, () => aborter.abort())
    this.#show('sending', ...view.elements)
    view.begin()
    const warn = event => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    let pkg
    try {
      pkg = await this.#request.createPackage()
      signal.throwIfAborted()
      if (message) await pkg.setMessage(message)
      signal.throwIfAborted()
      view.sending(pkg)
      await pkg.upload(files, { signal, onProgress: view.progress })
      signal.throwIfAborted()
      view.finishing()
      await pkg.finalize({ name, sender: sender || undefined })
      this.#done(files)
    } catch (error) {
      // It would take a place in the request until the server collects it.
      pkg?.delete().catch(() => {})
      if (signal.aborted) this.#cancelled()
      else this.#fail(error)
    } finally {
      window.removeEventListener('beforeunload', warn)
    }
  }

  #cancelled() {
    this.#choose(h('p', { class: 'notice' }, t.cancelled))
    this.#form.heading.focus()
    live.say(t.cancelled)
  }

  /** What was chosen stays, under what went wrong. */
  #fail(error) {
    const { element, heading } = failure(error, t.errors, { retry: error.retryable ? () => this.#send() : undefined, level: 'h2' })
    this.#choose(element)
    this.dataset.state = 'failed'
    this.dataset.code = codeOf(error)
    heading.focus()
  }

  /** The receipt. */
  #done(files) {
    document.title = t.doneTitle
    const heading = h('h1', { tabindex: -1 }, t.done)
    this.#show('done',
      h('div', { class: 'hero' }, stamp('sealed'), h('div', {}, heading,
        h('p', { class: 'soft', 'data-testid': 'receipt' }, t.receipt(files.length, size(sumOf(files)), shown(this.#request.requester), date(new Date()))))),
      h('ul', { class: 'files' }, ...files.map(file => h('li', {},
        h('bdi', { class: 'name' }, nameOf(file)), h('span', { class: 'figures soft' }, size(file.blob.size))))),
      h('p', {}, t.knows),
      h('div', { class: 'actions' },
        h('button', { type: 'button', 'data-testid': 'another', click: () => this.#again() }, t.another)))
    this.firstElementChild.classList.add('just-sealed')
    heading.focus()
    live.say(t.done)
  }

  #again() {
    this.#chooser.clear()
    this.#choose()
    this.#chooser.input.focus()
  }
}

customElements.define('bulla-request', RequestPage)
