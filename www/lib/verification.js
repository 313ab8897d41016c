// The verification of a recipient of a link, and what outlasts the way to an OpenID provider's page and back.

import { client } from '/static/lib/session.js'

const KEPT = 'bulla-verification-'

/** The SDK's verification of a link's recipient. */
export const verificationOf = async (link, statement) => (await client()).verification(link, { statement })

/** Leaves the page for a provider's. */
export async function signIn(link, verification, way) {
  const { url, state, token } = await verification.beginSignIn(way)
  sessionStorage.setItem(KEPT + state, JSON.stringify({ link, token, statement: verification.statement }))
  location.assign(url)
}

/** `{ link, statement, token, state, code }` of a sign-in from which the browser just came back; it is kept no longer. */
export function cameBack() {
  const query = new URLSearchParams(location.search)
  const state = query.get('state')
  if (!state) return undefined
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT + state))
    sessionStorage.removeItem(KEPT + state)
    return kept ? { ...kept, state, code: query.get('code') ?? '' } : undefined
  } catch {
    return undefined
  }
}
