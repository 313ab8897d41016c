// The state of a package in words.

import { strings } from '/static/strings/index.js'

const t = strings.packages
const DAY = 24 * 3600 * 1000

/** When a package that was made then expires; undefined when it does not. */
export const expiry = (made, { expiresInDays }) =>
  (made && expiresInDays > 0 ? new Date(made.getTime() + expiresInDays * DAY) : undefined)

/** What has become of it, for its sender (`mine`) or a recipient. */
export function stateOf({ state, pickup, needsApproval }, mine) {
  if (state === 'draft') return needsApproval ? t.states.waiting : t.states.draft
  if (state === 'active') return mine ? t.pickup[pickup] : t.states.open
  return mine ? `${t.states[state]} ${t.pickup[pickup]}` : t.states[state]
}
