//! The installation: its version, what it is called, and what clients report to it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ResponseCode;

/// The answer to `GET /config/version/{api}/{version}/` and to [`VersionInfo`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionAnswer {
    /// The server's version.
    pub version: String,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `PUT /config/version/info/`: what a client says of itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionInfo {
    /// The server that the client is set up for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The client, the browser, and the versions before and after an update, with bars between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info: Option<String>,
}

/// `GET /enterprise/`
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Enterprise {
    /// The origin that people use.
    pub host: String,
    /// What the installation is called.
    pub system_name: String,
    /// Whether a package may be for whoever has its link.
    pub allow_undisclosed_recipients: bool,
    /// The colour of the pages' heads, as `#1c1917`.
    pub header_color: String,
    /// The colour of links, likewise.
    pub link_color: String,
    /// Whether messages are encrypted.
    pub message_encryption: bool,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `PUT /feedback/`. Clients send text, and some of them whatever they have, of 64 KiB each at most.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SendFeedback {
    /// What happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Value>,
    /// The same, where an older call of SendSafely's Node client has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub javalog: Option<Value>,
    /// Where in the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stacktrace: Option<Value>,
    /// On what system.
    #[serde(default, rename = "systemInfo", skip_serializing_if = "Option::is_none")]
    pub system_info: Option<Value>,
}
