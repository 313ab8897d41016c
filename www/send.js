// The send page. States (`data-state`): choosing, sending, done, failed.

import { chooser, nameOf, sumOf } from '/static/elements/chooser.js'
import { failure } from '/static/elements/failure.js'
import { groupChoice } from '/static/elements/group-choice.js'
import { handOver } from '/static/elements/hand-over.js'
import { sending } from '/static/elements/sending.js'
import { stamp } from '/static/elements/stamp.js'
import { copyButton } from '/static/lib/copy.js'
import { h, svg } from '/static/lib/dom.js'
import { codeOf } from '/static/lib/errors.js'
import { shown, size } from '/static/lib/format.js'
import * as live from '/static/lib/live.js'
import { sdk } from '/static/lib/sdk.js'
import { client as account, remembered, who } from '/static/lib/session.js'
import { addThumbnails } from '/static/lib/thumbnails.js'
import { canKeep, holding, matching, offer, unfinished } from '/static/lib/unfinished.js'
import { strings } from '/static/strings/index.js'

const t = strings.send
const AUTH = { auth: { dropzone: 'open' } }
const LIFE = { choices: [1, 3, 7, 14, 30], usual: 7 }

class SendPage extends HTMLElement {
  // Resolves to who is signed in, or undefined. Nothing is asked where nobody ever signed in with this browser.
  #user = remembered() ? who().catch(() => undefined) : Promise.resolve()
  #chooser = chooser(t, { changed: empty => this.#form.changed(empty), failed: error => this.#fail(error) })
  #form = this.#makeForm()

  connectedCallback() {
    live.install(this.parentElement)
    this.#chooser.listen(this, () => this.dataset.state === 'choosing' || this.dataset.state === 'failed')
    this.#choose()
    this.#user.then(user => user && this.#form.toRecipients())
    // Loaded while the person chooses; a failure shows when it matters, at the click.
    this.#offer().catch(() => {})
  }

  /** Says what broke off here, if anything did. */
  async #offer() {
    const client = await this.#client()
    await offer(client, upload => this.dataset.state === 'choosing' && this.#showUnfinished(client, upload))
  }

  #showUnfinished(client, upload) {
    const discard = h('button', { type: 'button', 'data-testid': 'discard', click: async () => {
      discard.disabled = true
      await client.forget(upload.id).catch(() => {})
      this.#form.last.replaceChildren()
      this.#chooser.input.focus()
      live.say(t.discarded)
    } }, t.discard)
    this.#form.last.replaceChildren(h('section', { class: 'notice', 'aria-labelledby': 'unfinished', 'data-testid': 'unfinished' },
      h('h2', { id: 'unfinished' }, t.unfinished),
      h('p', {}, t.unfinishedMeaning),
      h('ul', {}, ...upload.files.map(file => h('li', {},
        h('bdi', { class: 'name' }, nameOf(file)), ' ',
        h('span', { class: 'figures soft' }, t.unfinishedFile(size(file.sent), size(file.size)))))),
      h('div', { class: 'actions' }, discard)))
  }

  /** The account's client where somebody is signed in, else that of the open send page. */
  async #client() {
    if (await this.#user) return account()
    const { Client } = await sdk()
    return new Client(AUTH)
  }

  #show(state, ...content) {
    this.dataset.state = state
    delete this.dataset.code
    this.replaceChildren(...content.filter(Boolean))
  }

  // Choosing

  #makeForm() {
    const message = h('textarea', { id: 'message', rows: 3, 'data-testid': 'message', 'aria-describedby': 'message-hint' })
    const sender = h('input', { id: 'sender', type: 'email', autocomplete: 'email', 'data-testid': 'sender', 'aria-describedby': 'sender-hint' })
    // As many as one likes, with commas between them.
    const to = h('input', { id: 'to', type: 'email', multiple: true, autocomplete: 'off', 'data-testid': 'to', 'aria-describedby': 'to-hint' })
    // Shown as it is typed: whoever mistypes it here locks the receiver out.
    const password = h('input', {
      id: 'lock', type: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', 'data-testid': 'lock', 'aria-describedby': 'lock-hint',
    })
    const life = h('select', { id: 'life', 'data-testid': 'life' },
      ...LIFE.choices.map(days => h('option', { value: days, selected: days === LIFE.usual }, t.days(days))))
    const field = (control, label, hint) => h('div', { class: 'field' },
      h('label', { for: control.id }, label, ' ', h('span', { class: 'soft' }, `(${t.optional})`)),
      control,
      h('p', { class: 'hint', id: `${control.id}-hint` }, hint))
    const senderField = field(sender, t.sender, t.senderHint)
    const toField = field(to, t.to, t.toHint)
    const group = groupChoice({ none: true })
    const notify = h('input', { id: 'notify', type: 'checkbox', 'data-testid': 'notify' })
    const notifyLine = h('p', { class: 'settings' }, notify, ' ', h('label', { for: notify.id }, t.notify))
    toField.hidden = group.element.hidden = notifyLine.hidden = true
    const rest = h('div', { class: 'rest' },
      field(message, t.message, t.messageHint),
      toField,
      group.element,
      notifyLine,
      senderField,
      field(password, t.password, t.passwordHint),
      h('p', { class: 'settings' }, h('label', { for: life.id }, t.expires), ' ', life),
      h('button', { class: 'primary', 'data-testid': 'send' }, t.send))
    const heading = h('h1', { tabindex: -1 }, t.heading)
    // What happened to the last attempt.
    const last = h('div', { class: 'last' })
    const element = h('form', { submit: event => {
      event.preventDefault()
      this.#send()
    } },
      heading,
      last,
      this.#chooser.list,
      this.#chooser.zone,
      rest)

    return {
      element,
      heading,
      last,
      values: () => ({
        message: message.value,
        sender: sender.value.trim(),
        recipients: to.value.split(',').map(email => email.trim()).filter(Boolean),
        group: group.chosen(),
        notify: notify.checked,
        password: password.value,
        days: Number(life.value),
      }),
      /** With an account one says whom it is for; from whom is known. */
      toRecipients: () => {
        toField.hidden = notifyLine.hidden = false
        group.load().then(any => group.element.hidden = !any)
        senderField.hidden = true
        sender.value = ''
      },
      clear: () => element.reset(),
      changed: empty => {
        element.classList.toggle('empty', empty)
        rest.hidden = empty
      },
    }
  }

  /** The form, with what happened to the last attempt if there was one. */
  #choose(...last) {
    document.title = t.title
    this.#chooser.draw()
    this.#form.last.replaceChildren(...last)
    this.#show('choosing', this.#form.element)
  }

  // Sending

  async #send() {
    const files = [...this.#chooser.files]
    const values = this.#form.values()
    const aborter = new AbortController()
    const { signal } = aborter
    const view = sending(t, files, () => aborter.abort())
    this.#show('sending', ...view.elements)
    view.begin()
    const warn = event => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    let pkg
    try {
      const [client, { qrCode }] = await Promise.all([this.#client(), sdk()])
      pkg = await this.#package(client, files, values)
      await holding(pkg.id, async () => {
        signal.throwIfAborted()
        // Before the files: a message that is refused should not cost an upload.
        if (values.message) await pkg.setMessage(values.message)
        if (values.recipients.length > 0) await pkg.recipients.add(values.recipients)
        if (values.group) await pkg.recipients.addGroup(values.group)
        signal.throwIfAborted()
        view.sending(pkg)
        const sent = await pkg.upload(files, { signal, onProgress: view.progress })
        signal.throwIfAborted()
        // What somebody sends who is signed in may be shared. Without its thumbnails it is sent all the same.
        if (await this.#user) await addThumbnails(pkg, files, sent, signal).catch(() => {})
        signal.throwIfAborted()
        view.finishing()
        const lock = values.password ? { password: values.password } : undefined
        const { link, approvers } = await pkg.finalize({ notify: values.notify, sender: values.sender || undefined, lock })
        // A locked package opens by its link alone.
        const keys = !lock && (await this.#user) ? handOver(() => pkg, 'h2') : undefined
        this.#done(files, values.days, { link, locked: Boolean(lock), approvers, qr: qrCode(link), keys })
        keys?.begin()
      })
    } catch (error) {
      const kept = canKeep() && error.retryable && !signal.aborted
      // The server collects what is unfinished anyway; this only does it at once.
      if (!kept) pkg?.delete().catch(() => {})
      if (signal.aborted) this.#cancelled()
      else this.#fail(error)
    } finally {
      window.removeEventListener('beforeunload', warn)
    }
  }

  /** The package that an earlier attempt began with these files, or a new one. */
  async #package(client, files, { days }) {
    const begun = matching(await unfinished(client), files)
    if (begun) {
      try {
        return await client.resume(begun.id)
      } catch (error) {
        // Gone on the server, and now here as well.
        if (error.retryable) throw error
      }
    }
    const options = { expiresInDays: days }
    if (!canKeep()) return client.createPackage(options)
    try {
      return await client.createPackage({ ...options, resumable: true })
    } catch (error) {
      // Private windows of some browsers keep nothing.
      if (codeOf(error) !== 'UNSUPPORTED') throw error
      return client.createPackage(options)
    }
  }

  #cancelled() {
    this.#choose(h('p', { class: 'notice' }, t.cancelled))
    this.#form.heading.focus()
    live.say(t.cancelled)
  }

  #fail(error) {
    const retry = error.retryable && this.#chooser.files.length > 0 ? () => this.#send() : undefined
    const { element, heading } = failure(error, t.errors, { retry, level: 'h2' })
    this.#choose(element)
    this.dataset.state = 'failed'
    this.dataset.code = codeOf(error)
    heading.focus()
  }

  // Done

  #done(files, days, { link, locked, approvers, qr, keys }) {
    document.title = t.doneTitle
    const heading = h('h1', { tabindex: -1 }, t.done)
    const text = h('textarea', { id: 'link', readonly: true, rows: 4, spellcheck: 'false', 'data-testid': 'link', 'aria-describedby': 'link-hint', focus: () => text.select() })
    text.value = link
    const copy = copyButton(text, t, { class: 'primary' })
    const share = navigator.share && h('button', { type: 'button', 'data-testid': 'share', click: () =>
      // Rejects when the person closes the sheet: nothing to say then.
      navigator.share({ title: t.shareText, url: link }).catch(() => {}) }, t.share)

    this.#show('done',
      h('div', { class: 'hero' }, stamp('sealed'), h('div', {}, heading, h('p', { class: 'soft' }, t.doneSummary(files.length, size(sumOf(files)), days)))),
      approvers.length > 0 && h('p', { class: 'notice', 'data-testid': 'approvers' }, t.approvers(approvers.map(shown).join(', '))),
      h('div', { class: 'field' },
        h('label', { for: text.id }, t.link), text, h('p', { class: 'hint', id: 'link-hint' }, locked ? t.lockedHint : t.linkHint)),
      h('div', { class: 'actions' },
        copy, share, h('a', { class: 'button', href: link, target: '_blank', rel: 'noopener', 'data-testid': 'open-link' }, t.open)),
      h('figure', { class: 'qr' },
        svg('svg', { viewBox: `0 0 ${qr.size} ${qr.size}`, role: 'img', 'aria-label': t.qr, 'shape-rendering': 'crispEdges', 'data-testid': 'qr' },
          svg('path', { d: qr.path })),
        h('figcaption', { class: 'soft' }, t.qrHint)),
      keys && h('section', { class: 'knows' }, keys.element),
      h('section', { class: 'knows' },
        h('p', {}, t.knows),
        h('details', {}, h('summary', {}, t.knowsMore), h('ul', {}, ...t.knowsList.map(line => h('li', {}, line))))),
      h('div', { class: 'actions' },
        h('button', { type: 'button', 'data-testid': 'another', click: () => this.#again() }, t.another)))
    this.firstElementChild.classList.add('just-sealed')
    heading.focus()
    live.say(t.done)
  }

  #again() {
    this.#chooser.clear()
    this.#form.clear()
    this.#choose()
    this.#chooser.input.focus()
  }
}

customElements.define('bulla-send', SendPage)
