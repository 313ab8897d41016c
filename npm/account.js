// What accounts need beyond sending and opening. All of it is done by modules that are loaded when the first of their
// methods is called; these classes give their functions names.

/** A list that comes by pages. */
export class List {
  #fetch

  /** `fetch` gives the page of that size behind so many entries. */
  constructor(fetch) {
    this.#fetch = fetch
  }

  page(index = 0, size = undefined) {
    return this.#fetch(index, size)
  }

  async *[Symbol.asyncIterator]() {
    for (let index = 0; index !== undefined;) {
      const { entries, next } = await this.#fetch(index)
      yield* entries
      index = next
    }
  }
}

export class Packages {
  #account

  constructor(account) {
    this.#account = account
  }

  async get(id) {
    return (await this.#account.account()).packageDetails(id)
  }

  async files(id) {
    return (await this.#account.account()).packageFiles(id)
  }

  /** A list that `method` of the module gives. */
  #list(method, ...args) {
    return new List(async (index, size) => (await this.#account.account())[method](index, size, ...args))
  }

  sent({ by } = {}) { return this.#list('sentPackages', by) }
  received() { return this.#list('receivedPackages') }
  archived() { return this.#list('archivedPackages') }
  approvals() { return this.#list('approvals') }
  search(filters) { return this.#list('searchPackages', filters) }

  activity(id) {
    return new List(async (index, size) => (await this.#account.account()).activity(id, index, size))
  }

  async approve(id) { return (await this.#account.account()).approve(id) }
  async archive(id) { return (await this.#account.account()).archive(id, true) }
  async unarchive(id) { return (await this.#account.account()).archive(id, false) }

  async update(id, changes) {
    return (await this.#account.account()).updatePackage(id, changes)
  }

  async delete(id) {
    return (await this.#account.account()).deletePackage(id)
  }

  async open(id, { password, signal, visitor, share } = {}) {
    const { link, origin, recipientCode } = await (await this.#account.keys()).unwrap(id, signal)
    if (!share) return this.#account.openLink(link, origin, { password, signal, recipientCode })
    const through = (await this.#account.module()).linkThrough(link, share.id, share.recipientId)
    return this.#account.openLink(through, origin, { password, signal, visitor })
  }

  async link(id, { signal } = {}) {
    const { link } = await (await this.#account.keys()).unwrap(id, signal)
    return link
  }

  recipients(id) {
    return new Recipients(this.#account, id)
  }
}

export class Recipients {
  #account
  #id
  #draft

  /** `draft` is the package, where it is in the making: it has to know whether it has recipients. */
  constructor(account, id, draft = undefined) {
    this.#account = account
    this.#id = id
    this.#draft = draft
  }

  async list() {
    const { recipients } = await (await this.#account.account()).packageDetails(this.#id)
    return recipients
  }

  async *[Symbol.asyncIterator]() {
    yield* await this.list()
  }

  async get(id) {
    return (await this.#account.account()).recipient(this.#id, id)
  }

  async add(emails, options) {
    const account = await this.#account.account()
    const added = await (Array.isArray(emails) ? account.addRecipients(this.#id, emails) : account.addRecipient(this.#id, emails, options))
    await this.#draft?.noteRecipients(true)
    return added
  }

  async update(id, changes) {
    return (await this.#account.account()).updateRecipient(this.#id, id, changes)
  }

  async remove(id) {
    await (await this.#account.account()).removeRecipient(this.#id, id)
    await this.#left()
  }

  async addGroup(id) {
    const added = await (await this.#account.account()).addGroup(this.#id, id)
    await this.#draft?.noteRecipients(true)
    return added
  }

  async removeGroup(id) {
    await (await this.#account.account()).removeGroup(this.#id, id)
    await this.#left()
  }

  async #left() {
    if (this.#draft) await this.#draft.noteRecipients((await this.list()).length > 0)
  }
}

export class Groups {
  #account

  constructor(account) {
    this.#account = account
  }

  async own() { return (await this.#account.account()).groups() }
  async enterprise() { return (await this.#account.account()).enterpriseGroups() }
  async create(name, options) { return (await this.#account.account()).createGroup(name, options) }
  async delete(id) { return (await this.#account.account()).deleteGroup(id) }
  async addMember(id, email) { return (await this.#account.account()).addGroupMember(id, email) }
  async removeMember(id, memberId) { return (await this.#account.account()).removeGroupMember(id, memberId) }
}

export class Dropzones {
  #account

  constructor(account) {
    this.#account = account
  }

  async confirmSender(id, email) { return (await this.#account.account()).confirmSender(id, email) }
}

export class ShareInfos {
  #account

  constructor(account) {
    this.#account = account
  }

  #list(received, options) {
    return new List(async (index, size) => (await this.#account.account()).shareInfos(index, size, received, options))
  }

  shared(options) { return this.#list(false, options) }
  received(options) { return this.#list(true, options) }
  async ticket(packageId, options) { return (await this.#account.account()).issueTicket(packageId, options) }
  async add(ticket, options) { return (await this.#account.account()).addShareInfo(ticket, options) }
  async delete(which) { return (await this.#account.account()).deleteShareInfos(which) }
}

export class ShareRequests {
  #account

  constructor(account) {
    this.#account = account
  }

  #list(sent, options) {
    return new List(async (index, size) => (await this.#account.account()).shareRequests(index, size, sent, options))
  }

  received(options) { return this.#list(false, options) }
  sent(options) { return this.#list(true, options) }
  async create(options) { return (await this.#account.account()).requestShare(options) }
  async offered(request) { return (await this.#account.keys()).offeredForRequest(request) }
  async approve(request, options) { return (await this.#account.keys()).approveRequest(request, options) }
  async decline(id) { return (await this.#account.account()).declineRequest(id) }
  async delete(id) { return (await this.#account.account()).deleteRequest(id) }
}

export class Webhooks {
  #account

  constructor(account) {
    this.#account = account
  }

  async list() { return (await this.#account.account()).webhooks() }
  async create({ events = [], ...options } = {}) { return (await this.#account.account()).createWebhook(events, options) }
  async delete(id) { return (await this.#account.account()).deleteWebhook(id) }
  async deliveries(id) { return (await this.#account.account()).deliveries(id) }
}

export class Shares {
  #account

  constructor(account) {
    this.#account = account
  }

  async create(order) { return (await this.#account.account()).createShare(order) }
  async send(order) { return (await this.#account.account()).sendShare(order) }

  inbox({ expired = false } = {}) {
    return new List(async (index, size) => (await this.#account.account()).shareInbox(index, size, expired))
  }

  async message(id, recipientId) { return (await this.#account.account()).shareMessage(id, recipientId) }

  list({ expired = true } = {}) {
    return new List(async (index, size) => (await this.#account.account()).shares(index, size, expired))
  }

  async get(id) { return (await this.#account.account()).share(id) }

  async update(id, { appendItems = true, ...changes }) {
    return (await this.#account.account()).updateShare(id, { ...changes, appendItems })
  }

  async delete(id) { return (await this.#account.account()).deleteShare(id) }
  async recipients(id) { return (await this.#account.account()).shareRecipients(id) }
  async addRecipient(id, person) { return (await this.#account.account()).addShareRecipient(id, person) }

  async alias(id, email, link, { notify = false } = {}) {
    // A link that is none adds nobody.
    await this.link(link, id)
    return this.link(link, id, await (await this.#account.account()).addShareAlias(id, email, notify))
  }

  async link(link, id, recipientId) { return (await this.#account.module()).linkThrough(link, id, recipientId) }
}

export class SecureShares {
  #account

  constructor(account) {
    this.#account = account
  }

  async create(order) { return (await this.#account.account()).createSecureShare(order) }
  list() { return new List(async (index, size) => (await this.#account.account()).secureShares(index, size)) }
  async get(id) { return (await this.#account.account()).secureShare(id) }
  async delete(id) { return (await this.#account.account()).deleteSecureShare(id) }
  async identityProviders() { return (await this.#account.account()).identityProviders() }
  recipients(id) { return new SecureRecipients(this.#account, id) }
  async deleteFile(id, fileId) { return (await this.#account.account()).deleteSecureFile(id, fileId) }
  async link(linkOrId, recipientId) {
    const link = linkOrId.includes('/') ? linkOrId : (await (await this.#account.keys()).unwrap(linkOrId)).link
    return (await this.#account.module()).linkForRecipient(link, recipientId)
  }
}

class SecureRecipients {
  #account
  #share

  constructor(account, share) {
    this.#account = account
    this.#share = share
  }

  async list() { return (await (await this.#account.account()).secureShare(this.#share)).recipients }
  async add(recipient) { return (await this.#account.account()).addSecureRecipient(this.#share, recipient) }
  async get(id) { return (await this.#account.account()).secureRecipient(this.#share, id) }
  async update(id, changes) { return (await this.#account.account()).updateSecureRecipient(this.#share, id, changes) }
  async delete(id) { return (await this.#account.account()).deleteSecureRecipient(this.#share, id) }
  async remind(id) { return (await this.#account.account()).remindSecureRecipient(this.#share, id) }
}

/** What a recipient shows of who it is, to open a link that asks for it. */
export class Verification {
  #account
  #link

  constructor(account, link, statement) {
    this.#account = account
    this.#link = link
    this.statement = statement
  }

  async ways() { return (await this.#account.account()).verification(this.#link, this.statement) }
  async sendCode(way) { return (await this.#account.account()).sendVerificationCode(this.#link, way) }

  async enterCode(token, code) {
    return this.#shown(await (await this.#account.account()).enterVerificationCode(this.#link, token, code, this.statement))
  }

  async beginSignIn(way) { return (await this.#account.account()).beginProviderSignIn(this.#link, way) }

  async endSignIn({ token, state, code }) {
    return this.#shown(await (await this.#account.account()).endProviderSignIn(this.#link, token, state, code, this.statement))
  }

  #shown({ statement, verified }) {
    this.statement = statement
    return verified
  }
}

export class Installation {
  #account

  constructor(account) {
    this.#account = account
  }

  async info() { return (await this.#account.account()).installation() }
  async version() { return (await this.#account.account()).serverVersion() }
  async report(report) { return (await this.#account.account()).report(report) }
}

export class Workspaces {
  #account

  constructor(account) {
    this.#account = account
  }

  list({ by, descending = false } = {}) {
    return new List(async (index, size) => (await this.#account.account()).workspaces(index, size, by, descending))
  }

  async create(options) {
    return this.#workspace(await (await this.#account.account()).createWorkspace(options), 'link')
  }

  async open(linkOrId, { keyCode, password } = {}) {
    const account = await this.#account.account()
    if (linkOrId.includes('/')) {
      const { host, packageCode, keyCode } = this.#account.parseLink(linkOrId)
      return this.#workspace(await account.openWorkspaceLink(host, packageCode, keyCode, password), 'link')
    }
    const found = keyCode === undefined ? await (await this.#account.keys()).unwrap(linkOrId) : { keyCode, origin: 'link' }
    return this.#workspace(await account.openWorkspace(linkOrId, found.keyCode), found.origin)
  }

  async delete(id) {
    return (await this.#account.account()).deletePackage(id)
  }

  #workspace(opened, origin) {
    return new Workspace(this.#account, opened, origin)
  }
}

/** A workspace's object in the module. */
const opened = new WeakMap()

export class Workspace {
  #recipients

  constructor(account, workspace, origin) {
    opened.set(this, workspace)
    this.origin = origin
    this.directories = new Directories(workspace)
    this.files = new WorkspaceFiles(workspace)
    this.recipients = new Recipients(account, workspace.id)
  }

  get id() { return opened.get(this).id }
  get code() { return opened.get(this).code }
  get keyCode() { return opened.get(this).keyCode }
  get suite() { return opened.get(this).suite }
  get name() { return opened.get(this).label }
  get sender() { return opened.get(this).sender }
  get role() { return opened.get(this).role }
  get root() { return opened.get(this).root }
  get paused() { return opened.get(this).paused }

  rename(name) { return opened.get(this).rename(name) }
  message() { return opened.get(this).message() }
  setMessage(text) { return opened.get(this).setMessage(text) }
  share(options) { return opened.get(this).share(options) }
  delete() { return opened.get(this).delete() }
  pause() { opened.get(this).pause() }
  resume() { opened.get(this).resume() }
}

class Directories {
  #workspace

  constructor(workspace) {
    this.#workspace = workspace
  }

  list(within = this.#workspace.root) {
    return new List((index, size) => this.#workspace.directories(within, index, size))
  }

  create(name, { within = this.#workspace.root } = {}) {
    return this.#workspace.createDirectory(within, name)
  }

  rename(id, name) { return this.#workspace.renameDirectory(id, name) }
  move(id, target) { return this.#workspace.moveDirectory(id, target) }
  delete(id) { return this.#workspace.deleteDirectory(id) }
}

class WorkspaceFiles {
  #workspace

  constructor(workspace) {
    this.#workspace = workspace
  }

  list(directory = this.#workspace.root, { by, descending = false } = {}) {
    return new List((index, size) => this.#workspace.files(directory, index, size, by, descending))
  }

  get(id) { return this.#workspace.file(id) }
  upload(files, { directory = this.#workspace.root, ...options } = {}) { return this.#workspace.upload(directory, files, options) }
  download(id, options) { return this.#workspace.download(id, options) }
  rename(id, name) { return this.#workspace.renameFile(id, name) }
  move(id, directory) { return this.#workspace.moveFile(id, directory) }
  delete(id) { return this.#workspace.deleteFile(id) }

  copy(id, { to, directory, onlyNew = false } = {}) {
    const target = to ? opened.get(to) : this.#workspace
    return this.#workspace.copyFile(id, target, directory ?? target.root, onlyNew)
  }
}

export class Account {
  #account

  constructor(account) {
    this.#account = account
    this.apiKeys = new ApiKeys(account)
  }

  async signIn(email, password) { return (await this.#account.account()).signIn(email, password) }
  async signOut() { return (await this.#account.account()).signOut() }
  async current() { return (await this.#account.account()).signedIn() }
  async changePassword(password, newPassword) { return (await this.#account.account()).changePassword(password, newPassword) }
  async settings() { return (await this.#account.account()).settings() }
  async setSettings({ mail, ...settings } = {}) { return (await this.#account.account()).setSettings(mail, settings) }
  async register(email) { return (await this.#account.account()).register(email) }
  async finishRegistration(options) { return (await this.#account.account()).finishRegistration(options) }
  async createPin() { return (await this.#account.account()).createPin() }
}

class ApiKeys {
  #account

  constructor(account) {
    this.#account = account
  }

  async list() { return (await this.#account.account()).apiKeys() }
  async create({ description = '' } = {}) { return (await this.#account.account()).createApiKey(description) }
  async revoke(apiKey) { return (await this.#account.account()).revokeApiKey(apiKey) }
  async generate(options) { return (await this.#account.account()).generateKey(options) }
  async generateWithCode(options) { return (await this.#account.account()).generateKeyWithCode(options) }
  async generateWithPin(options) { return (await this.#account.account()).generateKeyWithPin(options) }
}
