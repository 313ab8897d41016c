// A field for a whole link, whose key goes nowhere from here.

import { failure } from '/static/elements/failure.js'
import { field } from '/static/elements/field.js'
import { h } from '/static/lib/dom.js'
import { codeOf, coded } from '/static/lib/errors.js'
import { sdk } from '/static/lib/sdk.js'
import { strings } from '/static/strings/index.js'

const t = strings.link

/** Under `title` a form for a link of this server; `use(link, packageCode)` takes one that is whole, and `action` says so. */
export function linkForm(title, use, { id = 'whole-link', action = t.open } = {}) {
  const input = h('input', { id, required: true, autocomplete: 'off', spellcheck: 'false', 'data-testid': id })
  const problem = h('div', { class: 'last' })
  return h('details', { class: 'by-link' },
    h('summary', {}, title),
    h('form', { submit: async event => {
      event.preventDefault()
      problem.replaceChildren()
      try {
        const link = input.value.trim()
        const { host, packageCode } = await parsed(link)
        if (host !== location.origin) throw coded('ELSEWHERE', 'the link names another server')
        await use(link, packageCode)
      } catch (error) {
        const { element, heading } = failure(error, { ...strings.own, ...t.errors }, { level: 'h3' })
        problem.replaceChildren(element)
        heading.focus()
      }
    } }, field(input, t.label, t.hint), problem, h('div', { class: 'actions' }, h('button', { 'data-testid': 'use-link' }, action))))
}

/** Where a link leads. A password hides of it the key alone. */
async function parsed(link) {
  const { parseLink } = await sdk()
  try {
    return parseLink(link)
  } catch (error) {
    if (codeOf(error) !== 'PASSWORD_REQUIRED') throw error
    const { origin, searchParams } = new URL(link)
    return { host: origin, packageCode: searchParams.get('packageCode') }
  }
}
