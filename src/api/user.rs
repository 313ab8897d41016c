//! Accounts.

use serde::{Deserialize, Serialize};

use super::ResponseCode;

/// `GET /user/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserInformation {
    /// The account's e-mail address.
    pub email: String,
    /// The account's id.
    pub id: String,
    /// Given name, or empty.
    #[serde(default)]
    pub first_name: String,
    /// Family name, or empty.
    #[serde(default)]
    pub last_name: String,
    /// A key of the account's own client, or empty.
    #[serde(default)]
    pub client_key: String,
    /// Whether the account tries features early.
    #[serde(default)]
    pub beta_user: bool,
    /// The life of a new package, in days.
    #[serde(default)]
    pub package_life: u32,
    /// Whether the account has trusted-device keys.
    #[serde(default)]
    pub public_key: bool,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}
