// Choosing a folder of a workspace.

import { h } from '/static/lib/dom.js'
import { folders } from '/static/lib/folders.js'
import { shown } from '/static/lib/format.js'
import { strings } from '/static/strings/index.js'

const t = strings.workspaces

/** All folders of `workspace` but `moving` and those in it, to choose one from; `target()` is the chosen one's id. */
export async function pickFolder(workspace, moving) {
  const choices = [{ id: workspace.root, name: t.top }]
  for await (const { id, path } of folders(workspace, moving)) {
    choices.push({ id, name: path.map(({ name, damaged }) => (damaged ? t.damagedName : shown(name))).join(' / ') })
  }
  const select = h('select', { id: 'target', 'data-testid': 'target' }, ...choices.map(({ id, name }) => h('option', { value: id }, name)))
  return { element: h('p', { class: 'settings' }, h('label', { for: select.id }, t.moveTo), ' ', select), target: () => select.value }
}
