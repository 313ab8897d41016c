// Trusted devices, and the keys of other people that were confirmed in this browser.

import { ask } from '/static/elements/dialog.js'
import { field } from '/static/elements/field.js'
import { compare, words } from '/static/elements/fingerprint.js'
import { filled } from '/static/elements/list.js'
import { h } from '/static/lib/dom.js'
import { date, shown } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { client } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.keys

/** The devices of `user`, and below them the people whose keys were confirmed. Returns two places, to be loaded. */
export function devices(user) {
  const notice = h('div', { class: 'last', role: 'status', 'data-testid': 'device-notice' })
  const own = filled(async () => {
    const { keys } = await client()
    const list = await keys.list()
    const current = list.find(device => device.current)
    const others = list.filter(device => !device.current)
    return [
      notice,
      current ? thisDevice(current) : makeDevice(),
      others.length > 0 && h('ul', { class: 'rows', 'aria-label': t.others }, ...others.map(device => otherDevice(device, current))),
      current && others.some(({ confirmed }) => confirmed) && h('div', { class: 'actions' },
        h('button', { type: 'button', 'data-testid': 'sync', click: sync }, t.sync)),
    ]
  })
  const people = filled(async () => {
    const { keys } = await client()
    const confirmed = await keys.confirmed()
    if (confirmed.length === 0) return [h('p', { class: 'soft' }, t.nobodyConfirmed)]
    return [h('ul', { class: 'rows', 'aria-label': t.people }, ...confirmed.map(person))]
  })

  function told(words) {
    notice.replaceChildren(h('p', { class: 'notice' }, words))
  }

  const nameOf = ({ description }) => (description ? shown(description) : t.nameless)

  function thisDevice(device) {
    return h('div', { class: 'notice', 'data-testid': 'this-device' },
      h('h3', {}, t.thisDevice(nameOf(device))),
      h('p', {}, t.thisDeviceMeaning),
      ...words(device.fingerprint),
      h('div', { class: 'actions' }, h('button', { type: 'button', 'data-testid': 'forget-device', click: () => remove(device) }, t.forget)))
  }

  function makeDevice() {
    const name = h('input', { id: 'device-name', required: true, maxlength: 100, autocomplete: 'off', 'data-testid': 'device-name' })
    const button = h('button', { class: 'primary', 'data-testid': 'make-device' }, t.trust)
    const problem = filled(async () => {
      const { keys } = await client()
      await keys.create({ description: name.value.trim() })
      await own.load()
      told(t.trusted)
      return []
    })
    problem.element.replaceChildren()
    return h('form', { submit: async event => {
      event.preventDefault()
      button.disabled = true
      await problem.load()
      button.disabled = false
    } }, h('p', {}, t.untrusted), field(name, t.deviceName, t.deviceNameHint), problem.element, h('div', { class: 'actions' }, button))
  }

  function otherDevice(device, current) {
    const { fingerprint, confirmed } = device
    return h('li', { 'data-testid': 'other-device' },
      h('bdi', { class: 'name' }, nameOf(device)),
      h('p', { class: confirmed ? 'state good' : 'state' }, !fingerprint ? t.unusable : confirmed ? t.confirmed : t.unconfirmed),
      h('div', { class: 'actions' },
        fingerprint && !confirmed && current && h('button', { type: 'button', 'data-testid': 'compare', 'aria-label': t.compareName(nameOf(device)), click: () => confirm(device) }, t.compareButton),
        h('button', { type: 'button', class: 'quiet', 'aria-label': t.removeName(nameOf(device)), click: () => remove(device) }, t.remove)))
  }

  async function confirm(device) {
    const { keys } = await client()
    const same = await compare({
      whose: nameOf(device),
      fingerprint: device.fingerprint,
      how: t.howDevice,
      run: () => keys.confirm(user.email, device.key),
    })
    if (!same) {
      told(t.notSame)
      return
    }
    await Promise.all([own.load(), people.load()])
    await sync()
  }

  async function sync() {
    const handed = filled(async () => {
      const { wrapped } = await (await client()).keys.sync()
      return [h('p', { class: 'notice' }, t.synced(wrapped))]
    })
    notice.replaceChildren(handed.element)
    await handed.load()
  }

  async function remove(device) {
    const removed = await ask({
      title: t.removeTitle(nameOf(device)),
      content: [h('p', {}, device.current ? t.forgetMeaning : t.removeMeaning)],
      action: device.current ? t.forget : t.remove,
      danger: true,
      run: async () => (await client()).keys.delete(device.id),
    })
    if (!removed) return
    await own.load()
    say(t.removed)
  }

  function person({ email, fingerprint, confirmed }) {
    return h('li', { 'data-testid': 'confirmed-key' },
      h('bdi', { class: 'name' }, shown(email)),
      h('p', { class: 'soft' }, t.confirmedOn(date(confirmed))),
      ...words(fingerprint),
      h('div', { class: 'actions' }, h('button', { type: 'button', class: 'quiet', 'aria-label': t.revokeName(shown(email)), click: async () => {
        const revoked = await ask({
          title: t.revokeTitle(shown(email)),
          content: [h('p', {}, t.revokeMeaning)],
          action: t.revoke,
          danger: true,
          run: async () => (await client()).keys.revoke(email, fingerprint.hex),
        })
        if (!revoked) return
        await Promise.all([own.load(), people.load()])
        say(t.revoked)
      } }, t.revoke)))
  }

  return { own, people }
}
