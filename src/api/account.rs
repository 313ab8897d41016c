//! The caller's account, and how it gets its API keys.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ResponseCode;
use super::webhook::EventType;

/// `GET /user/`
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// A language in which people are written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Norwegian (bokmål).
    #[serde(rename = "nb")]
    Norwegian,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Norwegian];

    /// Its tag (RFC 5646).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Norwegian => "nb",
        }
    }
}

impl FromStr for Language {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|language| language.as_str() == text).ok_or("expected en or nb")
    }
}

/// How an account is written to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// In which language; the server's own (`--language`) when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Of which events it is told by e-mail: of `package.received`, `request.received` and `request.answered` where nothing was
    /// chosen. Answers always have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Vec<EventType>>,
}

/// `GET /user/settings/`
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SettingsAnswer {
    /// How the account is written to.
    pub settings: Settings,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// The answer to [`GenerateKey`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum KeyIssued {
    /// A key.
    Key(KeyAnswer),
    /// A code is needed first.
    CodeNeeded(CodeNeeded),
}

/// `PUT /register/`: asks for an e-mail with a pin.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Register {
    /// The address that is to have an account.
    pub email: String,
}

/// `PUT /generate-key/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GenerateKey {
    /// The account's address.
    pub email: String,
    /// Its password.
    pub password: String,
    /// What the owner calls the key.
    #[serde(default)]
    pub key_description: String,
}

/// `POST /generate-key/{token}/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GenerateKeyByCode {
    /// The code that was sent.
    pub sms_code: String,
    /// What the owner calls the key.
    #[serde(default)]
    pub key_description: String,
}

/// `PUT /generate-key/oauth/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GenerateKeyByPin {
    /// The pin.
    pub pin_code: String,
    /// What the owner calls the key.
    #[serde(default)]
    pub key_description: String,
}

/// A new API key.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyAnswer {
    /// The account's address.
    pub email: String,
    /// The public half.
    pub api_key: String,
    /// The secret half, shown only now.
    pub api_secret: String,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// The answer to [`GenerateKey`] when a code is needed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CodeNeeded {
    /// What names the code in the path of [`GenerateKeyByCode`].
    pub token: String,
    /// The same, where SendSafely's clients read it.
    pub message: String,
    /// Always `TWO_FA_REQUIRED`.
    pub response: ResponseCode,
}
