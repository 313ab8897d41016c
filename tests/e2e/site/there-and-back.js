// Sends files of the given sizes and fetches them back; says whether they are the same, and how progress went: its course, and
// in how many steps each way.
export async function thereAndBack({ Client, init }, host, sizes) {
  await init()
  const files = sizes.map((size, index) => ({ name: `file ${index}`, bytes: new Uint8Array(size).map((_, at) => (at * 31 + (at >> 8) + index) & 255) }))
  const client = new Client({ host, auth: { dropzone: 'open' } })
  const created = await client.createPackage()
  const up = []
  await created.upload(files.map(({ name, bytes }) => ({ name, blob: new Blob([bytes]) })), { onProgress: ({ totalLoaded }) => up.push(totalLoaded) })
  const { link } = await created.finalize()
  const received = await client.open(link)
  const same = []
  const steps = { up: new Set(up).size, down: 0 }
  const down = []
  for (const { name, bytes } of files) {
    const { id } = received.files.find((file) => file.name === name)
    const seen = []
    const back = new Uint8Array(await new Response(received.download(id, { onProgress: ({ loaded }) => seen.push(loaded) })).arrayBuffer())
    same.push(back.length === bytes.length && back.every((byte, at) => byte === bytes[at]))
    down.push(course(seen, bytes.length))
    steps.down += new Set(seen).size
  }
  return { count: received.files.length, same, up: course(up, sizes.reduce((sum, size) => sum + size, 0)), down, steps }
}

/** `whole` if the figures never go back and end with all bytes, else what is wrong with them. */
function course(figures, size) {
  if (figures.some((figure, index) => index > 0 && figure < figures[index - 1])) return `went back: ${figures}`
  return figures.at(-1) === size ? 'whole' : `ended with ${figures.at(-1)} of ${size}`
}
