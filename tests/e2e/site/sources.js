// Sends what is not a File, and fetches it back.

const start = async ({ Client, init }, host) => {
  await init()
  const client = new Client({ host, auth: { dropzone: 'open' } })
  return { client, created: await client.createPackage() }
}

const octets = (size) => new Uint8Array(size).map((_, at) => (at * 7 + (at >> 8)) & 255)

/** Streams of these sizes; says of each what came back. */
export async function sendStreams(bulla, host, sizes) {
  const { client, created } = await start(bulla, host)
  const chunk = 100_003
  const sources = sizes.map((size) => {
    const bytes = octets(size)
    let at = 0
    const stream = new ReadableStream({
      pull(controller) {
        if (at >= size) return controller.close()
        controller.enqueue(bytes.slice(at, at + chunk))
        at += chunk
      },
    })
    return { stream, name: String(size) }
  })
  const progress = []
  await created.upload(sources, { onProgress: ({ totalLoaded }) => progress.push(totalLoaded) })
  if (progress.at(-1) !== sizes.reduce((sum, size) => sum + size, 0)) throw new Error(`progress ended at ${progress.at(-1)}`)
  const received = await client.open((await created.finalize()).link)
  return Promise.all(sizes.map(async (size) => {
    const file = received.files.find(({ name }) => name === String(size))
    const back = new Uint8Array(await new Response(received.download(file.id)).arrayBuffer())
    const bytes = octets(size)
    return { size: file.size, same: back.length === size && back.every((byte, at) => byte === bytes[at]) }
  }))
}

/** A folder of the origin's own file system. */
export async function sendFolder(bulla, host) {
  const { client, created } = await start(bulla, host)
  const root = await navigator.storage.getDirectory()
  const photos = await root.getDirectoryHandle('photos', { create: true })
  const year = await photos.getDirectoryHandle('2026', { create: true })
  const month = await year.getDirectoryHandle('may', { create: true })
  for (const [folder, name, text] of [[photos, 'a.txt', 'one'], [year, 'b.txt', 'two'], [month, 'c.txt', 'three']]) {
    const writable = await (await folder.getFileHandle(name, { create: true })).createWritable()
    await writable.write(text)
    await writable.close()
  }
  await created.upload(photos)
  const received = await client.open((await created.finalize()).link)
  const files = received.files.map(async ({ id, name, path }) => ({ name, path, text: await new Response(received.download(id)).text() }))
  return (await Promise.all(files)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The codes of the errors of sending what cannot be sent. */
export async function sendNonsense(bulla, host) {
  const { created } = await start(bulla, host)
  const nonsense = [undefined, null, 7, 'text', {}, [{}], { blob: 'text', name: 'a' }, { blob: new Blob(['x']) }, { stream: 7, name: 'a' },
    { stream: new ReadableStream() }, { stream: new ReadableStream({ start: (c) => c.enqueue('text') }), name: 'a' }]
  const codes = []
  for (const source of nonsense) codes.push(await created.upload(source).then(() => 'sent', (error) => error.code))
  return codes
}
