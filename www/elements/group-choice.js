// Choosing one of the contact groups that an account may use.

import { h } from '/static/lib/dom.js'
import { shown } from '/static/lib/format.js'
import { usableGroups } from '/static/lib/groups.js'
import { strings } from '/static/strings/index.js'

const t = strings.groups

/**
 * A field with the groups that have members; with `none` one may also choose none. `load()` fetches them and resolves to
 * whether there are any; what goes wrong counts as none, for people can be named one by one as well. `chosen()` is a
 * group's id, or empty.
 */
export function groupChoice({ none = false } = {}) {
  const select = h('select', { id: 'group', 'data-testid': 'group' }, none && h('option', { value: '' }, t.noGroup))
  const load = async () => {
    const usable = (await usableGroups()).filter(({ members }) => members.length > 0)
    select.append(...usable.map(({ id, name, members }) => h('option', { value: id }, t.option(shown(name), members.length))))
    return usable.length > 0
  }
  return {
    element: h('p', { class: 'settings' }, h('label', { for: select.id }, t.choose), ' ', select),
    load: () => load().catch(() => false),
    chosen: () => select.value,
  }
}
