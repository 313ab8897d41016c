/** How the server knows the caller. Without it a client can only open links. */
export type Auth =
  /** An account's API key; requests are signed. */
  | { apiKey: string; apiSecret: string }
  /** A Dropzone's id; `open` is the server's open send page, where it is enabled. */
  | { dropzone: string }
  /** Whoever is signed in, in pages of the server's own origin: see `Account.signIn`. */
  | 'session';

export interface ClientOptions {
  /** The server's origin, for instance `https://files.example.com`. Default: the page's own origin. */
  host?: string;
  auth?: Auth;
  /** Parts on their way at once, up or down, at most 16. Default: as many as the link rewards, from 1 to 5. */
  concurrency?: number;
}

/** `sealed` (default) detects any change; `openpgp-cfb` is what SendSafely's clients read and write. */
export type Suite = 'sealed' | 'openpgp-cfb';

export interface PackageOptions {
  suite?: Suite;
  /** Life in days; 0 is without end. Default: the server's. */
  expiresInDays?: number;
  /**
   * Whether what is needed to go on is kept in this browser (IndexedDB, encrypted with a key that the browser does not
   * hand out) until the package is finalized or deleted. Default false; `UNSUPPORTED` where nothing can be kept.
   */
  resumable?: boolean;
}

/** What can be sent. A folder stands for all the files in it, which get its name as their path. */
export type Source = File | Blob | NamedSource | FileSystemFileHandle | FileSystemDirectoryHandle;

/** One source, or several, in an array or a `FileList`. */
export type Sources = Source | ArrayLike<Source>;

/** A Blob or a stream with what is known of it. */
export interface NamedSource {
  blob?: Blob;
  /** In the place of `blob`, a stream, whose length need not be known. It cannot be resumed. */
  stream?: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Overrides a File's own name; required for what has none. */
  name?: string;
  /** Folder, `/`-separated, without the name. */
  path?: string;
  /** MIME type. Default: the Blob's. */
  type?: string;
  /** Last change, milliseconds since 1970. Default: the File's. */
  modified?: number;
}

export interface Progress {
  /** Index of the file among those given. */
  file: number;
  /** Plaintext bytes of this file that have gone out, and its size; of a stream, what was read of it so far. */
  loaded: number;
  size: number;
  /** The same over all files. */
  totalLoaded: number;
  totalSize: number;
  /** Whether the network is away. The transfer goes on by itself, and gives up after about a quarter of an hour. */
  waiting: boolean;
}

/** A resumable package whose upload broke off. */
export interface UnfinishedPackage {
  id: string;
  /** Milliseconds since 1970. */
  created: number;
  files: UnfinishedFile[];
}

export interface UnfinishedFile {
  name: string;
  path?: string;
  /** Bytes, and how many of them were sent or begun to be sent. */
  size: number;
  sent: number;
}

export interface TransferOptions {
  signal?: AbortSignal;
  /** Never goes backwards; called once more when all is done. */
  onProgress?: (progress: Progress) => void;
}

export interface SentFile {
  id: string;
  name: string;
  /** Bytes. */
  size: number;
}

export interface FinalizeOptions {
  /** A door only: the server asks for it. */
  password?: string;
  /**
   * Locks the link with a password: the content opens with both. In the place of `password`; the password is stretched here,
   * which takes about a second, and the server never sees it.
   */
  lock?: { password: string };
  /** Whether the server tells the recipients. Default false. */
  notify?: boolean;
  /** Whether recipients are asked to look at PDF files and not to save them. Nothing makes them obey. Default false. */
  readOnlyPdf?: boolean;
  /** The sender's address, shown to those who open the link (Dropzone only; nobody checks it). */
  sender?: string;
  /** In its place, what the Dropzone's owner confirms the address with: see `Dropzones.confirmSender`. */
  senderToken?: string;
}

export interface FinalizedPackage {
  /** The whole link. Whoever has it can open the package; of a locked one, with the password. */
  link: string;
  recipients: string[];
  approvers: string[];
  /** Whether a recipient can only open the package with the link handed over by you. */
  needsLink: boolean;
}

export interface PackageRecipient {
  id: string;
  email: string;
  name: string;
  role: string;
}

export interface OpenOptions {
  /** Of the door, or of a locked link. `PASSWORD_REQUIRED` when it is missing or wrong. */
  password?: string;
  /**
   * Of the recipient who opens it, as `PackageDetails` has it: the sender then sees who opened what. Where the package opens to
   * recipients alone who showed who they are (`VERIFICATION_REQUIRED`), what `Verification` has as its `statement`.
   */
  recipientCode?: string;
  /** Who opens it, where the link's share asks for that (`USER_INFO_REQUIRED`). Its sender sees it. */
  visitor?: Visitor;
  signal?: AbortSignal;
}

/** Who opens a share. What the share knows of its recipient stays as it is. */
export interface Visitor {
  email?: string;
  firstName?: string;
  lastName?: string;
  company?: string;
}

export interface ReceivedFile {
  id: string;
  /** As the sender gave it: data, not a safe path. See `safeFileName`. */
  name: string;
  path?: string;
  /** Bytes; undefined only in `openpgp-cfb` packages of clients that did not say. */
  size: number;
  /** MIME type as the sender's browser gave it, or ''. */
  type: string;
  /** Last change, milliseconds since 1970, if the sender's browser knew. */
  modified?: number;
}

/** `package`: any change to any file, name or the list of files is detected. `part`: only changes inside a part are. */
export type Integrity = 'package' | 'part';

export interface DownloadOptions {
  signal?: AbortSignal;
  /** `waiting` as in `Progress`. */
  onProgress?: (progress: { loaded: number; size: number; waiting: boolean }) => void;
  /** Bytes to leave out at the beginning of the file: what an earlier download has saved. Default 0. */
  offset?: number;
}

export interface User {
  email: string;
  id: string;
  firstName: string;
  lastName: string;
}

export interface ParsedLink {
  host: string;
  packageCode: string;
  keyCode: string;
  suite: Suite;
}

export type BullaErrorCode =
  | 'INVALID_INPUT' | 'LINK_INCOMPLETE' | 'LINK_INVALID' | 'WRONG_KEY' | 'TAMPERED' | 'EXPIRED'
  /** What was asked for is gone, never was, or is not for this caller; a device has no key, or nothing was wrapped to it. */
  | 'NOT_FOUND'
  /** The server does not do this; `message` has its words. */
  | 'REFUSED'
  | 'EXISTS' | 'LIMIT_REACHED' | 'PASSWORD_REQUIRED' | 'AUTHENTICATION_FAILED'
  /** Of shares: for those who sign in (with `auth: 'session'`); for those who say who they are (`OpenOptions.visitor`). */
  | 'LOGIN_REQUIRED' | 'USER_INFO_REQUIRED'
  /** The package opens to recipients alone who showed who they are (`Client.verification`). */
  | 'VERIFICATION_REQUIRED'
  /** Of a verification: the code is wrong; it holds no more; the provider did not say that this is the recipient. */
  | 'CODE_WRONG' | 'CODE_SPENT' | 'SIGN_IN_FAILED'
  /** The share was downloaded as often as it may be. */
  | 'EXHAUSTED'
  /** The server takes this page for one of another origin: what it is told of its own address is wrong (`--public-url`). */
  | 'FOREIGN_ORIGIN'
  | 'NETWORK' | 'STORAGE' | 'SERVER' | 'ABORTED' | 'UNSUPPORTED' | 'INTERNAL' | 'NOT_INITIALIZED';

/** Every rejection of this package. Test with `isBullaError`. */
export interface BullaError extends Error {
  name: 'BullaError';
  code: BullaErrorCode;
  /** Whether the same call may succeed later. */
  retryable: boolean;
  cause?: unknown;
}

/** Which part `encryptPart` and `decryptPart` are about. */
export interface PartContext {
  serverSecret: string;
  keyCode: string;
  /** Suite `sealed`: the 16 bytes that stand for this version of the file. */
  nonce?: Uint8Array;
  /** The part's number, from 1. */
  index: number;
  /** The place of its first byte in the file. */
  offset: number;
  /** Whether the file ends with it. */
  last: boolean;
}

/** An SVG path with one unit per module; draw it with `viewBox="0 0 size size"`. */
export interface QrCode {
  size: number;
  path: string;
}
