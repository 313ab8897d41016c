//! Signing in, and what a person who is signed in looks after (ours), under [`super::SESSION_PREFIX`].
//!
//! These routes answer with ordinary status codes; a failure's body is [`SessionFailure`]. Every request needs
//! [`SESSION_HEADER`], and comes from a page of the server's own origin. With the same header instead of a signature, the
//! session's cookie stands for its account in the SendSafely API.

use serde::{Deserialize, Serialize};

/// The header that every request with a session carries, with any value: a page of another origin cannot send it.
pub const SESSION_HEADER: &str = "bulla-session";

/// `POST /session/v1/sign-in/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignIn {
    /// The account's address.
    pub email: String,
    /// Its password.
    pub password: String,
}

/// `POST /session/v1/register/`: completes what `PUT /register/` began, and signs in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FinishRegistration {
    /// The pin that was sent.
    pub pin: String,
    /// The password to be.
    #[cfg_attr(feature = "schema", schemars(length(min = 10)))]
    pub password: String,
    /// The first name.
    #[serde(default)]
    pub first_name: String,
    /// The last name.
    #[serde(default)]
    pub last_name: String,
}

/// `POST /session/v1/password/forgotten/`: asks for an e-mail with a pin.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ForgottenPassword {
    /// The account's address.
    pub email: String,
}

/// `POST /session/v1/password/reset/`: completes [`ForgottenPassword`], and signs in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResetPassword {
    /// The pin that was sent.
    pub pin: String,
    /// The password to be.
    #[cfg_attr(feature = "schema", schemars(length(min = 10)))]
    pub password: String,
}

/// The one who is signed in: the answer to [`SignIn`], [`FinishRegistration`], [`ResetPassword`] and `GET /session/v1/`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// The account's id.
    pub id: String,
    /// The e-mail address.
    pub email: String,
    /// The first name, when known.
    pub first_name: String,
    /// The last name, when known.
    pub last_name: String,
    /// Whether it administers this installation.
    pub admin: bool,
}

/// `POST /session/v1/password/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChangePassword {
    /// The password until now.
    pub password: String,
    /// The password to be.
    #[cfg_attr(feature = "schema", schemars(length(min = 10)))]
    pub new_password: String,
}

/// `POST /session/v1/keys/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateKey {
    /// What the owner calls the key.
    #[serde(default)]
    pub description: String,
}

/// A new API key.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreatedKey {
    /// The public half.
    pub api_key: String,
    /// The secret half, shown only now.
    pub api_secret: String,
}

/// `GET /session/v1/keys/`
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Keys {
    /// The keys in force, oldest first.
    pub keys: Vec<KeyEntry>,
}

/// An API key, without its secret.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyEntry {
    /// The public half.
    pub api_key: String,
    /// What its owner calls it.
    pub description: String,
    /// When it was made, in seconds since 1970.
    pub created: u64,
    /// When it was last used, to the minute, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<u64>,
}

/// `POST /session/v1/pin/`: for `PUT /generate-key/oauth/`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pin {
    /// The pin.
    pub pin: String,
    /// How long it holds, in seconds.
    pub expires_in: u64,
}

/// The answer to what returns nothing.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Done {}

/// Why a route refused.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionFailure {
    /// What programs act on.
    pub code: SessionFailureCode,
    /// What a developer reads.
    pub message: String,
}

/// The codes of [`SessionFailure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SessionFailureCode {
    /// 401: the address or the password is wrong, which of them is not told; or the pin does not hold.
    WrongCredentials,
    /// 401: there is no session, or it is over.
    SignedOut,
    /// 403: the request comes from elsewhere, or lacks the header `bulla-session`.
    ForeignOrigin,
    /// 404: there is no such thing.
    NotFound,
    /// 429: too many attempts; `Retry-After` says how many seconds to wait.
    TooManyAttempts,
    /// 400 when the request is malformed or what it says cannot be kept, 413 when it is too large or there is no room for
    /// more.
    InvalidRequest,
    /// Any other code.
    #[serde(other)]
    Unknown,
}
