// How the account is written to: in which language, and of what it is told by e-mail.

import { acting } from '/static/elements/acting.js'
import { filled } from '/static/elements/list.js'
import { h } from '/static/lib/dom.js'
import { say } from '/static/lib/live.js'
import { client } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.notifications

/** A form for it. `load()` fetches what holds now. */
export function notifications() {
  return filled(async () => {
    const settings = await (await client()).account.settings()
    const language = h('select', { id: 'language', 'data-testid': 'language' }, ...Object.entries(t.languages).map(([tag, name]) =>
      h('option', { value: tag, selected: tag === (settings.language ?? '') }, name)))
    const boxes = Object.entries(t.events).map(([event, words]) => {
      const box = h('input', { id: `told-of-${event}`, type: 'checkbox', value: event, checked: settings.mail.includes(event), 'data-testid': 'told-of' })
      return { box, line: h('p', { class: 'settings' }, box, ' ', h('label', { for: box.id }, words)) }
    })
    return [acting(h('button', { 'data-testid': 'save-notifications' }, t.save), async () => {
      await (await client()).account.setSettings({
        language: language.value || undefined,
        mail: boxes.map(({ box }) => box).filter(({ checked }) => checked).map(({ value }) => value),
      })
      say(t.saved)
    }, [
      h('p', { class: 'settings' }, h('label', { for: language.id }, t.language), ' ', language),
      h('fieldset', {}, h('legend', {}, t.legend), ...boxes.map(({ line }) => line)),
    ])]
  })
}
