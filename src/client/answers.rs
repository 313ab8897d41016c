//! What the client reads of answers that say more.

use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};

use crate::api::ResponseCode;
use crate::api::link::LinkFailureCode;
use crate::json::{Invalid, Json, Read, read_struct};

read_struct! {
    /// Every answer.
    pub struct Answer {
        /// What came of it.
        pub response: ResponseCode = get "response",
        /// The value that the call returns, or what went wrong.
        pub message: Option<String> = get "message",
        /// What went wrong, in a list (finalize).
        pub errors: Vec<String> = get_or_default "errors",
    }
}

read_struct! {
    /// Of the API key's account.
    #[derive(Clone, Debug)]
    pub struct User {
        /// The account's id.
        pub id: String = get "id",
        /// The e-mail address.
        pub email: String = get "email",
        /// The first name, when known.
        pub first_name: String = get_or_default "firstName",
        /// The last name, when known.
        pub last_name: String = get_or_default "lastName",
    }
}

read_struct! {
    /// Of a new package.
    pub struct PackageCreated {
        /// The id under which the API addresses the package.
        pub package_id: String = get "packageId",
        /// The code that stands in share links.
        pub package_code: String = get "packageCode",
        /// The server's half of the passphrase.
        pub server_secret: String = get "serverSecret",
    }
}

read_struct! {
    /// Of a package's information.
    pub struct PackageContent {
        /// The code that stands in share links.
        pub package_code: String = get "packageCode",
        /// One entry for each file.
        pub files: Vec<FileEntry> = get_or_default "files",
    }
}

read_struct! {
    /// A file of a package.
    pub struct FileEntry {
        /// The file's id.
        pub file_id: String = get "fileId",
        /// The name as stored: plain, or sealed file info.
        pub file_name: String = get "fileName",
        /// Plaintext size in bytes.
        pub file_size: Digits = get "fileSize",
        /// The parts.
        pub parts: u32 = get "parts",
    }
}

/// A whole number, which the API document writes as a text of decimal digits in some places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digits(pub u64);

impl Read for Digits {
    fn read(json: &Json) -> Result<Self, Invalid> {
        match json {
            Json::Text(text) => text.parse().map(Self).map_err(|_| Invalid::HERE),
            _ => u64::read(json).map(Self),
        }
    }
}

read_struct! {
    /// Of the answers to new files.
    pub struct FilesCreated {
        /// One entry for each file.
        pub files: Vec<FileCreated> = get "files",
    }
}

read_struct! {
    /// Of a new file.
    pub struct FileCreated {
        /// What came of it.
        pub response: ResponseCode = get "response",
        /// The new file's id; else what went wrong.
        pub message: String = get "message",
        /// The file's id.
        pub file_id: Option<String> = get "fileId",
        /// Where to PUT part 1, in the answer for many files.
        pub upload_url: Option<String> = get "uploadUrl",
    }
}

read_struct! {
    /// A presigned URL.
    pub struct PartUrl {
        /// The part's number, from 1.
        pub part: u32 = get "part",
        /// Where to PUT or GET it, for a short time.
        pub url: String = get "url",
    }
}

read_struct! {
    /// Of the answer with presigned URLs for uploads.
    pub struct UploadUrlsAnswer {
        /// One URL for each part from the wanted one on.
        pub upload_urls: Vec<PartUrl> = get "uploadUrls",
    }
}

read_struct! {
    /// Where thumbnails of a file go.
    #[derive(Clone, Debug)]
    pub struct ThumbnailUrls {
        /// One for each size.
        pub thumbnails: Vec<ThumbnailUrl> = get "thumbnails",
    }
}

read_struct! {
    /// Where a thumbnail goes.
    #[derive(Clone, Debug)]
    pub struct ThumbnailUrl {
        /// The longer side in pixels at most.
        pub size: u32 = get "size",
        /// Where to PUT it.
        pub url: String = get "url",
    }
}

read_struct! {
    /// Where a thumbnail is.
    #[derive(Clone, Debug)]
    pub struct LinkThumbnail {
        /// None when the file has none.
        pub url: Option<String> = get "url",
    }
}

read_struct! {
    /// Of the answer with presigned URLs for downloads.
    pub struct DownloadUrlsAnswer {
        /// One URL for each part.
        pub download_urls: Vec<PartUrl> = get "downloadUrls",
    }
}

read_struct! {
    /// Of the answer that says what the store holds.
    pub struct PartsAnswer {
        /// The parts.
        pub parts: Vec<PartPresent> = get "parts",
    }
}

read_struct! {
    /// A part that the store holds.
    pub struct PartPresent {
        /// The part's number, from 1.
        pub part: u32 = get "part",
        /// Ciphertext size in bytes.
        pub size: u64 = get "size",
    }
}

read_struct! {
    /// Of the answers to completed files.
    pub struct FilesCompleted {
        /// One entry for each file.
        pub files: Vec<FileCompleted> = get "files",
    }
}

read_struct! {
    /// Of a completed file.
    pub struct FileCompleted {
        /// What came of it.
        pub response: ResponseCode = get "response",
    }
}

read_struct! {
    /// Of the answer to new recipients.
    pub struct AddedRecipients {
        /// The recipients added or already there.
        pub recipients: Vec<AddedRecipient> = get "recipients",
    }
}

read_struct! {
    /// A recipient who was added.
    #[derive(Clone, Debug)]
    pub struct AddedRecipient {
        /// The recipient's id in this package.
        pub recipient_id: String = get "recipientId",
        /// The e-mail address.
        pub email: String = get "email",
        /// The name, when the server knows the address.
        pub full_name: String = get_or_default "fullName",
        /// VIEWER, CONTRIBUTOR, MANAGER or OWNER.
        pub role_name: String = get_or_default "roleName",
    }
}

read_struct! {
    /// Of a package that was finalized.
    #[derive(Clone, Debug)]
    pub struct Finalized {
        /// Who must approve before recipients may open it.
        pub approvers: Vec<String> = get_or_default "approvers",
        /// The recipients' addresses.
        pub recipients: Vec<String> = get_or_default "recipients",
        /// Whether a recipient has no wrapped keyCode, so that the sender must hand over the link.
        pub needs_link: bool = get_or_default "needsLink",
        /// The link without its fragment.
        pub message: String = get "message",
    }
}

read_struct! {
    /// Of a link that was unlocked.
    pub struct LinkUnlocked {
        /// The server's half of the passphrase.
        pub server_secret: String = get "serverSecret",
    }
}

read_struct! {
    /// Of an opened link.
    pub struct LinkOpened {
        /// The id under which the API addresses the package.
        pub package_id: String = get "packageId",
        /// The code that stands in share links.
        pub package_code: String = get "packageCode",
        /// The server's half of the passphrase.
        pub server_secret: String = get "serverSecret",
        /// One entry for each file.
        pub files: Vec<FileEntry> = get "files",
        /// The encrypted message, base64.
        pub message: Option<String> = get "message",
        /// The seal.
        pub seal: Option<String> = get "seal",
        /// The sender's address; empty when sent without an account.
        pub package_sender: String = get_or_default "packageSender",
        /// When it was made, in seconds since 1970.
        pub created: u64 = get "created",
        /// When it expires, in seconds since 1970; `None` when it does not.
        pub expires: Option<u64> = get "expires",
        /// Whether the sender of a share asks that it be looked at and not saved.
        pub view_only: bool = get_or_default "viewOnly",
        /// Whether anything in it reached the server as plaintext and was encrypted there.
        pub server_encrypted: bool = get_or_default "serverEncrypted",
        /// Bearer token for the link's other routes.
        pub token: String = get "token",
    }
}

impl AsRef<Self> for LinkOpened {
    fn as_ref(&self) -> &Self {
        self
    }
}

read_struct! {
    /// Why a link's route refused.
    pub(super) struct LinkFailure {
        pub(super) code: LinkFailureCode = get "code",
        pub(super) message: String = get "message",
    }
}

impl Read for ResponseCode {
    fn read(json: &Json) -> Result<Self, Invalid> {
        variant(json)
    }
}

impl Read for LinkFailureCode {
    fn read(json: &Json) -> Result<Self, Invalid> {
        variant(json)
    }
}

/// A variant by its name.
pub(super) fn variant<'a, T: Deserialize<'a>>(json: &'a Json) -> Result<T, Invalid> {
    match json {
        Json::Text(name) => T::deserialize(StrDeserializer::<Error>::new(name)).map_err(|_| Invalid::HERE),
        _ => Err(Invalid::HERE),
    }
}
