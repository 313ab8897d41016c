// Workspaces and this device's key.

import { codeOf } from '/static/lib/errors.js'
import { client } from '/static/lib/session.js'

// Failures that mean: this device's key does not open it.
const LOCKED = ['NOT_FOUND', 'UNSUPPORTED']

/** The workspace of that id, opened with this device's key; undefined when that does not open it. */
export async function openHere(id) {
  const { workspaces } = await client()
  try {
    return await workspaces.open(id)
  } catch (error) {
    if (!LOCKED.includes(codeOf(error))) throw error
    return undefined
  }
}
