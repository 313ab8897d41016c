// Contact groups: the account's own, and those for everybody, which administrators look after.

import { acting } from '/static/elements/acting.js'
import { ask } from '/static/elements/dialog.js'
import { field } from '/static/elements/field.js'
import { filled } from '/static/elements/list.js'
import { h } from '/static/lib/dom.js'
import { shown } from '/static/lib/format.js'
import { usableGroups } from '/static/lib/groups.js'
import { say } from '/static/lib/live.js'
import { client } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.groups

/** The groups that `user` may use, and a form for a new one. `load()` fetches them. */
export function contactGroups(user) {
  const list = filled(async () => {
    const groups = await usableGroups()
    if (groups.length === 0) return [h('p', { class: 'soft', 'data-testid': 'no-groups' }, t.none)]
    return [h('ul', { class: 'rows', 'aria-label': t.list }, ...groups.map(row))]
  })
  const name = h('input', { id: 'group-name', required: true, maxlength: 100, autocomplete: 'off', 'data-testid': 'group-name' })
  const everybody = h('input', { id: 'group-everybody', type: 'checkbox', 'data-testid': 'group-everybody' })
  const form = acting(h('button', { 'data-testid': 'make-group' }, t.make), async () => {
    await (await client()).groups.create(name.value.trim(), { enterprise: everybody.checked })
    name.value = ''
    everybody.checked = false
    await list.load()
    say(t.made)
  }, [
    field(name, t.name, t.nameHint),
    user.admin && h('p', { class: 'settings' }, everybody, ' ', h('label', { for: everybody.id }, t.forEverybody)),
  ])

  function row({ id, name, enterprise, members }) {
    const called = shown(name)
    const mine = !enterprise || user.admin
    const count = h('p', { class: 'soft' })
    const people = h('ul', { class: 'rows', 'aria-label': t.membersOf(called) })
    const draw = () => {
      count.textContent = [t.count(members.length), enterprise && t.everybodys].filter(Boolean).join(' · ')
      people.replaceChildren(...members.map(member))
    }
    const email = h('input', { id: `member-of-${id}`, type: 'email', required: true, autocomplete: 'off', 'data-testid': 'group-member' })
    const add = mine && acting(h('button', { 'data-testid': 'add-group-member', 'aria-label': t.addTo(called) }, t.add), async () => {
      const added = await (await client()).groups.addMember(id, email.value.trim())
      email.value = ''
      // One that is in it stays the same member.
      if (!members.some(({ id }) => id === added.id)) members = [...members, added]
      draw()
      say(t.added)
    }, field(email, t.newMember))

    function member({ id: memberId, email }) {
      return h('li', { 'data-testid': 'group-member-row' },
        h('bdi', { class: 'name' }, shown(email)),
        mine && h('div', { class: 'actions' }, h('button', { type: 'button', class: 'quiet', 'aria-label': t.removeName(shown(email), called), click: async () => {
          const removed = await ask({
            title: t.removeTitle(shown(email), called),
            content: [h('p', {}, t.removeMeaning)],
            action: t.remove,
            danger: true,
            run: async () => (await client()).groups.removeMember(id, memberId),
          })
          if (!removed) return
          members = members.filter(({ id }) => id !== memberId)
          draw()
          say(t.removed)
        } }, t.remove)))
    }

    draw()
    return h('li', { 'data-testid': 'group-row' },
      h('bdi', { class: 'name' }, called),
      count,
      h('details', {}, h('summary', { 'aria-label': t.membersOf(called) }, t.members), people, add),
      mine && h('div', { class: 'actions' }, h('button', { type: 'button', class: 'quiet', 'data-testid': 'delete-group', 'aria-label': t.deleteName(called), click: async () => {
        const deleted = await ask({
          title: t.deleteTitle(called),
          content: [h('p', {}, t.deleteMeaning)],
          action: t.delete,
          danger: true,
          run: async () => (await client()).groups.delete(id),
        })
        if (!deleted) return
        await list.load()
        say(t.deleted)
      } }, t.delete)))
  }

  return { elements: [list.element, form], load: list.load }
}
