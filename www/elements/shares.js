// The shares of a package of one's own: who may open it through which, until when and how often, and what came of it.

import { acting } from '/static/elements/acting.js'
import { ask } from '/static/elements/dialog.js'
import { field } from '/static/elements/field.js'
import { linkForm } from '/static/elements/link.js'
import { filled } from '/static/elements/list.js'
import { copyButton } from '/static/lib/copy.js'
import { h } from '/static/lib/dom.js'
import { coded } from '/static/lib/errors.js'
import { date, shown } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { client } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.shares
const DAY = 24 * 60 * 60 * 1000
const LIFE = { choices: [1, 7, 30, 90, 365], usual: 30 }

/**
 * The shares of the package `id`, whose code is `code`, and a form that makes one. Returns an element, and `load()`. Their
 * links are made here of the package's whole one, which comes from this device's key or is put in by hand.
 */
export function shares({ id, code }) {
  // The package's whole link, once it is known; it goes nowhere from here.
  let whole
  const list = filled(async () => {
    const own = []
    for await (const share of (await client()).shares.list()) if (share.packageId === id) own.push(share)
    if (own.length === 0) return [h('p', { class: 'soft' }, t.none)]
    whole ??= await deviceLink()
    const made = await Promise.all(own.map(shareOf))
    return [
      !whole && byHand(),
      h('ul', { class: 'rows', 'aria-label': t.heading }, ...made),
    ]
  })
  const make = makeForm()
  const element = h('div', { class: 'filled' }, h('p', { class: 'soft' }, t.meaning), list.element, make)
  return { element, load: list.load }

  /** The link from this device's key; undefined where it has none to this package. */
  async function deviceLink() {
    return (await client()).packages.link(id).catch(() => undefined)
  }

  function byHand() {
    const form = linkForm(t.byLink, async (link, packageCode) => {
      if (packageCode !== code) throw coded('LINK_INVALID', 'the link is of another package')
      whole = link
      await list.load()
      list.element.querySelector('summary')?.focus()
      say(t.linkTaken)
    }, { id: 'share-whole-link', action: t.makeLinks })
    return h('div', { class: 'notice', 'data-testid': 'share-link-needed' }, h('p', {}, t.noLink), form)
  }

  async function shareOf(share) {
    const { shares } = await client()
    const recipients = await shares.recipients(share.id)
    const links = whole && await Promise.all(recipients.map(recipient => shares.link(whole, share.id, recipient.id)))
    const ended = share.expires && share.expires <= new Date()
    const name = share.title ? shown(share.title) : t.nameless
    return h('li', { 'data-testid': 'share' },
      h('h3', { class: 'name' }, h('bdi', {}, name)),
      h('p', { class: `state ${ended ? 'expired' : 'active'}` }, ended ? t.ended(date(share.expires)) : share.expires ? t.lasts(date(share.expires)) : t.endless),
      h('p', { class: 'soft', 'data-testid': 'share-terms' }, termsOf(share)),
      h('ul', { class: 'rows', 'aria-label': t.recipientsOf(name) }, ...recipients.map((recipient, at) => recipientOf(share, recipient, links?.[at]))),
      !ended && addForm(share),
      h('div', { class: 'actions' }, end(share, name)))
  }

  function recipientOf(share, { id: alias, email, firstName, lastName, company, downloads, opened }, link) {
    const everybody = alias === share.id
    const who = everybody ? t.everybody : shown(email)
    const more = [[firstName, lastName].filter(Boolean).join(' '), company].filter(Boolean).map(shown).join(', ')
    return h('li', { 'data-testid': 'share-recipient' },
      h('p', {}, h('bdi', { class: 'name' }, who), more && ` (${more})`),
      h('p', { class: downloads > 0 ? 'state good' : 'state', 'data-testid': 'share-status' }, t.status(downloads, share.maxDownloads, opened && date(opened))),
      link && linkField(`link-${alias}`, who, link))
  }

  function linkField(id, who, link) {
    const text = h('input', { id, readonly: true, value: link, spellcheck: 'false', 'data-testid': 'share-link', focus: () => text.select() })
    return h('details', {}, h('summary', {}, t.linkSummary),
      field(text, t.linkOf(who)),
      h('div', { class: 'actions' }, copyButton(text, strings.send, { 'aria-label': `${strings.send.copy}: ${who}`, 'data-testid': 'copy-share-link' })))
  }

  function addForm({ id: share }) {
    const email = h('input', { id: `add-${share}`, type: 'email', required: true, autocomplete: 'off', 'data-testid': 'share-add-email' })
    return acting(h('button', { 'data-testid': 'share-add' }, t.add), async () => {
      await (await client()).shares.addRecipient(share, email.value.trim())
      await list.load()
      document.getElementById(email.id)?.focus()
      say(t.added)
    }, field(email, t.addLabel))
  }

  function end(share, name) {
    return h('button', { type: 'button', class: 'danger', 'data-testid': 'share-end', 'aria-label': t.endName(name), click: async () => {
      const ended = await ask({
        title: t.endTitle(name),
        content: [h('p', {}, t.endMeaning)],
        action: t.end,
        dismiss: t.keep,
        danger: true,
        run: async () => (await client()).shares.delete(share.id),
      })
      if (!ended) return
      await list.load()
      make.firstElementChild.focus()
      say(t.endedNow)
    } }, t.end)
  }

  function makeForm() {
    const title = h('input', { id: 'share-title', maxlength: 200, autocomplete: 'off', 'data-testid': 'share-title' })
    const people = h('input', { id: 'share-people', type: 'email', multiple: true, autocomplete: 'off', 'data-testid': 'share-people' })
    const life = h('select', { id: 'share-life', 'data-testid': 'share-life' },
      ...LIFE.choices.map(days => h('option', { value: days, selected: days === LIFE.usual }, t.days(days))), h('option', { value: 0 }, t.never))
    const most = h('input', { id: 'share-most', type: 'number', min: 1, step: 1, inputmode: 'numeric', 'data-testid': 'share-most' })
    const box = (name, label, checked = false) => {
      const control = h('input', { id: `share-${name}`, type: 'checkbox', checked, 'data-testid': `share-${name}` })
      return { control, element: h('p', { class: 'settings' }, control, ' ', h('label', { for: control.id }, label)) }
    }
    // What is chosen from: all of it where the seal covers the whole, and the server knows no names.
    let choices = []
    const items = filled(async () => {
      const files = await (await client()).packages.files(id)
      choices = files.every(({ name }) => name !== undefined) && files.length > 1
        ? files.map((file, at) => ({ id: file.id, ...box(`item-${at}`, shown(file.name), true) }))
        : []
      if (choices.length === 0) return [h('p', { class: 'soft' }, t.whole)]
      return [h('fieldset', {}, h('legend', {}, t.items), ...choices.map(({ element }) => element))]
    })
    const chosen = () => choices.filter(({ control }) => control.checked).map(({ id }) => id)
    const [login, info, view, notify] = [box('login', t.requireLogin), box('info', t.requireUserInfo), box('view', t.viewOnly), box('notify', t.notify)]
    const form = acting(h('button', { class: 'primary', 'data-testid': 'share-make' }, t.make), async () => {
      const days = Number(life.value)
      await (await client()).shares.create({
        package: id,
        items: choices.length > 0 ? chosen() : undefined,
        title: title.value.trim(),
        recipients: people.value.split(',').map(email => email.trim()).filter(Boolean),
        expires: days === 0 ? 'never' : new Date(Date.now() + days * DAY),
        maxDownloads: Number(most.value),
        requireLogin: login.control.checked,
        requireUserInfo: info.control.checked,
        viewOnly: view.control.checked,
        notify: notify.control.checked,
      })
      form.reset()
      details.open = false
      await list.load()
      details.firstElementChild.focus()
      say(t.made)
    }, [
      h('p', {}, t.alone),
      items.element,
      field(title, t.title, t.titleHint),
      field(people, t.people, t.peopleHint),
      h('p', { class: 'settings' }, h('label', { for: life.id }, t.endsIn), ' ', life),
      field(most, t.most, t.mostHint),
      login.element, info.element, view.element, notify.element,
    ], { ...strings.own, ...t.errors })
    const details = h('details', { 'data-testid': 'new-share', toggle: () => details.open && choices.length === 0 && items.load() }, h('summary', {}, t.new), form)
    return details
  }
}

/** What a share asks for, in words. */
function termsOf({ maxDownloads, requireLogin, requireUserInfo, viewOnly }) {
  return [
    maxDownloads > 0 ? t.mostEach(maxDownloads) : t.noMost,
    requireLogin && t.termLogin,
    requireUserInfo && t.termInfo,
    viewOnly && t.termView,
  ].filter(Boolean).join(' · ')
}
