// Names of files on their way to disks and headers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packedBulla } from '../lib/packed.js'
import { pageModule } from '../lib/www.js'

const { places, disposition } = await pageModule('names.js')
const { safeFileName } = await packedBulla()

const placed = (...paths) => places(paths.map((path) => {
  const at = path.lastIndexOf('/')
  return at < 0 ? { name: path } : { name: path.slice(at + 1), path: path.slice(0, at) }
}), safeFileName).map((segments) => segments.join('/'))

test('names that are different and harmless stay', () => {
  const paths = ['a.txt', 'b/a.txt', 'b/c/a.txt', 'Grüße 📜']
  assert.deepEqual(placed(...paths), paths)
})

test('every segment is made safe', () => {
  assert.deepEqual(placed('../../etc/passwd', '/x//y', 'CON/nul.txt/a', '..\\..\\b', 'a\u202Eb/c'),
    ['file/file/etc/passwd', 'x/y', '_CON/_nul.txt/a', '_.._b', 'ab/c'])
})

test('names that a disk might take for the same are numbered before their ending', () => {
  assert.deepEqual(placed('a.tar.gz', 'A.TAR.GZ', 'a.tar.gz', 'é', 'e\u0301', 'a:b', 'a?b'),
    ['a.tar.gz', 'A (2).TAR.GZ', 'a (3).tar.gz', 'é', 'e\u0301 (2)', 'a_b', 'a_b (2)'])
})

test('a number that is taken is passed over, and so is the name of a folder', () => {
  assert.deepEqual(placed('a', 'a (2)', 'a', 'b', 'b/c'), ['a', 'a (2)', 'a (3)', 'b (2)', 'b/c'])
})

test('ten thousand equal names are different at once', () => {
  const all = placed(...Array(10_000).fill('same.txt'))
  assert.equal(new Set(all).size, 10_000)
})

test('a header tells any name, and nothing but the name', () => {
  assert.equal(disposition('a b.txt'), `attachment; filename="a b.txt"; filename*=UTF-8''a%20b.txt`)
  assert.equal(disposition(`"'\\\r\n%é;.x`), `attachment; filename="_'_____;.x"; filename*=UTF-8''%22%27%5C%0D%0A%25%C3%A9%3B.x`)
})
