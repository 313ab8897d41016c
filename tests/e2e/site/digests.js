// Reads the first file of a package as it comes; returns the SHA-256 of each of its blocks, in hex.
export async function digestsOf({ Client, init }, link, blockSize) {
  await init()
  const received = await new Client({ host: new URL(link).origin }).open(link)
  const digests = []
  const block = new Uint8Array(blockSize)
  let filled = 0
  const settle = async () => {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', block.subarray(0, filled)))
    digests.push([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''))
    filled = 0
  }
  for (const reader = received.download(received.files[0].id).getReader(); ;) {
    const { done, value } = await reader.read()
    if (done) break
    for (let start = 0; start < value.length;) {
      const piece = value.subarray(start, start + blockSize - filled)
      block.set(piece, filled)
      filled += piece.length
      start += piece.length
      if (filled === blockSize) await settle()
    }
  }
  if (filled > 0) await settle()
  return digests
}
