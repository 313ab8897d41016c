// The round stamp with a keyhole.

import { svg } from '/static/lib/dom.js'

const DISC = 'M92.9 48C93.2 54.3 90.8 61.5 87.9 67.2C84.9 72.9 80.3 78.4 75.3 82.2C70.2 86 63.7 88.8 57.6 90C51.5 91.1 44.8 90.3 38.6 89.1C32.4 87.9 25.4 86.4 20.3 82.7C15.3 79 10.6 73 8.2 67.2C5.7 61.4 5.6 54.3 5.7 48C5.8 41.7 6.3 34.8 8.8 29.1C11.3 23.4 15.7 17.7 20.6 13.6C25.5 9.6 32 6.5 38.2 5C44.4 3.6 51.9 3.1 57.8 4.9C63.8 6.6 69.3 11.2 74.1 15.3C78.8 19.5 83 24.2 86.1 29.6C89.3 35.1 92.6 41.7 92.9 48Z'
const KEYHOLE = 'M48 31a10 10 0 0 1 5 18.7L56 65H40l3-15.3A10 10 0 0 1 48 31Z'
// Where a tampered stamp breaks: the left half is bounded by this line, the right half by the same.
const CRACK = '53,-4 45,14 55,29 42,46 54,62 44,78 50,100'

let count = 0

function face() {
  return [
    svg('path', { class: 'stamp-clay', d: DISC }),
    svg('circle', { class: 'stamp-ring', cx: 48, cy: 48, r: 34 }),
    svg('path', { class: 'stamp-keyhole', d: KEYHOLE }),
  ]
}

function half(side, edge) {
  const id = `stamp-${side}-${++count}`
  return [
    svg('clipPath', { id }, svg('polygon', { points: `${edge},-10 ${CRACK} ${edge},106` })),
    svg('g', { class: `stamp-${side}` }, svg('g', { 'clip-path': `url(#${id})` }, ...face())),
  ]
}

/**
 * The stamp in one of its states: `blank` before anything is sealed, `sealed`, `verified`, `broken`.
 * It is an ornament: the words next to it say the same.
 */
export function stamp(state) {
  const parts = state === 'broken' ? [...half('left', -20), ...half('right', 116)] : face()
  return svg('svg', { class: `stamp stamp-${state}`, viewBox: '0 0 96 96', 'aria-hidden': 'true', focusable: 'false' }, ...parts)
}
