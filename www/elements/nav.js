// The way from page to page, for whoever is signed in; for others the way in.

import { h } from '/static/lib/dom.js'
import { changes, remembered } from '/static/lib/session.js'
import { strings } from '/static/strings/index.js'

const t = strings.nav
const PAGES = [['/', t.send], ['/packages/', t.packages], ['/requests/', t.requests], ['/workspaces/', t.workspaces], ['/account/', t.account]]

class Nav extends HTMLElement {
  connectedCallback() {
    changes.addEventListener('change', () => this.#draw())
    this.#draw()
  }

  #draw() {
    const pages = remembered() ? PAGES : PAGES.slice(0, 1).filter(([path]) => path !== location.pathname).concat([['/account/', t.signIn]])
    this.replaceChildren(h('nav', { 'aria-label': t.name }, h('ul', {}, ...pages.map(([path, name]) =>
      h('li', {}, h('a', { href: path, 'aria-current': path === location.pathname && 'page' }, name))))))
  }
}

customElements.define('bulla-nav', Nav)
