// Who is signed in. The session is a cookie that no script reads; what is kept here is only that there probably is one, so
// that pages which do without an account load nothing to find out.

import { coded } from '/static/lib/errors.js'
import { sdk } from '/static/lib/sdk.js'

const HINT = 'bulla-signed-in'

/** Tells with an event `change` that somebody signed in or out. */
export const changes = new EventTarget()

let making

/** The client whose calls the session stands for. */
export function client() {
  making ??= sdk().then(({ Client }) => new Client({ auth: 'session' })).catch(error => {
    making = undefined
    throw error
  })
  return making
}

/** Whether somebody signed in with this browser, as far as is known without asking the server. */
export function remembered() {
  try {
    return localStorage.getItem(HINT) !== null
  } catch {
    return false
  }
}

function note(signedIn) {
  if (signedIn === remembered()) return
  try {
    if (signedIn) localStorage.setItem(HINT, '')
    else localStorage.removeItem(HINT)
  } catch {
    // A browser that keeps nothing: the pages ask the server each time.
  }
  changes.dispatchEvent(new Event('change'))
}

// Another tab signed in or out.
window.addEventListener('storage', ({ key }) => key === HINT && changes.dispatchEvent(new Event('change')))

/** Who is signed in, as the server says; undefined when nobody is. */
export async function who() {
  const user = await (await client()).account.current()
  note(user !== undefined)
  return user
}

export async function signIn(email, password) {
  const user = await (await client()).account.signIn(email, password)
  note(true)
  return user
}

/** As the SDK's. */
export async function finishRegistration(options) {
  const user = await (await client()).account.finishRegistration(options)
  note(true)
  return user
}

/** The SDK's codes for what a session's routes answer; see `docs/API.md`. */
const CODES = {
  WRONG_CREDENTIALS: 'AUTHENTICATION_FAILED',
  FOREIGN_ORIGIN: 'FOREIGN_ORIGIN',
  TOO_MANY_ATTEMPTS: 'LIMIT_REACHED',
  INVALID_REQUEST: 'INVALID_INPUT',
}

/** Calls a route of the session that is for these pages alone, and that the SDK has no method for. */
async function post(path, body) {
  const headers = { 'bulla-session': '1', 'content-type': 'application/json' }
  const response = await fetch(`/session/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    .catch(error => { throw coded('NETWORK', 'the server could not be reached', error) })
  const answer = await response.json().catch(() => ({}))
  if (!response.ok) throw coded(CODES[answer.code] ?? 'INTERNAL', answer.message ?? `the server answered ${response.status}`)
  return answer
}

/** Has a pin sent to the address of an account, with which its password is replaced. */
export async function forgotten(email) {
  await post('/password/forgotten/', { email })
}

/** Replaces a forgotten password; answers with who is signed in now. */
export async function resetPassword(pin, password) {
  const user = await post('/password/reset/', { pin, password })
  note(true)
  return user
}

export async function signOut() {
  await (await client()).account.signOut()
  note(false)
}
