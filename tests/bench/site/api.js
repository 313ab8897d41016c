// The calls that a transfer needs, through the open Dropzone, for the transfers that are not the SDK's.

const URLS_PER_CALL = 25
const FILES_PER_CALL = 500

/** Creates a package; returns `{ packageId, packageCode, serverSecret }`. */
export const createPackage = (host) => dropzone(host, 'PUT', '/package/', {})

/** Finalizes a package, so that whoever has `checksum` can open it. */
export const finalize = (host, { packageId }, checksum) =>
  dropzone(host, 'POST', `/package/${packageId}/finalize/`, { checksum, undisclosedRecipients: true })

/** Creates a file; returns its id. */
export const createFile = async (host, { packageId }, filename, filesize, parts) =>
  (await dropzone(host, 'PUT', `/package/${packageId}/file/`, { filename, filesize, parts, uploadType: 'JS_API' })).fileId

/** Creates many files of one part each; returns where to PUT each of them. */
export async function createSmallFiles(host, { packageId }, files) {
  const urls = []
  for (let start = 0; start < files.length; start += FILES_PER_CALL) {
    const wanted = files.slice(start, start + FILES_PER_CALL).map(({ name, size }) => ({ filename: name, filesize: size, parts: 1, uploadType: 'JS_API' }))
    const created = await dropzone(host, 'POST', `/package/${packageId}/files/`, { files: wanted })
    const parts = created.files.map(({ fileId }) => ({ fileId, part: 1 }))
    const signed = await dropzone(host, 'POST', `/package/${packageId}/upload-urls/`, { files: parts })
    urls.push(...signed.files.map(({ url }) => url))
  }
  return urls
}

/** Says that every part is uploaded. */
export const completeFile = (host, { packageId }, fileId) =>
  dropzone(host, 'POST', `/package/${packageId}/file/${fileId}/upload-complete/`, { complete: true })

/** Where to PUT the parts of a file: a function of the part's number. */
export const uploadUrls = (host, { packageId }, fileId) => inBatches(async (part) =>
  (await dropzone(host, 'POST', `/package/${packageId}/file/${fileId}/upload-urls/`, { part })).uploadUrls)

/** Opens a link; returns what the server says of the package, and a token. */
export const openLink = (host, { packageCode }, checksum) =>
  call(`${host}/link/v1/${packageCode}/open/`, 'POST', {}, { checksum })

/** Where to GET the parts of a file: a function of the part's number. */
export const downloadUrls = (host, { packageCode, token }, { fileId, parts }) => inBatches(async (part) => {
  const range = { startSegment: part, endSegment: Math.min(part + URLS_PER_CALL - 1, parts) }
  const path = `/link/v1/${packageCode}/file/${fileId}/download-urls/`
  return (await call(host + path, 'POST', { authorization: `Bearer ${token}` }, range)).downloadUrls
})

/** Fetches URLs a batch at a time; parts are asked for in order. */
function inBatches(fetchBatch) {
  const urls = new Map()
  let fetching = Promise.resolve()
  return async (part) => {
    fetching = fetching.then(async () => {
      if (urls.has(part)) return
      for (const entry of await fetchBatch(part)) urls.set(entry.part, entry.url)
    })
    await fetching
    return urls.get(part)
  }
}

const dropzone = (host, method, path, body) => call(`${host}/drop-zone/v2.0${path}`, method, { 'ss-api-key': 'open' }, body)

async function call(url, method, headers, body) {
  const answer = await fetch(url, { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const found = await answer.json()
  if (!answer.ok || (found.response ?? 'SUCCESS') !== 'SUCCESS') throw new Error(`${method} ${url}: ${JSON.stringify(found)}`)
  return found
}
