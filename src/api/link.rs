//! Opening a share link without an account (ours), under [`super::LINK_PREFIX`].
//!
//! These routes answer with ordinary status codes; a failure's body is [`LinkFailure`].

use serde::{Deserialize, Serialize};

use super::package::FileEntry;
use super::workspace::DirectoryEntry;

/// `POST /link/v1/{packageCode}/open`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenLink {
    /// The keyCode's checksum: 64 hexadecimal digits.
    pub checksum: String,
    /// The door's password, or the proof of a locked link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The `recipientCode` of the recipient whose link it is; its sender then sees who opened what. One that is nobody's
    /// says nothing.
    #[serde(default, rename = "recipientCode", skip_serializing_if = "Option::is_none")]
    pub recipient_code: Option<String>,
    /// The share through which it is opened. A package that has shares opens in no other way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<String>,
    /// The recipient of the share; without it whoever is not told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Who opens the share, where it asks for name, e-mail address and company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visitor: Option<Visitor>,
}

/// Who opens a share that asks for it. What of it the share knows of its recipient stays as it is; the address of whoever has
/// to sign in is the account's.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Visitor {
    /// The e-mail address. Nobody checks it.
    pub email: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The company.
    pub company: String,
}

/// The answer to [`OpenLink`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LinkOpened {
    /// The id under which the API addresses the package.
    pub package_id: String,
    /// The code of the link; a reader compares it with the one it holds.
    pub package_code: String,
    /// The server's half of the passphrase.
    pub server_secret: String,
    /// The files; of a workspace the complete ones, without earlier versions, each with its directory.
    pub files: Vec<FileEntry>,
    /// Of a workspace, the directories below its root, each with the one it is in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub directories: Vec<DirectoryEntry>,
    /// The root directory of a workspace; only a workspace has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_directory_id: Option<String>,
    /// The name of a workspace as stored; empty when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The encrypted message, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The seal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
    /// The sender's address; empty when sent without an account.
    pub package_sender: String,
    /// When it was made, in seconds since 1970.
    pub created: u64,
    /// When it expires, in seconds since 1970; missing when it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    /// Whether the sender of a share asks that it be looked at and not saved.
    #[serde(rename = "viewOnly", skip_serializing_if = "Option::is_none")]
    pub view_only: Option<bool>,
    /// Bearer token for the other routes of this link.
    pub token: String,
    /// How long the token holds, in seconds.
    pub token_expires_in: u64,
}

/// `POST /link/v1/{packageCode}/unlock/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnlockLink {
    /// The proof of the password that locks the link: 64 hexadecimal digits.
    pub proof: String,
}

/// The answer to [`UnlockLink`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LinkUnlocked {
    /// The server's half of the passphrase, without which nobody unlocks the keyCode.
    pub server_secret: String,
}

/// `GET /link/v1/{packageCode}/`: what anyone may know. A missing package answers like one without a password.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LinkStatus {
    /// Whether a password guards the door; false also where no package is.
    pub password_required: bool,
}

/// `GET /link/v1/{packageCode}/message/`
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkMessage {
    /// The encrypted message, base64.
    pub message: String,
}

/// Why a link's route refused.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkFailure {
    /// What programs act on.
    pub code: LinkFailureCode,
    /// What a developer reads.
    pub message: String,
}

/// The codes of [`LinkFailure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LinkFailureCode {
    /// 404: it is missing or not finalized, or the checksum is wrong: the one answer to those who do not hold the right one.
    NotFound,
    /// 410, with the right checksum only: its life has ended.
    Expired,
    /// 410, with the right checksum only: it was deleted.
    Deleted,
    /// 401: a password is needed, or the given one is wrong. With the right checksum only; and of a locked link the one
    /// answer to a wrong proof.
    PasswordRequired,
    /// 401: the token is missing, forged or too old; open the link again.
    TokenInvalid,
    /// 401, with the right checksum only: the share is for those who sign in.
    LoginRequired,
    /// 401, with the right checksum only: the share is for those of whom name, e-mail address and company are known.
    UserInfoRequired,
    /// 410, with the right checksum only: the share was downloaded as often as it may be.
    Exhausted,
    /// 429: too many attempts; `Retry-After` says how many seconds to wait.
    TooManyAttempts,
    /// 400 when the request is malformed, 413 when it is too large.
    InvalidRequest,
    /// Any other code.
    #[serde(other)]
    Unknown,
}
