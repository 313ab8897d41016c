// An administrator's search in the packages of everybody.

import { field } from '/static/elements/field.js'
import { filled, paged } from '/static/elements/list.js'
import { h } from '/static/lib/dom.js'
import { date, shown } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { client } from '/static/lib/session.js'
import { expiry, stateOf } from '/static/lib/states.js'
import { strings } from '/static/strings/index.js'

const t = strings.packages
const s = strings.search
const STATUS = ['all', 'active', 'picked-up', 'incomplete', 'expired', 'archived']
const PAGE = 25

/** `YYYY-MM-DD`, as browsers give a day, in the way that the server takes it. */
const day = text => text.replace(/^(\d+)-(\d+)-(\d+)$/, '$2/$3/$1')

/**
 * The form and what it finds, for `user`. The address keeps what was asked for, so that the way back leads to it. `load()`
 * searches.
 */
export function packageSearch(user) {
  const asked = new URLSearchParams(location.search)
  const input = (name, type) => h('input', { id: `by-${name}`, type, value: asked.get(name) ?? '', autocomplete: 'off', 'data-testid': `by-${name}` })
  const controls = { from: input('from', 'date'), to: input('to', 'date'), sender: input('sender', 'text'), recipient: input('recipient', 'text'), fileName: input('fileName', 'text') }
  const status = controls.status = h('select', { id: 'by-status', 'data-testid': 'by-status' }, ...STATUS.map(value =>
    h('option', { value, selected: value === asked.get('status') }, s.status[value])))

  const given = () => Object.entries(controls).map(([name, { value }]) => [name, value.trim()]).filter(([, value]) => value !== '')

  const found = filled(async () => {
    const { from = '', to = '', ...rest } = Object.fromEntries(given())
    const filters = { ...rest, ...(from && { from: day(from) }), ...(to && { to: day(to) }) }
    return paged((await client()).packages.search(filters), row, { label: s.found, empty: s.nothing, size: PAGE })
  })
  const button = h('button', { class: 'primary', 'data-testid': 'search' }, s.search)
  const form = h('form', { submit: async event => {
    event.preventDefault()
    history.replaceState(null, '', `?${new URLSearchParams([['list', 'search'], ...given()])}`)
    button.disabled = true
    found.clear()
    await found.load()
    button.disabled = false
    say(s.done)
  } },
  field(controls.from, s.from, s.daysHint), field(controls.to, s.to),
  field(controls.sender, s.sender, s.partHint), field(controls.recipient, s.recipient, s.partHint),
  field(controls.fileName, s.fileName, s.fileNameHint),
  h('p', { class: 'settings' }, h('label', { for: status.id }, s.statusName), ' ', status),
  h('div', { class: 'actions' }, button))

  function row(details) {
    const { id, sender, created, recipients, fileCount, hasMessage, archived, workspace } = details
    const expires = expiry(created, details)
    const title = t.from(shown(sender))
    return h('li', { 'data-testid': 'found' },
      sender === user.email ? h('a', { class: 'name', href: `?list=sent&id=${encodeURIComponent(id)}` }, title) : h('bdi', { class: 'name' }, title),
      h('p', {}, recipients.length === 0 ? t.anybody : t.to(recipients.map(({ email }) => shown(email)).join(', '), 0)),
      h('p', {}, [workspace && s.workspace, t.contents(fileCount, hasMessage)].filter(Boolean).join(' · ')),
      h('p', { class: 'soft' }, [created && t.made(date(created)), expires && t.until(date(expires)), archived && s.archived].filter(Boolean).join(' · ')),
      h('p', { class: `state ${details.state}` }, stateOf(details, true)))
  }

  return { elements: [form, found.element], load: found.load }
}
