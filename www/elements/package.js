// An opened package: what is in it, and saving it.

import { failure } from '/static/elements/failure.js'
import { FileRow } from '/static/elements/file.js'
import { totalProgress } from '/static/elements/progress.js'
import { stamp } from '/static/elements/stamp.js'
import { h } from '/static/lib/dom.js'
import { codeOf } from '/static/lib/errors.js'
import { date, percent, shown, size } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { strings } from '/static/strings/index.js'

const t = strings.receive

const sum = items => items.reduce((total, { size }) => total + size, 0)

export class PackageView {
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
    this.#on = on
    this.#whole = received.integrity === 'package'
    // An older kind of package has no seal to show.
    this.#mark = stamp(this.#whole ? 'sealed' : 'blank')
    this.#standing.textContent = this.#whole ? t.intact : t.intactPart
    this.heading = h('h1', { tabindex: -1 }, t.contents(files.length, sized ? size(sum(files)) : undefined))
    this.#rows = files.map(file => new FileRow(received, file, safeFileName(file.name), {
      alone: files.length === 1,
      click: row => this.#save([row], row.button),
    }))
    const together = this.#rows.filter(row => row.way === 'gather')
    this.#saveAll = together.length > 0 && h('button', {
      type: 'button',
      class: 'primary',
      'data-testid': 'save-all',
      click: () => this.#save(together, this.#saveAll),
    }, t.saveAll(together.length, files.length, sized ? size(sum(together)) : undefined))

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

  /** Saves the files of `rows` one after another; the focus comes back to `origin`. */
  async #save(rows, origin) {
    // The browser shows its dialog only right after the click. A retry has the place already.
    for (const row of rows) if (!(await row.choosePlace())) return
    const aborter = new AbortController()
    const total = this.#showSaving(rows.length, () => aborter.abort())
    const all = sum(rows)
    let before = 0
    for (const [index, row] of rows.entries()) {
      total.stage(t.saving(row.name))
      try {
        await row.save(aborter.signal, loaded => {
          total.set(before + loaded, all)
          document.title = t.savingTitle(percent(all ? Math.min(1, (before + loaded) / all) : 0))
        })
      } catch (error) {
        document.title = t.openTitle(this.#rows.length)
        if (aborter.signal.aborted) this.#cancelled(row, origin)
        else if (codeOf(error) === 'TAMPERED') this.#on.broken(error)
        else this.#failed(error, () => this.#save(rows.slice(index), origin))
        return
      }
      before += row.size
    }
    document.title = t.openTitle(this.#rows.length)
    this.#saved(rows, origin)
  }

  #showSaving(count, abort) {
    this.#on.failed()
    this.#enable(false)
    const total = totalProgress()
    const cancel = h('button', { type: 'button', 'data-testid': 'cancel', click: abort }, t.cancel)
    this.#status.replaceChildren(total.element, ...(count > 1 ? [h('p', { class: 'soft' }, t.allow)] : []), h('div', { class: 'actions' }, cancel))
    cancel.focus()
    return total
  }

  #cancelled(row, origin) {
    this.#rest(h('p', { class: 'notice' }, t.cancelled(row.name)))
    origin.focus()
    say(t.cancelled(row.name))
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
