// An opened package: what is in it, and saving it.

import { failure } from '/static/elements/failure.js'
import { FileRow } from '/static/elements/file.js'
import { pictures } from '/static/elements/pictures.js'
import { totalProgress } from '/static/elements/progress.js'
import { stamp } from '/static/elements/stamp.js'
import { canShow, contentOf, showFile } from '/static/elements/viewer.js'
import { AHEAD, SMALL, ahead } from '/static/lib/ahead.js'
import { h } from '/static/lib/dom.js'
import { codeOf } from '/static/lib/errors.js'
import { date, day, percent, shown, size } from '/static/lib/format.js'
import { forget, keep, kept } from '/static/lib/kept.js'
import { say } from '/static/lib/live.js'
import { places } from '/static/lib/names.js'
import * as save from '/static/lib/save.js'
import { DiskFile, allowed, canPickFolder, fileIn, pickFolder, unchanged } from '/static/lib/save-disk.js'
import { zip, zipSize } from '/static/lib/zip.js'
import { locale, strings } from '/static/strings/index.js'

const t = strings.receive

const sum = items => items.reduce((total, { size }) => total + size, 0)

export class PackageView {
  #received
  #on
  #whole
  // Whether whoever sealed it held the link, or is proven: the server alone could not have made it up.
  #proven
  #rows
  #saveAll
  #mark
  // The folder that files are being saved into: its handle, the rows that are there, and what is begun of others.
  #folder
  // Whether something has been saved, or tried, since the package was opened.
  #used = false
  #standing = h('p', { class: 'soft' })
  #status = h('div', { class: 'status' })

  /**
   * A view of `received`; `safeFileName` is the SDK's. `on.broken(error)` is called when what arrives is not what was
   * sealed: nothing may be saved then. `on.failed(code)` tells of any other failure, and without a code that it is over.
   * `on.level` is that of the heading; default 1. Where `on.only` has ids of files in it, only these are there.
   */
  constructor(received, safeFileName, on) {
    const { message, sender, created, expires, origin, viewOnly, serverEncrypted } = received
    const { level = 1, only = [] } = on
    const chosen = received.files.filter(({ id }) => only.includes(id))
    const files = (chosen.length > 0 ? chosen : received.files).sort(byPath)
    const sized = files.every(file => file.size !== undefined)
    this.count = files.length
    this.#received = received
    this.#on = on
    this.#whole = received.integrity === 'package'
    this.#proven = this.#whole && origin !== 'server'
    // An older kind of package has no seal to show.
    this.#mark = stamp(this.#proven ? 'sealed' : 'blank')
    this.#standing.textContent = this.#proven ? t.intact : this.#whole ? t.intactUnproven : t.intactPart
    this.heading = h(`h${level}`, { tabindex: -1 }, t.contents(files.length, sized ? size(sum(files)) : undefined))
    const alone = files.length === 1
    const safe = places(files, safeFileName)
    const rowOf = viewOnly
      ? file => ({ alone: false, look: true, can: canShow(file), click: row => this.#look(row) })
      : file => ({ alone, can: save.way(file.size) !== undefined, click: row => this.#one(row, row.button) })
    this.#rows = files.map((file, index) => new FileRow(file, safe[index], rowOf(file)))
    const together = viewOnly ? undefined : alone ? () => this.#one(this.#rows[0], this.#saveAll) : this.#together(sized)
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
        h(`h${level + 1}`, { id: 'message' }, t.message), h('p', { class: 'words', dir: 'auto', 'data-testid': 'message' }, message)),
      h('dl', { class: 'facts' },
        fact(t.from, ...(sender ? [h('bdi', {}, shown(sender)), ' ', h('span', { class: 'soft' }, `(${origin === 'sender' ? t.signed : t.unverified})`)] : [t.nobody])),
        fact(t.sent, date(created)),
        fact(t.until, expires ? date(expires) : t.never)),
      serverEncrypted && h('p', { class: 'notice', 'data-testid': 'server-encrypted' }, t.serverEncrypted),
      viewOnly && h('p', { class: 'notice', 'data-testid': 'view-only' }, t.viewOnly),
      this.#status,
      h('section', { 'aria-labelledby': 'files' },
        h(`h${level + 1}`, { id: 'files' }, t.files),
        h('ul', { class: 'files' }, ...this.#rows.map(row => row.element))),
      h('details', {}, h('summary', {}, t.checked),
        h('ul', {}, ...(this.#proven ? t.checkedList : this.#whole ? t.checkedListUnproven : t.checkedListPart).map(line => h('li', {}, line)))))
    this.#rest()
    pictures(received, this.#rows)
  }

  /** The view at rest, with a note on what happened if there is one. */
  #rest(note) {
    this.#status.replaceChildren(...(note ? [note] : []), h('div', { class: 'actions' }, this.#saveAll))
    this.#enable(true)
  }

  #enable(yes) {
    for (const button of [this.#saveAll, ...this.#rows.map(row => row.button)]) if (button) button.disabled = !yes
  }

  // What a click begins. The browser shows its dialog only right after it, so a place is chosen first. A place on the disk
  // stays chosen until all is there: another click goes on where it was.

  /** How all files are saved at once: into a folder where the browser can, else as an archive; undefined when neither works. */
  #together(sized) {
    if (canPickFolder()) {
      return () => this.#all(async () => {
        this.#folder ??= await this.#chooseFolder()
        return this.#folder && (transfer => this.#intoFolder(transfer, this.#folder))
      })
    }
    const length = sized ? zipSize(this.#rows.map(member)) : undefined
    if (!sized || save.way(length) === undefined) return undefined
    return () => this.#all(async () => {
      const place = await save.place(t.archive(day(this.#received.created)), length)
      return place && (transfer => this.#asArchive(transfer, place))
    })
  }

  /** Shows a file, where the sender asks that it be looked at and not saved. */
  #look(row) {
    let content
    const work = async transfer => {
      transfer.stage(row)
      content = await contentOf(row.file, this.#fetch(row, transfer))
    }
    return this.#transfer([row], row.button, work, () => {
      row.rest(this.#proven ? t.lookedFile : undefined)
      this.#rest()
      showFile(row.name, content, row.button)
    })
  }

  #one(row, origin) {
    return this.#save([row], origin, async () => {
      row.begun ??= await save.place(row.saveAs, row.file.size, this.#keeping(row))
      return row.begun && (transfer => this.#alone(transfer, row))
    })
  }

  #all(choose) {
    return this.#save(this.#rows, this.#saveAll, choose)
  }

  /** Keeps what lies on the disk, for when the package is opened again. */
  #keeping = row => (handle, offset, modified) => keep(this.#received.id, { file: row.file.id, handle, offset, modified })

  async #chooseFolder() {
    const handle = await pickFolder()
    if (!handle) return undefined
    await forget(this.#received.id)
    await keep(this.#received.id, { handle })
    return { handle, done: new Set(), begun: new Map() }
  }

  async #alone(transfer, row) {
    const place = row.begun
    await place.take(this.#fetch(row, transfer, place.offset), place.offset)
    row.begun = undefined
    await forget(this.#received.id, row.file.id)
    this.#done(row)
  }

  async #intoFolder(transfer, folder) {
    const { done, begun } = folder
    const rows = this.#rows.filter(row => !done.has(row))
    transfer.before(sum([...done]))
    let writing = []
    for await (const { item: row, stream } of ahead(rows, row => this.#fetch(row, transfer, begun.get(row)?.offset))) {
      transfer.stage(row)
      const written = this.#intoFile(row, stream, folder)
      // It is heard below.
      written.catch(() => {})
      writing.push(written)
      // Small files are written several at a time: opening and closing takes longer than writing.
      if (row.size > SMALL || writing.length === AHEAD) {
        await allWritten(writing)
        writing = []
      }
    }
    await allWritten(writing)
    this.#folder = undefined
    await forget(this.#received.id)
  }

  async #intoFile(row, stream, { handle, done, begun }) {
    if (!begun.has(row)) begun.set(row, await DiskFile.create(await fileIn(handle, row.place), { keep: this.#keeping(row) }))
    const place = begun.get(row)
    await place.take(stream, place.offset)
    begun.delete(row)
    done.add(row)
    this.#done(row)
  }

  async #asArchive(transfer, place) {
    const fetch = row => this.#fetch(row, transfer)
    const members = async function* (rows) {
      for await (const { item: row, stream } of ahead(rows, fetch)) {
        transfer.stage(row)
        yield { ...member(row), stream }
      }
    }
    await place.take(zip(members(this.#rows)))
    for (const row of this.#rows) this.#done(row)
  }

  #fetch(row, { signal, loaded, waiting }, offset = 0) {
    return this.#received.download(row.file.id, {
      signal,
      offset,
      onProgress: progress => {
        row.loaded = progress.loaded
        loaded(row, progress.loaded)
        waiting(progress.waiting)
      },
    })
  }

  #done(row) {
    row.saved = true
    row.rest(this.#proven ? t.savedFile : t.savedFilePart)
  }

  /**
   * Saves `rows` in the way that `choose` gives: undefined when the person changes their mind, or a function of the
   * transfer. The focus comes back to `origin`.
   */
  async #save(rows, origin, choose) {
    this.#used = true
    let work
    try {
      work = await choose()
    } catch (error) {
      this.#failed(error, () => this.#save(rows, origin, choose))
      return
    }
    if (work) await this.#transfer(rows, origin, work)
  }

  /** `done` shows that it came to its end. */
  async #transfer(rows, origin, work, done = () => this.#saved(rows, origin)) {
    const aborter = new AbortController()
    const total = this.#showSaving(() => aborter.abort())
    const all = sum(rows)
    let arrived = 0
    const loaded = new Map()
    const transfer = {
      signal: aborter.signal,
      /** What is being fetched. */
      stage: row => total.detail(t.saving(row.name)),
      /** Bytes that are there already. */
      before: bytes => { arrived += bytes },
      loaded: (row, bytes) => {
        arrived += bytes - (loaded.get(row) ?? 0)
        loaded.set(row, bytes)
        total.set(arrived, all)
        document.title = t.savingTitle(percent(all ? Math.min(1, arrived / all) : 0))
      },
      waiting: total.waiting,
    }
    total.stage(t.saving(rows[0].name))
    try {
      await work(transfer)
      document.title = t.openTitle(this.#rows.length)
      done()
    } catch (error) {
      const cancelled = aborter.signal.aborted || codeOf(error) === 'ABORTED'
      // What was fetched ahead is of no use any more.
      aborter.abort()
      this.#received.resume()
      document.title = t.openTitle(this.#rows.length)
      for (const row of rows) row.rest()
      if (cancelled) this.#cancelled(origin)
      else if (codeOf(error) === 'TAMPERED') await this.#broken(error)
      else this.#failed(error, () => this.#transfer(rows, origin, work, done))
    }
  }

  #showSaving(abort) {
    this.#on.failed()
    this.#enable(false)
    const total = totalProgress()
    const received = this.#received
    const pause = h('button', { type: 'button', 'data-testid': 'pause', click: () => {
      if (received.paused) received.resume()
      else received.pause()
      pause.textContent = received.paused ? t.goOn : t.pause
      total.stage(received.paused ? t.paused : t.goesOn)
    } }, t.pause)
    const cancel = h('button', { type: 'button', 'data-testid': 'cancel', click: abort }, t.cancel)
    this.#status.replaceChildren(total.element, h('p', { class: 'soft' }, t.stay), h('div', { class: 'actions' }, pause, cancel))
    cancel.focus()
    return total
  }

  /** What lies on the disk and is not whole. */
  #unfinished() {
    return [...this.#rows.map(row => row.begun), ...(this.#folder?.begun.values() ?? [])].filter(place => place?.discard)
  }

  #cancelled(origin) {
    if (this.#unfinished().length === 0) {
      this.#note(t.cancelled)
      origin.focus()
      return
    }
    const discard = h('button', { type: 'button', 'data-testid': 'discard', click: async () => {
      await this.#discard()
      this.#note(t.discarded)
      origin.focus()
    } }, t.discard)
    this.#note(t.cancelledKept, discard)
    origin.focus()
  }

  /** Deletes what lies on the disk and is not whole, and forgets the places. */
  async #discard() {
    await Promise.allSettled(this.#unfinished().map(place => place.discard()))
    for (const row of this.#rows) row.begun = undefined
    this.#folder = undefined
    await forget(this.#received.id)
  }

  async #broken(error) {
    await this.#discard()
    this.#on.broken(error)
  }

  #note(words, ...buttons) {
    this.#rest(h('div', { class: 'notice', 'data-testid': 'notice' }, h('p', {}, words), buttons.length > 0 && h('div', { class: 'actions' }, ...buttons)))
    say(words)
  }

  // What was begun before this page was loaded, in this browser.

  /** Offers to go on with what was not saved to its end. */
  async recall() {
    const records = await kept(this.#received.id)
    const folder = records.find(({ file }) => file === '')
    const rows = new Map(this.#rows.map(row => [row.file.id, row]))
    const known = records.filter(({ file }) => rows.has(file)).map(record => ({ ...record, row: rows.get(record.file) }))
    const arrived = known.reduce((sum, { offset }) => sum + offset, 0)
    if (arrived === 0 || this.#used) return
    const of = sum(folder ? this.#rows : known.map(({ row }) => row))
    const goOn = h('button', { type: 'button', class: 'primary', 'data-testid': 'go-on', click: () => this.#goOn(folder, known) }, t.goOn)
    this.#note(t.brokeOff(size(arrived), size(of)), goOn)
  }

  #goOn(folder, known) {
    const rows = folder ? this.#rows : known.map(({ row }) => row)
    return this.#save(rows, this.#saveAll ?? rows[0].button, async () => {
      if (!(await allowed((folder ?? known[0]).handle))) return undefined
      const done = new Set()
      const begun = new Map()
      for (const { row, handle, offset, modified } of known) {
        if (!(await unchanged(handle, offset, modified))) continue
        if (offset === row.file.size) done.add(row)
        else begun.set(row, new DiskFile(handle, { offset, keep: this.#keeping(row) }))
      }
      for (const row of done) this.#done(row)
      if (folder) {
        this.#folder = { handle: folder.handle, done, begun }
        return transfer => this.#intoFolder(transfer, this.#folder)
      }
      if (begun.size === 0) {
        await forget(this.#received.id)
        this.#note(t.touched)
        return undefined
      }
      for (const [row, place] of begun) row.begun = place
      return async transfer => {
        for (const row of begun.keys()) {
          if (!row.begun) continue
          transfer.stage(row)
          await this.#alone(transfer, row)
        }
      }
    })
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
      say(rows.filter(row => row.saved).map(row => t.savedOne(row.name)).join(' '))
      return
    }
    const words = this.#proven ? t.verified : t.savedAll
    if (this.#proven) {
      const mark = stamp('verified')
      this.#mark.replaceWith(mark)
      this.#mark = mark
    }
    this.#standing.replaceChildren(h('strong', { class: this.#proven && 'good', 'data-testid': 'verified' }, words), ...(this.#proven ? [' ', t.verifiedMeaning] : []))
    say(words)
  }
}

/** Waits for files that are being written. One that fails does not take with it what is as good as there. */
async function allWritten(writing) {
  try {
    await Promise.all(writing)
  } catch (error) {
    // What was tampered with is told at once.
    if (codeOf(error) !== 'TAMPERED') await Promise.allSettled(writing)
    throw error
  }
}

/** A file as the archive takes it, but for its content. */
const member = ({ file, place }) => ({ name: place.join('/'), size: file.size, modified: file.modified })

const inOrder = new Intl.Collator(locale, { numeric: true })
const pathOf = ({ path = '', name }) => `${path}/${name}`

/** The server's order means nothing. */
const byPath = (a, b) => inOrder.compare(pathOf(a), pathOf(b))
