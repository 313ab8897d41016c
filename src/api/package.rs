//! Packages, files, recipients and messages.

use std::fmt::{self, Formatter};

use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::{Deserialize, Serialize};

use super::ResponseCode;
use super::group::ContactGroup;
use super::workspace::DirectoryEntry;

/// `PUT /package/`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreatePackage {
    /// Whether it is to be a workspace. The Python client sends `"true"` or `"false"` as text, which is taken
    /// alike.
    #[serde(default, deserialize_with = "lenient_bool", skip_serializing_if = "std::ops::Not::not")]
    pub vdr: bool,
    /// Ours: `sealed` or `openpgp-cfb`, for the server's statistics only; readers go by the keyCode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suite: Option<String>,
    /// Ours: life in days; 0 is without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life: Option<u32>,
}

/// The answer to [`CreatePackage`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PackageCreated {
    /// The id under which the API addresses the package.
    pub package_id: String,
    /// The code that stands in share links.
    pub package_code: String,
    /// The server's half of the passphrase.
    pub server_secret: String,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `POST /package/{packageId}/`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdatePackage {
    /// Life in days; 0 is without end. A workspace has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life: Option<u32>,
    /// Ours: how many days before its end a package that nobody opened reminds its recipients by e-mail, fewer than its
    /// life; 0 for never. A workspace has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_days: Option<u32>,
    /// The name of a workspace as stored: plain, or sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::MAX_DIRECTORY_NAME)))]
    pub label: Option<String>,
    /// The checksum of a workspace's keyCode: 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
}

/// `PUT /package/{packageId}/file/`, and an entry of `POST /package/{packageId}/files/` (ours).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateFile {
    /// The name as stored: plain, or sealed file info.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::limits::MAX_FILE_NAME)))]
    pub filename: String,
    /// How many parts will be uploaded; 0 while a stream's length is unknown (ours).
    #[cfg_attr(feature = "schema", schemars(range(max = super::limits::MAX_PARTS)))]
    pub parts: u32,
    /// Plaintext size in bytes.
    pub filesize: u64,
    /// The name of the client (`JS_API`, `NODE_API`, ...).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_type: Option<String>,
    /// The directory of a workspace; its root when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory_id: Option<String>,
    /// Ours: compared in place of the name, so that the server sees a repeated sealed name without knowing it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::limits::MAX_NAME_TAG)))]
    pub name_tag: Option<String>,
    /// Ours: refused with `DUPLICATE_FILE` where the name is there already, instead of making a new version of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_new: bool,
}

/// The answer to [`CreateFile`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileCreated {
    /// `SUCCESS`, or why this file was refused.
    pub response: ResponseCode,
    /// The new file's id, where the Node client reads it; else what went wrong.
    pub message: String,
    /// The new file's id, where the Python client reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_id: Option<String>,
    /// Ours, in the answer to [`CreateFiles`]: where to PUT part 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload_url: Option<String>,
}

/// `POST /package/{packageId}/file/{fileId}/`: what stands in the form's field `requestData`, before the encrypted
/// part in `textFile`. The request's signature covers this text alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProxiedPart {
    /// The file, once more.
    #[serde(default)]
    pub file_id: String,
    /// The name of the client.
    #[serde(default)]
    pub upload_type: String,
    /// The part's number, from 1.
    pub file_part: u32,
}

/// `POST /package/{packageId}/files/` (ours).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateFiles {
    /// The files, in the order of the answers.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::limits::BATCH)))]
    pub files: Vec<CreateFile>,
}

/// The answer to [`CreateFiles`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FilesCreated {
    /// One answer for each file.
    pub files: Vec<FileCreated>,
    /// `SUCCESS` when the call itself was in order.
    pub response: ResponseCode,
}

/// `POST /package/{packageId}/file/{fileId}/upload-urls/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UploadUrls {
    /// The first part wanted, from 1; 25 are answered at most.
    pub part: u32,
    /// Asked for by the Node client when direct uploads fail; our URLs are the server's own anyway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_proxy: Option<bool>,
}

/// One presigned URL.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PartUrl {
    /// The part's number, from 1.
    pub part: u32,
    /// Where to PUT or GET it, for a short time.
    pub url: String,
}

/// The answer to [`UploadUrls`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UploadUrlsAnswer {
    /// One URL for each part from the wanted one on.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::URLS_PER_CALL)))]
    pub upload_urls: Vec<PartUrl>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// Where a thumbnail goes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ThumbnailUrl {
    /// The longer side in pixels at most.
    pub size: u16,
    /// Where to PUT it, for a short time: [`super::limits::MAX_THUMBNAIL`] octets at most.
    pub url: String,
}

/// The answer to `POST /package/{packageId}/file/{fileId}/thumbnail-urls/` (ours).
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ThumbnailUrlsAnswer {
    /// One for each of [`super::limits::THUMBNAILS`].
    pub thumbnails: Vec<ThumbnailUrl>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `POST /package/{packageId}/upload-urls/` (ours).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BatchUploadUrls {
    /// The parts wanted.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::limits::BATCH)))]
    pub files: Vec<FilePart>,
}

/// One part of one file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FilePart {
    /// The file.
    pub file_id: String,
    /// The part's number, from 1.
    pub part: u32,
}

/// The answer to [`BatchUploadUrls`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BatchUploadUrlsAnswer {
    /// One answer for each entry.
    pub files: Vec<FilePartUrl>,
    /// `SUCCESS` when the call itself was in order.
    pub response: ResponseCode,
}

/// One entry of [`BatchUploadUrlsAnswer`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FilePartUrl {
    /// The file.
    pub file_id: String,
    /// The part's number, from 1.
    pub part: u32,
    /// Where to PUT it; missing when refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `SUCCESS`, or why this entry was refused.
    pub response: ResponseCode,
}

/// `POST /package/{packageId}/file/{fileId}/upload-complete/`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UploadComplete {
    /// Always true.
    #[serde(default)]
    pub complete: bool,
    /// Ours, for a file created with 0 parts: how many there are now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<u32>,
    /// Ours, likewise: plaintext size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filesize: Option<u64>,
    /// Ours, likewise: the stored name, written again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
}

/// `POST /package/{packageId}/upload-complete/` (ours).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BatchUploadComplete {
    /// The files whose parts are all uploaded.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::limits::BATCH)))]
    pub file_ids: Vec<String>,
}

/// The answer to [`BatchUploadComplete`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BatchUploadCompleteAnswer {
    /// One answer for each file.
    pub files: Vec<FileCompleted>,
    /// `SUCCESS` when the call itself was in order.
    pub response: ResponseCode,
}

/// One entry of [`BatchUploadCompleteAnswer`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileCompleted {
    /// The file.
    pub file_id: String,
    /// `SUCCESS`, or what is missing.
    pub response: ResponseCode,
    /// `"true"`, or what is missing.
    pub message: String,
}

/// `GET /package/{packageId}/file/{fileId}/parts/` (ours): what the store holds.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PartsAnswer {
    /// The parts present, by number.
    pub parts: Vec<PartPresent>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// One part that the store holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PartPresent {
    /// The part's number, from 1.
    pub part: u32,
    /// Ciphertext size in bytes.
    pub size: u64,
}

/// `PUT /package/{packageId}/message/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PutMessage {
    /// The encrypted message, base64.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::MAX_MESSAGE)))]
    pub message: String,
    /// The name of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_type: Option<String>,
}

/// The plain answer: a code and, sometimes, a message.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Answer {
    /// What came of it.
    pub response: ResponseCode,
    /// The value that the call returns, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What went wrong, in a list (finalize).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
}

/// `PUT /package/{packageId}/recipient/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddRecipient {
    /// The recipient's e-mail address.
    pub email: String,
    /// A phone number, as `(123) 456-7890`.
    #[serde(default, rename = "phoneNumber", skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The country of the phone number, as `US`.
    #[serde(default, rename = "countryCode", alias = "countrycode", skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
}

/// `POST /package/{packageId}/recipient/{recipientId}/`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateRecipient {
    /// A phone number, as `(123) 456-7890`.
    #[serde(default, rename = "phoneNumber", skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The country of the phone number, as `US`.
    #[serde(default, rename = "countrycode", alias = "countryCode", skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// `VIEWER`, `CONTRIBUTOR`, `MANAGER` or `OWNER`, where the document has it; outside of workspaces `VIEWER` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The same, where SendSafely's Node client has it.
    #[serde(default, rename = "roleName", skip_serializing_if = "Option::is_none")]
    pub role_name: Option<String>,
}

/// `PUT /package/{packageId}/recipients/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AddRecipients {
    /// The recipients' e-mail addresses.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::limits::BATCH)))]
    pub emails: Vec<String>,
    /// Sent by the Node client; text messages begin with verified recipients.
    #[serde(default, rename = "autoEnableSMS", skip_serializing_if = "Option::is_none")]
    pub auto_enable_sms: Option<bool>,
}

/// A recipient, as the calls on recipients answer with it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Recipient {
    /// The recipient's id in this package.
    pub recipient_id: String,
    /// The e-mail address.
    pub email: String,
    /// The name, when the server knows the address.
    pub full_name: String,
    /// Whether an approver must agree first.
    pub needs_approval: bool,
    /// The link code of this recipient.
    pub recipient_code: String,
    /// Who opened what, when.
    pub confirmations: Vec<Confirmation>,
    /// Whether this is the sender.
    pub is_package_owner: bool,
    /// Whether public keys may be known for the address.
    pub check_for_public_keys: bool,
    /// VIEWER, CONTRIBUTOR, MANAGER or OWNER.
    pub role_name: String,
    /// Whether an approver must agree first (on single answers).
    pub approval_required: bool,
    /// Who may agree, when somebody must.
    pub approvers: Vec<String>,
    /// The last ten phone numbers, the last used first. Left out when there are none: SendSafely's Node client takes the first
    /// of a list unseen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phonenumbers: Vec<PhoneNumber>,
    /// Whether a text message confirms the recipient.
    pub sms_auth: bool,
}

/// The answer to [`AddRecipient`], and to `GET /package/{packageId}/recipient/{recipientId}/`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecipientAnswer {
    /// The recipient, its fields beside `response`.
    #[serde(flatten)]
    pub recipient: Recipient,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `GET /package/{packageId}/public-keys/` and `GET /package/{packageId}/{recipientId}/public-keys/`
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PublicKeysAnswer {
    /// The recipients' keys.
    pub public_keys: Vec<PublicKey>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// One public key.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublicKey {
    /// The key's id on the server.
    pub id: String,
    /// The key, armored.
    pub key: String,
}

/// One phone number.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PhoneNumber {
    /// The country's calling code.
    pub country_code: u32,
    /// The number without it.
    pub phonenumber: u64,
    /// Whether it was the last one used.
    pub was_used_most_recently: bool,
}

/// One opening of a message or file by a recipient.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Confirmation {
    /// From where.
    pub ip_address: String,
    /// When, as `Dec 12, 2018 2:24:38 PM`.
    pub timestamp: String,
    /// When, as `Dec 12, 2018 at 14:24`.
    pub time_stamp_str: String,
    /// Whether the message was opened, rather than a file.
    pub is_message: bool,
    /// The file, when it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<ConfirmedFile>,
}

/// A file, as [`Confirmation`] names it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConfirmedFile {
    /// The file's id.
    pub file_id: String,
}

/// The answer to [`AddRecipients`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RecipientsAnswer {
    /// Whether an approver must agree first.
    pub approval_required: bool,
    /// The recipients added or already there.
    pub recipients: Vec<Recipient>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `POST /package/{packageId}/finalize/`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Finalize {
    /// The keyCode's checksum: 64 hexadecimal digits.
    pub checksum: String,
    /// The package needs no recipients: whoever has the link may open it.
    #[serde(default, deserialize_with = "lenient_bool")]
    pub undisclosed_recipients: bool,
    /// Whether the recipients are written to, each once and when they can open it: if the server sends e-mail and the
    /// sender has an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_recipients: Option<bool>,
    /// Whether recipients are to see PDF files without saving them. Kept and told to readers; no server can see to it
    /// that a reader obeys.
    #[serde(default, deserialize_with = "lenient_bool", skip_serializing_if = "std::ops::Not::not")]
    pub read_only_pdf: bool,
    /// A door only: the server asks for it before it opens the package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Ours, in the place of `password`: the proof of the password that locks the link, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// The sender's address, from a Dropzone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unconfirmed_sender: Option<String>,
    /// From a Dropzone too: a token of its owner's that confirms the sender's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_sender_token: Option<String>,
    /// Ours: the seal of a sealed package, opaque to the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::MAX_SEAL)))]
    pub seal: Option<String>,
}

/// The answer to [`Finalize`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Finalized {
    /// Who must approve before recipients may open it.
    pub approvers: Vec<String>,
    /// The recipients' addresses.
    pub recipients: Vec<String>,
    /// Whether a recipient, or the owner of the Dropzone, has no key to which the keyCode is wrapped, so that the sender
    /// must hand over the link.
    pub needs_link: bool,
    /// The link without its fragment.
    pub message: String,
    /// `SUCCESS` or `PACKAGE_NEEDS_APPROVAL`.
    pub response: ResponseCode,
}

/// `POST /package/{packageId}/seal/` (ours)
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PutSeal {
    /// The new seal.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::MAX_SEAL)))]
    pub seal: String,
}

/// `POST /package/{packageId}/file/{fileId}/download-urls/`, also under [`super::LINK_PREFIX`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DownloadUrls {
    /// The keyCode's checksum; not needed beside a link's token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
    /// The first part wanted, from 1.
    pub start_segment: u32,
    /// The last part wanted; at most [`super::limits::URLS_PER_CALL`] are answered.
    pub end_segment: u32,
    /// The door's password, or the proof of a locked link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// `POST /package/{packageId}/file/{fileId}/download/`; the answer is the encrypted part.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DownloadPart {
    /// The keyCode's checksum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
    /// The part's number, from 1.
    pub part: u32,
    /// The name of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// The door's password, or the proof of a locked link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// The answer to [`DownloadUrls`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DownloadUrlsAnswer {
    /// One URL for each part.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::URLS_PER_CALL)))]
    pub download_urls: Vec<PartUrl>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// A file, as package information lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileEntry {
    /// The file's id.
    pub file_id: String,
    /// The name as stored: plain, or sealed file info.
    pub file_name: String,
    /// Plaintext size in bytes, in decimal digits, as the document has it.
    #[serde(serialize_with = "decimal")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub file_size: u64,
    /// How many parts there are.
    pub parts: u32,
    /// Who added it.
    pub created_by_email: String,
    /// The directory of a workspace that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory_id: Option<String>,
    /// Of a copy, what it is read with, encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_key: Option<String>,
}

/// `GET /package/{packageId}/file/{fileId}/`
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileAnswer {
    /// The file.
    pub file: FileInformation,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// A file, as [`FileAnswer`] has it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileInformation {
    /// The file's id.
    pub file_id: String,
    /// The name as stored: plain, or sealed file info.
    pub file_name: String,
    /// Plaintext size in bytes, in decimal digits.
    #[serde(serialize_with = "decimal")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub file_size: u64,
    /// How many parts there are.
    pub file_parts: u32,
    /// The address of who added it.
    pub created_by_email: String,
    /// The account of who added it.
    pub created_by_id: String,
    /// When it was added, as `Aug 22, 2019 6:27:02 PM`.
    pub uploaded: String,
    /// When it was added, as `Aug 22, 2019 at 18:27`.
    pub uploaded_str: String,
    /// Earlier versions, the latest first.
    pub old_versions: Vec<OldVersion>,
    /// The directory of a workspace that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory_id: Option<String>,
    /// Of a copy, what it is read with, encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_key: Option<String>,
}

/// An earlier version of a file: a file with an id of its own, under which it is fetched and deleted.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OldVersion {
    /// The version's own id.
    pub file_id: String,
    /// The name as stored.
    pub file_name: String,
    /// Plaintext size in bytes, in decimal digits.
    #[serde(serialize_with = "decimal")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub file_size: u64,
    /// The address of who added it.
    pub created_by_email: String,
    /// The account of who added it.
    pub created_by_id: String,
    /// When it was added, as `Aug 22, 2019 6:27:02 PM`.
    pub uploaded: String,
    /// When it was added, as `Aug 22, 2019 at 18:27`.
    pub uploaded_str: String,
    /// How many parts there are.
    pub file_parts: u32,
    /// Of a copy, what it is read with, encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_key: Option<String>,
}

/// `GET /package/{packageId or packageCode}/`
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PackageInformation {
    /// The id under which the API addresses the package.
    pub package_id: String,
    /// The code that stands in share links.
    pub package_code: String,
    /// The server's half of the passphrase; empty for those whom it is not told.
    pub server_secret: String,
    /// The recipients.
    pub recipients: Vec<Recipient>,
    /// Contact groups whose members were made recipients.
    pub contact_groups: Vec<ContactGroup>,
    /// The files; of a workspace those in its root.
    pub files: Vec<FileEntry>,
    /// The directories in a workspace's root.
    pub directories: Vec<DirectoryEntry>,
    /// Who may approve it, while it needs that.
    pub approver_list: Vec<String>,
    /// Whether it waits for an approver.
    pub needs_approval: bool,
    /// For instance `PACKAGE_STATE_IN_PROGRESS`.
    pub state: String,
    /// The state as a number: see the API document's `packageState`.
    pub package_state: i32,
    /// The state in words: see the API document's `packageStateStr`.
    pub package_state_str: String,
    /// Whether a password guards the door.
    pub password_required: bool,
    /// Life in days; 0 is without end.
    pub life: u32,
    /// Ours: how many days before its end it reminds its recipients while nobody opened it; 0 for never.
    pub remind_days: u32,
    /// Ours: when it expires, in seconds since 1970; missing while it is a draft, and for what does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    /// Whether it is a workspace.
    #[serde(rename = "isVDR")]
    pub is_vdr: bool,
    /// Whether it was archived.
    pub is_archived: bool,
    /// The sender's address.
    pub package_sender: String,
    /// Ours: whether the address is known to be the sender's; false for what somebody wrote into a Dropzone.
    pub sender_confirmed: bool,
    /// When it was made, as `Feb 1, 2019 2:07:28 PM`.
    pub package_timestamp: String,
    /// The root directory of a workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_directory_id: Option<String>,
    /// The name of a workspace as stored; empty when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Ours: in a workspace, the caller's role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_name: Option<String>,
    /// Ours: where the caller is a recipient, its link code. A link opened with it counts as opened by this recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient_code: Option<String>,
    /// Whether there is a message.
    pub package_contains_message: bool,
    /// Whether the sender asks that PDF files be shown and not saved.
    pub read_only_pdf: bool,
    /// Ours: the suite given at creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suite: Option<String>,
    /// Ours: the seal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
    /// Ours: whether anything in it reached the server as plaintext and was encrypted there: it is not end-to-end encrypted then.
    pub server_encrypted: bool,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `POST /package/{packageId}/upload/` (ours), in the form's field `requestData`; the files follow
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TakeIn {
    /// The keyCode under which files are encrypted: the one that the first call answered, or one of the caller's own (43
    /// characters of base64url). Missing for a new one.
    #[serde(default)]
    pub key_code: Option<String>,
}

/// The answer to [`TakeIn`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TookIn {
    /// The keyCode, which the server does not keep.
    pub key_code: String,
    /// The checksum to finalize the package with.
    pub checksum: String,
    /// Every file that came, in its order.
    pub files: Vec<TakenFile>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// A file that came as plaintext.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TakenFile {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What became of it.
    pub status: TakenFileStatus,
    /// Octets of it that came.
    pub size: u64,
    /// Why it is not in the package; null when it is.
    pub message: Option<String>,
}

/// What became of a file that came as plaintext.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum TakenFileStatus {
    /// It is in the package.
    Success,
    /// A scanner found something in it. Nothing of it is kept.
    VirusFound,
    /// It could not be taken in, or not scanned. Nothing of it is kept.
    Failed,
}

/// Reads `true`, `false`, `"true"` and `"false"`.
pub fn lenient_bool<'de, D: Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    struct Lenient;

    impl Visitor<'_> for Lenient {
        type Value = bool;

        fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
            f.write_str("true or false")
        }

        fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
            Ok(value)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<bool, E> {
            let value = text.to_ascii_lowercase().parse();
            value.map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
        }
    }

    d.deserialize_any(Lenient)
}

fn decimal<S: serde::Serializer>(n: &u64, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(n)
}
