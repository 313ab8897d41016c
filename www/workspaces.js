// Workspaces. States (`data-state`): those of signing in (see lib/page.js), `list`, `locked` (needs its link), and `workspace`.
// Whoever has a link also reads without an account.

import { ask } from '/static/elements/dialog.js'
import { field } from '/static/elements/field.js'
import { linkForm } from '/static/elements/link.js'
import { paged } from '/static/elements/list.js'
import { WorkspaceView } from '/static/elements/workspace.js'
import { h } from '/static/lib/dom.js'
import { codeOf } from '/static/lib/errors.js'
import { date, shown } from '/static/lib/format.js'
import { SignedPage } from '/static/lib/page.js'
import { prepare } from '/static/lib/save-worker.js'
import { sdk } from '/static/lib/sdk.js'
import { client } from '/static/lib/session.js'
import { openHere } from '/static/lib/workspaces.js'
import { strings } from '/static/strings/index.js'

const t = strings.workspaces
const PAGE = 25
const KEY = /(#|%23).*$/i

class WorkspacesPage extends SignedPage {
  // The link that the page was opened with, or one typed in: its key stays here.
  #link
  #view

  connectedCallback() {
    this.#read()
    window.addEventListener('hashchange', () => this.#read() && this.enter())
    window.addEventListener('popstate', () => this.#go())
    for (const type of ['dragenter', 'dragover', 'dragleave', 'drop']) document.addEventListener(type, event => this.#drag(event))
    super.connectedCallback()
  }

  #drag(event) {
    if (this.dataset.state === 'workspace') this.#view.drag(event)
    // A file that is dropped elsewhere would replace the page.
    else if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
  }

  /** Takes a link with a key out of the address bar, so that its key stays in no history. */
  #read() {
    const { href } = location
    if (!KEY.test(href)) return false
    history.replaceState(null, '', href.replace(KEY, ''))
    if (!/packagecode=/i.test(href)) return false
    this.#link = href.replace('/workspaces/', '/receive/')
    return true
  }

  /** Goes back or forth between the folders of one workspace, or to another page of this kind. */
  #go() {
    if (KEY.test(location.href)) return
    const asked = new URLSearchParams(location.search)
    if (this.dataset.state === 'workspace' && this.#view.id === asked.get('id')) this.#view.enter(asked.get('folder') ?? undefined).catch(error => this.fail(error, () => this.enter()))
    else location.reload()
  }

  signIn(notice) {
    super.signIn(notice)
    if (!this.#link) return
    const guest = h('button', { type: 'button', 'data-testid': 'guest', click: async () => {
      guest.disabled = true
      await this.enter()
      guest.disabled = false
    } }, t.guest)
    this.append(h('section', { class: 'part' }, h('p', { class: 'soft' }, t.guestMeaning), h('div', { class: 'actions' }, guest)))
  }

  async open() {
    const id = new URLSearchParams(location.search).get('id')
    if (this.#link) {
      await this.#openLink(this.#link)
    } else if (id !== null) {
      const { packages } = await client()
      // Whether there is such a workspace for this account is one thing, whether this device has a key to it another.
      await packages.get(id)
      const workspace = await openHere(id)
      if (workspace) await this.#show(workspace)
      else this.#locked(id)
    } else {
      await this.#list()
    }
  }

  async #openLink(link) {
    const { workspaces } = await client()
    let workspace
    try {
      workspace = await workspaces.open(link)
    } catch (error) {
      if (codeOf(error) !== 'PASSWORD_REQUIRED') throw error
      const password = h('input', { id: 'door', type: 'password', required: true, autocomplete: 'off', 'data-testid': 'door' })
      await ask({
        title: t.door,
        content: [field(password, t.password, t.passwordHint)],
        action: t.openDoor,
        words: { ...strings.own, ...t.doorErrors },
        run: async () => { workspace = await workspaces.open(link, { password: password.value }) },
      })
    }
    if (workspace) await this.#show(workspace)
  }

  async #list() {
    document.title = t.title
    const { workspaces } = await client()
    const rows = await paged(workspaces.list({ by: 'updated', descending: true }), entry => this.#row(entry), { label: t.list, empty: t.none, size: PAGE })
    this.show('list',
      h('h1', { tabindex: -1 }, t.heading),
      h('div', { class: 'actions' }, h('button', { type: 'button', class: 'primary', 'data-testid': 'new-workspace', click: () => this.#create() }, t.create)),
      h('section', { class: 'filled', 'aria-label': t.list }, ...rows),
      this.#byLink())
  }

  #byLink() {
    return linkForm(t.byLink, link => this.#openLink(link))
  }

  #row({ id, name, sender, senderId, updated, hasMessage }) {
    return h('li', { 'data-testid': 'workspace' },
      h('a', { class: 'name', href: `?id=${encodeURIComponent(id)}` }, name === undefined ? t.sealedName : name === '' ? t.nameless : shown(name)),
      h('p', { class: 'soft' }, [
        senderId === this.user.id ? t.madeByYou : t.madeBy(shown(sender)),
        updated && t.changedOn(date(updated)),
        hasMessage && t.hasMessage,
      ].filter(Boolean).join(' · ')))
  }

  #create() {
    const name = h('input', { id: 'workspace-name', required: true, maxlength: 200, autocomplete: 'off', 'data-testid': 'workspace-name' })
    let made
    let fresh = 'alone'
    return ask({
      title: t.createTitle,
      content: [field(name, t.name, t.nameHint)],
      action: t.createDo,
      run: async () => {
        const { keys, workspaces } = await client()
        made = await workspaces.create({ name: name.value.trim() })
        // Else this page alone has its key.
        if (!(await keys.device().catch(() => undefined))) return
        await keys.wrap(made)
        fresh = 'kept'
      },
    }).then(async done => {
      if (done) await this.#show(made, { fresh })
    })
  }

  #locked(id) {
    document.title = t.lockedTitle
    const form = this.#byLink()
    form.open = true
    const heading = h('h1', { tabindex: -1 }, t.locked)
    this.show('locked', h('p', {}, h('a', { href: '?' }, t.back)), heading, h('p', {}, t.lockedMeaning), form)
    heading.focus()
  }

  async #show(workspace, { fresh } = {}) {
    const asked = new URLSearchParams(location.search)
    const folder = asked.get('id') === workspace.id ? asked.get('folder') ?? undefined : undefined
    if (asked.get('id') !== workspace.id) history[fresh ? 'pushState' : 'replaceState'](null, '', `?id=${encodeURIComponent(workspace.id)}`)
    const [{ safeFileName }] = await Promise.all([sdk(), prepare()])
    const view = new WorkspaceView(workspace, this.user, {
      fresh,
      safeFileName,
      page: this,
      left: () => location.assign('/workspaces/'),
    })
    await view.load(folder)
    this.#view = view
    this.show('workspace', view.element)
    view.heading.focus()
  }
}

customElements.define('bulla-workspaces', WorkspacesPage)
