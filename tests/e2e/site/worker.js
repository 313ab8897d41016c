// An import map does not reach into workers: the path stands in its place.
import * as bulla from '/node_modules/bulla/index.js'
import { roundTrip } from './round-trip.js'

onmessage = async ({ data: { host, size } }) => {
  try {
    postMessage({ result: await roundTrip(bulla, host, size) })
  } catch (error) {
    postMessage({ error: `${error.code}: ${error.message}` })
  }
}
