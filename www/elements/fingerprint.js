// What two people, or one with two devices, compare to know that a key is the right one.

import { ask } from '/static/elements/dialog.js'
import { h } from '/static/lib/dom.js'
import { shown } from '/static/lib/format.js'
import { strings } from '/static/strings/index.js'

const t = strings.keys

/** Eight words, which are English in every language, and one click below the same in digits. */
export const words = ({ words, digits, hex }) => [
  h('p', { class: 'key-words', lang: 'en', translate: 'no', 'data-testid': 'words' }, ...parted(words)),
  h('details', {}, h('summary', {}, t.asDigits),
    h('p', { class: 'digits' }, ...parted(digits)), h('p', { class: 'soft' }, t.asHex), h('code', {}, hex)),
]

const parted = text => text.split(' ').flatMap(part => [h('span', {}, part), ' '])

/**
 * Asks whether a fingerprint is the one that `whose` sees; `how` says where to look. `run()` confirms it then. Resolves to
 * whether it was confirmed.
 */
export const compare = ({ whose, fingerprint, how, changed = false, run }) => ask({
  title: t.compare(shown(whose)),
  content: [
    changed && h('p', { class: 'notice' }, t.changed),
    h('p', {}, how),
    ...words(fingerprint),
    h('p', { class: 'soft' }, t.compareWhy),
  ].filter(Boolean),
  action: t.same,
  dismiss: t.differ,
  run,
})
