// One polite live region for the whole page.

import { h } from '/static/lib/dom.js'

const region = h('p', { class: 'unseen', role: 'status' })

/** Puts the region into `parent`, where it stays; call it before the first `say`. */
export function install(parent) {
  parent.append(region)
}

/** Says `text` to those who listen. */
export function say(text) {
  region.textContent = text
}
