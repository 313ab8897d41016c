// What is asked before something in a workspace changes. Each resolves to whether it was done.

import { ask } from '/static/elements/dialog.js'
import { field } from '/static/elements/field.js'
import { pickFolder } from '/static/elements/pick-folder.js'
import { h } from '/static/lib/dom.js'
import { shown } from '/static/lib/format.js'
import { client } from '/static/lib/session.js'
import { openHere } from '/static/lib/workspaces.js'
import { strings } from '/static/strings/index.js'

const t = strings.workspaces
// Workspaces that are offered to copy to: those that changed last. Any other is named by its link.
const OFFERED = 25
const MAY_ADD = ['CONTRIBUTOR', 'MANAGER', 'OWNER']

/** Asks for the name of a new folder; `run(name)` makes it. */
export function makeFolder(run) {
  const name = h('input', { id: 'folder-name', required: true, autocomplete: 'off', 'data-testid': 'name' })
  return ask({
    title: t.newFolderTitle,
    content: [field(name, t.folderName, t.nameHint)],
    action: t.make,
    run: () => run(name.value.trim()),
  })
}

/** Asks for another name of `entry`, which is shown as `name`; `run(name)` gives it. */
export function rename(entry, name, run) {
  const input = h('input', { id: 'new-name', required: true, autocomplete: 'off', value: entry.name ?? '', 'data-testid': 'name' })
  return ask({ title: t.renameTitle(name), content: [field(input, t.newName)], action: t.rename, run: () => run(input.value.trim()) })
}

/** Asks for the folder that `name` goes to, which is none in the folder `moving`; `run(id)` moves it. */
export async function move(workspace, name, moving, run) {
  const { element, target } = await pickFolder(workspace, moving)
  return ask({ title: t.moveTitle(name), content: [element], action: t.move, run: () => run(target()) })
}

/** Asks before `name` is deleted, by `run()`; `meaning` says what that does. */
export function remove(name, meaning, run) {
  return ask({ title: t.deleteTitle(name), content: [h('p', {}, meaning)], action: t.delete, dismiss: t.keep, danger: true, run })
}

/** Asks for a workspace and for a folder in it, and copies `file` there, which is shown as `name`. */
export async function copy(workspace, file, name) {
  const target = await pickWorkspace(workspace, name)
  if (!target) return false
  const folder = await pickFolder(target)
  return ask({
    title: t.copyTitle(name),
    content: [folder.element, h('p', { class: 'soft' }, t.copyMeaning)],
    action: t.copyFile,
    words: { ...strings.own, ...t.copyErrors },
    run: () => workspace.files.copy(file.id, { to: target, directory: folder.target() }),
  })
}

/** Asks where a file of `workspace` is copied to: there itself, what this device's key opens, or what a link opens. */
async function pickWorkspace(workspace, name) {
  const open = [workspace, ...(await opened(workspace))]
  const select = h('select', { id: 'copy-to', 'data-testid': 'copy-to', change: () => draw() },
    ...open.map((target, index) => h('option', { value: index }, index === 0 ? t.thisWorkspace : target.name ? shown(target.name) : t.nameless)),
    h('option', { value: open.length }, t.anotherWorkspace))
  const link = h('input', { id: 'copy-link', required: true, autocomplete: 'off', spellcheck: 'false', 'data-testid': 'copy-link' })
  const byLink = field(link, strings.link.label, strings.link.hint)
  const draw = () => {
    byLink.hidden = link.disabled = open[select.value] !== undefined
  }
  draw()
  let target
  const picked = await ask({
    title: t.copyTitle(name),
    content: [h('p', { class: 'settings' }, h('label', { for: select.id }, t.copyTo), ' ', select), byLink],
    action: t.goOn,
    run: async () => {
      target = open[select.value] ?? await (await client()).workspaces.open(link.value.trim())
    },
  })
  return picked ? target : undefined
}

/** Other workspaces of the same suite that take files from this account, and that this device's key opens. */
async function opened({ id, suite }) {
  const { workspaces } = await client()
  const { entries } = await workspaces.list({ by: 'updated', descending: true }).page(0, OFFERED)
  const others = await Promise.all(entries.filter(entry => entry.id !== id).map(entry => openHere(entry.id)))
  return others.filter(other => other?.suite === suite && MAY_ADD.includes(other.role))
}
