// A form that does something at once, and says in its place what went wrong.

import { filled } from '/static/elements/list.js'
import { h } from '/static/lib/dom.js'

/** A form with `content` and `button`, which does `work()`; what goes wrong is said, in `words`, above the button. */
export function acting(button, work, content, words) {
  const outcome = filled(async () => {
    await work()
    return []
  }, words)
  outcome.element.replaceChildren()
  return h('form', { submit: async event => {
    event.preventDefault()
    button.disabled = true
    await outcome.load()
    button.disabled = false
  } }, content, outcome.element, h('div', { class: 'actions' }, button))
}
