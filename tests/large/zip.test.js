// Archives that need 64 bits: a file of 5 GiB, one behind it, and one whose size is just at the limit.
import assert from 'node:assert/strict'
import { createWriteStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, test } from 'node:test'
import { checkers, names } from '../lib/archives.js'
import { tempFolder } from '../lib/temp.js'
import { pageModule } from '../lib/www.js'

const { zip, zipSize } = await pageModule('zip.js')
const MIB = 1 << 20

function member(name, size) {
  const block = new Uint8Array(MIB).map((_, at) => at * 7)
  let left = size
  const stream = new ReadableStream({
    pull(controller) {
      if (left === 0) return controller.close()
      const bytes = block.subarray(0, Math.min(MIB, left))
      left -= bytes.length
      controller.enqueue(bytes)
    },
  })
  return { name, size, modified: Date.UTC(2026, 0, 1), stream }
}

describe('an archive of more than 9 GiB', () => {
  const path = join(tempFolder('large'), 'large.zip')
  const members = () => [member('first.bin', 5 * 1024 * MIB), member('behind 4 GiB.txt', 10), member('at the limit.bin', 2 ** 32 - 1), member('last.txt', 3)]

  before(() => pipeline(Readable.fromWeb(zip(members())), createWriteStream(path)))
  after(() => rm(path))

  test('its length was known ahead', async () => {
    assert.equal((await stat(path)).size, zipSize(members()))
    assert.deepEqual(await names(path), members().map(({ name }) => name))
  })

  for (const [name, check] of Object.entries(checkers)) test(`${name} finds nothing wrong`, () => check(path))
})
