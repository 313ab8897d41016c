// Choosing files: a zone to drop them on, and the list of those that were chosen.

import { stamp } from '/static/elements/stamp.js'
import { fromDrop, fromInput, same } from '/static/lib/chosen.js'
import { h } from '/static/lib/dom.js'
import { coded } from '/static/lib/errors.js'
import { shown, size } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'

/** What a file is called to people. */
export const nameOf = ({ path, name }) => shown(path ? `${path}/${name}` : name)
/** The bytes of files together. */
export const sumOf = files => files.reduce((sum, { blob }) => sum + blob.size, 0)

/**
 * In the words of `t`. `changed(empty)` is told when files come and go, `failed(error)` when one that was dropped cannot be read.
 * `files` are those that are chosen, `list` is where they are shown, and `zone` where they are dropped, or chosen with `input`.
 */
export function chooser(t, { changed, failed }) {
  const files = []
  const input = h('input', { type: 'file', multiple: true, 'data-testid': 'files', change: () => {
    add(fromInput(input))
    input.value = ''
  } })
  const dropText = h('strong')
  const rows = h('ul', { class: 'files' })
  const summary = h('p', { class: 'figures soft' })
  const list = h('section', { 'aria-labelledby': 'chosen' },
    h('div', { class: 'section-head' }, h('h2', { id: 'chosen' }, t.chosen), summary), rows)
  const zone = h('div', { class: 'drop' },
    input,
    h('div', { class: 'drop-words', 'aria-hidden': 'true' }, stamp('blank'), dropText, h('span', { class: 'drop-or' }, t.choose)),
    h('p', { class: 'promise' }, t.promise))

  const summaryOf = () => (files.length === 0 ? t.none : t.summary(files.length, size(sumOf(files))))

  function draw() {
    const empty = files.length === 0
    list.hidden = empty
    input.setAttribute('aria-label', empty ? t.chooseName : t.moreName)
    dropText.textContent = empty ? t.drop : t.more
    summary.textContent = summaryOf()
    rows.replaceChildren(...files.map(file => h('li', {},
      h('bdi', { class: 'name' }, nameOf(file)),
      h('span', { class: 'figures soft' }, size(file.blob.size)),
      h('button', { type: 'button', class: 'quiet', 'aria-label': t.removeName(nameOf(file)), click: () => remove(file) }, t.remove))))
    changed(empty)
  }

  function add(sources) {
    const fresh = sources.filter(source => !files.some(file => same(file, source)))
    files.push(...fresh)
    draw()
    say(t.added(fresh.length, summaryOf()))
  }

  function remove(file) {
    const index = files.indexOf(file)
    files.splice(index, 1)
    draw()
    // The focus goes to the next file's button, or back to choosing.
    const buttons = rows.querySelectorAll('button')
    ;(buttons[index] ?? buttons[index - 1] ?? input).focus()
    say(t.removed(nameOf(file), summaryOf()))
  }

  async function drag(event, page, choosing) {
    if (!event.dataTransfer?.types.includes('Files')) return
    // Everywhere on the page, lest a file dropped beside the zone replaces the page.
    event.preventDefault()
    const leaving = event.type === 'drop' || (event.type === 'dragleave' && event.relatedTarget === null)
    page.classList.toggle('dragging', choosing() && !leaving)
    if (event.type === 'dragover') event.dataTransfer.dropEffect = choosing() ? 'copy' : 'none'
    if (event.type !== 'drop' || !choosing()) return
    try {
      add(await fromDrop(event.dataTransfer))
    } catch (cause) {
      failed(coded('INVALID_INPUT', 'a dropped file or folder cannot be read', cause))
    }
  }

  return {
    files,
    input,
    list,
    zone,
    draw,
    /** Takes what is dropped anywhere on the page, while `choosing()`. */
    listen(page, choosing) {
      for (const type of ['dragenter', 'dragover', 'dragleave', 'drop']) document.addEventListener(type, event => drag(event, page, choosing))
    },
    clear() {
      files.length = 0
      draw()
    },
  }
}
