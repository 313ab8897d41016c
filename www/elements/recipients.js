// The recipients of a package of one's own: who they are, what they opened, and those who come later.

import { acting } from '/static/elements/acting.js'
import { ask } from '/static/elements/dialog.js'
import { field } from '/static/elements/field.js'
import { groupChoice } from '/static/elements/group-choice.js'
import { handOver } from '/static/elements/hand-over.js'
import { filled } from '/static/elements/list.js'
import { h } from '/static/lib/dom.js'
import { date, shown } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { client } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.packages

/**
 * The recipients of `details`. `changed(details)` is called with what the server knows then, when they have. Whoever is added
 * gets the package's key, as at sending. Returns elements, and `load()`, which fetches what they may choose from.
 */
export function recipients({ id, state, needsApproval, ...details }, changed) {
  const list = filled(async () => {
    const now = await (await client()).packages.get(id)
    changed(now)
    return rows(now)
  })
  list.element.replaceChildren(...rows(details))
  const keys = state === 'active' && handOver(() => id)
  const email = h('input', { id: 'recipient', type: 'email', required: true, autocomplete: 'off', 'data-testid': 'recipient' })
  const groups = groupChoice()
  const byEmail = acting(h('button', { 'data-testid': 'add-recipient' }, t.addRecipient), () => added(async recipients => {
    await recipients.add(email.value.trim())
    email.value = ''
  }), field(email, t.newRecipient, t.newRecipientHint))
  const byGroup = acting(h('button', { 'data-testid': 'add-group' }, t.addGroup),
    () => added(recipients => recipients.addGroup(groups.chosen())), groups.element)
  byGroup.hidden = true

  async function added(add) {
    await add((await client()).packages.recipients(id))
    await list.load()
    say(t.recipientAdded)
    if (keys) await keys.begin()
  }

  function rows({ recipients, fileCount }) {
    if (recipients.length === 0) return [h('p', { class: 'soft' }, t.noRecipients)]
    return [h('ul', { class: 'rows', 'aria-label': t.recipients }, ...recipients.map(recipient => row(recipient, fileCount)))]
  }

  function row({ id: recipientId, email, confirmations, needsApproval }, fileCount) {
    const opened = new Set(confirmations.filter(({ message }) => !message).map(({ fileId }) => fileId))
    const message = confirmations.some(({ message }) => message)
    return h('li', { 'data-testid': 'recipient-row' },
      h('bdi', { class: 'name' }, shown(email)),
      h('p', { class: opened.size > 0 || message ? 'state good' : 'state' }, needsApproval ? t.states.waiting : t.opened(opened.size, fileCount, message)),
      confirmations.length > 0 && h('details', {}, h('summary', {}, t.whenOpened),
        h('ul', {}, ...confirmations.map(({ time, address, message }) => h('li', {}, t.confirmation(message, time && date(time), address))))),
      h('div', { class: 'actions' }, h('button', { type: 'button', class: 'quiet', 'data-testid': 'remove-recipient', 'aria-label': t.removeName(shown(email)), click: async () => {
        const removed = await ask({
          title: t.removeTitle(shown(email)),
          content: [h('p', {}, t.removeMeaning)],
          action: t.remove,
          danger: true,
          run: async () => (await client()).packages.recipients(id).remove(recipientId),
        })
        if (removed) await list.load()
      } }, t.remove)))
  }

  // While it waits for approval, nobody is added.
  const open = state === 'active' || (state === 'draft' && !needsApproval)
  const elements = open ? [list.element, byEmail, byGroup, keys && keys.element] : [list.element]
  return {
    elements: elements.filter(Boolean),
    load: async () => {
      if (open) byGroup.hidden = !(await groups.load())
    },
  }
}
