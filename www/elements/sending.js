// Files on their way.

import { nameOf } from '/static/elements/chooser.js'
import { bar, totalProgress } from '/static/elements/progress.js'
import { h } from '/static/lib/dom.js'
import { percent, size } from '/static/lib/format.js'
import { strings } from '/static/strings/index.js'

/** Shows how far `files` are, in the words of `t`. `abort()` is called when the person gives up. */
export function sending(t, files, abort) {
  const heading = h('h1', { tabindex: -1 }, t.sending(files.length))
  const total = totalProgress()
  const rows = files.map(file => {
    const progress = bar(strings.progress.file(nameOf(file)), 'file-progress')
    const element = h('li', {},
      h('bdi', { class: 'name' }, nameOf(file)), h('span', { class: 'figures soft' }, size(file.blob.size)), progress.element)
    return { element, set: progress.set }
  })
  const cancel = h('button', { type: 'button', 'data-testid': 'cancel', click: () => {
    cancel.disabled = true
    abort()
  } }, t.cancel)
  const pause = h('button', { type: 'button', 'data-testid': 'pause', hidden: true }, t.pause)

  return {
    elements: [
      heading,
      total.element,
      h('p', { class: 'soft' }, t.stay),
      h('ul', { class: 'files going' }, ...rows.map(row => row.element)),
      h('div', { class: 'actions' }, pause, cancel),
    ],
    /** Once it is on the page. */
    begin() {
      heading.focus()
      total.stage(t.stages.preparing)
      total.wait()
    },
    sending(pkg) {
      total.stage(t.stages.sending)
      pause.hidden = false
      pause.addEventListener('click', () => {
        if (pkg.paused) pkg.resume()
        else pkg.pause()
        pause.textContent = pkg.paused ? t.goOn : t.pause
        total.stage(pkg.paused ? t.stages.paused : t.stages.sending)
      })
    },
    progress({ file, loaded, size, totalLoaded, totalSize, waiting }) {
      total.waiting(waiting)
      rows[file].set(loaded, size)
      total.set(totalLoaded, totalSize)
      document.title = t.sendingTitle(percent(totalSize === 0 ? 0 : totalLoaded / totalSize))
    },
    finishing() {
      cancel.hidden = true
      pause.hidden = true
      total.stage(t.stages.finishing)
    },
  }
}
