// A field of a form: its label, the control, and a hint below it.

import { h } from '/static/lib/dom.js'

/** `control` needs an id. A hint is read with it. */
export function field(control, label, hint) {
  if (hint) control.setAttribute('aria-describedby', `${control.id}-hint`)
  return h('div', { class: 'field' },
    h('label', { for: control.id }, label),
    control,
    hint && h('p', { class: 'hint', id: `${control.id}-hint` }, hint))
}
