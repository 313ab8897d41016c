// One package, for whoever sent it, received it, or is to approve it.

import { ask } from '/static/elements/dialog.js'
import { filled, paged } from '/static/elements/list.js'
import { opener } from '/static/elements/opener.js'
import { part } from '/static/elements/part.js'
import { recipients } from '/static/elements/recipients.js'
import { askLink } from '/static/elements/share-requests.js'
import { shares } from '/static/elements/shares.js'
import { verified } from '/static/elements/verified.js'
import { h } from '/static/lib/dom.js'
import { date, shown } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { client } from '/static/lib/session.js'
import { expiry, stateOf } from '/static/lib/states.js'
import { strings } from '/static/strings/index.js'

const t = strings.packages
const LIVES = [1, 3, 7, 14, 30]
const REMINDERS = [1, 2, 3, 7]

/**
 * The view of what the server knows of a package (`details`), for `user`. `back` is the address of the list it is in, and
 * `again()` shows it anew. `load()` fetches what comes later.
 */
export function onePackage(details, user, { back, backName, again }) {
  const { id, created, sender, state, archived, passwordRequired, needsApproval, hasMessage, fileCount } = details
  const mine = sender === user.email
  const expires = expiry(created, details)
  const heading = h('h1', { tabindex: -1 }, mine ? t.sentByYou : t.from(shown(sender)))
  const status = h('p', { class: `state ${state}`, 'data-testid': 'state' }, stateOf(details, mine))
  const activity = filled(async () => paged((await client()).packages.activity(id), entry, { label: t.activity, empty: t.noActivity }))
  let current = details
  const people = mine && recipients(details, now => {
    // With other recipients it may wait for approval: then much else changes too.
    if (now.state !== state || now.needsApproval !== needsApproval) return again()
    current = now
    status.textContent = stateOf(now, mine)
    return activity.load()
  })
  const proven = mine && state === 'active' && !needsApproval && verified(id)
  const shared = mine && state === 'active' && shares(details)
  const fact = (term, value) => [h('dt', {}, term), h('dd', {}, value)]
  const facts = h('dl', { class: 'facts' },
    fact(t.holds, t.contents(fileCount, hasMessage)),
    created && fact(t.madeOn, date(created)),
    fact(t.untilWhen, expires ? date(expires) : t.never),
    fact(t.door, passwordRequired ? t.withPassword : t.withoutPassword))

  const parts = [
    h('p', {}, h('a', { href: back }, t.back(backName))),
    h('div', { class: 'filled' }, heading, status, facts),
    needsApproval && !mine && approval(),
    state === 'active' && part('open', t.opening, opener(details, mine).element),
    mine && part('recipients', t.recipients, ...people.elements),
    proven && part('verified', strings.verified.title, proven.element),
    shared && part('shares', strings.shares.heading, shared.element),
    mine && state === 'active' && part('ask', strings.shareRequests.letAsk, ...askLink(details, user)),
    mine && (state === 'active' || state === 'draft') && part('life', t.life, life()),
    mine && part('activity', t.activity, activity.element),
    mine && part('end', t.putAway, h('div', { class: 'actions' }, state !== 'draft' && archive(), remove())),
  ]
  return { heading, element: h('article', { class: 'own' }, ...parts.filter(Boolean)), load: () => mine && Promise.all([activity.load(), people.load(), proven && proven.load(), shared && shared.load()]) }

  /** Where it shows what went wrong when `load()` does `work` and shows the package anew. */
  function outcome(work, said) {
    const place = filled(async () => {
      await work()
      await again()
      say(said)
      return []
    })
    place.element.replaceChildren()
    return place
  }

  /** A button that does `work`, and the place of its outcome. */
  function doing(words, testid, work, said) {
    const { element, load } = outcome(work, said)
    const button = h('button', { type: 'button', 'data-testid': testid, click: async () => {
      button.disabled = true
      await load()
      button.disabled = false
    } }, words)
    return [button, element]
  }

  function approval() {
    return part('approval', t.approval,
      h('p', {}, t.approvalMeaning),
      h('div', { class: 'actions' }, ...doing(t.approve, 'approve', async () => (await client()).packages.approve(id), t.approved)))
  }

  function life() {
    const choices = [...new Set([...LIVES, details.expiresInDays])].filter(days => days > 0).sort((a, b) => a - b).concat(0)
    const select = h('select', { id: 'life', 'data-testid': 'life' }, ...choices.map(days =>
      h('option', { value: days, selected: days === details.expiresInDays }, days === 0 ? t.endless : t.days(days))))
    const reminders = [...new Set([...REMINDERS, details.remindDays])].filter(days => days > 0).sort((a, b) => a - b)
    const remind = h('select', { id: 'remind', 'data-testid': 'remind' }, ...[0, ...reminders].map(days =>
      h('option', { value: days, selected: days === details.remindDays }, days === 0 ? t.remindNever : t.remindBefore(days))))
    // What has no end is not about to end, and nobody is reminded of something before it is there.
    const fit = () => {
      const life = Number(select.value)
      for (const option of remind.options) option.disabled = Number(option.value) > 0 && Number(option.value) >= life
      if (remind.selectedOptions[0].disabled) remind.value = 0
    }
    select.addEventListener('change', fit)
    fit()
    return h('div', { class: 'filled' },
      h('p', { class: 'settings' }, h('label', { for: select.id }, t.expiresIn), ' ', select),
      h('p', { class: 'settings' }, h('label', { for: remind.id }, t.remind), ' ', remind),
      h('div', { class: 'actions' }, ...doing(t.changeLife, 'change-life', async () =>
        (await client()).packages.update(id, { expiresInDays: Number(select.value), remindDays: Number(remind.value) }), t.lifeChanged)))
  }

  function archive() {
    return archived
      ? doing(t.unarchive, 'unarchive', async () => (await client()).packages.unarchive(id), t.unarchived)
      : doing(t.archive, 'archive', async () => (await client()).packages.archive(id), t.archivedNow)
  }

  function remove() {
    return h('button', { type: 'button', class: 'danger', 'data-testid': 'delete', click: async () => {
      const removed = await ask({
        title: t.deleteTitle,
        content: [h('p', {}, t.deleteMeaning(fileCount, current.recipients.length))],
        action: t.delete,
        dismiss: t.keep,
        danger: true,
        run: async () => (await client()).packages.delete(id),
      })
      if (removed) location.assign(back)
    } }, t.delete)
  }

  function entry({ description, email, address, time }) {
    return h('li', { 'data-testid': 'activity' },
      h('p', {}, shown(description)),
      h('p', { class: 'soft' }, [time && date(time), email ? shown(email) : t.byItself, address].filter(Boolean).join(' · ')))
  }
}
