// The many things that can be sent, as the few that are read.

/**
 * The files that `source` stands for, folders walked: `{ blob, name, path, type, modified }`, or `stream` in the
 * place of `blob`. Throws a TypeError for what cannot be sent.
 */
export async function files(source, folder) {
  if (isBlob(source)) return [named({ blob: source }, folder)]
  if (source?.kind === 'file') return [named({ blob: await source.getFile() }, folder)]
  if (source?.kind === 'directory') {
    const path = folder === undefined ? source.name : `${folder}/${source.name}`
    const children = []
    for await (const child of source.values()) children.push(child)
    return (await Promise.all(children.map((child) => files(child, path)))).flat()
  }
  if (source?.blob !== undefined || source?.stream !== undefined) return [named(source, folder)]
  if (typeof source === 'object' && typeof source?.length === 'number') {
    return (await Promise.all(Array.from(source, (one) => files(one, folder)))).flat()
  }
  throw new TypeError(WHAT)
}

const WHAT = 'upload takes a File, a Blob or a stream with a name, a file or folder handle, or several of them'

/** Files and Blobs of other realms, and Node's own, count as well: what matters is how they are read. */
const isBlob = (value) => typeof value?.size === 'number' && typeof value.slice === 'function' && typeof value.arrayBuffer === 'function'

const isStream = (value) => typeof value?.getReader === 'function' || typeof value?.[Symbol.asyncIterator] === 'function'

function named({ blob, stream, name, path, type, modified }, folder) {
  if (blob === undefined ? !isStream(stream) : !isBlob(blob)) throw new TypeError(WHAT)
  // A File picked with its folder carries its path, the name included.
  const picked = blob?.webkitRelativePath?.split('/').slice(0, -1).join('/')
  const file = {
    blob,
    stream: blob === undefined ? new StreamReader(stream) : undefined,
    name: name ?? blob?.name,
    path: path || folder || picked || undefined,
    type: type ?? blob?.type ?? '',
    modified: modified ?? blob?.lastModified,
  }
  if (typeof file.name !== 'string' || file.name === '') {
    throw new TypeError('a Blob or a stream has no name of its own: give it one with { blob, name } or { stream, name }')
  }
  for (const key of ['path', 'type']) {
    if (file[key] !== undefined && typeof file[key] !== 'string') throw new TypeError(`${key} must be a string`)
  }
  return file
}

/** Reads a stream in pieces of the sizes asked for. */
export class StreamReader {
  #chunks
  #left = new Uint8Array(0)

  constructor(stream) {
    this.#chunks = chunks(stream)
  }

  /** The next `length` bytes; fewer only at the end of the stream. */
  async read(length) {
    const piece = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      if (this.#left.length === 0) {
        const { done, value } = await this.#chunks.next()
        if (done) return piece.subarray(0, filled)
        if (!ArrayBuffer.isView(value)) throw new TypeError('a stream must give Uint8Arrays')
        this.#left = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      }
      const taken = this.#left.subarray(0, length - filled)
      piece.set(taken, filled)
      filled += taken.length
      this.#left = this.#left.subarray(taken.length)
    }
    return piece
  }

  /** Says that no more will be read. */
  cancel() {
    Promise.resolve(this.#chunks.return?.()).catch(() => {})
  }
}

async function* chunks(stream) {
  // Not every browser can iterate over a ReadableStream.
  if (typeof stream.getReader !== 'function') {
    yield* stream
    return
  }
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}
