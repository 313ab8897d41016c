// Progress of a whole transfer: bar, share, bytes, speed and time left.

import { h } from '/static/lib/dom.js'
import { size, speed, percent } from '/static/lib/format.js'
import { say } from '/static/lib/live.js'
import { Meter } from '/static/lib/meter.js'
import { strings } from '/static/strings/index.js'

const share = (loaded, total) => (total === 0 ? 0 : Math.min(1, loaded / total))

/** A bare progress bar with a name; `set(loaded, total)` moves it. */
export function bar(name, testid) {
  const element = h('progress', { max: 1, value: 0, 'aria-label': name, 'data-testid': testid })
  return { element, set: (loaded, total) => { element.value = share(loaded, total) } }
}

/** The bar with its figures. `set(loaded, total)` moves it and says each quarter once; `stage(text)` says what is happening. */
export function totalProgress() {
  const { element: progress, set } = bar(strings.progress.total, 'progress')
  const doing = h('strong')
  const part = h('span', { class: 'figures' })
  const figures = h('p', { class: 'figures soft' })
  const away = h('p', { class: 'notice', hidden: true, 'data-testid': 'waiting' }, strings.progress.waiting)
  const meter = new Meter()
  let quarter = 0
  let latest

  function draw() {
    const { loaded, total, rate } = latest
    latest = undefined
    set(loaded, total)
    part.textContent = percent(share(loaded, total))
    figures.textContent = [
      strings.progress.of(size(loaded), size(total)),
      rate.speed && speed(rate.speed),
      rate.speed && loaded < total && strings.progress.left(rate.left),
    ].filter(Boolean).join(' · ')
  }

  return {
    element: h('div', { class: 'total' }, h('p', { class: 'total-head' }, doing, part), progress, figures, away),
    stage(text) {
      doing.textContent = text
      say(text)
    },
    /** What is happening, for the eye: too often to be said. */
    detail(text) {
      doing.textContent = text
    },
    /** Whether the network is away. */
    waiting(yes) {
      if (away.hidden !== yes) return
      away.hidden = !yes
      say(yes ? strings.progress.waiting : strings.progress.back)
    },
    /** Without figures to give: the bar only shows that something goes on. */
    wait() {
      progress.removeAttribute('value')
      part.textContent = figures.textContent = ''
    },
    set(loaded, total) {
      if (!latest) requestAnimationFrame(draw)
      latest = { loaded, total, rate: meter.sample(loaded, total) }
      const reached = Math.floor(share(loaded, total) * 4)
      if (reached > quarter && reached < 4) say(percent(reached / 4))
      quarter = Math.max(quarter, reached)
    },
  }
}
