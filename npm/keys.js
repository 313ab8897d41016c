// Public keys of trusted devices; see account.js.

export class Keys {
  #account

  constructor(account) {
    this.#account = account
  }

  async device() { return (await this.#account.keys()).deviceKey() }
  async create({ description = '' } = {}) { return (await this.#account.keys()).createDeviceKey(description) }
  async list() { return (await this.#account.keys()).deviceKeys() }
  async delete(id) { return (await this.#account.keys()).deleteDeviceKey(id) }
  async offered(pkg) { return (await this.#account.keys()).offeredKeys(typeof pkg === 'string' ? pkg : pkg.id) }
  async confirm(email, key) { return (await this.#account.keys()).confirmKey(email, key) }
  async confirmed() { return (await this.#account.keys()).confirmedKeys() }
  async revoke(email, fingerprint) { return (await this.#account.keys()).revokeKey(email, fingerprint) }
  async fingerprint(key) { return (await this.#account.keys()).fingerprint(key) }

  async wrap(pkg) {
    if (typeof pkg === 'string') return (await this.#account.keys()).wrapAgain(pkg)
    const { id, code, keyCode, origin } = pkg
    // What came without a proof of its sender is handed on without one.
    return (await this.#account.keys()).wrap(id, code, keyCode, origin !== 'server')
  }

  async unwrap(packageId) {
    const { keyCode, origin } = await (await this.#account.keys()).unwrap(packageId)
    return { keyCode, origin }
  }

  async sync() { return (await this.#account.keys()).sync() }
}
