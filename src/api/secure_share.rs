//! Verified recipients, under [`super::SECURE_SHARE_PREFIX`]: the shapes of Signicat's Secure Share API. What Bulla adds says
//! so.
//!
//! These routes answer with ordinary status codes; a failure's body is [`Problem`] (RFC 9457). Times are UTC, as
//! `2025-06-04T12:00:00Z`.

use serde::{Deserialize, Serialize};

/// The identity provider that is a code by e-mail.
pub const OTP_EMAIL: &str = "otp-email";
/// The identity provider that is a code by text to a phone.
pub const OTP_SMS: &str = "otp-sms";

/// Of several ways to verify who one is, how many it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AuthenticationMode {
    /// All of them.
    #[default]
    All,
    /// Any one.
    Any,
}

/// The language in which a recipient is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum NotificationLanguage {
    /// English.
    En,
    /// Norwegian.
    No,
}

/// `POST /shares` (ours: the document has no call that makes a share)
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewSecureShare {
    /// A package of the caller's that is finalized and has not ended.
    pub package_id: String,
    /// How many of a recipient's ways to verify who it is it has to go through.
    #[serde(default)]
    pub authentication_mode: AuthenticationMode,
    /// Whom it is for: at most 100.
    #[serde(default)]
    pub recipients: Vec<NewSecureRecipient>,
}

/// `POST /shares/{share}/files`, in the form's field `requestData` (ours: the document's form has files alone); the files follow
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AddFiles {
    /// The keyCode of the package: what `POST /package/{package}/upload/` answered. The server does not keep it.
    pub key_code: String,
}

/// `POST /shares/{share}/recipients`. An e-mail address or a phone number is needed, and each where something goes to it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewSecureRecipient {
    /// The first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The phone number with its plus sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
    /// The ids of the files that it opens; empty for all. A sealed package is opened whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_restrictions: Option<Vec<String>>,
    /// How it verifies who it is: 1 to 5 ways.
    pub authentication: Vec<NewAuthentication>,
    /// How it is written to. It is not when this is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification: Option<NewNotification>,
    /// What the caller's own system calls it: at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_reference: Option<String>,
}

/// `PATCH /shares/{share}/recipients/{recipient}`. What is missing or null stays as it is; an empty text takes away what
/// there was.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChangeSecureRecipient {
    /// The first name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The phone number with its plus sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
    /// The ids of the files that it opens; empty for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_restrictions: Option<Vec<String>>,
    /// How it verifies who it is: 1 to 5 ways. Whoever verified itself before does so again when these change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Vec<NewAuthentication>>,
    /// How it is written to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification: Option<NewNotification>,
    /// What the caller's own system calls it: at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_reference: Option<String>,
}

/// A way to verify who one is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewAuthentication {
    /// `otp-email` and `otp-sms` are codes; else an OpenID provider, by the name under which it is configured.
    pub identity_provider: String,
    /// What the provider calls the recipient. A provider needs this or `nin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idp_id: Option<String>,
    /// The recipient's national identity number, as the provider writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nin: Option<String>,
}

/// How a recipient is written to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewNotification {
    /// Whether by e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_email: Option<bool>,
    /// Whether by text to its phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_sms: Option<bool>,
    /// The same, as the document writes it in one place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sens_sms: Option<bool>,
    /// In which language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<NotificationLanguage>,
}

/// A secure share (ours).
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SecureShareEntity {
    /// Its id.
    pub id: String,
    /// The package that it opens.
    pub package_id: String,
    /// How many of a recipient's ways to verify who it is it has to go through.
    pub authentication_mode: AuthenticationMode,
    /// When it was made.
    pub created_at: String,
    /// Whom it is for.
    pub recipients: Vec<SecureRecipient>,
}

/// The answer of `GET /shares` (ours).
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SecureShares {
    /// The caller's, newest first.
    pub shares: Vec<SecureShareEntity>,
}

/// The answer of `GET /identity-providers` (ours).
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IdentityProviders {
    /// Those that recipients of this server can be asked for.
    pub identity_providers: Vec<IdentityProvider>,
}

/// An identity provider.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IdentityProvider {
    /// `otp-email`, `otp-sms`, or the name of an OpenID provider.
    pub identity_provider: String,
    /// Whether it tells national identity numbers.
    pub nin: bool,
}

/// A recipient.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SecureRecipient {
    /// Its id.
    pub id: String,
    /// What the caller's own system calls it.
    pub external_reference: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The phone number.
    pub mobile: Option<String>,
    /// The files that it downloaded, the last first.
    pub file_access_infos: Vec<FileAccessInfo>,
    /// The files that it opens; empty for all.
    pub file_restrictions: Vec<String>,
    /// How it verifies who it is.
    pub authentication: Vec<AuthenticationEntry>,
    /// When it last verified who it is.
    pub logged_in_time: Option<String>,
    /// Its link without the key, which the server does not have. With `#keyCode=` and the keyCode behind it, it opens the
    /// package for whoever verifies to be this recipient.
    pub url: Option<String>,
    /// How it is written to.
    pub notification: NotificationEntry,
}

/// A file that a recipient downloaded.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileAccessInfo {
    /// Its id.
    pub id: String,
    /// When the end of it was last asked for.
    pub last_downloaded_at: String,
}

/// A way to verify who one is.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationEntry {
    /// `otp-email`, `otp-sms`, or an OpenID provider.
    pub identity_provider: String,
    /// What the provider calls the recipient.
    pub idp_id: Option<String>,
    /// The recipient's national identity number.
    pub nin: Option<String>,
}

/// How a recipient is written to.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NotificationEntry {
    /// Whether by e-mail.
    pub send_email: bool,
    /// Whether by text to its phone.
    pub send_sms: bool,
    /// In which language.
    pub language: Option<NotificationLanguage>,
}

/// The answer where there is nothing to say: an empty object.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SecureShareDone {}

/// Why a call was refused (RFC 9457).
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// Always `about:blank`: the status says which kind of problem it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The status.
    pub status: u16,
    /// What a developer reads.
    pub detail: String,
    /// Nothing: no problem has an address of its own.
    pub instance: Option<String>,
}
