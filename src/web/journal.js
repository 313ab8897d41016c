// What outlives the page, in IndexedDB. Values are encrypted with a key that the browser uses and never hands out, so
// that a copy of a database alone tells nobody a keyCode, a name or a private key.

const RECORDS = 'records'
const KEYS = 'keys'
const WRAPPING = 'wrapping'

/** By name. */
const opening = new Map()

/** Keeps `value` under `key` in the database `name`. */
export async function write(name, key, value) {
  const { database, wrapping } = await open(name)
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt(algorithm(key, iv), wrapping, value)
  await done(database.transaction(RECORDS, 'readwrite'), (records) => records.put({ iv, sealed }, key))
}

/** What is kept under the keys that begin with `prefix`, as `[key, value]`; what cannot be read any more is left out. */
export async function read(name, prefix) {
  const { database, wrapping } = await open(name)
  const records = database.transaction(RECORDS).objectStore(RECORDS)
  const [keys, values] = await Promise.all([records.getAllKeys(below(prefix)), records.getAll(below(prefix))].map(result))
  const found = await Promise.all(keys.map(async (key, index) => {
    const { iv, sealed } = values[index]
    const value = await crypto.subtle.decrypt(algorithm(key, iv), wrapping, sealed).catch(() => undefined)
    return value && [key, new Uint8Array(value)]
  }))
  return found.filter(Boolean)
}

/** Forgets what is kept under the keys that begin with `prefix`. */
export async function remove(name, prefix) {
  const { database } = await open(name)
  await done(database.transaction(RECORDS, 'readwrite'), (records) => records.delete(below(prefix)))
}

const below = (prefix) => IDBKeyRange.bound(prefix, `${prefix}\uffff`)

/** A value is bound to its key: none can be put in another's place. */
const algorithm = (key, iv) => ({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(key) })

/** The database and the wrapping key; tried again at the next call when it fails. */
function open(name) {
  if (!opening.has(name)) opening.set(name, openBoth(name))
  return opening.get(name)
}

async function openBoth(name) {
  try {
    const database = await openDatabase(name)
    return { database, wrapping: await wrappingKey(database) }
  } catch (error) {
    opening.delete(name)
    throw error
  }
}

async function openDatabase(name) {
  if (!globalThis.indexedDB || !globalThis.crypto?.subtle) throw new Error('there is no IndexedDB or no WebCrypto here')
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore(RECORDS)
    request.result.createObjectStore(KEYS)
  }
  const database = await result(request)
  // Another page may want a newer version, or the person may clear the site's data.
  database.onclose = database.onversionchange = () => {
    database.close()
    opening.delete(name)
  }
  return database
}

async function wrappingKey(database) {
  const kept = () => result(database.transaction(KEYS).objectStore(KEYS).get(WRAPPING))
  const found = await kept()
  if (found) return found
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  // Another page may have been faster: the first key stays.
  const keys = database.transaction(KEYS, 'readwrite').objectStore(KEYS)
  const added = keys.add(made, WRAPPING)
  added.onerror = (event) => {
    event.preventDefault()
    event.stopPropagation()
  }
  await result(added).catch(() => {})
  return kept()
}

function result(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
    request.addEventListener('blocked', () => reject(new Error('another page holds the database')))
  })
}

/** Resolves when what `change` did is kept. */
function done(transaction, change) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = transaction.onerror = () => reject(transaction.error)
    change(transaction.objectStore(RECORDS))
  })
}
