// Finds a secret in recorded bytes, however it was encoded.

/** Ways in which a text could have been written. Each gives the byte strings of which at least one occurs wherever the text does. */
export const encodings = {
  raw: (text) => [Buffer.from(text)],
  'percent-encoded': (text) => [Buffer.from(encodeURIComponent(text)), percent(text, false), percent(text, true)],
  'JSON-escaped': (text) => [Buffer.from(jsonEscape(text, false)), Buffer.from(jsonEscape(text, true))],
  base64: (text) => aligned(text, 'base64'),
  base64url: (text) => aligned(text, 'base64url'),
  'hex, lower case': (text) => [Buffer.from(Buffer.from(text).toString('hex'))],
  'hex, upper case': (text) => [Buffer.from(Buffer.from(text).toString('hex').toUpperCase())],
  'UTF-16LE': (text) => [Buffer.from(text, 'utf16le')],
  'UTF-16BE': (text) => [Buffer.from(text, 'utf16le').swap16()],
}

/** The names of the encodings in which `text` occurs in `bytes`. */
export function findSecret(bytes, text) {
  if (Buffer.byteLength(text) < 8) throw new Error('too short a text to search for: it would be found by chance')
  return Object.entries(encodings).filter(([, encode]) => encode(text).some((form) => bytes.includes(form))).map(([name]) => name)
}

/** Base64 of the text at each of the three places it can have in a group of three bytes, without the characters that depend on its neighbours. */
function aligned(text, encoding) {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
    const whole = bytes.length - (bytes.length % 3)
    const start = before === 0 ? 0 : 4
    return Buffer.from(bytes.subarray(0, whole).toString(encoding).slice(start))
  })
}

function percent(text, upper) {
  const hex = Buffer.from(text).toString('hex')
  return Buffer.from((upper ? hex.toUpperCase() : hex).replace(/../g, '%$&'))
}

function jsonEscape(text, upper) {
  return text.replace(/[^\x20-\x7e]/g, (unit) => {
    const hex = unit.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${upper ? hex.toUpperCase() : hex}`
  })
}
