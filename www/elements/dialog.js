// A question in front of the page, which stays as it is behind it.

import { failure } from '/static/elements/failure.js'
import { h } from '/static/lib/dom.js'
import { strings } from '/static/strings/index.js'

const t = strings.dialog

/**
 * Asks, under `title` and with `content`, whether to do what `action` says. `run()` does it while the dialog is open; what
 * goes wrong is said there, in `words`. Where something is lost by it (`danger`) the focus begins on the way out.
 * Resolves to whether it was done.
 */
export function ask({ title, content = [], action, dismiss = t.cancel, danger = false, words = strings.own, run }) {
  return new Promise(resolve => {
    let done = false
    let busy = false
    const problem = h('div', { class: 'last' })
    const go = h('button', { class: danger ? 'danger' : 'primary', 'data-testid': 'do' }, action)
    const leave = h('button', { type: 'button', autofocus: danger, 'data-testid': 'leave', click: () => dialog.close() }, dismiss)
    const form = h('form', { submit: async event => {
      event.preventDefault()
      busy = go.disabled = leave.disabled = true
      problem.replaceChildren()
      try {
        await run()
        done = true
      } catch (error) {
        const { element, heading } = failure(error, words, { level: 'h3' })
        problem.replaceChildren(element)
        heading.focus()
      }
      busy = go.disabled = leave.disabled = false
      if (done) dialog.close()
    } }, h('h2', { id: 'asked' }, title), ...content, problem, h('div', { class: 'actions' }, go, leave))
    const dialog = h('dialog', {
      'aria-labelledby': 'asked',
      'data-testid': 'dialog',
      // Escape, while it is being done, would hide what comes of it.
      cancel: event => busy && event.preventDefault(),
      close: () => {
        dialog.remove()
        resolve(done)
      },
    }, form)
    document.body.append(dialog)
    dialog.showModal()
  })
}
