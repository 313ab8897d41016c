// Saving by way of a Blob: everything is gathered in the browser first, and saved only when all of it is there.

import { h } from '/static/lib/dom.js'

// Bytes held as JS buffers before they are handed to the browser's blob storage.
const HELD = 32 * 1024 ** 2

/** Reads `stream` to its end, then has the browser save it as `name`. */
export async function save(stream, name) {
  const blobs = []
  let chunks = []
  let held = 0
  const settle = () => {
    blobs.push(new Blob(chunks))
    chunks = []
    held = 0
  }
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read()
    if (done) break
    chunks.push(value)
    held += value.byteLength
    if (held >= HELD) settle()
  }
  settle()
  // No type of its own: a saved file is never shown as a page of this origin.
  const url = URL.createObjectURL(new Blob(blobs, { type: 'application/octet-stream' }))
  h('a', { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
