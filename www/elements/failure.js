// What went wrong, what it means and what to do, in words; the exact terms one click below.

import { h } from '/static/lib/dom.js'
import { codeOf } from '/static/lib/errors.js'
import { strings } from '/static/strings/index.js'

/**
 * A panel for `error` in the words of `words`, a table from code to `{ title, meaning, remedy }`.
 * With `retry` there is a button for it; if the panel `resumes`, then after a lost connection it also happens as soon
 * as the device is online again.
 * The heading, of the level given, can take the focus.
 */
export function failure(error, words, { retry, resumes = false, level = 'h1' }) {
  const code = codeOf(error)
  const { title, meaning, remedy } = words[code] ?? words.INTERNAL
  const heading = h(level, { tabindex: -1 }, title)
  const element = h('section', { class: 'failure', role: 'alert', 'data-testid': 'error' },
    heading,
    h('p', {}, meaning),
    h('p', {}, remedy),
    retry && h('div', { class: 'actions' }, h('button', { type: 'button', class: 'primary', 'data-testid': 'retry', click: retry }, strings.failure.again)),
    h('details', {}, h('summary', {}, strings.failure.technical), h('code', {}, `${code}: ${error?.message ?? error}`)))
  if (retry && resumes && code === 'NETWORK') window.addEventListener('online', () => element.isConnected && retry(), { once: true })
  return { element, heading }
}
