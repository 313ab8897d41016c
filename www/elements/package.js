// An opened package: what is in it, and saving it.

import { failure } from '/static/elements/failure.js'
import { FileRow } from '/static/elements/file.js'
import { totalProgress } from '/static/elements/progress.js'
import { stamp } from '/static/elements/stamp.js'
import { ahead } from '/static/lib/ahead.js'
import { h } from '/static/lib/dom.js'
import { codeOf } from '/static/lib/errors.js'
import { date, day, percent, shown, size } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { places } from '/static/lib/names.js'
import * as save from '/static/lib/save.js'
import { canPickFolder, fileIn, pickFolder, save as write } from '/static/lib/save-disk.js'
import { zip, zipSize } from '/static/lib/zip.js'
import { strings } from '/static/strings/index.js'

const t = strings.receive

const sum = items => items.reduce((total, { size }) => total + size, 0)

export class PackageView {
  #received
  #on
  #whole
  #rows
  #saveAll
  #mark
  #standing = h('p', { class: 'soft' })
  #status = h('div', { class: 'status' })

  /**
   * A view of `received`; `safeFileName` is the SDK's. `on.broken(error)` is called when what arrives is not what was
   * sealed: nothing may be saved then. `on.failed(code)` tells of any other failure, and without a code that it is over.
   */
  constructor(received, safeFileName, on) {
    const { files, message, sender, created, expires } = received
    const sized = files.every(file => file.size !== undefined)
    this.#received = received
    this.#on = on
    this.#whole = received.integrity === 'package'
    // An older kind of package has no seal to show.
    this.#mark = stamp(this.#whole ? 'sealed' : 'blank')
    this.#standing.textContent = this.#whole ? t.intact : t.intactPart
    this.heading = h('h1', { tabindex: -1 }, t.contents(files.length, sized ? size(sum(files)) : undefined))
    const alone = files.length === 1
    const safe = places(files, safeFileName)
    this.#rows = files.map((file, index) => new FileRow(file, safe[index], { alone, click: row => this.#one(row, row.button) }))
    const together = alone ? () => this.#one(this.#rows[0], this.#saveAll) : this.#together(sized)
    this.#saveAll = together && h('button', {
      type: 'button',
      class: 'primary',
      'data-testid': 'save-all',
      click: together,
    }, t.saveAll(files.length, sized ? size(sum(files)) : undefined))

    const fact = (term, ...value) => [h('dt', {}, term), h('dd', {}, ...value)]
    this.element = h('article', {},
      h('div', { class: 'hero' }, this.#mark, h('div', {}, this.heading, this.#standing)),
      message && h('section', { class: 'message', 'aria-labelledby': 'message' },
        h('h2', { id: 'message' }, t.message), h('p', { class: 'words', dir: 'auto', 'data-testid': 'message' }, message)),
      h('dl', { class: 'facts' },
        fact(t.from, ...(sender ? [h('bdi', {}, shown(sender)), ' ', h('span', { class: 'soft' }, `(${t.unverified})`)] : [t.nobody])),
        fact(t.sent, date(created)),
        fact(t.until, expires ? date(expires) : t.never)),
      this.#status,
      h('section', { 'aria-labelledby': 'files' },
        h('h2', { id: 'files' }, t.files),
        h('ul', { class: 'files' }, ...this.#rows.map(row => row.element))),
      h('details', {}, h('summary', {}, t.checked),
        h('ul', {}, ...(this.#whole ? t.checkedList : t.checkedListPart).map(line => h('li', {}, line)))))
    this.#rest()
  }

  /** The view at rest, with a note on what happened if there is one. */
  #rest(note) {
    this.#status.replaceChildren(...(note ? [note] : []), h('div', { class: 'actions' }, this.#saveAll))
    this.#enable(true)
  }

  #enable(yes) {
    for (const button of [this.#saveAll, ...this.#rows.map(row => row.button)]) if (button) button.disabled = !yes
  }

  // What a click begins. The browser shows its dialog only right after it, so a place is chosen first; a retry has it.

  /** How all files are saved at once: into a folder where the browser can, else as an archive; undefined when neither works. */
  #together(sized) {
    if (canPickFolder()) return () => this.#all(async () => {
      const folder = await pickFolder()
      return folder && (transfer => this.#intoFolder(transfer, folder))
    })
    const length = sized ? zipSize(this.#rows.map(member)) : undefined
    if (!sized || save.way(length) === undefined) return undefined
    return () => this.#all(async () => {
      const place = await save.place(t.archive(day(this.#received.created)), length)
      return place && (transfer => this.#asArchive(transfer, place))
    })
  }

  #one(row, origin) {
    return this.#save([row], origin, async () => {
      const place = await save.place(row.saveAs, row.file.size)
      return place && (async transfer => {
        await place(this.#fetch(row, transfer))
        this.#done(row)
      })
    })
  }

  #all(choose) {
    return this.#save(this.#rows, this.#saveAll, choose)
  }

  async #intoFolder(transfer, folder) {
    const rows = this.#rows.filter(row => !transfer.done.has(row))
    for await (const { item: row, stream } of ahead(rows, row => this.#fetch(row, transfer))) {
      transfer.stage(row)
      await write(stream, await fileIn(folder, row.place))
      transfer.done.add(row)
      this.#done(row)
    }
  }

  async #asArchive(transfer, place) {
    const fetch = row => this.#fetch(row, transfer)
    const members = async function* (rows) {
      for await (const { item: row, stream } of ahead(rows, fetch)) {
        transfer.stage(row)
        yield { ...member(row), stream }
      }
    }
    await place(zip(members(this.#rows)))
    for (const row of this.#rows) this.#done(row)
  }

  #fetch(row, { signal, loaded }) {
    return this.#received.download(row.file.id, {
      signal,
      onProgress: progress => {
        row.loaded = progress.loaded
        loaded(row, progress.loaded)
      },
    })
  }

  #done(row) {
    row.saved = true
    row.rest(this.#whole ? t.savedFile : t.savedFilePart)
  }

  /**
   * Saves `rows` in the way that `choose` gives: undefined when the person changes their mind, or a function of the
   * transfer. The focus comes back to `origin`.
   */
  async #save(rows, origin, choose) {
    let work
    try {
      work = await choose()
    } catch (error) {
      this.#failed(error, () => this.#save(rows, origin, choose))
      return
    }
    if (work) await this.#transfer(rows, origin, work, new Set())
  }

  async #transfer(rows, origin, work, done) {
    const aborter = new AbortController()
    const total = this.#showSaving(() => aborter.abort())
    const all = sum(rows)
    let current = rows[0]
    let arrived = sum([...done])
    const loaded = new Map()
    const transfer = {
      signal: aborter.signal,
      done,
      stage: row => {
        current = row
        total.stage(t.saving(row.name))
      },
      loaded: (row, bytes) => {
        arrived += bytes - (loaded.get(row) ?? 0)
        loaded.set(row, bytes)
        total.set(arrived, all)
        document.title = t.savingTitle(percent(all ? Math.min(1, arrived / all) : 0))
      },
    }
    transfer.stage(current)
    try {
      await work(transfer)
      document.title = t.openTitle(this.#rows.length)
      this.#saved(rows, origin)
    } catch (error) {
      document.title = t.openTitle(this.#rows.length)
      const cancelled = aborter.signal.aborted || codeOf(error) === 'ABORTED'
      // What was fetched ahead is of no use any more.
      aborter.abort()
      for (const row of rows) row.rest()
      if (cancelled) this.#cancelled(rows.length > 1 && done.size === 0 ? undefined : current, origin)
      else if (codeOf(error) === 'TAMPERED') this.#on.broken(error)
      else this.#failed(error, () => this.#transfer(rows, origin, work, done))
    }
  }

  #showSaving(abort) {
    this.#on.failed()
    this.#enable(false)
    const total = totalProgress()
    const cancel = h('button', { type: 'button', 'data-testid': 'cancel', click: abort }, t.cancel)
    this.#status.replaceChildren(total.element, h('p', { class: 'soft' }, t.stay), h('div', { class: 'actions' }, cancel))
    cancel.focus()
    return total
  }

  #cancelled(row, origin) {
    const words = row ? t.cancelled(row.name) : t.cancelledAll
    this.#rest(h('p', { class: 'notice' }, words))
    origin.focus()
    say(words)
  }

  #failed(error, retry) {
    const { element, heading } = failure(error, t.errors, { retry, resumes: true, level: 'h2' })
    this.#status.replaceChildren(element)
    this.#enable(true)
    this.#on.failed(codeOf(error))
    heading.focus()
  }

  #saved(rows, origin) {
    this.#rest()
    origin.focus()
    if (!this.#rows.every(row => row.saved)) {
      say(rows.map(row => t.savedOne(row.name)).join(' '))
      return
    }
    const words = this.#whole ? t.verified : t.savedAll
    if (this.#whole) {
      const mark = stamp('verified')
      this.#mark.replaceWith(mark)
      this.#mark = mark
    }
    this.#standing.replaceChildren(h('strong', { class: this.#whole && 'good', 'data-testid': 'verified' }, words), ...(this.#whole ? [' ', t.verifiedMeaning] : []))
    say(words)
  }
}

/** A file as the archive takes it, but for its content. */
const member = ({ file, place }) => ({ name: place.join('/'), size: file.size, modified: file.modified })
