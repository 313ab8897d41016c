// A part of a page, under a heading of its own.

import { h } from '/static/lib/dom.js'

/** The part `name`, an id of its own on the page, under `title`. */
export const part = (name, title, ...content) =>
  h('section', { class: 'part', 'aria-labelledby': `${name}-part` }, h('h2', { id: `${name}-part` }, title), ...content)
