// What comes from the server bit by bit: a part of a page, and a list by pages.

import { failure } from '/static/elements/failure.js'
import { h } from '/static/lib/dom.js'
import { say } from '/static/lib/live.js'
import { strings } from '/static/strings/index.js'

const t = strings.list

/**
 * A place for what `make()` gives, an array of elements. `load()` fetches it, again too, and `clear()` says until then that
 * it is on its way; what goes wrong is said in the place, in `words`.
 */
export function filled(make, words = strings.own) {
  const element = h('div', { class: 'filled' })
  const clear = () => element.replaceChildren(h('p', { class: 'soft' }, t.loading))
  let latest = 0
  const load = async () => {
    const turn = ++latest
    let content
    try {
      content = (await make()).filter(Boolean)
    } catch (error) {
      content = [failure(error, words, { retry: load, level: 'h3' }).element]
    }
    // What comes late is not what was asked for last.
    if (turn === latest) element.replaceChildren(...content)
  }
  clear()
  return { element, load, clear }
}

/**
 * The first page of `list` as rows, which `row(entry)` makes, and a button for the next one. `empty` is said when there are
 * none. Resolves to an array of elements, for `filled`.
 */
export async function paged(list, row, { label, empty, size }) {
  const rows = h('ul', { class: 'rows', 'aria-label': label })
  const problem = h('div', { class: 'last' })
  let next
  const fetch = async index => {
    const page = await list.page(index, size)
    next = page.next
    const made = page.entries.map(row)
    rows.append(...made)
    more.hidden = next === undefined
    return made
  }
  const more = h('button', { type: 'button', 'data-testid': 'more', hidden: true, click: async () => {
    more.disabled = true
    problem.replaceChildren()
    try {
      const made = await fetch(next)
      const target = made[0]?.querySelector('a, button') ?? more
      target.focus()
      say(t.added(made.length))
    } catch (error) {
      problem.replaceChildren(failure(error, strings.own, { level: 'h3' }).element)
    } finally {
      more.disabled = false
    }
  } }, t.more)
  const first = await fetch(0)
  if (first.length === 0) return [h('p', { class: 'soft', 'data-testid': 'empty' }, empty)]
  return [rows, problem, more]
}
