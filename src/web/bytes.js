// Memory that JavaScript does not let go of by itself.

/** Gives the memory of `bytes` back at once, where that can be done and nothing else lies in it. */
export function release(bytes) {
  const { buffer } = bytes
  if (bytes.byteLength === buffer.byteLength) buffer.transfer?.(0)
}
