// The clipboard.

import { h } from '/static/lib/dom.js'
import { say } from '/static/lib/live.js'

/** A button that copies the text of `field`, and says in `words` (`copy`, `copied`, `copyFailed`) whether it could. */
export function copyButton(field, words, attributes = {}) {
  const button = h('button', { type: 'button', 'data-testid': 'copy', ...attributes, click: async () => {
    button.textContent = (await copyText(field)) ? words.copied : words.copyFailed
    say(button.textContent)
    setTimeout(() => { button.textContent = words.copy }, 3000)
  } }, words.copy)
  return button
}

/** Copies the field's text; also where the clipboard API is missing (pages served over plain http). */
async function copyText(field) {
  try {
    await navigator.clipboard.writeText(field.value)
    return true
  } catch {
    field.select()
    return document.execCommand('copy')
  }
}
