//! The caller's account.

use serde::Serialize;

use super::ResponseCode;

/// `GET /user/`
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The account's id.
    pub id: String,
    /// The e-mail address.
    pub email: String,
    /// The first name, when known.
    pub first_name: String,
    /// The last name, when known.
    pub last_name: String,
    /// What SendSafely's clients name the account by.
    pub client_key: String,
    /// Always false.
    pub beta_user: bool,
    /// Life of the account's packages in days, unless they say otherwise.
    pub package_life: u32,
    /// Whether the account has public keys.
    pub public_key: bool,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}
