// The API keys of whoever is signed in, and the pin with which a program makes its own.

import { ask } from '/static/elements/dialog.js'
import { failure } from '/static/elements/failure.js'
import { field } from '/static/elements/field.js'
import { filled } from '/static/elements/list.js'
import { copyButton } from '/static/lib/copy.js'
import { h } from '/static/lib/dom.js'
import { date, shown } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { client } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.apiKeys

/** The list, the form that makes one, and the button for a pin. `load()` fetches the list. */
export function apiKeys() {
  const list = filled(async () => {
    const keys = await (await client()).account.apiKeys.list()
    if (keys.length === 0) return [h('p', { class: 'soft' }, t.none)]
    return [h('ul', { class: 'rows', 'aria-label': t.list }, ...keys.map(row))]
  })
  const made = h('div', { class: 'last' })
  const description = h('input', { id: 'key-description', required: true, maxlength: 100, autocomplete: 'off', 'data-testid': 'key-description' })

  const nameOf = ({ description }) => (description ? shown(description) : t.nameless)

  function row(key) {
    return h('li', { 'data-testid': 'api-key' },
      h('bdi', { class: 'name' }, nameOf(key)),
      h('code', {}, key.apiKey),
      h('p', { class: 'soft' }, t.times(date(key.created), key.used && date(key.used))),
      h('div', { class: 'actions' }, h('button', { type: 'button', class: 'quiet', 'data-testid': 'revoke', 'aria-label': t.revokeName(nameOf(key)), click: () => revoke(key) }, t.revoke)))
  }

  async function revoke(key) {
    const revoked = await ask({
      title: t.revokeTitle(nameOf(key)),
      content: [h('p', {}, t.revokeMeaning)],
      action: t.revoke,
      danger: true,
      run: async () => (await client()).account.apiKeys.revoke(key.apiKey),
    })
    if (!revoked) return
    await list.load()
    say(t.revoked)
  }

  /** Does `work`, which gives what to show under the form. */
  async function show(button, work) {
    button.disabled = true
    try {
      made.replaceChildren(await work())
      made.querySelector('h3').focus()
    } catch (error) {
      const { element, heading } = failure(error, strings.own, { level: 'h3' })
      made.replaceChildren(element)
      heading.focus()
    } finally {
      button.disabled = false
    }
  }

  const secret = (id, label, value) => {
    const text = h('input', { id, readonly: true, spellcheck: 'false', autocomplete: 'off', 'data-testid': id, focus: () => text.select() })
    text.value = value
    return [field(text, label), h('div', { class: 'actions' }, copyButton(text, { ...t, copy: t.copyName(label) }))]
  }

  const button = h('button', { class: 'primary', 'data-testid': 'make-key' }, t.make)
  const form = h('form', { submit: event => {
    event.preventDefault()
    show(button, async () => {
      const key = await (await client()).account.apiKeys.create({ description: description.value.trim() })
      description.value = ''
      list.load()
      return h('div', { class: 'notice', 'data-testid': 'new-key' },
        h('h3', { tabindex: -1 }, t.made), h('p', {}, t.madeHint),
        ...secret('new-api-key', t.key, key.apiKey), ...secret('new-api-secret', t.secret, key.apiSecret))
    })
  } }, field(description, t.description, t.descriptionHint), h('div', { class: 'actions' }, button))

  const pin = h('button', { type: 'button', 'data-testid': 'make-pin', click: () => show(pin, async () => {
    const { pin, expiresIn } = await (await client()).account.createPin()
    return h('div', { class: 'notice' },
      h('h3', { tabindex: -1 }, t.pinMade), h('p', {}, t.pinHint(Math.round(expiresIn / 60))), ...secret('new-pin', t.pin, pin))
  }) }, t.makePin)

  return { elements: [list.element, made, form, h('p', { class: 'soft' }, t.pinMeaning), h('div', { class: 'actions' }, pin)], load: list.load }
}
