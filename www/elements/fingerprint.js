// What two people, or one with two devices, compare to know that a key is the right one.

import { ask } from '/static/elements/dialog.js'
import { h } from '/static/lib/dom.js'
import { shown } from '/static/lib/format.js'
import { strings } from '/static/strings/index.js'

const t = strings.keys

/** Eight groups of five digits. */
export const digits = fingerprint =>
  h('p', { class: 'digits', 'data-testid': 'digits' }, ...fingerprint.digits.split(' ').flatMap(group => [h('span', {}, group), ' ']))

/**
 * Asks whether a fingerprint is the one that `whose` sees; `how` says where to look. `run()` confirms it then. Resolves to
 * whether it was confirmed.
 */
export const compare = ({ whose, fingerprint, how, changed = false, run }) => ask({
  title: t.compare(shown(whose)),
  content: [
    changed && h('p', { class: 'notice' }, t.changed),
    h('p', {}, how),
    digits(fingerprint),
    h('p', { class: 'soft' }, t.compareWhy),
    h('details', {}, h('summary', {}, t.asHex), h('code', {}, fingerprint.hex)),
  ].filter(Boolean),
  action: t.same,
  dismiss: t.differ,
  run,
})
