// Opening a package of this account: with this device's key, or else by its link.

import { failure } from '/static/elements/failure.js'
import { PackageView } from '/static/elements/package.js'
import { linkForm } from '/static/elements/link.js'
import { h } from '/static/lib/dom.js'
import { codeOf } from '/static/lib/errors.js'
import { say } from '/static/lib/live.js'
import { prepare } from '/static/lib/save-worker.js'
import { sdk } from '/static/lib/sdk.js'
import { client } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.packages

/** The button that opens `details`, in whose place the opened package comes. */
export function opener({ id }, mine) {
  const element = h('div', { class: 'filled' })
  const place = h('div', { class: 'last' })
  const open = h('button', { type: 'button', class: 'primary', 'data-testid': 'open', click: async () => {
    open.disabled = true
    place.replaceChildren(h('progress', { 'aria-label': strings.receive.opening }))
    try {
      const { safeFileName } = await sdk()
      const [received] = await Promise.all([(await client()).packages.open(id), prepare()])
      const view = new PackageView(received, safeFileName, { broken: fail, failed: () => {}, level: 3 })
      element.replaceChildren(view.element)
      view.heading.focus()
      say(view.heading.textContent)
      view.recall()
    } catch (error) {
      fail(error)
    } finally {
      open.disabled = false
    }
  } }, t.openHere)

  function fail(error) {
    const { element: panel, heading } = failure(error, { ...strings.own, ...t.openErrors }, { level: 'h3' })
    panel.dataset.code = codeOf(error)
    place.replaceChildren(panel)
    element.replaceChildren(place, ...rest)
    heading.focus()
  }

  const rest = [
    h('p', { class: 'soft' }, mine ? t.openMeaningMine : t.openMeaning),
    h('div', { class: 'actions' }, open),
    linkForm(t.byLink, link => location.assign(link)),
  ]
  element.append(place, ...rest)
  return { element }
}
