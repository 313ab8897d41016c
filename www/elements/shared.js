// What was shared by tickets: with whoever is signed in, and by them.

import { ask } from '/static/elements/dialog.js'
import { filled, paged } from '/static/elements/list.js'
import { part } from '/static/elements/part.js'
import { h } from '/static/lib/dom.js'
import { date, shown } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { client } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.shared
const PAGE = 25

/** Both lists, and `load()`, which fetches them. */
export function shared() {
  const received = filled(async () => rows(await lists('received'), t.withYou, t.nothingWithYou, entry => row(entry, true, received)))
  const sent = filled(async () => rows(await lists('shared'), t.byYou, t.nothingByYou, entry => row(entry, false, sent)))
  return {
    elements: [h('p', {}, t.meaning), part('with-you', t.withYou, received.element), part('by-you', t.byYou, sent.element)],
    load: () => Promise.all([received.load(), sent.load()]),
  }
}

const rows = (list, label, empty, row) => paged(list, row, { label, empty, size: PAGE })

/** What tickets name a receiver for, and behind it what others opened to whoever held them. */
async function lists(which) {
  const { shareInfos } = await client()
  return behind(shareInfos[which]({ type: 'private' }), shareInfos[which]({ type: 'public' }))
}

/** Two lists as one. */
const behind = (first, second) => ({
  async page(at, size) {
    const [list, index] = at === 0 ? [first, 0] : at
    const { entries, next } = await list.page(index, size)
    if (next !== undefined) return { entries, next: [list, next] }
    if (list === second) return { entries }
    const rest = await second.page(0, size)
    return { entries: [...entries, ...rest.entries], next: rest.next === undefined ? undefined : [second, rest.next] }
  },
})

function row({ ticket, packageId, fileId, sender, receiver, message, created, expires }, mine, place) {
  const who = mine ? t.from(shown(sender)) : receiver ? t.to(shown(receiver)) : t.anybody
  return h('li', { 'data-testid': mine ? 'with-you' : 'by-you' },
    h('a', { class: 'name', href: `?list=shared&id=${encodeURIComponent(packageId)}` }, who),
    message && h('p', { dir: 'auto' }, shown(message)),
    h('p', { class: 'soft' }, [fileId ? t.oneFile : t.whole, t.on(date(created)), t.until(date(expires))].join(' · ')),
    h('div', { class: 'actions' }, h('button', { type: 'button', class: 'quiet', 'data-testid': 'end-share', 'aria-label': mine ? t.giveUpName(who) : t.endName(who), click: async () => {
      const ended = await ask({
        title: mine ? t.giveUpTitle : t.endTitle,
        content: [h('p', {}, mine ? t.giveUpMeaning : t.endMeaning)],
        action: mine ? t.giveUp : t.end,
        danger: true,
        run: async () => (await client()).shareInfos.delete({ ticket }),
      })
      if (!ended) return
      await place.load()
      say(t.ended)
    } }, mine ? t.giveUp : t.end)))
}
