// Uploads that broke off in this browser. One that is going on in another tab is left to that tab.

const lockOf = id => `bulla upload ${id}`
const looks = ({ name, path, size }) => JSON.stringify([name, path ?? '', size])

/** Whether uploads can be kept here at all. */
export const canKeep = () => 'indexedDB' in window && 'locks' in navigator && crypto.subtle !== undefined

/** The uploads that can go on, the latest first. */
export async function unfinished(client) {
  if (!canKeep()) return []
  const kept = await client.unfinished().catch(() => [])
  const { held } = await navigator.locks.query()
  return kept.filter(({ id }) => !held.some(({ name }) => name === lockOf(id)))
}

/** Calls `found` with the latest upload that can go on, as soon as no tab holds it: one that is just being closed may for a moment. */
export async function offer(client, found) {
  if (!canKeep()) return
  const [latest] = await client.unfinished().catch(() => [])
  if (!latest) return
  await navigator.locks.request(lockOf(latest.id), { mode: 'shared' }, () => {})
  // The other tab may have finished it.
  const [upload] = await unfinished(client)
  if (upload) found(upload)
}

/** The first of the `uploads` that has one of the `sources` in it. */
export function matching(uploads, sources) {
  const chosen = new Set(sources.map(({ blob, name, path }) => looks({ name, path, size: blob.size })))
  return uploads.find(({ files }) => files.some(file => chosen.has(looks(file))))
}

/** Does `work` while no other tab can go on with this upload. */
export const holding = (id, work) => (canKeep() ? navigator.locks.request(lockOf(id), work) : work())
