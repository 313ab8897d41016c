// Signing in, replacing a forgotten password, and making an account where the server lets everybody.

import { failure } from '/static/elements/failure.js'
import { field } from '/static/elements/field.js'
import { h } from '/static/lib/dom.js'
import { codeOf } from '/static/lib/errors.js'
import { client, finishRegistration, forgotten, resetPassword, signIn } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.session

const pinField = () => h('input', { id: 'pin', required: true, autocomplete: 'one-time-code', 'data-testid': 'pin' })

const newPasswordField = () =>
  h('input', { id: 'password', type: 'password', required: true, minlength: 10, autocomplete: 'new-password', 'data-testid': 'password' })

/**
 * Shows on `page` what signs somebody in; `entered(user)` goes on from there. States: `signed-out`, `register` (asks for the
 * address), `pin` (asks for what was sent to it); `forgotten` and `reset`, which ask for the same for another password.
 */
export function signInForms(page, notice, entered) {
  const email = h('input', { id: 'email', type: 'email', required: true, autocomplete: 'username', 'data-testid': 'email' })

  function showSignIn(notice) {
    document.title = t.title
    const password = h('input', { id: 'password', type: 'password', required: true, autocomplete: 'current-password', 'data-testid': 'password' })
    show('signed-out', t.signIn, [
      notice && h('p', { class: 'notice', 'data-testid': 'notice' }, notice),
      h('p', {}, t.what),
      field(email, t.email),
      field(password, t.password),
    ], t.signIn, t.errors, async () => entered(await signIn(email.value.trim(), password.value)),
    h('button', { type: 'button', 'data-testid': 'register', click: showRegister }, t.register),
    h('button', { type: 'button', 'data-testid': 'forgotten', click: showForgotten }, t.forgotten))
    ;(email.value ? password : email).focus()
  }

  function showRegister() {
    document.title = t.registerTitle
    show('register', t.register, [h('p', {}, t.registerMeaning), field(email, t.email)], t.sendPin, t.registerErrors, async () => {
      await (await client()).account.register(email.value.trim())
      showPin()
    }, h('button', { type: 'button', click: () => showSignIn() }, t.haveAccount))
    email.focus()
  }

  function showPin() {
    const pin = pinField()
    const first = h('input', { id: 'first-name', autocomplete: 'given-name' })
    const last = h('input', { id: 'last-name', autocomplete: 'family-name' })
    const password = newPasswordField()
    show('pin', t.pinHeading, [
      h('p', {}, t.pinMeaning(email.value.trim())),
      field(pin, t.pin),
      field(password, t.newPassword, t.newPasswordHint),
      field(first, t.firstName, t.namesHint),
      field(last, t.lastName),
    ], t.finish, t.pinErrors, async () => entered(await finishRegistration({
      pin: pin.value.trim(), password: password.value, firstName: first.value.trim(), lastName: last.value.trim(),
    })), h('button', { type: 'button', click: showRegister }, t.again))
    pin.focus()
  }

  function showForgotten() {
    document.title = t.forgottenTitle
    show('forgotten', t.forgotten, [h('p', {}, t.forgottenMeaning), field(email, t.email)], t.sendPin, t.forgottenErrors, async () => {
      await forgotten(email.value.trim())
      showReset()
    }, h('button', { type: 'button', click: () => showSignIn() }, t.back))
    email.focus()
  }

  function showReset() {
    const pin = pinField()
    const password = newPasswordField()
    show('reset', t.pinHeading, [
      h('p', {}, t.resetMeaning(email.value.trim())),
      field(pin, t.pin),
      field(password, t.newPassword, t.newPasswordHint),
    ], t.reset, t.pinErrors, async () => entered(await resetPassword(pin.value.trim(), password.value)),
    h('button', { type: 'button', click: showForgotten }, t.again))
    pin.focus()
  }

  function show(state, title, content, action, words, run, ...others) {
    const problem = h('div', { class: 'last' })
    const go = h('button', { class: 'primary', 'data-testid': 'go' }, action)
    const form = h('form', { submit: async event => {
      event.preventDefault()
      go.disabled = true
      try {
        await run()
      } catch (error) {
        const { element, heading } = failure(error, { ...strings.own, ...words }, { level: 'h2' })
        problem.replaceChildren(element)
        page.dataset.code = codeOf(error)
        heading.focus()
      } finally {
        go.disabled = false
      }
    } }, h('h1', { tabindex: -1 }, title), problem, ...content.filter(Boolean), h('div', { class: 'actions' }, go, ...others))
    page.show(state, form)
  }

  showSignIn(notice)
}
