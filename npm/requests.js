// Requests: links with which others send, without an account; see account.js.

import { List } from './account.js'

export class Requests {
  #account

  constructor(account) {
    this.#account = account
  }

  async create(options) { return (await this.#account.keys()).createRequest(options) }
  async get(id) { return (await this.#account.keys()).request(id) }
  async update(id, changes) { return (await this.#account.keys()).updateRequest(id, changes) }
  async delete(id) { return (await this.#account.keys()).deleteRequest(id) }

  list() {
    return new List(async (index, size) => (await this.#account.keys()).requests(index, size))
  }

  received(id) {
    return new List(async (index, size) => (await this.#account.keys()).incoming(id, index, size))
  }

  async open({ id, request, code, wrapped, serverEncrypted }, { signal } = {}) {
    const keys = await this.#account.keys()
    const link = await keys.unwrapIncoming(request, code, wrapped, signal)
    const partKeys = serverEncrypted ? await keys.unwrapPartKeys(request, id, signal) : undefined
    // Whoever has the request's link could have sent it, and so could the server.
    return this.#account.openLink(link, 'server', { signal, partKeys })
  }
}

/** A request that was opened by its link. */
export class OpenedRequest {
  #client

  /** `client` comes through the request. */
  constructor(client, terms) {
    this.#client = client
    Object.assign(this, terms)
  }

  createPackage(options) { return this.#client.createPackage(options) }
  unfinished() { return this.#client.unfinished() }
  resume(id) { return this.#client.resume(id) }
  forget(id) { return this.#client.forget(id) }
}
