// The round stamp with a keyhole.

import { svg } from '/static/lib/dom.js'

const DISC = 'M92.7 48C92.8 53 91.4 58.5 89.5 63.1C87.6 67.7 84.4 72 81.2 75.9C78 79.8 74.5 84 70.2 86.4C65.9 88.8 60.4 89.9 55.5 90.4C50.6 91 45.5 90.6 40.6 89.7C35.8 88.9 30.8 87.5 26.5 85.2C22.2 82.9 18.2 79.5 14.9 75.8C11.6 72.1 8.4 67.7 6.7 63C5 58.4 4.6 53 4.5 48C4.4 43 4.8 37.6 6.3 32.8C7.9 28 10.3 22.9 13.7 19.2C17.1 15.6 22.1 13.2 26.6 10.9C31 8.6 35.7 6.4 40.5 5.5C45.3 4.6 50.7 4.5 55.5 5.5C60.3 6.4 65.1 8.6 69.3 11.1C73.6 13.5 77.8 16.6 81 20.3C84.2 24 86.8 28.6 88.7 33.2C90.7 37.8 92.5 43 92.7 48Z'
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
