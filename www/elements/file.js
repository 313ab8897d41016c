// One file of an opened package: its line in the list.

import { bar } from '/static/elements/progress.js'
import { h } from '/static/lib/dom.js'
import { shown, size } from '/static/lib/format.js'
import * as save from '/static/lib/save.js'
import { strings } from '/static/strings/index.js'

const t = strings.receive

const nameOf = ({ path, name }) => shown(path ? `${path}/${name}` : name)

export class FileRow {
  #bar
  #name
  #state = h('p', { class: 'state' })

  /**
   * `place` is where the file goes, an array of safe segments; `click(row)` is for the file's own button, which a file
   * that is `alone` in its package does without. It saves the file or, where that is all there is to do, `look`s at it, if this
   * browser `can`.
   */
  constructor(file, place, { alone, look = false, can, click }) {
    this.file = file
    this.name = nameOf(file)
    this.size = file.size ?? 0
    this.place = place
    /** The name it gets when it is saved on its own. */
    this.saveAs = place.at(-1)
    this.#bar = bar(strings.progress.file(this.name), 'file-progress')
    this.#bar.element.hidden = true
    this.button = can && !alone && h('button', {
      type: 'button',
      class: 'quiet',
      'aria-label': look ? t.lookAt(this.name) : t.saveName(this.name),
      'data-testid': look ? 'look' : 'save',
      'data-file-name': file.name,
      click: () => click(this),
    }, look ? t.look : t.save)
    const notes = (look
      ? [!can && t.cannotShow]
      : [this.saveAs !== file.name && t.savedAs(this.saveAs), !can && t.tooLarge(size(save.GATHER_LIMIT))]
    ).filter(Boolean)
    this.#name = h('bdi', { class: 'name' }, this.name)
    this.element = h('li', { 'data-file-name': file.name },
      this.#name,
      h('span', { class: 'figures soft' }, file.size === undefined ? t.unknownSize : size(file.size)),
      this.button,
      ...notes.map(note => h('p', { class: 'hint' }, note)),
      this.#bar.element,
      this.#state)
  }

  /** Shows a small picture of the file, which says nothing that its name does not. */
  show(picture) {
    const url = URL.createObjectURL(picture)
    const done = () => URL.revokeObjectURL(url)
    this.#name.prepend(h('img', { class: 'thumbnail', src: url, alt: '', 'data-testid': 'thumbnail', load: done, error: done }))
  }

  /** Shows how many bytes have arrived. */
  set loaded(bytes) {
    this.#bar.element.hidden = false
    this.#state.textContent = ''
    this.#bar.set(bytes, this.size)
  }

  /** Shows that nothing is on its way, and what became of it, if anything. */
  rest(outcome) {
    this.#bar.element.hidden = true
    this.#bar.set(0, 1)
    if (outcome) this.#state.textContent = outcome
  }
}
