// Who has a place in a workspace, with which role, and which of their devices open it without the link.

import { ask } from '/static/elements/dialog.js'
import { field } from '/static/elements/field.js'
import { handOver } from '/static/elements/hand-over.js'
import { filled } from '/static/elements/list.js'
import { h } from '/static/lib/dom.js'
import { shown } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { strings } from '/static/strings/index.js'

const t = strings.workspaces
const ROLES = ['VIEWER', 'CONTRIBUTOR', 'MANAGER', 'OWNER']

/** The members of `workspace`, for `user`, who `manages` them or not. `load()` fetches them. */
export function members(workspace, user, manages) {
  // Below a manager nobody sees the others.
  if (!manages) return { element: h('p', { class: 'soft' }, t.rolesMeaning), load: async () => {} }
  const keys = handOver(() => workspace)
  const list = filled(async () => {
    const people = await workspace.recipients.list()
    if (people.length === 0) return [h('p', { class: 'soft' }, t.noMembers)]
    return [h('ul', { class: 'rows', 'aria-label': t.members }, ...people.map(row))]
  })
  const outcome = h('div', { class: 'last' })
  const email = h('input', { id: 'member', type: 'email', required: true, autocomplete: 'off', 'data-testid': 'member' })
  const role = h('select', { 'aria-label': t.roleOf(t.newMember), 'data-testid': 'member-role' }, ...options('VIEWER'))
  const button = h('button', { 'data-testid': 'add-member' }, t.add)
  const adding = filled(async () => {
    const added = await workspace.recipients.add(email.value.trim())
    if (role.value !== 'VIEWER') await workspace.recipients.update(added.id, { role: role.value })
    email.value = ''
    await list.load()
    say(t.added)
    return []
  })
  adding.element.replaceChildren()
  const form = h('form', { submit: async event => {
    event.preventDefault()
    button.disabled = true
    await adding.load()
    button.disabled = false
  } }, field(email, t.newMember, t.newMemberHint), adding.element, h('div', { class: 'actions' }, role, button))

  function options(chosen) {
    return ROLES.map(role => h('option', { value: role, selected: role === chosen }, t.roles[role]))
  }

  function row(member) {
    const name = shown(member.email)
    // Whoever made it stays its owner.
    const fixed = member.email === workspace.sender || member.email === user.email
    const select = h('select', { 'aria-label': t.roleOf(name), 'data-testid': 'role-of', change: async () => {
      select.disabled = true
      const changed = filled(async () => {
        await workspace.recipients.update(member.id, { role: select.value })
        say(t.roleChanged)
        return []
      })
      outcome.replaceChildren(changed.element)
      await changed.load()
      await list.load()
    } }, ...options(member.role))
    return h('li', { 'data-testid': 'member-row' },
      h('bdi', { class: 'name' }, name),
      h('div', { class: 'actions' },
        fixed ? h('span', { class: 'soft' }, t.roles[member.role]) : select,
        !fixed && h('button', { type: 'button', class: 'quiet', 'data-testid': 'remove-member', 'aria-label': t.removeName(name), click: async () => {
          const removed = await ask({
            title: t.removeTitle(name),
            content: [h('p', {}, t.removeMeaning)],
            action: t.remove,
            danger: true,
            run: () => workspace.recipients.remove(member.id),
          })
          if (removed) await list.load()
        } }, t.remove)))
  }

  return {
    element: h('div', { class: 'filled' }, h('p', { class: 'soft' }, t.rolesMeaning), list.element, outcome, form, keys.element),
    load: list.load,
  }
}
