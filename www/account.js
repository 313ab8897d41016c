// The page of an account. States (`data-state`): those of signing in (see lib/page.js), and `open`.

import { apiKeys } from '/static/elements/api-keys.js'
import { devices } from '/static/elements/devices.js'
import { failure } from '/static/elements/failure.js'
import { field } from '/static/elements/field.js'
import { contactGroups } from '/static/elements/groups.js'
import { notifications } from '/static/elements/notifications.js'
import { h } from '/static/lib/dom.js'
import { shown } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { SignedPage } from '/static/lib/page.js'
import { client, signOut } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.account

const part = (id, title, meaning, ...content) =>
  h('section', { class: 'part', 'aria-labelledby': id }, h('h2', { id }, title), meaning && h('p', { class: 'soft' }, meaning), ...content)

class AccountPage extends SignedPage {
  async open() {
    document.title = t.title
    const { email, firstName, lastName, admin } = this.user
    const name = [firstName, lastName].filter(Boolean).join(' ')
    const { own, people } = devices(this.user)
    const keys = apiKeys()
    const groups = contactGroups(this.user)
    const told = notifications()
    this.show('open',
      h('div', {},
        h('h1', { tabindex: -1 }, t.heading),
        h('p', { 'data-testid': 'who' }, name && `${shown(name)}, `, h('bdi', {}, shown(email)), admin && ` · ${t.admin}`)),
      h('div', { class: 'actions' }, this.#signOutButton()),
      part('devices', t.devices, t.devicesMeaning, own.element),
      part('people', t.people, t.peopleMeaning, people.element),
      part('groups', t.groups, t.groupsMeaning, ...groups.elements),
      part('notifications', t.notifications, t.notificationsMeaning, told.element),
      part('keys', t.keys, t.keysMeaning, ...keys.elements),
      part('change', t.password, undefined, this.#passwordForm()))
    await Promise.all([keys.load(), groups.load(), told.load(), own.load().then(people.load)])
  }

  #signOutButton() {
    const button = h('button', { type: 'button', 'data-testid': 'sign-out', click: async () => {
      button.disabled = true
      try {
        await signOut()
        this.signIn(t.signedOut)
      } catch (error) {
        this.fail(error, () => this.enter())
      }
    } }, t.signOut)
    return button
  }

  #passwordForm() {
    const outcome = h('div', { class: 'last' })
    const user = h('input', { type: 'email', value: this.user.email, autocomplete: 'username', hidden: true, readonly: true })
    const old = h('input', { id: 'old-password', type: 'password', required: true, autocomplete: 'current-password', 'data-testid': 'old-password' })
    const fresh = h('input', { id: 'new-password', type: 'password', required: true, minlength: 10, autocomplete: 'new-password', 'data-testid': 'new-password' })
    const button = h('button', { 'data-testid': 'change-password' }, t.change)
    const form = h('form', { submit: async event => {
      event.preventDefault()
      button.disabled = true
      try {
        await (await client()).account.changePassword(old.value, fresh.value)
        form.reset()
        outcome.replaceChildren(h('p', { class: 'notice', 'data-testid': 'password-changed' }, t.changed))
        say(t.changed)
      } catch (error) {
        const { element, heading } = failure(error, { ...strings.own, ...t.passwordErrors }, { level: 'h3' })
        outcome.replaceChildren(element)
        heading.focus()
      } finally {
        button.disabled = false
      }
    } }, outcome, user,
    field(old, t.oldPassword),
    field(fresh, t.newPassword, strings.session.newPasswordHint),
    h('div', { class: 'actions' }, button))
    return form
  }
}

customElements.define('bulla-account', AccountPage)
