// What the tests here and the crosswise ones do with SendSafely's client.
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(import.meta.url)
const MODULE = require.resolve('@sendsafely/sendsafely')

/**
 * The client of an account, with the host changed and nothing else: `api`, and `ask(call)`, a promise of what `call`
 * hands to its argument, rejected by any error that the client raises.
 */
export function connect(origin, { apiKey, apiSecret }) {
  // The module keeps one window and one listener of each kind, so that clients of one module hear each other's answers.
  delete require.cache[MODULE]
  const SendSafely = require(MODULE)
  const api = new SendSafely(origin, apiKey, apiSecret)
  const failed = new Promise((_, reject) => {
    for (const event of ['sendsafely.error', 'file.upload.error', 'server.error', 'limit.exceeded', 'invalid.file.name',
      'package.information.failed', 'recipient.update.failed', 'file.delete.error', 'feedback.add.failed']) {
      api.on(event, (...what) => reject(new Error(`${event}: ${JSON.stringify(what)}`)))
    }
  })
  failed.catch(() => {})
  return { api, ask: (call) => Promise.race([new Promise(call), failed]) }
}

/** Makes a package; returns `{ packageId, serverSecret, packageCode, keyCode }`. */
export function createPackage({ api, ask }) {
  return ask((done) => api.createPackage((packageId, serverSecret, packageCode, keyCode) =>
    done({ packageId, serverSecret, packageCode, keyCode })))
}

/**
 * Encrypts and uploads files; returns their ids by name. All in one call: behind a file that ends where a part does, the
 * client sends one part more, and if another call comes meanwhile it may tell the wrong one that its file is done.
 */
export function upload({ api, ask }, { packageId, keyCode, serverSecret }, paths) {
  const ids = new Map()
  return ask((done) => api.encryptAndUploadFiles(packageId, keyCode, serverSecret, [...paths], 'NODE_API', (_, fileId, __, name) => {
    ids.set(name, fileId)
    if (ids.size === paths.length) done(ids)
  }))
}

/** Sends files and a message to whoever has the link, which it returns. */
export async function send(client, files, message) {
  const { api, ask } = client
  const created = await createPackage(client)
  const { packageId, serverSecret, packageCode, keyCode } = created
  await upload(client, created, files)
  await ask((done) => api.encryptAndUploadMessage(packageId, keyCode, serverSecret, message, done))
  return ask((done) => api.finalizeUndisclosedPackage(packageId, packageCode, keyCode, undefined, done))
}

/** Opens a link, and saves what is in it; returns the names, the files' paths and the message. */
export async function openLink({ api, ask }, link, folder) {
  const { packageId, packageCode, serverSecret, files } = await ask((done) => api.packageInformationFromLink(link, done))
  const keyCode = new URL(link).hash.slice('#keyCode='.length)
  const saved = []
  for (const { fileId, fileName } of files) {
    // Names come from the sender; ids are safe.
    const path = join(folder, fileId)
    await writeFile(path, await download({ api, ask }, packageId, fileId, keyCode))
    saved.push({ name: fileName, path })
  }
  const { message } = await ask((done) => api.getPackageMessage(packageId, packageCode, keyCode, done))
  return { files: saved, message: await ask((done) => api.decryptMessage(packageId, keyCode, serverSecret, message, done)) }
}

/** The decrypted content of a file. */
export function download({ api, ask }, packageId, fileId, keyCode) {
  return ask((done) => {
    api.on('save.file', (event) => { if (event.fileId === fileId) done(event.file) })
    api.downloadFile(packageId, fileId, keyCode)
  })
}
