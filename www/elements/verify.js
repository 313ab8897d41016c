// The way in for recipients who show who they are: one step after the other, each by a code or with a provider.

import { field } from '/static/elements/field.js'
import { stamp } from '/static/elements/stamp.js'
import { h } from '/static/lib/dom.js'
import { codeOf } from '/static/lib/errors.js'
import { strings } from '/static/strings/index.js'

const t = strings.verify

/**
 * Shows on `page` what is left of a verification. `page.verified()` goes on from there, `page.signIn(way)` leaves for a
 * provider's page, and `page.failed(error, retry)` says what stands in the way.
 */
export async function verify(page, verification) {
  const again = () => verify(page, verification)
  try {
    const { mode, ways, verified } = await verification.ways()
    if (verified) page.verified()
    else choose(mode, ways)
  } catch (error) {
    page.failed(error, again)
  }

  function choose(mode, ways) {
    const left = ways.filter(({ done }) => !done)
    const several = left.length > 1
    const meaning = mode === 'any' ? t.any : several ? t.all(left.length) : verification.statement ? t.last : t.one
    const heading = h('h1', { tabindex: -1 }, t.heading)
    page.show(cover(heading, h('p', {}, meaning), h('div', { class: 'actions' },
      left.map(way => h('button', {
        type: 'button', class: several ? false : 'primary', 'data-testid': 'way', 'data-provider': way.identityProvider, click: () => go(way),
      }, name(way))))))
    heading.focus()
  }

  async function go(way) {
    try {
      if (way.to === undefined) await page.signIn(way.id)
      else enter(way, (await verification.sendCode(way.id)).token)
    } catch (error) {
      page.failed(error, again)
    }
  }

  function enter(way, token) {
    const code = h('input', { id: 'code', required: true, inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 12, 'data-testid': 'code' })
    const enter = h('button', { class: 'primary', 'data-testid': 'enter' }, t.enter)
    const hint = field(code, t.code, t.codeHint)
    const form = h('form', { submit: async event => {
      event.preventDefault()
      enter.disabled = true
      try {
        if (await verification.enterCode(token, code.value.trim())) page.verified()
        else again()
      } catch (error) {
        if (!['CODE_WRONG', 'CODE_SPENT'].includes(codeOf(error))) return page.failed(error, again)
        const wrong = hint.querySelector('.hint')
        wrong.classList.add('wrong')
        wrong.textContent = codeOf(error) === 'CODE_WRONG' ? t.wrong : t.spent
        code.setAttribute('aria-invalid', 'true')
        code.focus()
      } finally {
        enter.disabled = false
      }
    } }, hint, h('div', { class: 'actions' }, enter,
      h('button', { type: 'button', 'data-testid': 'resend', click: () => go(way) }, t.resend),
      h('button', { type: 'button', 'data-testid': 'other-way', click: again }, t.other)))
    page.show(cover(h('h1', {}, t.sent(way.to)), form))
    code.focus()
  }
}

const cover = (...content) => h('section', { class: 'cover' }, stamp('sealed'), ...content)

function name({ identityProvider, to }) {
  if (identityProvider === 'otp-email') return t.byEmail(to)
  return identityProvider === 'otp-sms' ? t.bySms(to) : t.byProvider(identityProvider)
}
