// Requests of whoever is signed in. States (`data-state`): those of signing in (see lib/page.js), `list`, and `one` (`?id=`).

import { ask } from '/static/elements/dialog.js'
import { failure } from '/static/elements/failure.js'
import { field } from '/static/elements/field.js'
import { filled, paged } from '/static/elements/list.js'
import { PackageView } from '/static/elements/package.js'
import { part } from '/static/elements/part.js'
import { copyButton } from '/static/lib/copy.js'
import { h } from '/static/lib/dom.js'
import { codeOf } from '/static/lib/errors.js'
import { date, shown, size } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { SignedPage } from '/static/lib/page.js'
import { prepare } from '/static/lib/save-worker.js'
import { sdk } from '/static/lib/sdk.js'
import { client } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.requests
const PAGE = 25
const DAY = 24 * 60 * 60 * 1000
const LIFE = { choices: [1, 7, 30, 90, 365], usual: 30 }
const MEGABYTE = 1_000_000

class RequestsPage extends SignedPage {
  async open() {
    const id = new URLSearchParams(location.search).get('id')
    if (id === null) await this.#list()
    else await this.#one(id)
  }

  async #list() {
    document.title = t.title
    const { requests } = await client()
    const rows = await paged(requests.list(), row, { label: t.heading, empty: t.empty, size: PAGE })
    this.show('list',
      h('h1', { tabindex: -1 }, t.heading),
      h('p', {}, t.meaning),
      h('section', { class: 'part', 'aria-labelledby': 'new-request' }, h('h2', { id: 'new-request' }, t.make), makeForm()),
      h('section', { class: 'filled', 'aria-label': t.heading }, ...rows))
  }

  async #one(id) {
    const { requests } = await client()
    const request = await requests.get(id)
    document.title = t.oneTitle
    const heading = h('h1', { tabindex: -1 }, nameOf(request))
    // One at a time, below the list.
    const opened = part('opened', t.opened)
    opened.hidden = true
    const show = (...content) => {
      opened.replaceChildren(opened.firstElementChild, ...content)
      opened.hidden = false
    }
    const came = filled(async () =>
      paged(requests.received(id), entry => incoming(entry, show), { label: t.came, empty: t.nothingCame, size: PAGE }))
    this.show('one', h('article', { class: 'own' },
      h('p', {}, h('a', { href: '?' }, t.back)),
      h('div', { class: 'filled' }, heading, h('p', { class: `state ${request.ended ? 'expired' : 'active'}`, 'data-testid': 'state' }, stateOf(request)), terms(request)),
      !request.ended && part('link', t.link, ...linkOf(request)),
      part('came', t.came, came.element),
      opened,
      !request.ended && part('end', t.end, h('div', { class: 'actions' }, remove(request)))))
    heading.focus()
    await came.load()
  }
}

const nameOf = ({ title }) => (title ? shown(title) : t.nameless)
const stateOf = ({ ended, expires }) => (ended ? t.ended : expires ? t.open(date(expires)) : t.openForever)

function row(request) {
  return h('li', { 'data-testid': 'request' },
    h('a', { class: 'name', href: `?id=${encodeURIComponent(request.id)}` }, nameOf(request)),
    h('p', { class: 'soft' }, [t.made(date(request.created)), t.packages(request.packages)].join(' · ')),
    h('p', { class: `state ${request.ended ? 'expired' : 'active'}` }, stateOf(request)))
}

function terms({ message, maxPackages, maxFiles, maxBytes, requireUserInfo, notifyOnUpload, packages }) {
  const fact = (term, value) => value && [h('dt', {}, term), h('dd', {}, value)]
  return h('dl', { class: 'facts' },
    fact(t.message, message && h('span', { class: 'words', dir: 'auto' }, message)),
    fact(t.count, t.packages(packages)),
    fact(t.limits, [maxPackages > 0 && t.packages(maxPackages), maxFiles > 0 && t.files(maxFiles), maxBytes > 0 && size(maxBytes)].filter(Boolean).join(' · ')),
    fact(t.senders, requireUserInfo && t.named),
    fact(t.told, notifyOnUpload && t.byMail))
}

/** The link, or why there is none. */
function linkOf({ link }) {
  if (!link) return [h('p', { class: 'notice', 'data-testid': 'no-link' }, t.noLink)]
  const text = h('textarea', { id: 'link', readonly: true, rows: 3, spellcheck: 'false', 'data-testid': 'link', focus: () => text.select() })
  text.value = link
  return [field(text, t.linkLabel, t.linkHint), h('div', { class: 'actions' }, copyButton(text, strings.send, { class: 'primary' }))]
}

function makeForm() {
  const title = h('input', { id: 'title', maxlength: 200, required: true, autocomplete: 'off', 'data-testid': 'title' })
  const message = h('textarea', { id: 'message', maxlength: 2000, rows: 3, 'data-testid': 'message' })
  const life = h('select', { id: 'life', 'data-testid': 'life' },
    ...LIFE.choices.map(days => h('option', { value: days, selected: days === LIFE.usual }, t.days(days))), h('option', { value: 0 }, t.never))
  const number = id => h('input', { id, type: 'number', min: 1, step: 1, inputmode: 'numeric', 'data-testid': id })
  const [maxPackages, maxFiles, megabytes] = ['max-packages', 'max-files', 'max-megabytes'].map(number)
  const named = h('input', { id: 'named', type: 'checkbox', 'data-testid': 'named' })
  const notify = h('input', { id: 'notify', type: 'checkbox', 'data-testid': 'notify' })
  const box = (control, label) => h('p', { class: 'settings' }, control, ' ', h('label', { for: control.id }, label))
  const place = h('div', { class: 'last' })
  const button = h('button', { class: 'primary', 'data-testid': 'make' }, t.make)
  const limit = (input, unit = 1) => (input.value === '' ? undefined : Math.round(Number(input.value) * unit))
  return h('form', { submit: async event => {
    event.preventDefault()
    button.disabled = true
    try {
      const { keys, requests } = await client()
      // Requests are made and opened with the device's key.
      if (!await keys.device()) await keys.create({ description: t.thisBrowser })
      const days = Number(life.value)
      const { id } = await requests.create({
        title: title.value,
        message: message.value,
        expires: days === 0 ? 'never' : new Date(Date.now() + days * DAY),
        maxPackages: limit(maxPackages),
        maxFiles: limit(maxFiles),
        maxBytes: limit(megabytes, MEGABYTE),
        requireUserInfo: named.checked,
        notifyOnUpload: notify.checked,
      })
      location.assign(`?id=${encodeURIComponent(id)}`)
    } catch (error) {
      const { element, heading } = failure(error, strings.own, { level: 'h3' })
      place.replaceChildren(element)
      heading.focus()
      button.disabled = false
    }
  } },
    field(title, t.titleLabel, t.titleHint),
    field(message, t.messageLabel),
    h('p', { class: 'settings' }, h('label', { for: life.id }, t.endsIn), ' ', life),
    h('details', {}, h('summary', {}, t.more),
      field(maxPackages, t.maxPackages),
      field(maxFiles, t.maxFiles),
      field(megabytes, t.maxMegabytes),
      box(named, t.askNames),
      box(notify, t.tellMe)),
    place,
    h('div', { class: 'actions' }, button))
}

/** A package that came in; `show(...content)` shows what is in it. */
function incoming(entry, show) {
  const { name, sender, received, files, size: octets, serverEncrypted } = entry
  const who = [name, sender].filter(Boolean).map(shown).join(', ')
  const fail = error => {
    const { element, heading } = failure(error, { ...strings.own, ...t.openErrors }, { level: 'h3' })
    element.dataset.code = codeOf(error)
    show(element)
    heading.focus()
  }
  const open = h('button', { type: 'button', 'data-testid': 'open', 'aria-label': t.openName(who || t.unnamed), click: async () => {
    open.disabled = true
    show(h('progress', { 'aria-label': strings.receive.opening }))
    try {
      const { safeFileName } = await sdk()
      const [opened] = await Promise.all([(await client()).requests.open(entry), prepare()])
      const view = new PackageView(opened, safeFileName, { broken: fail, failed: () => {}, level: 3 })
      show(view.element)
      view.heading.focus()
      say(view.heading.textContent)
      view.recall()
    } catch (error) {
      fail(error)
    } finally {
      open.disabled = false
    }
  } }, t.openIt)
  return h('li', { 'data-testid': 'incoming' },
    h('p', { class: 'name', 'data-testid': 'who' }, who || t.unnamed),
    h('p', { class: 'soft' }, [t.files(files), size(octets), t.received(date(received))].join(' · ')),
    serverEncrypted && h('p', { class: 'notice', 'data-testid': 'server-encrypted' }, t.serverEncrypted),
    h('div', { class: 'actions' }, open))
}

function remove({ id }) {
  return h('button', { type: 'button', class: 'danger', 'data-testid': 'delete', click: async () => {
    const removed = await ask({
      title: t.deleteTitle,
      content: [h('p', {}, t.deleteMeaning)],
      action: t.delete,
      dismiss: t.keep,
      danger: true,
      run: async () => (await client()).requests.delete(id),
    })
    if (removed) location.assign('?')
  } }, t.delete)
}

customElements.define('bulla-requests', RequestsPage)
