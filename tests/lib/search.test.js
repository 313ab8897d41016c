import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodings, findSecret } from './search.js'

const secret = 'Überraschung 🗝 Kl-9x_Z.txt'
const noise = (n) => Buffer.alloc(n, 0x5a)

const written = {
  raw: Buffer.from(secret),
  'percent-encoded': Buffer.from(encodeURIComponent(secret)),
  'JSON-escaped': Buffer.from('\\u00dcberraschung \\ud83d\\udddd Kl-9x_Z.txt'),
  'hex, lower case': Buffer.from(Buffer.from(secret).toString('hex')),
  'hex, upper case': Buffer.from(Buffer.from(secret).toString('hex').toUpperCase()),
  'UTF-16LE': Buffer.from(secret, 'utf16le'),
  'UTF-16BE': Buffer.from(secret, 'utf16le').swap16(),
}

for (const [name, form] of Object.entries(written)) {
  test(`finds ${name}`, () => {
    const found = findSecret(Buffer.concat([noise(1000), form, noise(1000)]), secret)
    assert.ok(found.includes(name), `found only ${found}`)
  })
}

test('finds percent-encoding of every byte', () => {
  const every = [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  assert.deepEqual(findSecret(Buffer.from(every), secret), ['percent-encoded'])
  assert.deepEqual(findSecret(Buffer.from(every.toUpperCase()), secret), ['percent-encoded'])
})

for (const encoding of ['base64', 'base64url']) {
  for (let before = 0; before < 9; before++) {
    for (let after = 0; after < 3; after++) {
      test(`finds ${encoding} with ${before} bytes before and ${after} after`, () => {
        const form = Buffer.concat([noise(before), Buffer.from(secret), noise(after)]).toString(encoding)
        assert.ok(findSecret(Buffer.from(form), secret).includes(encoding))
      })
    }
  }
}

test('finds nothing where nothing is', () => {
  assert.deepEqual(findSecret(noise(100_000), secret), [])
  for (const [name, form] of Object.entries(written)) {
    const cut = form.subarray(0, form.length - 1)
    assert.deepEqual(findSecret(cut, secret).filter((found) => found === name), [])
  }
})

test('every encoding has forms long enough not to occur by chance', () => {
  for (const [name, encode] of Object.entries(encodings)) {
    for (const form of encode('8 bytes!')) assert.ok(form.length >= 8, `${name}: ${form}`)
  }
})

test('refuses to search for less than eight bytes', () => {
  assert.throws(() => findSecret(noise(10), 'short'))
})
