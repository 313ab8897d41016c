// The files a person has chosen or dropped, folders included.

/** What the SDK takes for one file: `{ blob, name, path }`, `path` being the folder or undefined. */
const source = (file, path) => ({ blob: file, name: file.name, path: path || undefined })

/** From a file input. */
export const fromInput = input => Array.from(input.files, file => source(file))

/** From a drop. Folders are walked; their files get the folder as `path`. */
export async function fromDrop(transfer) {
  // Entries and files must be taken before the first await: the browser empties the transfer after the event.
  const items = Array.from(transfer.items)
    .filter(item => item.kind === 'file')
    .map(item => ({ entry: item.webkitGetAsEntry?.(), file: item.getAsFile() }))
  const sources = await Promise.all(items.map(({ entry, file }) => (entry?.isDirectory ? walk(entry, entry.name) : [source(file)])))
  return sources.flat()
}

async function walk(folder, path) {
  const sources = []
  const reader = folder.createReader()
  for (;;) {
    // A reader hands out a folder in portions; an empty one is the end.
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))
    if (entries.length === 0) return sources
    for (const entry of entries) {
      if (entry.isDirectory) sources.push(...(await walk(entry, `${path}/${entry.name}`)))
      else sources.push(source(await new Promise((resolve, reject) => entry.file(resolve, reject)), path))
    }
  }
}

/** Whether two sources are the same file. */
export const same = (a, b) =>
  a.name === b.name && a.path === b.path && a.blob.size === b.blob.size && a.blob.lastModified === b.blob.lastModified
