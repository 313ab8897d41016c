// Puts a decrypted stream on the person's disk. Nothing is saved unless the stream ended without an error.

import { coded } from '/static/lib/errors.js'

/** Bytes that are gathered in the browser before saving; what is larger is written to disk as it arrives. */
export const GATHER_LIMIT = 2 * 1024 ** 3

// Bytes held as JS buffers before they are handed to the browser's blob storage.
const HELD = 32 * 1024 ** 2

/** Whether a file of `size` bytes (undefined: not known) can be saved: `gather`, `stream`, or undefined when it cannot. */
export function way(size) {
  if (size === undefined || size <= GATHER_LIMIT) return 'gather'
  return 'showSaveFilePicker' in window ? 'stream' : undefined
}

/** Reads `stream` to its end, then has the browser save it as `name`. */
export async function gather(stream, name) {
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
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** Asks where to save `name`; needs a click just before. Gives what `write` takes, or undefined when the person cancels. */
export async function choosePlace(name) {
  try {
    return await window.showSaveFilePicker({ suggestedName: name })
  } catch (error) {
    if (error.name === 'AbortError') return undefined
    throw error
  }
}

/** Writes `stream` to the chosen place; the file appears there only when the stream has ended. `DISK`: the disk refused. */
export async function write(stream, place) {
  try {
    await stream.pipeTo(await place.createWritable())
  } catch (error) {
    throw error?.name === 'BullaError' ? error : coded('DISK', 'writing the file failed', error)
  }
}
