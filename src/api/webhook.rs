//! Webhooks (ours): programs that are told what others do with an account's packages. Requests to them follow Standard
//! Webhooks 1.0: signed with HMAC-SHA256, named by `webhook-id`, dated by `webhook-timestamp`.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ResponseCode;

/// Something that others did, of which an account is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum EventType {
    /// Somebody opened a package of the account's by its link.
    #[serde(rename = "package.opened")]
    PackageOpened,
    /// Somebody fetched a file of a package of the account's.
    #[serde(rename = "file.downloaded")]
    FileDownloaded,
    /// A package came through a Dropzone of the account's.
    #[serde(rename = "package.received")]
    PackageReceived,
    /// A package of the account's was approved.
    #[serde(rename = "package.approved")]
    PackageApproved,
    /// The life of a package of the account's ended.
    #[serde(rename = "package.expired")]
    PackageExpired,
    /// Somebody asks for what the account shares.
    #[serde(rename = "request.received")]
    RequestReceived,
    /// What the account asked for was approved or declined.
    #[serde(rename = "request.answered")]
    RequestAnswered,
}

impl EventType {
    /// Every type.
    pub const ALL: [Self; 7] = [
        Self::PackageOpened,
        Self::FileDownloaded,
        Self::PackageReceived,
        Self::PackageApproved,
        Self::PackageExpired,
        Self::RequestReceived,
        Self::RequestAnswered,
    ];

    /// Those of which an account is told by e-mail unless it says otherwise.
    pub const USUAL: [Self; 3] = [Self::PackageReceived, Self::RequestReceived, Self::RequestAnswered];

    /// As it stands in requests, answers and deliveries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PackageOpened => "package.opened",
            Self::FileDownloaded => "file.downloaded",
            Self::PackageReceived => "package.received",
            Self::PackageApproved => "package.approved",
            Self::PackageExpired => "package.expired",
            Self::RequestReceived => "request.received",
            Self::RequestAnswered => "request.answered",
        }
    }
}

impl FromStr for EventType {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|event| event.as_str() == text).ok_or("there is no such event")
    }
}

/// What the body of a delivery holds. Neither a key nor the name of anything that was sent is in it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivered {
    /// What happened.
    pub r#type: EventType,
    /// When, as `2026-01-31T12:00:00Z` (RFC 3339).
    pub timestamp: String,
    /// With what.
    pub data: EventData,
}

/// What an event was about.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventData {
    /// The package; missing for a request that was declined, which tells nothing of what there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package_id: Option<String>,
    /// The file of it, where it was about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_id: Option<String>,
    /// The request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Whether the request was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<bool>,
    /// The e-mail address of whoever did it; missing for nobody known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// `PUT /webhook/` (ours)
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateWebhook {
    /// Where it is told, by `POST`: `https://…`, without name and password. Private networks are refused unless the
    /// operator allows them (`--private-webhooks`), and with them `http://…` on the server's own machine.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::MAX_WEBHOOK_URL)))]
    pub url: String,
    /// What it is told, one event at least.
    pub events: Vec<EventType>,
    /// What its owner calls it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// A webhook.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookEntry {
    /// Its id.
    pub id: String,
    /// Where it is told.
    pub url: String,
    /// What it is told.
    pub events: Vec<EventType>,
    /// What its owner calls it.
    pub description: String,
    /// When it was made, in seconds since 1970.
    pub created: u64,
}

/// The answer to [`CreateWebhook`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookCreated {
    /// The webhook, its fields beside `secret`.
    #[serde(flatten)]
    pub webhook: WebhookEntry,
    /// What deliveries are signed with, shown only now: `whsec_` and 32 octets in base64.
    pub secret: String,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `GET /webhook/` (ours)
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhooksAnswer {
    /// The webhooks, oldest first.
    pub webhooks: Vec<WebhookEntry>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// It waits for its first or another attempt.
    Waiting,
    /// It was answered with a 2xx.
    Delivered,
    /// It was refused for good, or given up after three days.
    Failed,
}

impl DeliveryStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];

    /// As it stands in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// Something that a webhook was to be told.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeliveryEntry {
    /// Its id, as in the header `webhook-id`.
    pub id: String,
    /// What it was about.
    pub event: EventType,
    /// When it happened, in seconds since 1970.
    pub created: u64,
    /// What became of it.
    pub status: DeliveryStatus,
    /// How often it was tried.
    pub attempts: u64,
    /// When that was last, in seconds since 1970; missing before the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempted: Option<u64>,
    /// Why the last attempt failed; empty when none did.
    pub reason: String,
}

/// `GET /webhook/{webhook}/deliveries/` (ours)
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeliveriesAnswer {
    /// The last deliveries, the newest first.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::PAGE)))]
    pub deliveries: Vec<DeliveryEntry>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}
