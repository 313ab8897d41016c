//! Opening a share link without an account (ours), under [`super::LINK_PREFIX`].
//!
//! These routes answer with ordinary status codes; a failure's body is [`LinkFailure`].

use serde::{Deserialize, Serialize};

use super::package::FileEntry;
use super::secure_share::AuthenticationMode;
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
    /// says nothing. Of a package that opens to verified recipients alone, the statement that verifying ended with.
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
    /// Whether anything in it reached the server as plaintext and was encrypted there; missing when nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_encrypted: Option<bool>,
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

/// `POST /link/v1/{packageCode}/verification/`: who verifies who it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verify {
    /// The keyCode's checksum: 64 hexadecimal digits.
    pub checksum: String,
    /// The recipient, as its link has it.
    pub recipient: String,
    /// What it verified until now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
}

/// The answer to [`Verify`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verification {
    /// How many of the ways it takes.
    pub mode: AuthenticationMode,
    /// How the recipient verifies who it is.
    pub ways: Vec<VerificationWay>,
    /// Whether the statement that was shown opens the link.
    pub verified: bool,
}

/// A way to verify who one is.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VerificationWay {
    /// Its id.
    pub id: String,
    /// `otp-email`, `otp-sms`, or an OpenID provider.
    pub identity_provider: String,
    /// Where a code goes, with the most of it left out; missing for a provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Whether the statement that was shown says that it was gone through.
    pub done: bool,
}

/// `POST /link/v1/{packageCode}/verification/code/` and `…/sign-in/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifyBy {
    /// Who it is.
    #[serde(flatten)]
    pub who: Verify,
    /// The id of the way.
    pub way: String,
}

/// A code is on its way.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct VerificationCodeSent {
    /// What names the code in the call that brings it. It stays with the page that asked.
    pub token: String,
    /// How long the code holds, in seconds.
    pub expires_in: u64,
}

/// `POST /link/v1/{packageCode}/verification/code/enter/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifyByCode {
    /// Who it is.
    #[serde(flatten)]
    pub who: Verify,
    /// What came when the code was sent.
    pub token: String,
    /// The code.
    pub code: String,
}

/// Where to sign in with a provider.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProviderSignIn {
    /// Where the provider's page is. From there it leads back to the receive page, with `state` and `code` in the query.
    pub url: String,
    /// What comes back as `state`.
    pub state: String,
    /// What the browser keeps until then. Nobody else ends the sign-in.
    pub token: String,
}

/// `POST /link/v1/{packageCode}/verification/sign-in/end/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifyBySignIn {
    /// Who it is.
    #[serde(flatten)]
    pub who: Verify,
    /// What came when the sign-in began.
    pub token: String,
    /// What came back from the provider.
    pub state: String,
    /// What came back from the provider.
    pub code: String,
}

/// What was verified.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    /// What was verified until now. It opens the link once `verified` is true.
    pub statement: String,
    /// How long it holds, in seconds.
    pub expires_in: u64,
    /// Whether it opens the link; else another way comes after it.
    pub verified: bool,
}

/// `GET /link/v1/{packageCode}/message/`
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkMessage {
    /// The encrypted message, base64.
    pub message: String,
}

/// `POST /link/v1/{packageCode}/file/{fileId}/thumbnail/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AskThumbnail {
    /// The longer side in pixels at most: one of [`super::limits::THUMBNAILS`].
    pub size: u16,
}

/// The answer to [`AskThumbnail`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkThumbnail {
    /// Where to GET it, encrypted, for a short time; missing when the file has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
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
    /// 401, with the right checksum only: the link opens to whoever shows a statement of a verified recipient.
    VerificationRequired,
    /// 401: the code is wrong.
    CodeWrong,
    /// 410: the code was used, has expired, or was guessed at too often; ask for another one.
    CodeSpent,
    /// 401: the provider could not say that this is the recipient.
    SignInFailed,
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
