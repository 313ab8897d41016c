//! Public keys of trusted devices, and keyCodes wrapped to them.

use serde::{Deserialize, Serialize};

use super::ResponseCode;
use super::package::PublicKey;

/// `PUT /public-key/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AddPublicKey {
    /// The key, armored.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::MAX_PUBLIC_KEY)))]
    pub public_key: String,
    /// What its owner calls it.
    #[serde(default)]
    pub description: String,
}

/// One of the caller's own public keys.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OwnPublicKey {
    /// The key's id on the server.
    pub id: String,
    /// The key, armored.
    pub key: String,
    /// What its owner calls it.
    pub description: String,
    /// When it came, as `Dec 12, 2018 at 14:24`.
    pub date_str: String,
}

/// The answer to [`AddPublicKey`], and to `GET /public-key/{publicKeyId}/`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnPublicKeyAnswer {
    /// The key, its fields beside `response`.
    #[serde(flatten)]
    pub key: OwnPublicKey,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `GET /public-key/` (ours)
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OwnPublicKeysAnswer {
    /// The keys, oldest first.
    pub public_keys: Vec<OwnPublicKey>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `POST /public-key/{publicKeyId}/links/`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetKeyCodes {
    /// The packages.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::BATCH)))]
    pub package_ids: Vec<String>,
}

/// The answer to [`GetKeyCodes`]: nothing stands for packages whose keyCode is not there.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyCodesAnswer {
    /// The keyCodes.
    pub keycodes: Vec<PackageKeyCode>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// A package's keyCode, wrapped to a public key.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PackageKeyCode {
    /// The package.
    pub package_id: String,
    /// The keyCode: an armored message.
    pub keycode: String,
    /// In the answer to `GET /sync/{publicKeyId}/`: the key that lacks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key_id: Option<String>,
    /// Ours: what its sender signed it with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sig: Option<String>,
}

/// `GET /sync/{publicKeyId}/`: what is wrapped to this key, and to which others it is still to be wrapped.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SyncAnswer {
    /// The keyCodes, once for each key that lacks them.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::BATCH)))]
    pub keycodes: Vec<PackageKeyCode>,
    /// The keys that lack them.
    pub public_keys: Vec<PublicKey>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `PUT /package/{packageId}/link/{publicKeyId}/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PutKeyCode {
    /// The keyCode, encrypted to the key: an armored message.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::MAX_WRAPPED_KEY_CODE)))]
    pub keycode: String,
    /// Ours: what the sender signed it with, base64url of at most 512 octets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sig: Option<String>,
    /// Sent by the Node client. Recipients are told when the package is finalized.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_recipients: Option<bool>,
}

/// `GET /package/{packageId}/link/{publicKeyId}/`
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyCodeAnswer {
    /// The keyCode: an armored message.
    pub message: String,
    /// Ours: what its sender signed it with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sig: Option<String>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}
