// Many small files into one package: by the SDK, and what the same PUTs take when all else was done before.
import * as bulla from 'bulla'
import * as api from './api.js'
import { inParallel, put, timed } from './transfers.js'

/** As many requests as a browser has on their way to one host. */
const AT_ONCE = 6

/** By name: sends `files`, each a part, and returns the milliseconds. */
export const uploadMany = {
  async sealed(host, files) {
    const made = await new bulla.Client({ host, auth: { dropzone: 'open' }, concurrency: AT_ONCE }).createPackage()
    return timed(() => made.upload(files))
  },

  async plain(host, files) {
    const made = await api.createPackage(host)
    const urls = await api.createSmallFiles(host, made, files)
    return timed(() => inParallel(AT_ONCE, files.entries(), ([index, file]) => put(urls[index], file)))
  },
}
