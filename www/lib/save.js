// The ways to put a decrypted stream on the person's disk, and which of them this browser has.

import * as blob from '/static/lib/save-blob.js'
import * as disk from '/static/lib/save-disk.js'
import * as worker from '/static/lib/save-worker.js'

/** Bytes that are gathered in the browser at most. */
export const GATHER_LIMIT = 2 * 1024 ** 3

// What is no larger is gathered anyway: no dialog, and nothing on the disk before all of it was checked.
const SMALL = 32 * 1024 ** 2

/**
 * How a file of `size` bytes (undefined: not known) is saved, after `worker.prepare()`: `disk` where the person chooses,
 * `worker` through the browser's downloads, `blob`, or undefined when this browser cannot.
 */
export function way(size) {
  if (size <= SMALL) return 'blob'
  if (disk.canPickFile()) return 'disk'
  if (worker.ready()) return 'worker'
  return size === undefined || size <= GATHER_LIMIT ? 'blob' : undefined
}

/**
 * Where a file goes: `take(stream, offset)` resolves when it is saved, and `offset` bytes of it need not be fetched again
 * after an earlier try. It may ask the person, so it needs a click just before; undefined when they change their mind.
 * `keep` is as for `DiskFile`.
 */
export async function place(name, size, keep) {
  switch (way(size)) {
    case 'disk': {
      const handle = await disk.pickFile(name)
      return handle && new disk.DiskFile(handle, { keep })
    }
    case 'worker': return { offset: 0, take: stream => worker.save(stream, name, size) }
    default: return { offset: 0, take: stream => blob.save(stream, name) }
  }
}
