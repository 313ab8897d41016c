// One file of an opened package: its line in the list, and saving it.

import { bar } from '/static/elements/progress.js'
import { h } from '/static/lib/dom.js'
import { shown, size } from '/static/lib/format.js'
import * as save from '/static/lib/save.js'
import { strings } from '/static/strings/index.js'

const t = strings.receive

const nameOf = ({ path, name }) => shown(path ? `${path}/${name}` : name)

export class FileRow {
  #received
  #saveAs
  #place
  #bar
  #state = h('p', { class: 'state' })

  /**
   * `saveAs` is a name that is safe to save under; `click(row)` is for the file's own button, which a file that is
   * `alone` in its package does without, where "Save" for the whole package does the same.
   */
  constructor(received, file, saveAs, { alone, click }) {
    this.#received = received
    this.#saveAs = saveAs
    this.file = file
    this.name = nameOf(file)
    this.size = file.size ?? 0
    /** How it can be saved: see `save.way`. */
    this.way = save.way(file.size)
    this.#bar = bar(strings.progress.file(this.name), 'file-progress')
    this.#bar.element.hidden = true
    const own = this.way === 'stream' || (this.way === 'gather' && !alone)
    this.button = own && h('button', {
      type: 'button',
      class: 'quiet',
      'aria-label': t.saveName(this.name),
      'data-testid': 'save',
      'data-file-name': file.name,
      click: () => click(this),
    }, t.save)
    const limit = size(save.GATHER_LIMIT)
    const notes = [
      saveAs !== file.name && t.savedAs(saveAs),
      this.way === 'stream' && t.large(limit),
      this.way === undefined && t.tooLarge(limit),
    ].filter(Boolean)
    this.element = h('li', { 'data-file-name': file.name },
      h('bdi', { class: 'name' }, this.name),
      h('span', { class: 'figures soft' }, file.size === undefined ? t.unknownSize : size(file.size)),
      this.button,
      ...notes.map(note => h('p', { class: 'hint' }, note)),
      this.#bar.element,
      this.#state)
  }

  /** Asks where a large file shall go; must follow a click. False when the person cancels. */
  async choosePlace() {
    if (this.way === 'stream') this.#place ??= await save.choosePlace(this.#saveAs)
    return this.way !== 'stream' || this.#place !== undefined
  }

  /** Fetches, checks and saves the file. `onProgress` is called with the bytes so far. */
  async save(signal, onProgress) {
    this.#bar.element.hidden = false
    this.#state.textContent = ''
    try {
      const stream = this.#received.download(this.file.id, {
        signal,
        onProgress: ({ loaded }) => {
          this.#bar.set(loaded, this.size)
          onProgress(loaded)
        },
      })
      if (this.way === 'stream') await save.write(stream, this.#place)
      else await save.gather(stream, this.#saveAs)
      this.saved = true
      this.#state.textContent = this.#received.integrity === 'package' ? t.savedFile : t.savedFilePart
    } finally {
      this.#bar.element.hidden = true
      this.#bar.set(0, 1)
    }
  }
}
