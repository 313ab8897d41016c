import * as bulla from 'bulla'
import { roundTrip } from './round-trip.js'
import { sendFolder, sendNonsense, sendStreams } from './sources.js'
import { thereAndBack } from './there-and-back.js'

globalThis.inPage = (host, size) => roundTrip(bulla, host, size)

globalThis.inWorker = (host, size) => new Promise((resolve, reject) => {
  const worker = new Worker('/worker.js', { type: 'module' })
  worker.onerror = (event) => reject(new Error(event.message ?? 'the worker did not start'))
  worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.result))
  worker.postMessage({ host, size })
})

globalThis.thereAndBack = (host, sizes) => thereAndBack(bulla, host, sizes)

globalThis.sendStreams = (host, sizes) => sendStreams(bulla, host, sizes)
globalThis.sendFolder = (host) => sendFolder(bulla, host)
globalThis.sendNonsense = (host) => sendNonsense(bulla, host)

globalThis.ready = true
