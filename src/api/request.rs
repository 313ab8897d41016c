//! Requests (ours): links with which others, without an account, send files to whoever made them.
//!
//! A request is a Dropzone with terms and a public key of its own: whoever uploads does so with the request's id as
//! `ss-api-key`. The hash of the public key stands in the fragment of the request's link.

use serde::{Deserialize, Serialize};

use super::ResponseCode;
use super::list::Pagination;

/// `PUT /request/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateRequest {
    /// The public key to which senders encrypt, armored, at most 8 KiB.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::MAX_PUBLIC_KEY)))]
    pub public_key: String,
    /// The private key, encrypted to the devices of its owner: an armored message. The server cannot read it.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::MAX_WRAPPED_KEY_CODE)))]
    pub wrapped_key: String,
    /// What one of these devices signed the public key with, base64url of at most 512 octets.
    pub sig: String,
    /// The terms.
    #[serde(flatten)]
    pub terms: RequestTerms,
}

/// `POST /request/{requestId}/`, and the terms of a new one. What is missing stays as it is; a new one has what its
/// field says.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RequestTerms {
    /// What it is called, at most 200 characters; empty when new. Whoever has the link reads it, and so does the
    /// server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What is asked for, in at most 2000 characters; empty when new. Read as the title is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When it ends, in seconds since 1970; 0 is without end. A new one ends after 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    /// How many packages go through it at most; 0, as when new, is without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_packages: Option<u64>,
    /// How many files go through it at most, in all; 0, as when new, is without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_files: Option<u64>,
    /// How many octets go through it at most, in all and before encryption; 0, as when new, is without limit. With a
    /// limit, files are announced with their size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u64>,
    /// Whether senders have to give a name and an e-mail address, which nobody checks; false when new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require_user_info: Option<bool>,
    /// Whether the owner is told of what comes in by e-mail; false when new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_on_upload: Option<bool>,
    /// Until when, in seconds since 1970; 0, as when new, is as long as something comes in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track_until: Option<u64>,
    /// By how many e-mails at most; -1, as when new, is without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_frequency: Option<i64>,
    /// How many hours are between two of them at least; -1, as when new, is none. What comes in meanwhile is told by
    /// the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_interval: Option<i64>,
}

/// A request, as its owner sees it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RequestEntry {
    /// Its id. Whoever knows it can send.
    pub request_id: String,
    /// Its link, without the fragment that holds the public key's hash.
    pub link: String,
    /// The public key, armored.
    pub public_key: String,
    /// The private key, encrypted to the owner's devices.
    pub wrapped_key: String,
    /// What one of them signed the public key with.
    pub sig: String,
    /// Its terms, all of them.
    #[serde(flatten)]
    pub terms: RequestTerms,
    /// When it was made, in seconds since 1970.
    pub created: u64,
    /// Whether its end has come.
    pub expired: bool,
    /// Whether it was deleted, and what came in through it is there.
    pub deleted: bool,
    /// How many packages came in through it, also those that were deleted since.
    pub packages: u64,
}

/// The answer to `PUT /request/` and `GET /request/{requestId}/`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestAnswer {
    /// The request.
    #[serde(flatten)]
    pub request: RequestEntry,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// The answer to `GET /request/`: the newest first. Those that were deleted are among them as long as something is there that
/// came in through them.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestsAnswer {
    /// The requests.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::PAGE)))]
    pub requests: Vec<RequestEntry>,
    /// Where they stand in the whole list.
    pub pagination: Pagination,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// A package that came in through a request.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RequestedPackage {
    /// The package.
    pub package_id: String,
    /// Its code.
    pub package_code: String,
    /// Its keyCode, encrypted to the request's public key: an armored message.
    pub keycode: String,
    /// The sender's name, as the sender gave it.
    pub sender_name: String,
    /// The sender's e-mail address, likewise.
    pub package_sender: String,
    /// When it came in, in seconds since 1970.
    pub received: u64,
    /// When it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    /// Where it is; see the packages' own information.
    pub package_state: i32,
    /// How many files it has.
    pub file_count: u64,
    /// Their octets before encryption.
    pub file_size: u64,
    /// Whether it reached the server as plaintext, which encrypted it as it arrived, each part under a keyCode of its own: it is not
    /// end-to-end encrypted then.
    pub server_encrypted: bool,
}

/// The answer to `GET /request/{requestId}/packages/{packageId}/keys/`
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlockKeysAnswer {
    /// The keyCodes, in the order of the parts: armored messages. Empty of a package whose sender encrypted it.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::PAGE)))]
    pub keycodes: Vec<String>,
    /// Where they stand in the whole list.
    pub pagination: Pagination,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// The answer to `GET /request/{requestId}/packages/`: the newest first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestedPackagesAnswer {
    /// The packages.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::PAGE)))]
    pub packages: Vec<RequestedPackage>,
    /// Where they stand in the whole list.
    pub pagination: Pagination,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// The answer to `GET /request/terms/`: what a request says to whoever has its link.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RequestOpened {
    /// The request's id.
    pub request_id: String,
    /// The address of whoever asks.
    pub requester: String,
    /// What it is called.
    pub title: String,
    /// What is asked for.
    pub message: String,
    /// The public key to encrypt to, armored. Its hash has to be the one in the link.
    pub public_key: String,
    /// When it ends, in seconds since 1970; 0 is without end.
    pub expires: u64,
    /// How many files go through it at most; 0 is without limit.
    pub max_files: u64,
    /// How many octets go through it at most; 0 is without limit.
    pub max_bytes: u64,
    /// Whether a name and an e-mail address have to be given.
    pub require_user_info: bool,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `PUT /package/{packageId}/request/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PutRequested {
    /// The keyCode, encrypted to the request's public key: an armored message.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::MAX_WRAPPED_KEY_CODE)))]
    pub keycode: String,
    /// The sender's name, at most 200 characters.
    #[serde(default)]
    pub name: String,
}
