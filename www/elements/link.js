// A field for a whole link, whose key goes nowhere from here.

import { failure } from '/static/elements/failure.js'
import { field } from '/static/elements/field.js'
import { h } from '/static/lib/dom.js'
import { coded } from '/static/lib/errors.js'
import { sdk } from '/static/lib/sdk.js'
import { strings } from '/static/strings/index.js'

const t = strings.link

/** Under `title` a form for a link of this server; `use(link)` takes one that is whole. */
export function linkForm(title, use) {
  const input = h('input', { id: 'whole-link', required: true, autocomplete: 'off', spellcheck: 'false', 'data-testid': 'whole-link' })
  const problem = h('div', { class: 'last' })
  return h('details', { class: 'by-link' },
    h('summary', {}, title),
    h('form', { submit: async event => {
      event.preventDefault()
      problem.replaceChildren()
      try {
        const link = input.value.trim()
        const { parseLink } = await sdk()
        if (parseLink(link).host !== location.origin) throw coded('ELSEWHERE', 'the link names another server')
        await use(link)
      } catch (error) {
        const { element, heading } = failure(error, { ...strings.own, ...t.errors }, { level: 'h3' })
        problem.replaceChildren(element)
        heading.focus()
      }
    } }, field(input, t.label, t.hint), problem, h('div', { class: 'actions' }, h('button', { 'data-testid': 'use-link' }, t.open))))
}
