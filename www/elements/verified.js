// The recipients of a package of one's own who show who they are before it opens to them: how, when they did, and what they fetched.

import { acting } from '/static/elements/acting.js'
import { ask } from '/static/elements/dialog.js'
import { field } from '/static/elements/field.js'
import { filled } from '/static/elements/list.js'
import { copyButton } from '/static/lib/copy.js'
import { h } from '/static/lib/dom.js'
import { date, shown } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { client } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.verified

/** The verified recipients of the package with this id, and a form for one more. `load()` fetches them. */
export function verified(id) {
  const place = filled(async () => {
    const { secureShares } = await client()
    const [providers, shares] = await Promise.all([secureShares.identityProviders(), sharesOf(id)])
    const people = shares.flatMap(share => share.recipients.map(recipient => row(share, recipient)))
    return [
      h('p', { class: 'soft' }, shares.length > 0 ? t.closed : t.meaning),
      people.length > 0 && h('ul', { class: 'rows', 'aria-label': t.title }, ...await Promise.all(people)),
      providers.length > 0 ? newRecipient(shares[0], providers) : h('p', { class: 'notice' }, t.noWays),
    ]
  })
  return place

  async function row(share, recipient) {
    const { firstName, lastName, email, mobile, authentication, loggedInTime, fileAccessInfos, notification } = recipient
    const recipients = (await client()).secureShares.recipients(share.id)
    const name = shown([firstName, lastName].filter(Boolean).join(' ') || email || mobile)
    const all = share.authenticationMode === 'all'
    const remind = (notification.sendEmail || notification.sendSms) && acting(h('button', { class: 'quiet', 'data-testid': 'remind-verified', 'aria-label': t.remindName(name) }, t.remind), async () => {
      await recipients.remind(recipient.id)
      say(t.reminded)
    })
    return h('li', { 'data-testid': 'verified-row' },
      h('bdi', { class: 'name' }, name),
      h('p', {}, t.ways(authentication.map(way => nameOf(way.identityProvider)), all), ' ', [email, mobile].filter(Boolean).map(shown).join(', ')),
      h('p', { class: loggedInTime ? 'state good' : 'state' }, loggedInTime ? t.shown(date(loggedInTime)) : t.notYet),
      fileAccessInfos.length > 0 && h('details', {}, h('summary', {}, t.fetched(fileAccessInfos.length)),
        h('ul', {}, ...fileAccessInfos.map(({ lastDownloadedAt }) => h('li', {}, date(lastDownloadedAt))))),
      ...await linkOf(recipient, name),
      remind,
      h('div', { class: 'actions' }, h('button', { type: 'button', class: 'quiet', 'data-testid': 'remove-verified', 'aria-label': t.removeName(name), click: async () => {
        const removed = await ask({
          title: t.removeTitle(name),
          content: [h('p', {}, t.removeMeaning)],
          action: t.remove,
          danger: true,
          run: () => recipients.delete(recipient.id),
        })
        if (removed) await place.load()
      } }, t.remove)))
  }

  /** The link to hand to a recipient: whole where this device has the package's key. */
  async function linkOf({ id: recipientId, url }, name) {
    const whole = await client().then(({ secureShares }) => secureShares.link(id, recipientId)).catch(() => undefined)
    const text = h('textarea', { id: `link-${recipientId}`, readonly: true, rows: 2, spellcheck: 'false', 'data-testid': 'verified-link', focus: () => text.select() })
    text.value = whole ?? url
    return [field(text, t.linkName(name), whole ? t.linkHint : t.urlHint), h('div', { class: 'actions' }, copyButton(text, strings.send, { 'data-testid': 'copy-verified-link' }))]
  }

  /** A form for a recipient of `share`, or of the first one where there is none yet. */
  function newRecipient(share, providers) {
    const name = h('input', { id: 'verified-name', maxlength: 200, autocomplete: 'off', 'data-testid': 'verified-name' })
    const email = h('input', { id: 'verified-email', type: 'email', autocomplete: 'off', 'data-testid': 'verified-email' })
    const mobile = h('input', { id: 'verified-mobile', type: 'tel', autocomplete: 'off', 'data-testid': 'verified-mobile' })
    const ways = providers.map(way)
    const sends = provider => providers.some(({ identityProvider }) => identityProvider === provider)
    const byEmail = checkbox('verified-send-email', sends('otp-email'))
    const bySms = checkbox('verified-send-sms', false)
    const mode = h('select', { id: 'verified-mode', 'data-testid': 'verified-mode' }, h('option', { value: 'all' }, t.all), h('option', { value: 'any' }, t.any))
    const add = h('button', { 'data-testid': 'add-verified' }, share ? t.add : t.addFirst)
    return h('details', { class: 'by-link', open: share !== undefined && share.recipients.length === 0 },
      h('summary', { 'data-testid': 'new-verified' }, t.newOne),
      acting(add, async () => {
        const recipient = {
          firstName: name.value.trim(),
          email: email.value.trim(),
          mobile: mobile.value.trim(),
          authentication: ways.map(({ chosen }) => chosen()).filter(Boolean),
          notification: { sendEmail: byEmail.checked, sendSms: bySms.checked },
        }
        const { secureShares } = await client()
        if (share) await secureShares.recipients(share.id).add(recipient)
        else await secureShares.create({ package: id, authenticationMode: mode.value, recipients: [recipient] })
        await place.load()
        say(t.added)
      }, [
        field(name, t.name),
        field(email, t.email),
        sends('otp-sms') && field(mobile, t.mobile, t.mobileHint),
        h('fieldset', {}, h('legend', {}, t.how), ...ways.flatMap(({ elements }) => elements)),
        !share && providers.length > 1 && h('p', { class: 'settings' }, h('label', { for: mode.id }, t.mode), ' ', mode),
        sends('otp-email') && line(byEmail, t.sendEmail),
        sends('otp-sms') && line(bySms, t.sendSms),
      ], { ...strings.own, ...t.errors }))
  }
}

/** The secure shares of a package. */
async function sharesOf(id) {
  const shares = []
  for await (const share of (await client()).secureShares.list()) if (share.packageId === id) shares.push(share)
  return shares
}

const checkbox = (id, checked) => h('input', { id, type: 'checkbox', checked, 'data-testid': id })
const line = (box, words) => h('p', { class: 'settings' }, box, ' ', h('label', { for: box.id }, words))

/** A way to show who one is, to choose from: `chosen()` is what was chosen, if it was. */
function way({ identityProvider, nin }) {
  const box = checkbox(`verified-by-${identityProvider}`, identityProvider === 'otp-email')
  const chosen = () => box.checked && { identityProvider }
  if (identityProvider.startsWith('otp-')) return { chosen, elements: [line(box, nameOf(identityProvider))] }
  const who = h('input', { id: `verified-as-${identityProvider}`, autocomplete: 'off', spellcheck: 'false', 'data-testid': `verified-as-${identityProvider}` })
  return {
    chosen: () => box.checked && { identityProvider, [nin ? 'nin' : 'idpId']: who.value.trim() },
    elements: [line(box, nameOf(identityProvider)), field(who, nin ? t.nin(identityProvider) : t.idpId(identityProvider))],
  }
}

const nameOf = identityProvider => t.names[identityProvider] ?? identityProvider
