// A streaming ZIP archive of stored files, with Zip64 where it is needed: APPNOTE.TXT 6.3.10, whose sections are named
// below. The CRC-32 of a file is known only after its bytes, and follows them in a data descriptor. Its size is known
// before and stands in front of them all the same, so that a reader need not look for the end.

// Relative, so that Node finds it too: the tests put archives on disk there.
import { crc32 } from './crc32.js'

// What a field of 16 or 32 bits holds when the value is in a Zip64 record instead (4.4.1.4).
const MAX_16 = 0xffff
const MAX_32 = 0xffffffff

// Version 4.5 has Zip64 (4.4.3.2); made on Unix (4.4.2), for the permissions.
const VERSION = 45
const MADE_BY = (3 << 8) | VERSION
// A data descriptor follows; names are UTF-8 (4.4.4).
const FLAGS = 0x0808
// A regular file, rw-r--r-- (4.4.15).
const ATTRIBUTES = 0o100644 * 0x10000

// Pieces smaller than this are gathered, so that many small files do not make many small pieces.
const PIECE = 64 * 1024

const encoder = new TextEncoder()

/**
 * The archive of `members`, an iterable or async iterable of `{ name, size, modified, stream }`: the path with `/`
 * between its segments, the length in bytes, milliseconds since 1970 or undefined, and a ReadableStream of Uint8Arrays.
 * Names must be different. It is a ReadableStream, which fails if a member's stream fails or has another length.
 */
export function zip(members) {
  const pieces = gathered(archive(members))
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(value)
      } catch (error) {
        controller.error(error)
      }
    },
    async cancel(reason) {
      await pieces.return(reason)
    },
  }, { highWaterMark: 0 })
}

/** The length in bytes of the archive of such members, whose streams are not looked at. */
export function zipSize(members) {
  let offset = 0
  let directory = 0
  let count = 0
  for (const { name, size, modified } of members) {
    const entry = { name: encoder.encode(name), size, modified, offset, crc: 0 }
    offset += localHeader(entry).length + size + descriptor(entry).length
    directory += directoryHeader(entry).length
    count++
  }
  return offset + directory + end(count, directory, offset).length
}

async function* archive(members) {
  const entries = []
  let offset = 0
  for await (const { name, size, modified, stream } of members) {
    const entry = { name: encoder.encode(name), size, modified, offset, crc: 0 }
    const header = localHeader(entry)
    yield header
    let length = 0
    for await (const bytes of chunks(stream)) {
      entry.crc = crc32(bytes, entry.crc)
      length += bytes.length
      yield bytes
    }
    if (length !== size) throw new RangeError(`${name}: ${length} bytes instead of ${size}`)
    const trailer = descriptor(entry)
    yield trailer
    entries.push(entry)
    offset += header.length + size + trailer.length
  }
  let directory = 0
  for (const entry of entries) {
    const header = directoryHeader(entry)
    yield header
    directory += header.length
  }
  yield end(entries.length, directory, offset)
}

/** What `stream` holds; it is cancelled when nobody wants the rest. */
async function* chunks(stream) {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel()
  }
}

/** The same bytes, small pieces joined. */
async function* gathered(pieces) {
  let small = []
  let held = 0
  const joined = () => {
    const whole = new Uint8Array(held)
    let at = 0
    for (const piece of small) {
      whole.set(piece, at)
      at += piece.length
    }
    small = []
    held = 0
    return whole
  }
  for await (const piece of pieces) {
    if (piece.length < PIECE) {
      small.push(piece)
      held += piece.length
    }
    if (held > 0 && (held >= PIECE || piece.length >= PIECE)) yield joined()
    if (piece.length >= PIECE) yield piece
  }
  if (held > 0) yield joined()
}

/**
 * Whether an entry is one of Zip64: for its size, or for where it lies. Some readers take the latter, which only the
 * directory says, for a sign that the descriptor is long as well; so it is.
 */
const long = ({ size, offset }) => size >= MAX_32 || offset >= MAX_32

/** 4.3.7 */
function localHeader(entry) {
  const extra = [...(long(entry) ? zip64([entry.size, entry.size]) : []), ...times(entry)]
  const size = long(entry) ? MAX_32 : entry.size
  return record([
    [4, 0x04034b50], [2, VERSION], [2, FLAGS], [2, 0], ...dosTime(entry),
    [4, 0], [4, size], [4, size], [2, entry.name.length], [2, length(extra)],
  ], entry.name, extra)
}

/** 4.3.9: with sizes of 8 bytes exactly where the local header has the Zip64 field. */
function descriptor(entry) {
  const width = long(entry) ? 8 : 4
  return record([[4, 0x08074b50], [4, entry.crc], [width, entry.size], [width, entry.size]])
}

/** 4.3.12 */
function directoryHeader(entry) {
  const extra = [...(long(entry) ? zip64([entry.size, entry.size, entry.offset]) : []), ...times(entry)]
  const size = long(entry) ? MAX_32 : entry.size
  return record([
    [4, 0x02014b50], [2, MADE_BY], [2, VERSION], [2, FLAGS], [2, 0], ...dosTime(entry),
    [4, entry.crc], [4, size], [4, size], [2, entry.name.length], [2, length(extra)],
    [2, 0], [2, 0], [2, 0], [4, ATTRIBUTES], [4, long(entry) ? MAX_32 : entry.offset],
  ], entry.name, extra)
}

/** 4.3.14 to 4.3.16 */
function end(count, directory, offset) {
  const large = count >= MAX_16 || directory >= MAX_32 || offset >= MAX_32
  const entries = Math.min(count, MAX_16)
  return record([
    ...(large ? [
      [4, 0x06064b50], [8, 44], [2, MADE_BY], [2, VERSION], [4, 0], [4, 0],
      [8, count], [8, count], [8, directory], [8, offset],
      [4, 0x07064b50], [4, 0], [8, offset + directory], [4, 1],
    ] : []),
    [4, 0x06054b50], [2, 0], [2, 0], [2, entries], [2, entries],
    [4, Math.min(directory, MAX_32)], [4, Math.min(offset, MAX_32)], [2, 0],
  ])
}

/** 4.5.3 */
const zip64 = values => [[2, 0x0001], [2, 8 * values.length], ...values.map(value => [8, value])]

/** When the file was changed, in seconds of UTC: the extended timestamp of Info-ZIP (4.6.1, header 0x5455). */
function times({ modified }) {
  const seconds = Math.floor(modified / 1000)
  // A signed field of 32 bits.
  return seconds >= 0 && seconds < 2 ** 31 ? [[2, 0x5455], [2, 5], [1, 1], [4, seconds]] : []
}

/** The same in local time, to two seconds, for readers that know nothing else (4.4.6). It begins in 1980. */
function dosTime({ modified }) {
  const date = new Date(modified)
  const year = date.getFullYear() - 1980
  if (!(year >= 0 && year < 128)) return [[2, 0], [2, (1 << 5) | 1]]
  return [
    [2, (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1)],
    [2, (year << 9) | ((date.getMonth() + 1) << 5) | date.getDate()],
  ]
}

/** How many bytes fields take; a field is its width and its value. */
const length = fields => fields.reduce((sum, [width]) => sum + width, 0)

/** A record of little-endian fields (4.4.1.1), with a name and further fields behind it. */
function record(fields, name = [], extra = []) {
  const bytes = new Uint8Array(length(fields) + name.length + length(extra))
  const view = new DataView(bytes.buffer)
  let at = 0
  const write = ([width, value]) => {
    if (width === 8) view.setBigUint64(at, BigInt(value), true)
    else if (width === 4) view.setUint32(at, value, true)
    else if (width === 2) view.setUint16(at, value, true)
    else view.setUint8(at, value)
    at += width
  }
  fields.forEach(write)
  bytes.set(name, at)
  at += name.length
  extra.forEach(write)
  return bytes
}
