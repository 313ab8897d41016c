// One workspace: its folders and files, who has a place in it, and its link.

import { ask } from '/static/elements/dialog.js'
import { field } from '/static/elements/field.js'
import { Folder } from '/static/elements/folder.js'
import { filled } from '/static/elements/list.js'
import { members } from '/static/elements/members.js'
import { copyButton } from '/static/lib/copy.js'
import { h } from '/static/lib/dom.js'
import { shown } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { strings } from '/static/strings/index.js'

const t = strings.workspaces
const RANK = ['VIEWER', 'CONTRIBUTOR', 'MANAGER', 'OWNER']

export class WorkspaceView {
  #workspace
  #on
  #folder
  #heading
  #name
  #message
  // Asks before the page that alone has the key is left.
  #guard = event => event.preventDefault()

  /**
   * A view of `workspace` for `user`, undefined for whoever reads by the link without an account. `on.fresh`: it was made
   * just now, and its key is `alone` in this page or `kept` on trusted devices. `on.safeFileName` is the SDK's. `on.page`
   * takes the class `dragging`; its `user` is the same. `on.left()` is called when it is no more.
   */
  constructor(workspace, user, on) {
    this.#workspace = workspace
    this.#on = on
    this.id = workspace.id
    const { sender, role, origin } = workspace
    const may = { contribute: this.#may('CONTRIBUTOR'), manage: this.#may('MANAGER') }
    this.#name = h('bdi', {})
    this.#heading = h('h1', { tabindex: -1 }, this.#name)
    this.#draw()
    this.#folder = new Folder(workspace, may, on)
    const people = members(workspace, user, may.manage)
    this.#message = filled(() => this.#readMessage(may.contribute))
    this.element = h('article', { class: 'own' },
      h('p', {}, h('a', { href: '/workspaces/' }, t.back)),
      h('div', { class: 'filled' },
        h('div', { class: 'section-head' }, this.#heading,
          this.#may('OWNER') && h('button', { type: 'button', class: 'quiet', 'data-testid': 'rename-workspace', 'aria-label': t.renameWorkspace, click: () => this.#rename() }, t.rename)),
        h('p', { class: 'soft', 'data-testid': 'role' }, [sender === user?.email ? t.madeByYou : t.madeBy(shown(sender)), role && t.yourRole(t.roles[role] ?? role)].filter(Boolean).join(' · ')),
        on.fresh && h('p', { class: 'notice', 'data-testid': 'fresh' }, t.fresh[on.fresh]),
        origin === 'server' && h('p', { class: 'notice', 'data-testid': 'unproven' }, t.unproven)),
      this.#message.element,
      this.#folder.element,
      h('p', { class: 'soft' }, t.noSeal),
      part('members', t.members, people.element),
      may.manage && part('link-part', t.link, ...this.#link()),
      this.#may('OWNER') && part('end', t.end, h('div', { class: 'actions' },
        h('button', { type: 'button', class: 'danger', 'data-testid': 'delete-workspace', click: () => this.#delete() }, t.deleteWorkspace))))
    if (on.fresh === 'alone') window.addEventListener('beforeunload', this.#guard)
    this.load = async folder => {
      await this.#folder.enter(folder)
      this.#message.load()
      people.load()
    }
  }

  get heading() {
    return this.#heading
  }

  enter(folder) {
    return this.#folder.enter(folder)
  }

  drag(event) {
    return this.#folder.drag(event)
  }

  #may(role) {
    return RANK.indexOf(this.#workspace.role) >= RANK.indexOf(role)
  }

  #draw() {
    const name = this.#workspace.name ? shown(this.#workspace.name) : t.nameless
    this.#name.textContent = name
    document.title = t.oneTitle(name)
  }

  async #rename() {
    const name = h('input', { id: 'workspace-name', required: true, maxlength: 200, autocomplete: 'off', 'data-testid': 'workspace-name', value: this.#workspace.name })
    const renamed = await ask({
      title: t.renameTitle(this.#name.textContent),
      content: [field(name, t.newName, t.nameHint)],
      action: t.rename,
      run: () => this.#workspace.rename(name.value.trim()),
    })
    if (!renamed) return
    this.#draw()
    say(t.renamed)
  }

  async #readMessage(writes) {
    const text = await this.#workspace.message()
    return [
      text && h('section', { class: 'message', 'aria-labelledby': 'message-part' },
        h('h2', { id: 'message-part' }, t.message), h('p', { class: 'words', dir: 'auto', 'data-testid': 'message' }, text)),
      writes && h('div', { class: 'actions' },
        h('button', { type: 'button', class: 'quiet', 'data-testid': 'write-message', click: () => this.#write(text ?? '') }, text ? t.changeMessage : t.writeMessage)),
    ]
  }

  async #write(text) {
    const input = h('textarea', { id: 'message-text', rows: 5, required: true, 'data-testid': 'message-text' })
    input.value = text
    const written = await ask({
      title: t.message,
      content: [field(input, t.messageFor, t.messageHint)],
      action: t.keepMessage,
      run: () => this.#workspace.setMessage(input.value),
    })
    if (!written) return
    await this.#message.load()
    this.#message.element.querySelector('button').focus()
    say(t.messageKept)
  }

  #link() {
    const place = filled(async () => {
      const text = h('textarea', { id: 'link', readonly: true, rows: 4, spellcheck: 'false', 'data-testid': 'link', focus: () => text.select() })
      text.value = await this.#workspace.share()
      this.#unguard()
      return [field(text, t.wholeLink), h('div', { class: 'actions' }, copyButton(text, t, { class: 'primary' }))]
    })
    place.element.replaceChildren()
    const button = h('button', { type: 'button', 'data-testid': 'share', click: async () => {
      button.disabled = true
      await place.load()
      button.hidden = place.element.querySelector('#link') !== null
      button.disabled = false
      place.element.querySelector('#link')?.focus()
    } }, t.share)
    return [h('p', { class: 'soft' }, t.linkMeaning), place.element, h('div', { class: 'actions' }, button)]
  }

  async #delete() {
    const deleted = await ask({
      title: t.deleteTitle(this.#name.textContent),
      content: [h('p', {}, t.deleteWorkspaceMeaning)],
      action: t.deleteWorkspace,
      dismiss: t.keep,
      danger: true,
      run: () => this.#workspace.delete(),
    })
    if (!deleted) return
    this.#unguard()
    this.#on.left()
  }

  #unguard() {
    window.removeEventListener('beforeunload', this.#guard)
  }
}

const part = (name, title, ...content) =>
  h('section', { class: 'part', 'aria-labelledby': name }, h('h2', { id: name }, title), ...content)
