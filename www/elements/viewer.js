// Showing a file in the page. Nothing is shown that could run: pictures as pictures, everything else as text.

import { h } from '/static/lib/dom.js'
import { strings } from '/static/strings/index.js'

const t = strings.receive

/** Bytes of a picture, and of a text, at most. */
const LARGEST = { image: 64 * 1024 ** 2, text: 1024 ** 2 }
const IMAGES = { avif: 'image/avif', bmp: 'image/bmp', gif: 'image/gif', jpeg: 'image/jpeg', jpg: 'image/jpeg', png: 'image/png', svg: 'image/svg+xml', webp: 'image/webp' }
const TEXTS = ['txt', 'md', 'csv', 'tsv', 'json', 'xml', 'yaml', 'yml', 'log']

/** As what a file can be shown: `image` with its type, or `text`; undefined as neither. */
function kindOf({ name, type }) {
  const end = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  const image = type ? Object.values(IMAGES).find(known => known === type) : IMAGES[end]
  if (image) return { kind: 'image', type: image }
  const text = type ? /^text\/|[/+](json|xml|yaml)$/.test(type) : TEXTS.includes(end)
  return text ? { kind: 'text' } : undefined
}

/** Whether a file can be shown here. */
export function canShow(file) {
  const as = kindOf(file)
  return as !== undefined && file.size <= LARGEST[as.kind]
}

/** What is shown of `file`, one that can be, once all of `stream` has arrived. */
export async function contentOf(file, stream) {
  const { kind, type } = kindOf(file)
  const blob = await new Response(stream).blob()
  return kind === 'image' ? { kind, blob: blob.slice(0, blob.size, type) } : { kind, text: await blob.text() }
}

/** Shows it in front of the page, which the focus comes back to at `origin`. */
export function showFile(name, { kind, blob, text }, origin) {
  const url = blob && URL.createObjectURL(blob)
  const shown = kind === 'image'
    ? h('img', { src: url, alt: name })
    : h('pre', { tabindex: 0, dir: 'auto', 'aria-labelledby': 'shown' }, text)
  const leave = h('button', { type: 'button', class: 'primary', 'data-testid': 'leave', click: () => dialog.close() }, t.close)
  const dialog = h('dialog', {
    class: 'viewer',
    'aria-labelledby': 'shown',
    'data-testid': 'viewer',
    close: () => {
      dialog.remove()
      if (url) URL.revokeObjectURL(url)
      origin.focus()
    },
  }, h('h2', { id: 'shown' }, h('bdi', {}, name)), shown, h('div', { class: 'actions' }, leave))
  document.body.append(dialog)
  dialog.showModal()
}
