// Numbers, sizes and dates in the reader's language.

import { locale } from '/static/strings/index.js'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']

function scaled(bytes, suffix) {
  const step = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3))
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[step] + suffix,
    unitDisplay: step === 0 && !suffix ? 'long' : 'short',
    maximumFractionDigits: step < 2 ? 0 : 1,
  }).format(bytes / 1000 ** step)
}

/** A size such as `12.3 MB`; `bytes` is a count of octets. */
export const size = bytes => scaled(bytes, '')

/** A speed such as `4.5 MB/s`. */
export const speed = bytesPerSecond => scaled(bytesPerSecond, '-per-second')

/** A share between 0 and 1 such as `45%`. */
export const percent = share => new Intl.NumberFormat(locale, { style: 'percent' }).format(Math.floor(share * 100) / 100)

/** A Date such as `29 November 2026 at 17:30`. */
export const date = when => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' }).format(when)

/** The day of a Date such as `2026-11-29`, for names of files. */
export const day = when => [when.getFullYear(), when.getMonth() + 1, when.getDate()].map(n => String(n).padStart(2, '0')).join('-')

// Characters that would reorder or hide what surrounds them (controls, bidirectional overrides and isolates).
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu

/** A file name as it can be shown: characters that could disguise it become visible. */
export const shown = name => name.replace(INVISIBLE, '\ufffd')
