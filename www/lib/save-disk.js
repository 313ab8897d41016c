// Saving to a place on the disk that the person chooses, where the browser can write there (File System Access).

import { coded } from '/static/lib/errors.js'
import { numbered } from '/static/lib/names.js'

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

/** A new file in `folder`: `segments` are its folders and its name. A name that is taken already gets a number. `DISK`: refused. */
export async function fileIn(folder, segments) {
  try {
    const name = segments.at(-1)
    for (const segment of segments.slice(0, -1)) folder = await folder.getDirectoryHandle(segment, { create: true })
    for (let n = 1; ; n++) {
      const candidate = numbered(name, n)
      if (!(await taken(folder, candidate))) return await folder.getFileHandle(candidate, { create: true })
    }
  } catch (error) {
    throw coded('DISK', `${segments.join('/')} cannot be made`, error)
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

/** Writes `stream` to the file; it has content only when the stream has ended without an error. `DISK`: the disk refused. */
export async function save(stream, file) {
  try {
    await stream.pipeTo(await file.createWritable())
  } catch (error) {
    throw error?.name === 'BullaError' ? error : coded('DISK', 'writing the file failed', error)
  }
}
