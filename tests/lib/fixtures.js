// Files to send: real files on disk with content that is the same at every run.
import { createCipheriv, createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const MIB = 1 << 20

/** Bytes that look random and depend on `seed` alone. */
export function* pseudoRandom(seed, size) {
  const key = createHash('sha256').update(seed).digest()
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  for (let left = size; left > 0; left -= MIB) yield stream.update(Buffer.alloc(Math.min(left, MIB)))
}

/** The same bytes in one buffer. */
export function pseudoRandomBytes(seed, size) {
  return Buffer.concat([...pseudoRandom(seed, size)])
}

/** Writes a file of pseudo-random bytes; returns `{ path, name, size, sha256 }`. */
export function randomFile(folder, name, size, seed = name) {
  return writeFile(folder, name, pseudoRandom(seed, size))
}

/** Writes a file of pseudo-random bytes with `marker` every 4 KiB, so that any leaked piece of it can be told. */
export function markedFile(folder, name, size, marker) {
  const mark = Buffer.from(marker)
  return writeFile(folder, name, (function* () {
    for (const block of pseudoRandom(name, size)) {
      for (let at = 0; at + mark.length <= block.length; at += 4096) mark.copy(block, at)
      yield block
    }
  })())
}

/** Writes a file of the given bytes. */
export function bytesFile(folder, name, bytes) {
  return writeFile(folder, name, [Buffer.from(bytes)])
}

/** SHA-256 of a file, in hex. */
export async function sha256(path) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

async function writeFile(folder, name, blocks) {
  const path = join(folder, name)
  const hash = createHash('sha256')
  const file = await open(path, 'w')
  let size = 0
  try {
    for (const block of blocks) {
      hash.update(block)
      size += block.length
      await file.write(block)
    }
  } finally {
    await file.close()
  }
  return { path, name, size, sha256: hash.digest('hex') }
}
