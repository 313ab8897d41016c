//! What the client reads of answers that say more.

use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};

use crate::api::ResponseCode;
use crate::api::link::LinkFailureCode;
use crate::json::{Invalid, Json, Read, read_struct};

read_struct! {
    /// Every answer.
    pub(crate) struct Answer {
        pub(crate) response: ResponseCode = get "response",
        pub(crate) message: Option<String> = get "message",
        pub(crate) errors: Vec<String> = get_or_default "errors",
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
    pub(crate) struct PackageCreated {
        pub(crate) package_id: String = get "packageId",
        pub(crate) package_code: String = get "packageCode",
        pub(crate) server_secret: String = get "serverSecret",
    }
}

read_struct! {
    /// Of a package's information.
    pub(crate) struct PackageContent {
        pub(crate) package_code: String = get "packageCode",
        pub(crate) files: Vec<FileEntry> = get_or_default "files",
    }
}

read_struct! {
    /// A file of a package.
    pub(crate) struct FileEntry {
        pub(crate) file_id: String = get "fileId",
        /// The name as stored: plain, or sealed file info.
        pub(crate) file_name: String = get "fileName",
        /// Plaintext size in bytes.
        pub(crate) file_size: Digits = get "fileSize",
        pub(crate) parts: u32 = get "parts",
    }
}

/// A whole number, which the API document writes as a text of decimal digits in some places.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digits(pub(crate) u64);

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
    pub(crate) struct FilesCreated {
        pub(crate) files: Vec<FileCreated> = get "files",
    }
}

read_struct! {
    /// Of a new file.
    pub(crate) struct FileCreated {
        pub(crate) response: ResponseCode = get "response",
        /// The new file's id; else what went wrong.
        pub(crate) message: String = get "message",
        pub(crate) file_id: Option<String> = get "fileId",
        /// Where to PUT part 1, in the answer for many files.
        pub(crate) upload_url: Option<String> = get "uploadUrl",
    }
}

read_struct! {
    /// A presigned URL.
    pub(crate) struct PartUrl {
        /// The part's number, from 1.
        pub(crate) part: u32 = get "part",
        pub(crate) url: String = get "url",
    }
}

read_struct! {
    /// Of the answer with presigned URLs for uploads.
    pub(crate) struct UploadUrlsAnswer {
        pub(crate) upload_urls: Vec<PartUrl> = get "uploadUrls",
    }
}

read_struct! {
    /// Of the answer with presigned URLs for downloads.
    pub(crate) struct DownloadUrlsAnswer {
        pub(crate) download_urls: Vec<PartUrl> = get "downloadUrls",
    }
}

read_struct! {
    /// Of the answer that says what the store holds.
    pub(crate) struct PartsAnswer {
        pub(crate) parts: Vec<PartPresent> = get "parts",
    }
}

read_struct! {
    /// A part that the store holds.
    pub(crate) struct PartPresent {
        /// The part's number, from 1.
        pub(crate) part: u32 = get "part",
        /// Ciphertext size in bytes.
        pub(crate) size: u64 = get "size",
    }
}

read_struct! {
    /// Of the answers to completed files.
    pub(crate) struct FilesCompleted {
        pub(crate) files: Vec<FileCompleted> = get "files",
    }
}

read_struct! {
    /// Of a completed file.
    pub(crate) struct FileCompleted {
        pub(crate) response: ResponseCode = get "response",
    }
}

read_struct! {
    /// Of the answer to new recipients.
    pub(crate) struct AddedRecipients {
        pub(crate) recipients: Vec<AddedRecipient> = get "recipients",
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
    /// Of an opened link.
    pub(crate) struct LinkOpened {
        pub(crate) package_id: String = get "packageId",
        pub(crate) package_code: String = get "packageCode",
        pub(crate) server_secret: String = get "serverSecret",
        pub(crate) files: Vec<FileEntry> = get "files",
        /// The encrypted message, base64.
        pub(crate) message: Option<String> = get "message",
        pub(crate) seal: Option<String> = get "seal",
        pub(crate) package_sender: String = get_or_default "packageSender",
        /// Seconds since 1970.
        pub(crate) created: u64 = get "created",
        /// Seconds since 1970.
        pub(crate) expires: Option<u64> = get "expires",
        pub(crate) token: String = get "token",
    }
}

read_struct! {
    /// Why a link's route refused.
    pub(crate) struct LinkFailure {
        pub(crate) code: LinkFailureCode = get "code",
        pub(crate) message: String = get "message",
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
fn variant<'a, T: Deserialize<'a>>(json: &'a Json) -> Result<T, Invalid> {
    match json {
        Json::Text(name) => T::deserialize(StrDeserializer::<Error>::new(name)).map_err(|_| Invalid::HERE),
        _ => Err(Invalid::HERE),
    }
}
