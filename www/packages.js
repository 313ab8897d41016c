// What was sent and received. States (`data-state`): those of signing in (see lib/page.js), `list`, and `one`.

import { paged } from '/static/elements/list.js'
import { onePackage } from '/static/elements/own-package.js'
import { packageSearch } from '/static/elements/search.js'
import { shareRequests } from '/static/elements/share-requests.js'
import { shared } from '/static/elements/shared.js'
import { h } from '/static/lib/dom.js'
import { date, shown } from '/static/lib/format.js'
import { SignedPage } from '/static/lib/page.js'
import { client } from '/static/lib/session.js'
import { expiry, stateOf } from '/static/lib/states.js'
import { strings } from '/static/strings/index.js'

const t = strings.packages
const LISTS = ['received', 'sent', 'shared', 'requests', 'archived', 'waiting', 'search']
const PAGE = 25
// Recipients that a row names.
const NAMED = 3

class PackagesPage extends SignedPage {
  async open() {
    const asked = new URLSearchParams(location.search)
    const named = LISTS.filter(list => list !== 'search' || this.user.admin)
    const list = named.includes(asked.get('list')) ? asked.get('list') : 'received'
    const id = asked.get('id')
    // Those that are more than rows of packages.
    const views = { search: () => packageSearch(this.user), shared, requests: () => shareRequests(asked) }
    if (id !== null) await this.#one(id, list)
    else if (views[list]) await this.#view(list, views[list]())
    else await this.#list(list)
  }

  async #list(name) {
    document.title = t.titles[name]
    const { packages } = await client()
    const lists = { received: packages.received(), sent: packages.sent(), archived: packages.archived(), waiting: packages.approvals() }
    const rows = await paged(lists[name], entry => this.#row(name, entry), { label: t.titles[name], empty: t.empty[name], size: PAGE })
    await this.#showList(name, rows)
  }

  async #view(name, { elements, load }) {
    document.title = t.titles[name]
    await this.#showList(name, elements)
    await load()
  }

  async #showList(name, content) {
    // Few are asked to approve anything, and the server refuses the list to others: they are spared the word.
    const waits = async () => (await client()).packages.approvals().page(0, 1).then(({ entries }) => entries.length > 0, () => false)
    const there = { waiting: name === 'waiting' || await waits(), search: this.user.admin }
    const shown = LISTS.filter(list => there[list] ?? true)
    this.show('list',
      h('h1', { tabindex: -1 }, t.heading),
      h('nav', { class: 'choices', 'aria-label': t.lists }, h('ul', {}, ...shown.map(list =>
        h('li', {}, h('a', { href: `?list=${list}`, 'aria-current': list === name && 'page', 'data-testid': `list-${list}` }, t.names[list]))))),
      h('section', { class: 'filled', 'aria-label': t.names[name] }, ...content))
  }

  #row(list, entry) {
    const mine = entry.senderId === this.user.id
    const expires = expiry(entry.updated, entry)
    return h('li', { 'data-testid': 'package' },
      h('a', { class: 'name', href: `?list=${list}&id=${encodeURIComponent(entry.id)}` }, mine ? recipientsOf(entry) : t.from(shown(entry.sender))),
      h('p', {}, t.contents(entry.fileCount, entry.hasMessage), entry.fileNames.length > 0 && `: ${entry.fileNames.slice(0, NAMED).map(shown).join(', ')}`),
      h('p', { class: 'soft' }, [t.made(date(entry.updated)), expires && t.until(date(expires))].filter(Boolean).join(' · ')),
      h('p', { class: `state ${entry.state}` }, stateOf(entry, mine)))
  }

  async #one(id, list) {
    document.title = t.oneTitle
    const details = await (await client()).packages.get(id)
    if (details.workspace) {
      location.replace(`/workspaces/?id=${encodeURIComponent(details.id)}`)
      return
    }
    const { heading, element, load } = onePackage(details, this.user, {
      back: `?list=${list}`,
      backName: t.names[list],
      again: () => this.enter(),
    })
    this.show('one', element)
    heading.focus()
    await load()
  }
}

/** To whom, in short. */
function recipientsOf({ recipients, recipientCount }) {
  if (recipientCount === 0) return t.anybody
  const named = recipients.slice(0, NAMED).map(shown)
  return t.to(named.join(', '), recipientCount - named.length)
}

customElements.define('bulla-packages', PackagesPage)
