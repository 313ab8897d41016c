// Asking for what somebody shares: what waits for an answer of whoever is signed in, what they asked for, and asking.

import { acting } from '/static/elements/acting.js'
import { ask } from '/static/elements/dialog.js'
import { field } from '/static/elements/field.js'
import { compare } from '/static/elements/fingerprint.js'
import { filled, paged } from '/static/elements/list.js'
import { part } from '/static/elements/part.js'
import { copyButton } from '/static/lib/copy.js'
import { h } from '/static/lib/dom.js'
import { date, shown } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { client } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.shareRequests
const k = strings.keys
const PAGE = 25

/** Both lists and the form, which `asked`, the page's query, may fill in; and `load()`, which fetches the lists. */
export function shareRequests(asked) {
  const notice = h('div', { class: 'last', role: 'status', 'data-testid': 'answered' })
  const received = filled(async () =>
    paged((await client()).shareRequests.received(), toAnswer, { label: t.toAnswer, empty: t.nothingToAnswer, size: PAGE }))
  const sent = filled(async () =>
    paged((await client()).shareRequests.sent({ status: 'all' }), own, { label: t.askedFor, empty: t.nothingAskedFor, size: PAGE }))

  async function answered(words) {
    await received.load()
    notice.replaceChildren(h('p', { class: 'notice' }, words))
  }

  function toAnswer(request) {
    const { id, requester, packageId } = request
    const name = shown(requester)
    return h('li', { 'data-testid': 'to-answer' },
      h('bdi', { class: 'name' }, name),
      ...about(request),
      h('p', {}, h('a', { href: `?list=requests&id=${encodeURIComponent(packageId)}` }, t.see)),
      h('div', { class: 'actions' },
        h('button', { type: 'button', class: 'primary', 'data-testid': 'approve-request', 'aria-label': t.approveName(name), click: () => approve(request) }, t.approve),
        h('button', { type: 'button', 'data-testid': 'decline-request', 'aria-label': t.declineName(name), click: async () => {
          const declined = await ask({
            title: t.declineTitle(name),
            content: [h('p', {}, t.declineMeaning)],
            action: t.decline,
            danger: true,
            run: async () => (await client()).shareRequests.decline(id),
          })
          if (declined) await answered(t.declined(name))
        } }, t.decline)))
  }

  /** Compares the keys of whoever asks that were not confirmed yet, one after the other, and approves then. */
  async function approve(request) {
    const name = shown(request.requester)
    const place = filled(async () => {
      const { keys, shareRequests } = await client()
      // The key of a whole package is not for who asked for one file of it.
      const wanted = !request.fileId && await keys.device()
      const offered = wanted ? await shareRequests.offered(request) : []
      let confirmed = 0
      for (const { email, key, fingerprint, state } of offered) {
        const same = state === 'confirmed' || await compare({
          whose: email,
          fingerprint,
          how: k.howPerson(name),
          changed: state === 'changed',
          run: () => keys.confirm(email, key),
        })
        if (same) confirmed++
      }
      let report
      const approved = await ask({
        title: t.approveTitle(name),
        content: [h('p', {}, request.fileId ? t.approveFile : t.approveMeaning), h('p', {}, confirmed > 0 ? t.withKey(confirmed) : t.withoutKey)],
        action: t.approve,
        run: async () => { report = await shareRequests.approve(request) },
      })
      if (approved) await answered(t.approved(name, report.wrapped.length))
      return []
    })
    place.element.replaceChildren()
    notice.replaceChildren(place.element)
    await place.load()
  }

  function own(request) {
    const { id, owner, status, packageId } = request
    const name = shown(owner)
    return h('li', { 'data-testid': 'asked-for' },
      packageId ? h('a', { class: 'name', href: `?list=requests&id=${encodeURIComponent(packageId)}` }, name) : h('bdi', { class: 'name' }, name),
      ...about(request),
      h('p', { class: status === 'approved' ? 'state active' : 'state' }, t.states[status]),
      h('div', { class: 'actions' }, h('button', { type: 'button', class: 'quiet', 'data-testid': 'take-back', 'aria-label': t.takeBackName(name), click: async () => {
        const gone = await ask({
          title: t.takeBackTitle,
          content: [h('p', {}, t.takeBackMeaning)],
          action: t.takeBack,
          danger: true,
          run: async () => (await client()).shareRequests.delete(id),
        })
        if (!gone) return
        await sent.load()
        say(t.takenBack)
      } }, t.takeBack)))
  }

  return {
    elements: [
      part('to-answer', t.toAnswer, notice, received.element),
      part('asked-for', t.askedFor, sent.element),
      part('asking', t.asking, askForm(asked, sent)),
    ],
    load: () => Promise.all([received.load(), sent.load()]),
  }
}

const about = ({ message, fileId, created, packageId }) => [
  message && h('p', { dir: 'auto' }, shown(message)),
  h('p', { class: 'soft' }, [packageId && (fileId ? t.oneFile : t.whole), t.on(date(created))].filter(Boolean).join(' · ')),
]

function askForm(asked, sent) {
  const owner = h('input', { id: 'owner', type: 'email', required: true, autocomplete: 'off', value: asked.get('owner'), 'data-testid': 'owner' })
  const code = h('input', { id: 'ask-code', required: true, maxlength: 2048, autocomplete: 'off', spellcheck: 'false', value: asked.get('ask'), 'data-testid': 'ask-code' })
  const words = h('input', { id: 'ask-message', maxlength: 200, autocomplete: 'off', 'data-testid': 'ask-message' })
  return acting(h('button', { class: 'primary', 'data-testid': 'ask' }, t.ask), async () => {
    const text = code.value.trim()
    // A ticket has two halves, with a dot between them.
    const what = text.includes('.') ? { ticket: text } : { lookupHash: text }
    await (await client()).shareRequests.create({ owner: owner.value.trim(), ...what, message: words.value.trim() })
    code.value = words.value = ''
    await sent.load()
    say(t.asked)
  }, [field(owner, t.owner), field(code, t.code, t.codeHint), field(words, t.message, t.messageHint)], { ...strings.own, ...t.errors })
}

/** A button that makes the link with which others ask `user` for a package, and where the link comes. */
export function askLink({ id }, user) {
  const place = filled(async () => {
    const { lookupHash } = await (await client()).shareInfos.ticket(id)
    const text = h('textarea', { id: 'ask-link', readonly: true, rows: 3, spellcheck: 'false', 'data-testid': 'ask-link', focus: () => text.select() })
    text.value = `${location.origin}/packages/?list=requests&owner=${encodeURIComponent(user.email)}&ask=${encodeURIComponent(lookupHash)}`
    return [field(text, t.linkLabel, t.linkHint), h('div', { class: 'actions' }, copyButton(text, strings.send))]
  }, { ...strings.own, ...t.errors })
  place.element.replaceChildren()
  const make = h('button', { type: 'button', 'data-testid': 'make-ask-link', click: async () => {
    make.disabled = true
    await place.load()
    make.disabled = false
  } }, t.makeLink)
  return [h('p', { class: 'soft' }, t.linkMeaning), place.element, h('div', { class: 'actions' }, make)]
}
