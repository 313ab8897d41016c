// CRC-32 as ZIP, gzip and PNG use it (ISO 3309; RFC 1952, 8), eight bytes at a time.

const POLYNOMIAL = 0xedb88320

// TABLES[n][byte] is what `byte` becomes after n further zero bytes.
const TABLES = Array.from({ length: 8 }, () => new Int32Array(256))
for (let byte = 0; byte < 256; byte++) {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? POLYNOMIAL : 0)
  TABLES[0][byte] = value
}
for (let n = 1; n < 8; n++) {
  for (let byte = 0; byte < 256; byte++) {
    const before = TABLES[n - 1][byte]
    TABLES[n][byte] = (before >>> 8) ^ TABLES[0][before & 0xff]
  }
}
const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES

/** The CRC-32 of `bytes` (Uint8Array) after data whose CRC-32 is `before`; an unsigned 32-bit number. */
export function crc32(bytes, before = 0) {
  let crc = ~before
  let at = 0
  for (const end = bytes.length - 7; at < end; at += 8) {
    crc ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
    crc = T7[crc & 0xff] ^ T6[(crc >>> 8) & 0xff] ^ T5[(crc >>> 16) & 0xff] ^ T4[crc >>> 24]
      ^ T3[bytes[at + 4]] ^ T2[bytes[at + 5]] ^ T1[bytes[at + 6]] ^ T0[bytes[at + 7]]
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ T0[(crc ^ bytes[at]) & 0xff]
  return ~crc >>> 0
}
