// Sends a file from this page or worker, opens the link, and compares what comes back.
export async function roundTrip({ Client, init }, host, size) {
  await init()
  const plaintext = new Uint8Array(size).map((_, index) => (index * 31 + (index >> 8)) & 255)
  const created = await new Client({ host, auth: { dropzone: 'open' } }).createPackage()
  const loaded = []
  await created.upload(new File([plaintext], 'from elsewhere ü.bin', { type: 'application/x-thing' }), {
    onProgress: ({ totalLoaded }) => loaded.push(totalLoaded),
  })
  await created.setMessage('from another origin')
  const { link } = await created.finalize()
  const received = await new Client({ host }).open(link)
  const [file] = received.files
  const back = new Uint8Array(await new Response(received.download(file.id)).arrayBuffer())
  return {
    aborted: await abortedUpload(new Client({ host, auth: { dropzone: 'open' } })),
    link,
    name: file.name,
    type: file.type,
    message: received.message,
    same: back.length === size && back.every((byte, index) => byte === plaintext[index]),
    monotonic: loaded.every((value, index) => index === 0 || value >= loaded[index - 1]),
    last: loaded.at(-1),
  }
}

/** The code with which an upload ends that is aborted on its way. */
async function abortedUpload(client) {
  const created = await client.createPackage()
  const abort = new AbortController()
  const options = { signal: abort.signal, onProgress: () => abort.abort() }
  const code = await created.upload(new File([new Uint8Array(64 << 20)], 'aborted.bin'), options).then(() => 'none', (error) => error.code)
  await created.delete()
  return code
}
