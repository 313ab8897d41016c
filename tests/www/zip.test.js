// The archive writer, against real programs that read archives.
import assert from 'node:assert/strict'
import { createWriteStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, test } from 'node:test'
import { crc32 as reference } from 'node:zlib'
import { checkers, extract, names } from '../lib/archives.js'
import { pseudoRandomBytes } from '../lib/fixtures.js'
import { tempFolder } from '../lib/temp.js'
import { pageModule } from '../lib/www.js'

const { zip, zipSize } = await pageModule('zip.js')
const { crc32 } = await pageModule('crc32.js')

const member = (name, bytes, modified) => ({ name, size: bytes.length, modified, stream: new Blob([bytes]).stream() })

async function save(members) {
  const path = join(tempFolder('zip'), 'a.zip')
  await pipeline(Readable.fromWeb(zip(members)), createWriteStream(path))
  return path
}

test('CRC-32 is that of zlib, at every length and place, also piece by piece', () => {
  const bytes = pseudoRandomBytes('crc', 4096)
  for (let from = 0; from < 9; from++) {
    for (let length = 0; length < 40; length++) {
      const piece = bytes.subarray(from, from + length)
      assert.equal(crc32(piece), reference(piece))
      assert.equal(crc32(bytes.subarray(from + length), crc32(piece)), reference(bytes.subarray(from)))
    }
  }
})

describe('an archive with folders, Unicode names, an empty file and old and unknown times', () => {
  const contents = {
    'a.txt': [Buffer.from('hello'), Date.UTC(2024, 1, 29, 12, 34, 57)],
    'Ordner/Grüße 📜.bin': [pseudoRandomBytes('b', 3_000_001), Date.UTC(1975, 0, 1)],
    'Ordner/tief/empty': [Buffer.alloc(0), undefined],
    'future.dat': [pseudoRandomBytes('c', 65536), Date.UTC(2110, 0, 1)],
  }
  const members = () => Object.entries(contents).map(([name, [bytes, modified]]) => member(name, bytes, modified))
  const archive = save(members())

  for (const [name, check] of Object.entries(checkers)) {
    test(`${name} finds nothing wrong`, async () => check(await archive))
    test(`control: ${name} finds a changed byte`, async () => {
      const path = await save(members())
      const bytes = await readFile(path)
      bytes[1_000_000] ^= 1
      await pipeline(Readable.from([bytes]), createWriteStream(path))
      await assert.rejects(check(path))
    })
  }

  test('its length is known ahead', async () => {
    assert.equal((await stat(await archive)).size, zipSize(members()))
  })

  test('contents, paths and times come out again', async () => {
    assert.deepEqual(await names(await archive), Object.keys(contents))
    const { folder, files } = await extract(await archive)
    assert.deepEqual(files, Object.keys(contents).sort())
    for (const [name, [bytes]] of Object.entries(contents)) assert.ok(bytes.equals(await readFile(join(folder, name))), name)
    for (const name of ['a.txt', 'Ordner/Grüße 📜.bin']) {
      assert.equal(Math.floor((await stat(join(folder, name))).mtimeMs / 1000) * 1000, contents[name][1], name)
    }
  })
})

describe('70,000 entries', () => {
  const entries = Array.from({ length: 70_000 }, (_, n) => `${n % 100}/${n}.txt`)
  const members = function* () {
    for (const name of entries) yield member(name, Buffer.from(name))
  }
  const archive = save(members())
  for (const [name, check] of Object.entries(checkers)) test(`${name} finds nothing wrong`, async () => check(await archive))
  test('all are listed', async () => {
    assert.deepEqual(await names(await archive), entries)
    assert.equal((await stat(await archive)).size, zipSize(members()))
  })
})

test('no entry at all', async () => {
  const path = await save([])
  assert.deepEqual(await names(path), [])
  assert.equal((await stat(path)).size, zipSize([]))
})

describe('what goes wrong is an error, never an early end', () => {
  const failing = (after) => new ReadableStream({
    pull(controller) {
      if (after-- > 0) controller.enqueue(new Uint8Array(100_000))
      else controller.error(new Error('broken'))
    },
  })

  test('a stream that fails', async () => {
    await assert.rejects(save([member('a', Buffer.from('a')), { name: 'b', size: 1_000_000, stream: failing(3) }]), /broken/)
  })

  for (const size of [4, 6]) {
    test(`5 bytes instead of ${size}`, async () => {
      await assert.rejects(save([{ ...member('a', Buffer.from('hello')), size }]), RangeError)
    })
  }

  test('cancelling the archive cancels the stream of the member, and takes no further ones', async () => {
    let cancelled
    const taken = []
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
      cancel: () => { cancelled = true },
    })
    const members = function* () {
      for (const name of ['a', 'b']) {
        taken.push(name)
        yield { name, size: 1e9, stream }
      }
    }
    const reader = zip(members()).getReader()
    await reader.read()
    await reader.read()
    await reader.cancel()
    assert.equal(cancelled, true)
    assert.deepEqual(taken, ['a'])
  })
})
