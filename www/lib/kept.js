// What is known of files that were not saved to their end, for the next time the package is opened in this browser: where
// they lie on the disk and how much of them. It is kept under the package's id, and no key is part of it.

const STORE = 'files'
// Milliseconds after which it is forgotten.
const LIFE = 30 * 24 * 3600 * 1000

let opening

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('bulla-saving', 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ['package', 'file'] })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  return opening
}

/** Does `work` with the store; undefined where the browser keeps nothing, as in private windows: then nothing goes on. */
async function using(mode, work) {
  try {
    const request = work((await database()).transaction(STORE, mode).objectStore(STORE))
    return await new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  } catch {
    return undefined
  }
}

const all = id => IDBKeyRange.bound([id], [id, []])

/**
 * Keeps that `offset` bytes of the file `file` lie at `handle`, which the disk says was `modified` then. Without a file it
 * is the folder that the files go into.
 */
export const keep = (id, { file = '', handle, offset, modified }) =>
  using('readwrite', store => store.put({ package: id, file, handle, offset, modified, time: Date.now() }))

/** Everything that is kept of a package. What is old goes. */
export async function kept(id) {
  const old = ({ time }) => Date.now() - time > LIFE
  const records = (await using('readonly', store => store.getAll())) ?? []
  for (const record of records.filter(old)) await using('readwrite', store => store.delete([record.package, record.file]))
  return records.filter(record => record.package === id && !old(record))
}

/** Forgets a file of a package, or without one all of it. */
export const forget = (id, file) => using('readwrite', store => store.delete(file === undefined ? all(id) : [id, file]))
