// Handing the key of a package or a workspace to trusted devices: to those that were confirmed, and to others once they are.

import { compare } from '/static/elements/fingerprint.js'
import { filled } from '/static/elements/list.js'
import { h } from '/static/lib/dom.js'
import { shown } from '/static/lib/format.js'
import { client } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.workspaces
const k = strings.keys

/**
 * A button that wraps the key of what `of()` gives, and tells what came of it. `begin()` does it without a click, where this
 * device has a key. Its heading is of the level given.
 */
export function handOver(of, level = 'h3') {
  const report = filled(async () => {
    const { keys } = await client()
    if (!(await keys.device())) return [h('p', { class: 'notice', 'data-testid': 'hand-over-report' }, t.needDevice)]
    const { wrapped, unconfirmed, missing, without } = await keys.wrap(of())
    return [
      h('p', { class: 'notice', 'data-testid': 'hand-over-report' }, [t.handed(wrapped.length), without.length > 0 && t.without(without.map(shown).join(', '))].filter(Boolean).join(' ')),
      ...missing.map(({ email }) => h('p', { class: 'notice' }, t.missing(shown(email)))),
      unconfirmed.length > 0 && h('ul', { class: 'rows', 'aria-label': t.handOver }, ...unconfirmed.map(offered => h('li', { 'data-testid': 'unconfirmed' },
        h('p', {}, t.unconfirmed(shown(offered.email))),
        h('div', { class: 'actions' }, h('button', { type: 'button', 'data-testid': 'compare', 'aria-label': k.compareName(shown(offered.email)), click: async () => {
          const same = await compare({
            whose: offered.email,
            fingerprint: offered.fingerprint,
            how: k.howPerson(shown(offered.email)),
            changed: offered.state === 'changed',
            run: () => keys.confirm(offered.email, offered.key),
          })
          if (same) await report.load()
        } }, k.compareButton))))),
    ]
  }, { ...strings.own, ...t.handOverErrors })
  report.element.replaceChildren()
  const button = h('button', { type: 'button', 'data-testid': 'hand-over', click: async () => {
    button.disabled = true
    await report.load()
    button.disabled = false
  } }, t.handOverNow)
  const element = h('div', { class: 'filled' },
    h(level, {}, t.handOver), h('p', { class: 'soft' }, t.handOverMeaning), report.element, h('div', { class: 'actions' }, button))
  const begin = async () => {
    const device = await client().then(({ keys }) => keys.device()).catch(() => undefined)
    if (device) await report.load()
  }
  return { element, begin }
}
