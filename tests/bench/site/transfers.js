// The ways to send and fetch a file that are compared. Each takes the same File through the same server.
import * as bulla from 'bulla'
import * as openpgp from 'openpgp'
import * as api from './api.js'

const MIB = 1 << 20

/** How the SDK cuts files of suite `sealed`, and how many parts it has on their way. */
const SEALED = { first: MIB, rest: 8 * MIB, concurrency: 4 }
/** The same for SendSafely's browser client. */
export const SENDSAFELY = { first: 2_621_440 / 4, rest: 2_621_440, concurrency: 1 }

/**
 * By name: `upload(host, file)` makes a package with the file in it and returns `{ milliseconds, sent }`;
 * `download(host, sent, sink)` gives `sink(offset, bytes)` all of it and returns the milliseconds. Creating,
 * finalizing and opening the package are not counted, creating and completing the file and fetching URLs are.
 */
export const transfers = {
  sealed: bySdk('sealed', SEALED),
  blobs: byHand(SEALED, { encode: async (slice) => new Blob([await slice.arrayBuffer()]) }),
  slices: byHand(SEALED, { encode: (slice) => slice }),
  'openpgp-cfb': bySdk('openpgp-cfb', SENDSAFELY),
  'openpgpjs-blobs': byHand(SENDSAFELY, {
    encode: async (slice, passphrase) => new Blob([await openpgpEncrypt(await bytesOf(slice), passphrase)]),
    decode: openpgpDecrypt,
  }),
  'openpgpjs-published': byHand(SENDSAFELY, {
    encode: async (slice, passphrase) => openpgpEncrypt(await bytesOf(slice), passphrase),
    decode: openpgpDecrypt,
  }),
}

function bySdk(suite, plan) {
  const { concurrency } = plan
  return {
    async upload(host, file) {
      const client = new bulla.Client({ host, auth: { dropzone: 'open' }, concurrency })
      const made = await client.createPackage({ suite })
      const milliseconds = await timed(() => made.upload(file))
      const { link } = await made.finalize()
      await checkPlan(host, link, file.size, plan)
      return { milliseconds, sent: link }
    },
    async download(host, link, sink) {
      const received = await new bulla.Client({ host, concurrency }).open(link)
      return timed(async () => {
        let offset = 0
        for await (const bytes of received.download(received.files[0].id)) {
          sink(offset, bytes)
          offset += bytes.length
        }
      })
    },
  }
}

function byHand(plan, { encode, decode = (bytes) => bytes }) {
  return {
    async upload(host, file) {
      const keyCode = bulla.generateKeyCode('openpgp-cfb')
      const made = await api.createPackage(host)
      const parts = cut(file.size, plan)
      const milliseconds = await timed(async () => {
        const fileId = await api.createFile(host, made, file.name, file.size, parts.length)
        const urlOf = api.uploadUrls(host, made, fileId)
        await inParallel(plan.concurrency, parts, async ({ part, start, end }) => {
          const body = await encode(file.slice(start, end), made.serverSecret + keyCode)
          await put(await urlOf(part), body)
        })
        await api.completeFile(host, made, fileId)
      })
      const checksum = bulla.checksum(keyCode, made.packageCode)
      await api.finalize(host, made, checksum)
      return { milliseconds, sent: { packageCode: made.packageCode, keyCode, checksum } }
    },
    async download(host, sent, sink) {
      const opened = await api.openLink(host, sent, sent.checksum)
      const [file] = opened.files
      return timed(async () => {
        const urlOf = api.downloadUrls(host, opened, file)
        await inParallel(plan.concurrency, cut(Number(file.fileSize), plan), async ({ part, start }) => {
          const body = await (await ok(fetch(await urlOf(part), { cache: 'no-store' }))).arrayBuffer()
          sink(start, await decode(new Uint8Array(body), opened.serverSecret + sent.keyCode))
        })
      })
    },
  }
}

/** Encrypts as SendSafely's clients do: a passphrase, S2K octet 96, binary, SEIPD v1. */
export async function openpgpEncrypt(binary, passphrase) {
  const message = await openpgp.createMessage({ binary })
  return openpgp.encrypt({ message, passwords: passphrase, format: 'binary', config: { s2kIterationCountByte: 96 } })
}

/** Decrypts what `openpgpEncrypt` made. */
export async function openpgpDecrypt(binaryMessage, passphrase) {
  const message = await openpgp.readMessage({ binaryMessage })
  return (await openpgp.decrypt({ message, passwords: passphrase, format: 'binary' })).data
}

/** Cuts `size` bytes into parts: `first` bytes, then `rest` bytes each. */
export function cut(size, { first, rest }) {
  const parts = []
  for (let start = 0; start < size;) {
    const end = Math.min(start + (start === 0 ? first : rest), size)
    parts.push({ part: parts.length + 1, start, end, last: end === size })
    start = end
  }
  return parts
}

/** The milliseconds that `work` takes. */
export async function timed(work) {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Calls `work` for every item, `concurrency` at once. */
export async function inParallel(concurrency, items, work) {
  const queue = items[Symbol.iterator]()
  await Promise.all(Array.from({ length: concurrency }, async () => {
    for (const item of queue) await work(item)
  }))
}

/** PUTs a body. */
export async function put(url, body) {
  await ok(fetch(url, { method: 'PUT', body }))
}

/** Both sides of a ratio have the same parts: fails where the SDK cuts a file in another way than is said here. */
async function checkPlan(host, link, size, plan) {
  const { packageCode, keyCode } = bulla.parseLink(link)
  const [{ parts }] = (await api.openLink(host, { packageCode }, bulla.checksum(keyCode, packageCode))).files
  const expected = cut(size, plan).length
  if (parts !== expected) throw new Error(`the SDK made ${parts} parts where ${expected} were expected`)
}

async function ok(request) {
  const answer = await request
  if (!answer.ok) throw new Error(`${answer.status} for a part`)
  return answer
}

async function bytesOf(blob) {
  return new Uint8Array(await blob.arrayBuffer())
}
