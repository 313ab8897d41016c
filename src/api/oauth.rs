//! Getting a bearer token for an API key (RFC 6749, section 4.4), under [`super::OAUTH_PREFIX`].

use serde::{Deserialize, Serialize};

/// `POST /oauth/token`: a form (`application/x-www-form-urlencoded`). The client's credentials stand in it, or in an
/// `Authorization` header of HTTP Basic (section 2.3.1), and never in both.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenRequest {
    /// `client_credentials`.
    pub grant_type: Option<String>,
    /// An API key.
    pub client_id: Option<String>,
    /// Its secret.
    pub client_secret: Option<String>,
    /// What the token is for, each of [`SCOPES`] with a space between; everything when it is missing.
    pub scope: Option<String>,
}

/// What a token can be for: the surfaces that take one.
pub const SCOPES: [&str; 2] = ["sharefile", "secure-share"];

/// A token (section 5.1).
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenAnswer {
    /// The token. It ends with the API key, too.
    pub access_token: String,
    /// How it is shown.
    pub token_type: TokenType,
    /// How long it holds, in seconds.
    pub expires_in: u64,
    /// What it is for, with spaces between.
    pub scope: String,
}

/// How a token is shown (RFC 6750).
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum TokenType {
    /// `Authorization: Bearer …`
    Bearer,
}

/// Why there is no token (section 5.2).
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenFailure {
    /// What programs act on.
    pub error: TokenFailureCode,
    /// What a developer reads, in ASCII.
    pub error_description: String,
}

/// The codes of [`TokenFailure`].
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TokenFailureCode {
    /// 400, 404, 413: the request is malformed or too large, or goes nowhere.
    InvalidRequest,
    /// 401: no such API key, or its secret is wrong.
    InvalidClient,
    /// 400: another grant than client credentials.
    UnsupportedGrantType,
    /// 400: a scope that there is not.
    InvalidScope,
    /// 429 or 500: too many attempts, with `Retry-After` in seconds; or the server failed.
    TemporarilyUnavailable,
}
