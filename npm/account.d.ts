import type { Package, ReceivedPackage } from './index.js'
import type {
  DownloadOptions, FinalizedPackage, OpenOptions, PackageOptions, SentFile, Sources, Suite, TransferOptions, UnfinishedPackage,
} from './wasm/bulla.js'

/** A list that the server gives by pages. Iterating fetches one page after the other, and begins anew each time. */
export interface List<T> extends AsyncIterable<T> {
  /** One page: `size` entries at most (1 to 100; default 100) behind the first `index` (default 0). */
  page(index?: number, size?: number): Promise<Page<T>>
}

export interface Page<T> {
  entries: T[]
  /** How many there are in all, if the server says. */
  total?: number
  /** The `index` of the next page; missing on the last one. */
  next?: number
}

/** `draft`: not finalized, or waiting for an approver. */
export type PackageState = 'draft' | 'active' | 'expired' | 'deleted'
/** How much of a package its recipients have fetched. */
export type Pickup = 'none' | 'some' | 'all'
/** What a recipient may do in a workspace; each may all that those before it may. In a package all are viewers. */
export type Role = 'VIEWER' | 'CONTRIBUTOR' | 'MANAGER' | 'OWNER'

/** A package, as lists have it. */
export interface PackageSummary {
  id: string
  /** The code that stands in its link. */
  code: string
  /** The address and the account of who made it. */
  sender: string
  senderId: string
  state: PackageState
  pickup: Pickup
  /** When it was made; of a workspace, when it last changed. */
  updated?: Date
  /** Life in days; 0 is without end. */
  expiresInDays: number
  hasMessage: boolean
  needsApproval: boolean
  /** Addresses: the first 100, and to a recipient its own alone. */
  recipients: string[]
  recipientCount: number
  fileCount: number
  /** Names that the server can read: of packages that are not sealed, the first 100. */
  fileNames: string[]
}

/** A package, as the server knows it. What is in it only its key opens. */
export interface PackageDetails {
  id: string
  code: string
  sender: string
  /** Whether that is the sender's; false for what anyone may have written into a Dropzone. */
  senderConfirmed: boolean
  created?: Date
  state: PackageState
  pickup: Pickup
  /** Life in days; 0 is without end. It begins when the package is finalized, or approved. */
  expiresInDays: number
  /** When it expires or did; undefined while it is a draft, and for what does not. */
  expires?: Date
  /** For the sender, and in a workspace for managers and owners; empty for others. */
  recipients: Recipient[]
  /** The contact groups that were put on it, for the same people; without members in a search. */
  groups: Group[]
  /** Where this account is a recipient: what says of a link that it opens it (`OpenOptions.recipientCode`). */
  recipientCode?: string
  /** Of a workspace, the files in its root. */
  fileCount: number
  hasMessage: boolean
  passwordRequired: boolean
  needsApproval: boolean
  /** Who may approve it, while it waits; for the same people as `recipients`, and approvers. */
  approvers: string[]
  /** How many days before its end it reminds its recipients while nobody opened it; 0 for never. */
  remindDays: number
  /** Whether the sender asks that PDF files be looked at and not saved. */
  readOnlyPdf: boolean
  /** Whether anything in it reached the server as plaintext and was encrypted there: it is not end-to-end encrypted then. */
  serverEncrypted: boolean
  archived: boolean
  workspace: boolean
  /** In a workspace, the caller's. */
  role?: Role
}

/** What to search for. What is missing filters nothing; texts match parts, in any case. */
export interface PackageFilters {
  /** Made between these days, both included: `MM/DD/YYYY`, UTC. */
  from?: string
  to?: string
  /** Names of sealed packages are unknown to the server. */
  fileName?: string
  sender?: string
  recipient?: string
  status?: 'all' | 'picked-up' | 'incomplete' | 'archived' | 'active' | 'expired'
}

/** One thing that was done with a package. */
export interface ActivityEntry {
  id: string
  time?: Date
  /** For programs: `FILE_CREATED`, ... */
  action: string
  /** In words. */
  description: string
  /** Who, and from which IP address; empty where the server acted by itself. */
  email: string
  address: string
  /** The file, the recipient, or the package itself. */
  targetId: string
}

/** A file of a package, as the server knows it. */
export interface StoredFile {
  id: string
  /** Undefined in suite `sealed`, where the server knows none. */
  name?: string
  /** Bytes. */
  size: number
}
export interface Packages {
  /** Sent by this account, drafts among them; or, for administrators, `by` the account of that id. The newest first. */
  sent(options?: { by?: string }): List<PackageSummary>
  /** Sent to this account. */
  received(): List<PackageSummary>
  archived(): List<PackageSummary>
  /** Waiting for this account's approval. */
  approvals(): List<PackageSummary>
  /** Among all packages of the installation, for administrators. */
  search(filters?: PackageFilters): List<PackageDetails>
  /** What was done with a package, the newest first; for its sender and administrators. */
  activity(id: string): List<ActivityEntry>
  /** Lets a package through that waits for approval. */
  approve(id: string): Promise<void>
  archive(id: string): Promise<void>
  unarchive(id: string): Promise<void>
  /** What the server knows of a package, by its id or code. */
  get(id: string): Promise<PackageDetails>
  /** The files of a package, with the names that the server knows. */
  files(id: string): Promise<StoredFile[]>
  /**
   * Changes a package's life in days, 0 being without end; and how many days before its end it reminds its recipients by
   * e-mail while nobody opened it, fewer than its life and 0 for never. What is missing stays as it is.
   */
  update(id: string, changes: { expiresInDays?: number, remindDays?: number }): Promise<void>
  delete(id: string): Promise<void>
  /**
   * Opens a package that was sent to this account, with this device's key instead of its link (see `Keys`).
   * `received.origin` says whether its sender is proven. `NOT_FOUND` when this device has no key, or nothing was wrapped to
   * it; the message says which. Its sender sees that this account opened it. `share` opens it through a share of it.
   */
  open(id: string, options?: Omit<OpenOptions, 'recipientCode'> & { share?: { id: string, recipientId?: string } }): Promise<ReceivedPackage>
  /**
   * The whole link of a package, with its key, from what was wrapped to this device. Whoever has it opens the package.
   * `NOT_FOUND` as with `open`.
   */
  link(id: string, options?: { signal?: AbortSignal }): Promise<string>
  recipients(id: string): Recipients
}

/**
 * How the key of a received package came here. `link`: with the link. `sender`: wrapped to this device and signed with a
 * key that you confirmed as the sender's. `server`: wrapped, but not signed so; the server could have made up the whole
 * package. Never show such a one as sealed by its sender.
 */
export type Origin = 'link' | 'sender' | 'server'

export interface Recipient {
  /** Its id in this package. */
  id: string
  email: string
  /** When the server knows it. */
  name: string
  role: Role
  needsApproval: boolean
  /** What the recipient opened, when, and from where. */
  confirmations: Confirmation[]
  phones: { countryCode: number, number: string }[]
}

export interface Confirmation {
  time?: Date
  /** The IP address. */
  address: string
  /** Whether it was the message, rather than a file. */
  message: boolean
  fileId?: string
}

export interface PhoneNumber {
  /** As it is written in its country, `(123) 456-7890` with `US`; or anywhere, with a plus sign. */
  phone?: string
  country?: string
}

/** The recipients of one package or workspace. */
export interface Recipients extends AsyncIterable<Recipient> {
  list(): Promise<Recipient[]>
  get(id: string): Promise<Recipient>
  /** Adds one or several, at most 500, by e-mail address; who is there already stays as they are. */
  add(email: string, options?: PhoneNumber): Promise<Recipient>
  add(emails: readonly string[]): Promise<Recipient[]>
  /** Gives another role, in a workspace, or a phone number. */
  update(id: string, changes: { role?: Role } & PhoneNumber): Promise<Recipient>
  remove(id: string): Promise<void>
  /** Makes recipients of those who are members of a contact group now; whoever comes to it later is none by that. */
  addGroup(groupId: string): Promise<AddedGroup>
  /** Takes a contact group off again, and whom it alone brought. */
  removeGroup(groupId: string): Promise<void>
}

/** Addresses that become recipients as one. */
export interface Group {
  id: string
  name: string
  /** Whether every account may use it. */
  enterprise: boolean
  members: GroupMember[]
}

export interface GroupMember {
  /** Its id in this group. */
  id: string
  email: string
}

/** A contact group that was put on a package. */
export interface AddedGroup {
  id: string
  name: string
  /** Who is a recipient now. */
  emails: string[]
  /** Whether an approver must agree to one of them first. */
  needsApproval: boolean
}

/** Contact groups, the account's own and those for every account. */
export interface Groups {
  /** The account's own, by name. */
  own(): Promise<Group[]>
  /** Those for every account, by name. */
  enterprise(): Promise<Group[]>
  /** Makes one without members; `enterprise`: for every account, which administrators alone may do. */
  create(name: string, options?: { enterprise?: boolean }): Promise<Group>
  /** Whom it brought to packages stays there. */
  delete(id: string): Promise<void>
  /** Adds an e-mail address; one that is in it stays the same member. */
  addMember(id: string, email: string): Promise<GroupMember>
  /** Packages that it was put on before keep the recipient. */
  removeMember(id: string, memberId: string): Promise<void>
}

/** Dropzones, through which anyone sends to the account that owns them. */
export interface Dropzones {
  /**
   * Confirms the address of somebody whom you know by other means: who has signed in to your own site, for instance. Give them
   * the `token`, with which their client finalizes any package of this Dropzone (`FinalizeOptions.senderToken`) for
   * `expiresIn` seconds; `PackageDetails.senderConfirmed` is true then. `NOT_FOUND` for another account's Dropzone.
   */
  confirmSender(dropzone: string, email: string): Promise<{ token: string, expiresIn: number }>
}

/** A ticket: who may open what, and until when. */
export interface ShareTicket {
  ticket: string
  /** Stands for the package or file. It opens nothing: it is what others ask with. */
  lookupHash: string
  expires: Date
}

/** Something that was shared by a ticket. */
export interface ShareInfo {
  ticket: string
  lookupHash: string
  /** Empty for nothing. */
  message: string
  /** Where it is opened, where that is known. */
  link?: string
  /** The address of whoever shares it. */
  sender: string
  /** With whom it is shared; undefined for whoever holds a ticket that names nobody. */
  receiver?: string
  packageId: string
  /** Undefined for the whole package. */
  fileId?: string
  created: Date
  expires: Date
}

/** `private`, which it is when missing: of tickets that name their receiver. `public`: of those that name nobody. */
export interface ShareInfoFilter {
  type?: 'private' | 'public'
  lookupHash?: string
}

/** Sharing by tickets (Züs's share infos). A ticket lets somebody read; the key goes another way: see `Keys`. */
export interface ShareInfos {
  /**
   * Issues a ticket for a finalized package that the account manages, or for one file of it; for whom `email` names, or for
   * whoever holds it. It holds for 30 days unless `expiresInSeconds` (60 to 31622400) says otherwise, and opens nothing before
   * `add`.
   */
  ticket(packageId: string, options?: { fileId?: string, email?: string, expiresInSeconds?: number }): Promise<ShareTicket>
  /** Shares what a ticket of the account's says; or takes what a ticket says for oneself. A `link` with a key in it is refused. */
  add(ticket: string, options?: { message?: string, link?: string }): Promise<void>
  /** What the account shared, the newest first. */
  shared(filter?: ShareInfoFilter): List<ShareInfo>
  /** What was shared with the account and still opens, the newest first. */
  received(filter?: ShareInfoFilter): List<ShareInfo>
  /** Ends what was shared; by its receiver, gives it up. One of them is needed. */
  delete(which: { ticket?: string, lookupHash?: string }): Promise<void>
}

/** A request for what somebody shares. */
export interface ShareRequest {
  id: string
  /** Who is asked. */
  owner: string
  /** Who asks. */
  requester: string
  lookupHash: string
  status: 'pending' | 'approved' | 'declined'
  /** Empty for nothing. */
  message: string
  /** Undefined for whoever asks, until it is approved. */
  packageId?: string
  /** Undefined for the whole package. */
  fileId?: string
  /** When it was asked, the last time. */
  created: Date
}

/** Those that wait, unless `status` says otherwise. `email`: of the other side. */
export interface ShareRequestFilter {
  status?: 'pending' | 'approved' | 'declined' | 'all'
  email?: string
  lookupHash?: string
}

/** Asking for what somebody shares, and answering (Züs's share requests). */
export interface ShareRequests {
  /** Asks, by a ticket or a lookup hash; after a refusal once more. `NOT_FOUND` when that account shares no such thing. */
  create(options: { owner: string, ticket?: string, lookupHash?: string, message?: string }): Promise<void>
  /** What the account is asked for, the newest first. */
  received(filter?: ShareRequestFilter): List<ShareRequest>
  /** What the account asked for, the newest first. */
  sent(filter?: ShareRequestFilter): List<ShareRequest>
  /** The keys that the server offers for whoever made a request. Confirm them (`keys.confirm`) before approving. */
  offered(request: ShareRequest): Promise<OfferedKey[]>
  /**
   * Approves: issues a ticket for whoever asks, and wraps the key that this device has to those of their keys that were
   * confirmed. Where nothing could be wrapped they are in the report's `without`, and need the link besides; and so does who
   * asked for a single file, since the key is that of the whole package.
   */
  approve(request: ShareRequest, options?: { expiresInSeconds?: number, link?: string }): Promise<WrapReport>
  decline(id: string): Promise<void>
  /** By either side. What was shared stays shared. */
  delete(id: string): Promise<void>
}

/** What others do, of which an account is told. */
export type EventType =
  | 'package.opened' | 'file.downloaded' | 'package.received' | 'package.approved' | 'package.expired'
  | 'request.received' | 'request.answered'

/** How an account is written to. */
export interface AccountSettings {
  /** In which language: English, or Norwegian (bokmål). Undefined: the server's own. */
  language?: 'en' | 'nb'
  /**
   * Of which events it is told by e-mail, where the server sends any; of the same kind and package once an hour at most.
   * Undefined: `package.received`, `request.received` and `request.answered`. `settings()` always tells it.
   */
  mail?: EventType[]
}

/** A program that is told what others do with the account's packages. */
export interface Webhook {
  id: string
  url: string
  events: EventType[]
  /** What its owner calls it. */
  description: string
  created: Date
}

/** Something that a webhook was to be told. */
export interface Delivery {
  /** As in the header `webhook-id`. */
  id: string
  event: EventType
  /** When it happened. */
  created: Date
  /** `failed` once it was refused for good, or given up after three days. */
  status: 'waiting' | 'delivered' | 'failed'
  attempts: number
  /** When the last attempt was. */
  attempted?: Date
  /** Why it failed; empty when it did not. */
  reason: string
}

/** Webhooks. What they are sent, and how they check that it comes from this server, is in `docs/WEBHOOKS.md`. */
export interface Webhooks {
  /** Oldest first. */
  list(): Promise<Webhook[]>
  /**
   * Makes one. `url`: https, in the public Internet unless the server's operator allows more; else `REFUSED`. The `secret` is
   * what deliveries are signed with (`whsec_…`), and is told only now.
   */
  create(options: { url: string, events: EventType[], description?: string }): Promise<{ webhook: Webhook, secret: string }>
  /** What waits for it goes with it. */
  delete(id: string): Promise<void>
  /** The last hundred, the newest first; kept for 30 days. */
  deliveries(id: string): Promise<Delivery[]>
}

/** What a request asks for, until when and how much. The server reads all of it, and so does whoever has the link. */
export interface RequestTerms {
  /** At most 200 characters. */
  title?: string
  /** At most 2000 characters, in lines. */
  message?: string
  /** Default: after 30 days. */
  expires?: Date | 'never'
  /** How many packages come in through it at most; 0, the default, is without limit. */
  maxPackages?: number
  /** How many files, in all; 0, the default, is without limit. */
  maxFiles?: number
  /** How many bytes, in all; 0, the default, is without limit. With a limit, no stream of unknown length comes in. */
  maxBytes?: number
  /** Whether senders have to give a name and an address, which nobody checks. Default: false. */
  requireUserInfo?: boolean
  /** Whether the server tells you by e-mail of what came in. Default: false. */
  notifyOnUpload?: boolean
  /** Until when it does. Default: as long as something comes in. */
  trackUntil?: Date | 'never'
  /** By how many e-mails at most. Default: any number. */
  sendFrequency?: number | 'unlimited'
  /** How many hours are between two of them at least. Default: any. */
  sendInterval?: number | 'none'
}

/** A request: a link with which others, without an account, send to this account, and read nothing. */
export interface FileRequest {
  id: string
  /**
   * For those who shall send. It ends in the hash of the request's public key. Missing when neither this device nor a confirmed
   * one of the account made the key that the server gives: do not hand out a link to it.
   */
  link?: string
  title: string
  message: string
  created: Date
  /** Undefined: without end. */
  expires?: Date
  /** Whether it lets nothing in any more. */
  ended: boolean
  /** How many packages came in, also those that were deleted since. */
  packages: number
  /** 0: without limit. */
  maxPackages: number
  maxFiles: number
  maxBytes: number
  requireUserInfo: boolean
  notifyOnUpload: boolean
  trackUntil?: Date
  sendFrequency?: number
  sendInterval?: number
}

/** A package that came in through a request. */
export interface IncomingPackage {
  id: string
  /** The id of the request. */
  request: string
  code: string
  /** Its key, encrypted to the request's. */
  wrapped: string
  /** The sender's name and address, as the sender gave them: nobody checked either. */
  name: string
  sender: string
  received: Date
  expires?: Date
  /** How many files it has, and their bytes. */
  files: number
  size: number
  /**
   * Whether a client without encryption sent it, as ShareFile's: then the server saw what it is, encrypted each part to the request's
   * key as it arrived, and kept no key.
   */
  serverEncrypted: boolean
}

/**
 * Requests of the account. Each has a key of its own, made here. Its private half is kept where device keys are, and, encrypted
 * to the account's devices that are confirmed when it is made, on the server.
 */
export interface Requests {
  /** Makes one. `NOT_FOUND` when this device has no key: `keys.create` makes one. */
  create(terms?: RequestTerms): Promise<FileRequest>
  /** The newest first; those that were deleted too, as long as something is there that came in through them. */
  list(): List<FileRequest>
  get(id: string): Promise<FileRequest>
  /** What is missing stays as it is. */
  update(id: string, changes: RequestTerms): Promise<FileRequest>
  /** Nothing comes in through it any more; what came in stays. */
  delete(id: string): Promise<void>
  /** What came in, the newest first. */
  received(id: string): List<IncomingPackage>
  /**
   * Opens what came in. Its `origin` is `'server'`: whoever has the request's link could have sent it. `NOT_FOUND` when the
   * request was made on another device, and the two had not confirmed each other.
   */
  open(incoming: IncomingPackage, options?: { signal?: AbortSignal }): Promise<ReceivedPackage>
}

/** A request that was opened by its link. All it says is the server's word, but the key that is encrypted to. */
export interface OpenedRequest {
  /** The address of whoever asks. */
  readonly requester: string
  readonly title: string
  readonly message: string
  readonly expires?: Date
  /** 0: without limit. */
  readonly maxFiles: number
  readonly maxBytes: number
  readonly requireUserInfo: boolean
  /** A package that goes to the request's owner. It takes no password. */
  createPackage(options?: PackageOptions): Promise<RequestedPackage>
  /** As those of `Client`, for packages through this request. */
  unfinished(): Promise<UnfinishedPackage[]>
  resume(id: string): Promise<RequestedPackage>
  forget(id: string): Promise<void>
}

/** A package that goes through a request. */
export interface RequestedPackage extends Omit<Package, 'finalize'> {
  /** Wraps the package's key to the request's, and seals the package. Its sender may keep the `link`. */
  finalize(options?: { name?: string, sender?: string }): Promise<FinalizedPackage>
}

/** A share: who may open which items of a package, until when and how often. It holds no key. */
export interface Share {
  id: string
  /** The package whose link it goes with. */
  packageId: string
  title: string
  created: Date
  /** Undefined when it does not. */
  expires?: Date
  /** For each recipient; 0 is without limit. */
  maxDownloads: number
  requireLogin: boolean
  requireUserInfo: boolean
  viewOnly: boolean
  newest: boolean
}

export interface SharePerson {
  email: string
  firstName?: string
  lastName?: string
  company?: string
}

/** A recipient of a share. The one whose id is the share's stands for all who come by the link for everybody. */
export interface ShareRecipient extends Required<SharePerson> {
  /** Which stands in its link. */
  id: string
  /** Downloads that count. */
  downloads: number
  /** When it last opened the share; undefined when it did not. */
  opened?: Date
}

export interface ShareTerms {
  title?: string
  /** Ids of files and directories. */
  items?: readonly string[]
  /** Default: 30 days from when it is made. */
  expires?: Date | 'never'
  /** How often each recipient may download; 0 (default) is without limit. */
  maxDownloads?: number
  /** Whether it is for those alone who sign in. */
  requireLogin?: boolean
  /** Whether it is for those alone of whom name, e-mail address and company are known (`OpenOptions.visitor`). */
  requireUserInfo?: boolean
  /** Whether it is to be looked at and not saved. Nothing makes anybody obey. */
  viewOnly?: boolean
}

export interface ShareOrder extends ShareTerms {
  /** In the place of `items`, all files of this package. A sealed package is shared whole. */
  package?: string
  recipients?: readonly (string | SharePerson)[]
  /** Whether an item stands for the newest version of a file, by the id of any. */
  newest?: boolean
  /** Whether the server writes to the recipients, with their links and without the key. Default false. */
  notify?: boolean
}

/** A share that goes out by e-mail. Needs a server that sends e-mail. */
export interface ShareLetter extends Pick<ShareTerms, 'items' | 'maxDownloads' | 'requireLogin'>, Pick<ShareOrder, 'package'> {
  emails: readonly string[]
  /** The e-mail's subject, and what the share is called. The server reads it, and `body`: neither may hold a key. */
  subject: string
  body?: string
  /** Whether the sender gets the e-mail, too. */
  ccSender?: boolean
  /** Whether the sender is told by e-mail of each download. */
  notifyOnDownload?: boolean
  /** Default: 30; 0 is without end. */
  expiresInDays?: number
}

/** A share that this account was sent. */
export interface SentShare extends Share {
  /** Who this account is of its recipients: which stands in its link. */
  recipientId: string
}

/** Shares of this account's packages. A package that has had one opens through its shares alone. */
export interface Shares {
  create(order: ShareOrder): Promise<Share>
  /** Makes a share, and has the server write to its recipients: each gets their link without the key, which the sender hands over. */
  send(letter: ShareLetter): Promise<Share>
  /** The shares that this account was sent, the newest first: those that last, or, with `expired`, those that do no more. */
  inbox(options?: { expired?: boolean }): List<SentShare>
  /** What was written to a recipient, for the sender and the recipient. `NOT_FOUND` when nothing was. */
  message(id: string, recipientId: string): Promise<string>
  /** The newest first; with `expired: false` those that last. */
  list(options?: { expired?: boolean }): List<Share>
  get(id: string): Promise<Share>
  /** Changes it, also when it has ended; what is missing stays. `items` come to those that are there, unless `appendItems` is false. */
  update(id: string, changes: ShareTerms & { appendItems?: boolean }): Promise<Share>
  /** What goes on through it ends at once. The package stays. */
  delete(id: string): Promise<void>
  recipients(id: string): Promise<ShareRecipient[]>
  addRecipient(id: string, person: string | SharePerson): Promise<ShareRecipient>
  /** Adds a recipient by its address, and makes of the package's whole `link` the one to hand out to it. */
  alias(id: string, email: string, link: string, options?: { notify?: boolean }): Promise<string>
  /** The link to hand out, from the package's whole one: for everybody, or for a recipient. Nothing is asked of the server. */
  link(link: string, id: string, recipientId?: string): Promise<string>
}

/** How a recipient of a secure share shows who it is. */
export interface Authentication {
  /** A code by e-mail or by text, or an OpenID provider by the name that the server's settings give it. */
  identityProvider: 'otp-email' | 'otp-sms' | (string & {})
  /** What the provider calls the recipient. A provider needs this or `nin`, and has to say all that is there. */
  idpId?: string
  /** The recipient's national identity number, as the provider writes it. */
  nin?: string
}

/** How the server writes to a recipient of a secure share: with its link, and without the key. */
export interface SecureNotification {
  /** Default: false. */
  sendEmail?: boolean
  /** Default: false. */
  sendSms?: boolean
  /** The server's own when missing. */
  language?: 'en' | 'nb'
}

export interface SecureRecipientChanges {
  /** At most 200 characters, like the other texts. An empty one takes away what there was. */
  firstName?: string
  lastName?: string
  /** An address or a number is needed, and each that something goes to. */
  email?: string
  /** With its plus sign. */
  mobile?: string
  /** Ids of the files that it opens; empty (default) for all. A sealed package is opened whole. */
  fileRestrictions?: readonly string[]
  /** 1 to 5. When they change, what it opened ends. */
  authentication?: readonly Authentication[]
  notification?: SecureNotification
  /** What your own system calls it. */
  externalReference?: string
}

export interface SecureRecipientOrder extends SecureRecipientChanges {
  authentication: readonly Authentication[]
}

/** A recipient of a secure share. */
export interface SecureRecipient {
  id: string
  firstName?: string
  lastName?: string
  email?: string
  mobile?: string
  externalReference?: string
  /** Empty for all files. */
  fileRestrictions: string[]
  authentication: Authentication[]
  notification: SecureNotification & { sendEmail: boolean, sendSms: boolean }
  /** What it downloaded, the last first. */
  fileAccessInfos: { id: string, lastDownloadedAt: Date }[]
  /** When it last showed all of who it is. */
  loggedInTime?: Date
  /** Its link without the key: `SecureShares.link` gives the whole one. */
  url: string
}

/** A package that opens to its owner, and to recipients who showed who they are. */
export interface SecureShare {
  id: string
  packageId: string
  /** Whether a recipient goes through all of its ways to show who it is, or any one of them. */
  authenticationMode: 'all' | 'any'
  createdAt: Date
  recipients: SecureRecipient[]
}

export interface SecureRecipients {
  list(): Promise<SecureRecipient[]>
  /** `REFUSED` where the server sends no e-mail or texts, `INVALID_INPUT` where it has no such provider, `LIMIT_REACHED` at 100. */
  add(recipient: SecureRecipientOrder): Promise<SecureRecipient>
  get(id: string): Promise<SecureRecipient>
  /** What is missing stays. */
  update(id: string, changes: SecureRecipientChanges): Promise<SecureRecipient>
  /** What it opened ends at once. */
  delete(id: string): Promise<void>
  /** Has the server write to it once more; at most three times an hour. */
  remind(id: string): Promise<void>
}

/** Secure shares of this account's packages. */
export interface SecureShares {
  /** From then on the finalized package opens to verified recipients alone, also when the share is deleted. At most 100 recipients. */
  create(order: { package: string, authenticationMode?: 'all' | 'any', recipients?: readonly SecureRecipientOrder[] }): Promise<SecureShare>
  /** The newest first. */
  list(): List<SecureShare>
  get(id: string): Promise<SecureShare>
  /** All that is known of its recipients goes, and what they opened ends at once. The package stays, and is its owner's alone. */
  delete(id: string): Promise<void>
  /** In what ways recipients of this server can show who they are; `nin`: whether by a national identity number. */
  identityProviders(): Promise<{ identityProvider: Authentication['identityProvider'], nin: boolean }[]>
  recipients(id: string): SecureRecipients
  /** Deletes a file of the package. */
  deleteFile(id: string, fileId: string): Promise<void>
  /** The link to hand to a recipient, from the package's whole one, or by its id where this device has its key (`keys`). */
  link(linkOrId: string, recipientId: string): Promise<string>
}

/** A way in which a recipient shows who it is. */
export interface VerificationWay {
  id: string
  /** As `Authentication` has it. */
  identityProvider: string
  /** Where a code goes, with the most of it left out; undefined for a provider. */
  to?: string
  /** Whether it is done. */
  done: boolean
}

/**
 * What a recipient shows of who it is. `VERIFICATION_REQUIRED` when the link is of no recipient, `WRONG_KEY` when it is not, or no
 * more, one of the package's, `LIMIT_REACHED` after too many attempts.
 */
export interface Verification {
  /** What was shown until now. When it is enough, it opens the link as `OpenOptions.recipientCode`; it holds for an hour. */
  readonly statement?: string
  ways(): Promise<{ mode: 'all' | 'any', ways: VerificationWay[], verified: boolean }>
  /** Has a code sent; it takes the place of the one before, holds for 10 minutes, and goes along with the `token`. */
  sendCode(way: string): Promise<{ token: string }>
  /** Whether it is enough then. `CODE_WRONG`, or `CODE_SPENT` after five wrong ones, 10 minutes, or one use. */
  enterCode(token: string, code: string): Promise<boolean>
  /** Where the provider's page is. It leads back to the server's receive page, with `state` and `code` in the query. */
  beginSignIn(way: string): Promise<{ url: string, state: string, token: string }>
  /** Whether it is enough then. `SIGN_IN_FAILED` when the provider does not say that this is the recipient, or 15 minutes are over. */
  endSignIn(cameBack: { token: string, state: string, code: string }): Promise<boolean>
}

/** What an installation tells of itself. */
export interface InstallationInfo {
  /** The origin that people use. */
  host: string
  /** What it is called. */
  name: string
  /** Whether a package may be for whoever has its link, without recipients. */
  undisclosedRecipients: boolean
  /** CSS colours of the pages' heads and of links. */
  headerColor: string
  linkColor: string
}

/** The installation that the client talks to. Needs an account, or a Dropzone. */
export interface Installation {
  info(): Promise<InstallationInfo>
  /** The version of its server. */
  version(): Promise<string>
  /**
   * Tells its operator what went wrong: 64 KiB of text each at most, which nobody encrypts. So nothing of a package's content
   * and no key may be in it.
   */
  report(report: { message: string, stack?: string, system?: string }): Promise<void>
}

export interface WorkspaceSummary {
  id: string
  code: string
  /** Undefined where it is sealed: `open` tells it. */
  name?: string
  sender: string
  senderId: string
  updated?: Date
  hasMessage: boolean
}

export interface Workspaces {
  /** Those in which the account has a role. The names of sealed ones have no order. */
  list(order?: { by?: 'name' | 'created' | 'updated', descending?: boolean }): List<WorkspaceSummary>
  /** Makes a workspace, of which the account is an owner, under a fresh key. */
  create(options?: { name?: string, suite?: Suite }): Promise<Workspace>
  /**
   * Opens a workspace in which the account has a role: by its link; by its id and its `keyCode`; or by its id and this
   * device's key (see `Keys`). `WRONG_KEY` when the key is another one's.
   *
   * Who has the link and no role, or no account, opens it at the link's own server, with its `password` where it has one. Its
   * `role` is undefined then, and it is read as it was when it was opened: without earlier versions of files, and without the
   * times when they were added. Whatever would change it is refused (`AUTHENTICATION_FAILED`).
   */
  open(linkOrId: string, options?: { keyCode?: string, password?: string }): Promise<Workspace>
  delete(id: string): Promise<void>
}

/**
 * A package that changes while it is read. It has no seal: hidden files, files in another directory, and a whole file in an
 * earlier version go unseen.
 */
export interface Workspace {
  readonly id: string
  readonly code: string
  /** Whoever has it, and a role, can read everything. */
  readonly keyCode: string
  readonly suite: Suite
  /** Empty when it has none. */
  readonly name: string
  readonly sender: string
  /** The caller's; undefined where it was opened by its link alone, and can only be read. */
  readonly role?: Role
  /** The id of the root directory. */
  readonly root: string
  /** How its key came here. */
  readonly origin: Origin
  readonly directories: Directories
  readonly files: WorkspaceFiles
  readonly recipients: Recipients
  rename(name: string): Promise<void>
  message(): Promise<string | undefined>
  setMessage(text: string): Promise<void>
  /** Gives it a link, or its link another password. Members need neither. */
  share(options?: { password?: string, notify?: boolean }): Promise<string>
  delete(): Promise<void>
  /** Ends what is on its way, and lets nothing begin until `resume`. */
  pause(): void
  resume(): void
  readonly paused: boolean
}

export interface Directory {
  id: string
  /** Undefined when it is damaged: not a name that a holder of the key gave. */
  name?: string
  damaged: boolean
  /** The directory it is in. */
  parent?: string
}

/**
 * Directories, by their ids. `root` of the workspace is the first. A name is there once in its place: `REFUSED` where another
 * directory has it.
 */
export interface Directories {
  /** The directories in one; default: the root. */
  list(within?: string): List<Directory>
  /** Makes one in another; default: in the root. */
  create(name: string, options?: { within?: string }): Promise<Directory>
  rename(id: string, name: string): Promise<void>
  move(id: string, target: string): Promise<void>
  /** Deletes it with everything in it. */
  delete(id: string): Promise<void>
}

export interface FileVersion {
  /** Its own id, under which it is downloaded, copied and deleted. */
  id: string
  /** As given: data, not a safe path. Empty when damaged. */
  name: string
  /** Whether it is not what a holder of the key put there. Nothing else is known of it then. */
  damaged: boolean
  /** Bytes. */
  size: number
  type: string
  modified?: number
  /** The address of who added it, as the server says, and when. */
  createdBy: string
  uploaded?: Date
  /** Whether it was copied from elsewhere. */
  copy: boolean
}

export interface WorkspaceFile extends FileVersion {
  /** The directory it is in. */
  directory: string
  /** Earlier versions, the latest first. */
  versions: FileVersion[]
}

export interface WorkspaceUploadOptions extends TransferOptions {
  /** Default: the root. */
  directory?: string
  /** Refuses names that are there already (`EXISTS`), instead of making new versions. Default false. */
  onlyNew?: boolean
}

export interface WorkspaceFiles {
  /** The files in a directory; default: the root. The names of sealed ones have no order on the server. */
  list(directory?: string, order?: { by?: 'name' | 'uploaded' | 'size', descending?: boolean }): List<WorkspaceFile>
  get(id: string): Promise<WorkspaceFile>
  /**
   * Encrypts and uploads files, streams and folders. The folders of what has some are made below the directory, and a name
   * that is there already gets a new version. It cannot be resumed after a reload.
   */
  upload(files: Sources, options?: WorkspaceUploadOptions): Promise<SentFile[]>
  /** The file's bytes, as `ReceivedPackage.download` gives them. */
  download(id: string, options?: DownloadOptions): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>
  rename(id: string, name: string): Promise<void>
  move(id: string, directory: string): Promise<void>
  /** Deletes a file with its earlier versions, or one of these. */
  delete(id: string): Promise<void>
  /**
   * Copies a file without sending it again; only its own key is shared. `to`: another workspace of the same suite; default:
   * this one. Returns the copy's id.
   */
  copy(id: string, options?: { to?: Workspace, directory?: string, onlyNew?: boolean }): Promise<string>
}

/** A key of this account's, on this or another device. */
export interface TrustedDevice {
  /** The key's id on the server. */
  id: string
  description: string
  /** Whether it is this device's. */
  current: boolean
  /** Whether its fingerprint was confirmed here, or it is this device's. */
  confirmed: boolean
  /** What to compare; missing when the key is not one that can be used. */
  fingerprint?: Fingerprint
  /** Armored. */
  key: string
}

/** What stands for a key when people compare: each of these by itself, and all of it. */
export interface Fingerprint {
  /** Eight English words, for reading aloud. */
  words: string
  /** Eight groups of five digits, where words of another language get in the way. */
  digits: string
  /** 64 hexadecimal digits. */
  hex: string
}

/**
 * `confirmed`: its fingerprint was confirmed here. `new`: nothing has been confirmed of this person so far.
 * `changed`: something else was; compare again, and ask why.
 */
export type KeyState = 'confirmed' | 'new' | 'changed'

/** A key that the server offers for a person. */
export interface OfferedKey {
  id: string
  email: string
  state: KeyState
  fingerprint: Fingerprint
  /** Armored. */
  key: string
}

/** What was done for the recipients of a package. */
export interface WrapReport {
  /** Keys to which the package's key was wrapped. */
  wrapped: OfferedKey[]
  /** Keys that have to be confirmed first: nothing was wrapped to them. */
  unconfirmed: OfferedKey[]
  /** Confirmed keys that the server offers no longer, by address. */
  missing: ConfirmedKey[]
  /** Who has no key that can be used, and needs the link. */
  without: string[]
}

export interface ConfirmedKey {
  email: string
  fingerprint: Fingerprint
  confirmed: Date
}

/**
 * Keys of trusted devices, with which packages open without their link. Private keys are made here and stay here: in this
 * browser's IndexedDB, encrypted with a key that the browser does not hand out, or in `ClientOptions.keyStore`.
 *
 * The server is who hands out public keys, so nothing is wrapped to one before its fingerprint was confirmed.
 */
export interface Keys {
  /** This device's key; undefined when it has none, or the server forgot it. */
  device(): Promise<TrustedDevice | undefined>
  /** Makes a key for this device (Ed25519 and X25519) and gives its public half to the server. */
  create(options?: { description?: string }): Promise<TrustedDevice>
  /** All keys of this account. */
  list(): Promise<TrustedDevice[]>
  /** Forgets a key and what was wrapped to it, here and on the server. */
  delete(id: string): Promise<void>
  /** The keys that the server offers for the recipients of a package. */
  offered(pkg: Package | Workspace | string): Promise<OfferedKey[]>
  /** Confirms that a key is that of a person: after its fingerprint was compared, or because it came from that person. */
  confirm(email: string, key: string): Promise<ConfirmedKey>
  /** What was confirmed. */
  confirmed(): Promise<ConfirmedKey[]>
  /** Takes a confirmation back; without a fingerprint all of that person's. */
  revoke(email: string, fingerprint?: string): Promise<void>
  /** The fingerprint of an armored key. `INVALID_INPUT` when it is none that can be used. */
  fingerprint(key: string): Promise<Fingerprint>
  /**
   * Wraps the key of a package to the confirmed keys of its recipients and of this account's devices, each signed with this
   * device's. Call it before `finalize`, or whenever recipients came to it: then its id will do, if this device can open it
   * (`NOT_FOUND` otherwise).
   */
  wrap(pkg: Package | Workspace | string): Promise<WrapReport>
  /** The key of a package, as it was wrapped to this device. */
  unwrap(packageId: string): Promise<{ keyCode: string, origin: Origin }>
  /** Wraps what this device can open to the account's other confirmed devices. Returns how many keys were handed on. */
  sync(): Promise<{ wrapped: number, unconfirmed: TrustedDevice[] }>
}

/** Where keys are kept in the place of this browser: a folder of a program, for instance. Values are secrets. */
export interface KeyStore {
  write(key: string, value: Uint8Array): Promise<void>
  /** All entries whose keys begin so, in order. */
  read(prefix: string): Promise<[key: string, value: Uint8Array][]>
  /** Removes all entries whose keys begin so. */
  remove(prefix: string): Promise<void>
}

export interface SignedIn {
  id: string
  email: string
  firstName: string
  lastName: string
  /** Whether it administers this installation. */
  admin: boolean
}

export interface ApiKey {
  apiKey: string
  description: string
  created: Date
  used?: Date
}

export interface NewApiKey {
  apiKey: string
  /** Shown only now. */
  apiSecret: string
}

/** Signing in at the server's own pages, and looking after an account. */
export interface Account {
  /** Signs in; the browser keeps the session. Works in pages of the server's own origin alone. */
  signIn(email: string, password: string): Promise<SignedIn>
  signOut(): Promise<void>
  /** Who is signed in; undefined when nobody is. */
  current(): Promise<SignedIn | undefined>
  /** Changes the password, and ends all other sessions. */
  changePassword(password: string, newPassword: string): Promise<void>
  /** Asks for an account: a pin, or word that there is one, goes to the address by e-mail. */
  register(email: string): Promise<void>
  /** Makes the account that a pin is for, and signs in. */
  finishRegistration(options: { pin: string, password: string, firstName?: string, lastName?: string }): Promise<SignedIn>
  readonly apiKeys: ApiKeys
  /** How the account is written to. */
  settings(): Promise<AccountSettings>
  /** Changes how the account is written to: what is missing is as if it had never been chosen. */
  setSettings(settings: AccountSettings): Promise<void>
  /** A pin with which another program makes itself an API key, and for how many seconds it holds. */
  createPin(): Promise<{ pin: string, expiresIn: number }>
}

/** The API keys of whoever is signed in; and how a program without a session gets one. */
export interface ApiKeys {
  list(): Promise<ApiKey[]>
  create(options?: { description?: string }): Promise<NewApiKey>
  revoke(apiKey: string): Promise<void>
  /** With a password. Where the server sends e-mail, it answers with a `token` and sends a code. */
  generate(options: { email: string, password: string, description?: string }): Promise<NewApiKey | { token: string }>
  /** With the code that came for a `token`. */
  generateWithCode(options: { token: string, code: string, description?: string }): Promise<NewApiKey>
  /** With a pin of `createPin`, or of a registration. */
  generateWithPin(options: { pin: string, description?: string }): Promise<NewApiKey>
}
