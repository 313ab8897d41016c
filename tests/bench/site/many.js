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
    const urls = new Map()
    await inParallel(AT_ONCE, files, async (file) => {
      const fileId = await api.createFile(host, made, file.name, file.size, 1)
      urls.set(file, await api.uploadUrls(host, made, fileId)(1))
    })
    return timed(() => inParallel(AT_ONCE, files, (file) => put(urls.get(file), file)))
  },
}
