// One folder of a workspace: the way to it, what is in it, adding to it by drop and by button, and saving from it.

import * as changes from '/static/elements/changes.js'
import { failure } from '/static/elements/failure.js'
import { filled } from '/static/elements/list.js'
import { totalProgress } from '/static/elements/progress.js'
import { fromDrop, fromInput } from '/static/lib/chosen.js'
import { h } from '/static/lib/dom.js'
import { coded, codeOf } from '/static/lib/errors.js'
import { folders } from '/static/lib/folders.js'
import { date, shown, size } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import * as save from '/static/lib/save.js'
import { locale, strings } from '/static/strings/index.js'

const t = strings.workspaces
const inOrder = new Intl.Collator(locale, { numeric: true })

/** All of a list, in the order of names, which a sealed workspace's server does not know. */
async function sorted(list) {
  const all = []
  for await (const entry of list) all.push(entry)
  return all.sort((a, b) => inOrder.compare(a.name ?? '', b.name ?? ''))
}

const nameOf = ({ name, damaged }) => (damaged ? t.damagedName : shown(name))

export class Folder {
  #workspace
  #may
  #on
  // The folders from the top to this one: `{ id, name }`.
  #path
  #crumbs = h('nav', { 'aria-label': t.path, class: 'crumbs' })
  #status = h('div', { class: 'status', 'data-testid': 'status' })
  #contents
  #input
  #busy = false
  // The folders in it, as they were shown last.
  #folders = []

  /** The folders of `workspace`; `may` says whether one may `contribute` and `manage`. */
  constructor(workspace, may, on) {
    this.#workspace = workspace
    this.#may = may
    this.#on = on
    this.#path = [{ id: workspace.root, name: t.top }]
    this.#contents = filled(() => this.#list())
    const input = this.#input = h('input', { type: 'file', multiple: true, 'aria-label': t.chooseName, 'data-testid': 'files', change: () => {
      const files = fromInput(input)
      input.value = ''
      this.#upload(files)
    } })
    this.element = h('section', { class: 'filled', 'aria-label': t.contents },
      this.#crumbs,
      this.#status,
      may.contribute && h('div', { class: 'drop' }, input, h('div', { class: 'drop-words', 'aria-hidden': 'true' }, h('strong', {}, t.drop))),
      this.#contents.element,
      may.manage && h('div', { class: 'actions' }, h('button', { type: 'button', 'data-testid': 'new-folder', click: () => this.#change(changes.makeFolder(name => this.#workspace.directories.create(this.#free(name), { within: this.#here })), t.added) }, t.newFolder)))
  }

  get #here() {
    return this.#path.at(-1).id
  }

  /** Goes to a folder, by its id; without one to the top. */
  async enter(id = this.#workspace.root) {
    this.#path = await this.#pathTo(id)
    this.#drawCrumbs()
    this.#contents.clear()
    await this.#contents.load()
  }

  /** The way to a folder, from what is known of it, or else found from the top. */
  async #pathTo(id) {
    const known = this.#path.findIndex(folder => folder.id === id)
    if (known >= 0) return this.#path.slice(0, known + 1)
    for await (const folder of folders(this.#workspace)) {
      if (folder.id === id) return [this.#path[0], ...folder.path.map(folder => ({ id: folder.id, name: nameOf(folder) }))]
    }
    throw coded('NOT_FOUND', 'there is no such folder')
  }

  #drawCrumbs() {
    const last = this.#path.length - 1
    this.#crumbs.replaceChildren(h('ol', {}, ...this.#path.map(({ id, name }, index) =>
      h('li', {}, index === last ? h('bdi', { 'aria-current': 'page', tabindex: -1 }, name) : this.#way(id, name)))))
  }

  /** A link to a folder, which loads nothing anew: the page would forget the key. */
  #way(id, name) {
    return h('a', { class: 'name', href: this.#address(id), 'data-testid': 'folder', click: async event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      history.pushState(null, '', this.#address(id))
      const known = this.#path.some(folder => folder.id === id)
      if (!known) this.#path = [...this.#path, { id, name }]
      await this.enter(id)
      this.#crumbs.querySelector('[aria-current]').focus()
      say(name)
    } }, h('bdi', {}, name))
  }

  #address(id) {
    const folder = id === this.#workspace.root ? '' : `&folder=${encodeURIComponent(id)}`
    return `?id=${encodeURIComponent(this.#workspace.id)}${folder}`
  }

  async #list() {
    const here = this.#here
    const [folders, files] = await Promise.all([
      sorted(this.#workspace.directories.list(here)),
      sorted(this.#workspace.files.list(here)),
    ])
    this.#folders = folders
    if (folders.length + files.length === 0) return [h('p', { class: 'soft', 'data-testid': 'empty' }, t.nothing)]
    return [h('ul', { class: 'rows', 'aria-label': t.contents }, ...folders.map(folder => this.#folderRow(folder)), ...files.map(file => this.#fileRow(file)))]
  }

  #folderRow(folder) {
    const name = nameOf(folder)
    return h('li', { 'data-testid': 'folder-row', 'data-name': folder.name },
      h('div', { class: 'section-head' }, this.#way(folder.id, name), h('span', { class: 'soft' }, t.folder)),
      this.#may.manage && this.#more(name,
        this.#action(t.rename, t.renameName(name), 'rename', () => this.#change(changes.rename(folder, name, fresh => this.#workspace.directories.rename(folder.id, this.#free(fresh, folder))), t.renamed)),
        this.#action(t.move, t.moveName(name), 'move', () => this.#change(changes.move(this.#workspace, name, folder.id, target => this.#workspace.directories.move(folder.id, target)), t.moved)),
        this.#action(t.delete, t.deleteName(name), 'delete', () => this.#change(changes.remove(name, t.deleteFolder, () => this.#workspace.directories.delete(folder.id)), t.deleted))))
  }

  #fileRow(file) {
    const { versions, createdBy, uploaded, damaged } = file
    const { user } = this.#on.page
    const name = nameOf(file)
    // Contributors change what they added.
    const may = this.#may.manage || (this.#may.contribute && createdBy === user.email)
    return h('li', { 'data-testid': 'file-row', 'data-name': file.name },
      h('div', { class: 'section-head' },
        h('bdi', { class: 'name' }, name),
        !damaged && h('span', { class: 'figures soft' }, size(file.size))),
      h('p', { class: 'soft' }, [t.by(createdBy && shown(createdBy), uploaded && date(uploaded)), t.version(versions.length)].filter(Boolean).join(' · ')),
      h('div', { class: 'actions' }, this.#saveButton(file, t.save, t.saveName(name))),
      (may || (!damaged && user) || versions.length > 0) && this.#more(name,
        may && this.#action(t.rename, t.renameName(name), 'rename', () => this.#change(changes.rename(file, name, fresh => this.#workspace.files.rename(file.id, fresh)), t.renamed)),
        may && this.#action(t.move, t.moveName(name), 'move', () => this.#change(changes.move(this.#workspace, name, undefined, target => this.#workspace.files.move(file.id, target)), t.moved)),
        !damaged && user && this.#action(t.copyFile, t.copyName(name), 'copy', () => this.#change(changes.copy(this.#workspace, file, name), t.copiedFile)),
        may && this.#action(t.delete, t.deleteName(name), 'delete', () => this.#change(changes.remove(name, t.deleteFile(versions.length), () => this.#workspace.files.delete(file.id)), t.deleted)),
        versions.length > 0 && h('div', { class: 'filled' }, h('p', { class: 'soft' }, t.versions), h('ul', { class: 'rows', 'aria-label': t.versions }, ...versions.map(version => this.#version(version, name, may))))))
  }

  #version(version, name, may) {
    const when = version.uploaded ? date(version.uploaded) : ''
    return h('li', { 'data-testid': 'version' },
      h('p', {}, [version.damaged ? t.damagedName : size(version.size), t.by(version.createdBy && shown(version.createdBy), when)].filter(Boolean).join(' · ')),
      h('div', { class: 'actions' },
        this.#saveButton(version, t.save, t.saveVersion(name, when)),
        may && this.#action(t.delete, t.deleteName(`${name}, ${when}`), 'delete-version', () => this.#change(changes.remove(name, t.deleteVersion, () => this.#workspace.files.delete(version.id)), t.deleted))))
  }

  #more(name, ...content) {
    const [actions, rest] = [content.filter(part => part && part.matches('button')), content.filter(part => part && !part.matches('button'))]
    return h('details', { 'data-testid': 'more' },
      h('summary', { 'aria-label': t.moreName(name) }, t.more),
      h('div', { class: 'actions' }, ...actions), ...rest)
  }

  #action(words, name, testid, click) {
    return h('button', { type: 'button', class: 'quiet', 'aria-label': name, 'data-testid': testid, click }, words)
  }

  // Changing

  async #changed(words) {
    await this.#contents.load()
    this.#crumbs.querySelector('[aria-current]').focus()
    say(words)
  }

  /** `name`, unless another folder here has it: where names are sealed, the server cannot tell. */
  #free(name, but = undefined) {
    if (this.#folders.some(folder => folder.id !== but?.id && folder.name === name.normalize('NFC'))) throw coded('EXISTS', `there is a folder ${name} already`)
    return name
  }

  /** Asks with one of `changes`, and shows what came of it. */
  async #change(asked, words) {
    try {
      if (await asked) await this.#changed(words)
    } catch (error) {
      this.#failed(error)
    }
  }

  // Adding

  async drag(event) {
    if (!event.dataTransfer?.types.includes('Files')) return
    // Everywhere on the page, lest a file dropped beside the zone replaces the page.
    event.preventDefault()
    const takes = this.#may.contribute && !this.#busy
    const leaving = event.type === 'drop' || (event.type === 'dragleave' && event.relatedTarget === null)
    this.#on.page.classList.toggle('dragging', takes && !leaving)
    if (event.type === 'dragover') event.dataTransfer.dropEffect = takes ? 'copy' : 'none'
    if (event.type !== 'drop' || !takes) return
    try {
      await this.#upload(await fromDrop(event.dataTransfer))
    } catch (cause) {
      this.#failed(coded('INVALID_INPUT', 'a dropped file or folder cannot be read', cause))
    }
  }

  #upload(files) {
    if (files.length === 0) return undefined
    const directory = this.#here
    return this.#transfer(this.#input, t.uploading, t.uploadCancelled, async ({ signal, total }) => {
      try {
        await this.#workspace.files.upload(files, { directory, signal, onProgress: ({ totalLoaded, totalSize, waiting }) => {
          total.waiting(waiting)
          total.set(totalLoaded, totalSize)
        } })
      } finally {
        // What was whole is there, whatever became of the rest.
        await this.#contents.load()
      }
      return t.uploaded(files.length)
    })
  }

  // Saving

  #saveButton(file, words, name) {
    if (file.damaged) return null
    if (save.way(file.size) === undefined) return h('p', { class: 'hint' }, t.tooLarge(size(save.GATHER_LIMIT)))
    const button = h('button', { type: 'button', disabled: this.#busy, 'aria-label': name, 'data-testid': 'save', click: async () => {
      let place
      try {
        place = await save.place(this.#on.safeFileName(file.name), file.size)
      } catch (error) {
        this.#failed(error)
        return
      }
      if (!place) return
      await this.#transfer(button, t.saving(nameOf(file)), t.saveCancelled, async ({ signal, total }) => {
        try {
          const { offset } = place
          const stream = await this.#workspace.files.download(file.id, { signal, offset, onProgress: ({ loaded, size, waiting }) => {
            total.waiting(waiting)
            total.set(loaded, size)
          } })
          await place.take(stream, offset)
        } catch (error) {
          // What another try does not mend leaves nothing on the disk that looks like the file.
          if (signal.aborted || !error.retryable) await place.discard?.()
          throw error
        }
        return t.saved(nameOf(file))
      })
    } }, words)
    return button
  }

  /** Does `work` with progress above the list, one at a time; `work` gives what to say at its end. The focus comes back to `origin`. */
  async #transfer(origin, stage, cancelled, work) {
    const aborter = new AbortController()
    const { signal } = aborter
    const total = totalProgress()
    const cancel = h('button', { type: 'button', 'data-testid': 'cancel', click: () => {
      cancel.disabled = true
      aborter.abort()
    } }, t.cancel)
    const warn = event => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    this.#setBusy(true)
    this.#status.replaceChildren(total.element, h('p', { class: 'soft' }, t.stay), h('div', { class: 'actions' }, cancel))
    cancel.focus()
    total.stage(stage)
    total.wait()
    let failed
    try {
      this.#note(await work({ signal, total }))
    } catch (error) {
      if (signal.aborted) this.#note(cancelled)
      else failed = error
    }
    window.removeEventListener('beforeunload', warn)
    this.#setBusy(false)
    if (failed) this.#failed(failed, failed.retryable ? () => this.#transfer(origin, stage, cancelled, work) : undefined)
    else if (document.activeElement === document.body) origin.focus()
  }

  #setBusy(yes) {
    this.#busy = yes
    for (const control of this.element.querySelectorAll('[data-testid="save"], [data-testid="files"]')) control.disabled = yes
  }

  #note(words) {
    this.#status.replaceChildren(h('p', { class: 'notice', 'data-testid': 'notice' }, words))
    say(words)
  }

  #failed(error, retry) {
    const { element, heading } = failure(error, strings.own, { retry, resumes: true, level: 'h2' })
    element.dataset.code = codeOf(error)
    this.#status.replaceChildren(element)
    heading.focus()
  }
}
