// Saving to a place on the disk that the person chooses, where the browser can write there (File System Access).

import { coded } from '/static/lib/errors.js'
import { numbered } from '/static/lib/names.js'

// How much is settled at once at least. The browser copies what is there already each time, so each time it is twice as much.
const STEP = 256 * 1024 ** 2

/** Whether the person can choose a place for a file. */
export const canPickFile = () => 'showSaveFilePicker' in window

/** Whether the person can choose a folder for many. */
export const canPickFolder = () => 'showDirectoryPicker' in window

/** Asks where to save `name`; needs a click just before. Undefined when the person changes their mind. `DISK`: refused. */
export const pickFile = name => picked(() => window.showSaveFilePicker({ suggestedName: name }))

/** Asks for a folder; as `pickFile`. */
export const pickFolder = () => picked(() => window.showDirectoryPicker({ id: 'bulla', mode: 'readwrite' }))

async function picked(pick) {
  try {
    return await pick()
  } catch (error) {
    if (error.name === 'AbortError') return undefined
    throw coded('DISK', 'the place cannot be written to', error)
  }
}

/** Whether the person lets the page write there again, after it was loaded anew; needs a click just before. */
export const allowed = async place => (await place.requestPermission?.({ mode: 'readwrite' }) ?? 'granted') === 'granted'

/** Whether the file still is as it was left: `offset` bytes long, and not touched since. */
export async function unchanged(file, offset, modified) {
  try {
    const { size, lastModified } = await file.getFile()
    return size === offset && lastModified === modified
  } catch {
    return false
  }
}

/** A new file in `folder`: `segments` are its folders and its name. A name that is taken already gets a number. `DISK`: refused. */
export async function fileIn(folder, segments) {
  try {
    for (const segment of segments.slice(0, -1)) {
      folder = await permitted(segment, name => folder.getDirectoryHandle(name, { create: true }))
    }
    return await permitted(segments.at(-1), name => free(folder, name))
  } catch (error) {
    throw coded('DISK', `${segments.join('/')} cannot be made`, error)
  }
}

/** Does `work` with `name`, or with one that the browser permits: it refuses some endings (`.lnk`, `.url`). */
async function permitted(name, work) {
  try {
    return await work(name)
  } catch (error) {
    if (error.name !== 'TypeError') throw error
    return work(`${name}_`)
  }
}

async function free(folder, name) {
  for (let n = 1; ; n++) {
    const candidate = numbered(name, n)
    if (!(await taken(folder, candidate))) return folder.getFileHandle(candidate, { create: true })
  }
}

async function taken(folder, name) {
  try {
    await folder.getFileHandle(name)
    return true
  } catch (error) {
    // A folder of that name.
    if (error.name === 'TypeMismatchError') return true
    if (error.name === 'NotFoundError') return false
    throw error
  }
}

/** A file that is being written. What has been written of it stays for another try. */
export class DiskFile {
  #handle
  #settled
  #keep
  #writable
  /** Bytes at its beginning that need not be fetched again. */
  offset

  /**
   * `offset` bytes of it are there already. `keep(handle, offset, modified)` is called whenever more bytes are safe on the
   * disk, even if this page ends here; `modified` is what the disk says of the file then.
   */
  constructor(handle, { offset = 0, keep = async () => {} } = {}) {
    this.#handle = handle
    this.#settled = this.offset = offset
    this.#keep = keep
  }

  /** One of which nothing is there yet, and that is kept already. */
  static async create(handle, options) {
    const file = new DiskFile(handle, options)
    await file.#disk(() => file.#known())
    return file
  }

  /**
   * Writes `stream`, which begins `offset` bytes after the beginning of the file, to its end. The file has content only
   * then, or after a great deal of it. Rejects with what the stream failed with, or `DISK` when the disk refused.
   */
  async take(stream, offset = 0) {
    const reader = stream.getReader()
    try {
      if (!this.#writable || offset !== this.offset) await this.#begin(offset)
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return await this.#settle()
        await this.#disk(() => this.#writable.write(value))
        this.offset += value.byteLength
        if (this.offset - this.#settled >= Math.max(STEP, this.#settled)) {
          await this.#settle()
          await this.#begin(this.offset)
        }
      }
    } catch (error) {
      reader.cancel(error).catch(() => {})
      throw error
    }
  }

  /** Removes it, or where the browser cannot, its content. */
  async discard() {
    await this.#writable?.abort().catch(() => {})
    this.#writable = undefined
    this.#settled = this.offset = 0
    await this.#disk(async () => {
      if (this.#handle.remove) await this.#handle.remove()
      else await (await this.#handle.createWritable()).close()
    })
  }

  #begin(offset) {
    return this.#disk(async () => {
      await this.#writable?.abort()
      this.#writable = await this.#handle.createWritable({ keepExistingData: offset > 0 })
      if (offset > 0) {
        await this.#writable.truncate(offset)
        await this.#writable.seek(offset)
      }
      this.offset = offset
    })
  }

  /** The browser shows what was written only once it is closed, and forgets it when the page ends before. */
  #settle() {
    return this.#disk(async () => {
      await this.#writable.close()
      this.#writable = undefined
      this.#settled = this.offset
      await this.#known()
    })
  }

  async #known() {
    const { lastModified } = await this.#handle.getFile()
    await this.#keep(this.#handle, this.#settled, lastModified)
  }

  async #disk(work) {
    try {
      await work()
    } catch (error) {
      this.#writable = undefined
      this.offset = this.#settled
      throw coded('DISK', 'writing the file failed', error)
    }
  }
}
