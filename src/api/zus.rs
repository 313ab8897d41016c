//! Tickets, share infos and share requests, under [`super::ZUS_PREFIX`]: the shapes of Züs's API for file sharing. What Bulla
//! adds says so.
//!
//! These routes answer with ordinary status codes; a failure's body is [`ZusMessage`]. A client id is an account's e-mail
//! address. Times are UTC, as `2025-06-04T12:00:00`.

use serde::{Deserialize, Serialize};

/// For whom a share is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ShareInfoType {
    /// For whoever holds the ticket.
    Public,
    /// For whom the ticket names.
    Private,
}

/// What became of a share request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ShareRequestStatus {
    /// Nothing yet.
    Pending,
    /// What was asked for was shared.
    Approved,
    /// It was refused.
    Declined,
}

/// How a request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ShareRequestAnswer {
    /// What was asked for is shared.
    Approved,
    /// It is refused.
    Declined,
}

/// What a call did, in words; also why it failed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ZusMessage {
    /// The words.
    pub message: String,
}

/// `POST /v2/authticket/{packageId}/` (ours)
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IssueTicket {
    /// The file that the ticket opens; missing for the whole package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_id: Option<String>,
    /// The address of the one who may use it; missing for whoever holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// For how many seconds it holds, 60 to 31622400; missing for 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u32>,
}

/// The answer to [`IssueTicket`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TicketIssued {
    /// That it was.
    pub message: String,
    /// The ticket.
    pub data: IssuedTicket,
}

/// A ticket, and what stands for what it opens.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IssuedTicket {
    /// The ticket.
    pub auth_ticket: String,
    /// What stands for the package or file, in lists and requests.
    pub lookup_hash: String,
    /// When it expires.
    pub expires_at: String,
}

/// `POST /v2/shareinfo/`, as `multipart/form-data`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddShareInfo {
    /// The ticket.
    pub auth_ticket: String,
    /// What the sender says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// For whom the ticket is; it has to be so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_info_type: Option<ShareInfoType>,
    /// Where it is opened: a URL without a fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// The answer to [`AddShareInfo`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareInfoAdded {
    /// That it was.
    pub message: String,
    /// What was.
    pub data: AddedShareInfo,
}

/// A share info that was just made.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddedShareInfo {
    /// The ticket.
    pub auth_ticket: String,
    /// What the sender says; empty for nothing.
    pub message: String,
    /// For whom it is.
    pub share_info_type: ShareInfoType,
    /// The address of whoever issued the ticket.
    pub client_id: String,
    /// The receiver's address; empty while nobody used a ticket that names nobody.
    pub receiver: String,
    /// What stands for the package or file.
    pub lookup_hash: String,
    /// The name of whoever issued the ticket, or the address.
    pub sender_name: String,
    /// Where it is opened; empty when unknown.
    pub link: String,
    /// By which name the sender knows the receiver: the address.
    pub receiver_name: String,
}

/// The query of `GET /v2/shareinfo/shared/` and `GET /v2/shareinfo/received/`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareInfosQuery {
    /// Entries at most; [`super::limits::PAGE`] when missing, and never more.
    pub limit: Option<u32>,
    /// How many entries to leave out.
    #[serde(default)]
    pub offset: u32,
    /// Of this package or file alone.
    pub lookup_hash: Option<String>,
    /// Which ones.
    #[serde(rename = "shareInfoType")]
    pub share_info_type: ShareInfoType,
    /// Whether what was shared with or by an AI is left out. No share is: it changes nothing.
    pub exclude_ai: Option<bool>,
}

/// The answer to `GET /v2/shareinfo/shared/`, what the caller shared, and to `GET /v2/shareinfo/received/`, what it received and
/// can open: the newest first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareInfos {
    /// Whether there is any.
    pub message: String,
    /// The share infos.
    pub data: Vec<ShareInfoEntry>,
}

/// A share info, as either side sees it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareInfoEntry {
    /// Its id.
    pub id: u64,
    /// The ticket.
    pub auth_ticket: String,
    /// What the sender says; empty for nothing.
    pub message: String,
    /// For whom it is.
    pub share_info_type: ShareInfoType,
    /// The address of whoever issued the ticket.
    pub client_id: String,
    /// The receiver's address; empty for the share itself of a ticket that names nobody.
    pub receiver_client_id: String,
    /// What stands for the package or file.
    pub lookup_hash: String,
    /// The name of whoever issued the ticket, or the address.
    pub sender_name: String,
    /// By which name the sender knows the receiver: the address.
    pub receiver_name: String,
    /// Where it is opened; empty when unknown.
    pub link: String,
    /// When it was made.
    pub created_at: String,
    /// When its message or link was last written.
    pub updated_at: String,
    /// When the ticket expires (ours).
    pub expires_at: String,
    /// The package (ours).
    pub package_id: String,
    /// The file; missing for the whole package (ours).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_id: Option<String>,
}

/// The query of `DELETE /v2/shareinfo/`; at least one is required.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteShareInfo {
    /// The ticket.
    pub auth_ticket: Option<String>,
    /// What stands for the package or file.
    pub lookup_hash: Option<String>,
}

/// `POST /v2/sharereq/`; a ticket or a lookup hash is required.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateShareRequest {
    /// The address of whoever is asked.
    pub owner_id: String,
    /// A ticket for what is asked for, whether or not it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_ticket: Option<String>,
    /// What stands for the package or file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookup_hash: Option<String>,
    /// What the request says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The query of `GET /v2/sharereq/received/` and `GET /v2/sharereq/requested/`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareRequestsQuery {
    /// Of whoever asks with this address alone.
    pub client_id: Option<String>,
    /// Of whoever is asked with this address alone.
    pub owner_id: Option<String>,
    /// For this package or file alone.
    pub lookup_hash: Option<String>,
    /// With this status alone.
    pub status: Option<ShareRequestStatus>,
    /// Where no status is named: whether those that were answered are listed too.
    #[serde(default)]
    pub all: bool,
    /// How many entries to leave out.
    #[serde(default)]
    pub offset: u32,
    /// Entries at most; [`super::limits::PAGE`] when missing, and never more.
    pub limit: Option<u32>,
}

/// The answer to `GET /v2/sharereq/received/` and `GET /v2/sharereq/requested/`: the newest first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareRequests {
    /// Whether there is any.
    pub message: String,
    /// The requests.
    pub data: Vec<ShareRequestEntry>,
}

/// A share request.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareRequestEntry {
    /// Its id.
    pub id: String,
    /// The address of whoever is asked.
    pub owner_id: String,
    /// The address of whoever asks.
    pub client_id: String,
    /// What stands for the package or file.
    pub lookup_hash: String,
    /// What became of it.
    pub status: ShareRequestStatus,
    /// What the request says; empty for nothing.
    pub message: String,
    /// When it was asked, the last time.
    pub created_at: String,
    /// The package; missing for whoever asks, until it is approved (ours).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package_id: Option<String>,
    /// The file; missing for the whole package, and as `package_id` (ours).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_id: Option<String>,
}

/// `PUT /v2/sharereq/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateShareRequest {
    /// The request's id.
    pub id: String,
    /// The answer.
    pub status: ShareRequestAnswer,
    /// Where it is opened: a URL without a fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// To approve: a ticket of the caller's for what was asked for, which names whoever asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_ticket: Option<String>,
    /// To approve: the keyCode, wrapped to keys of whoever asked (ours).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_codes: Vec<RequesterKeyCode>,
}

/// A package's keyCode, wrapped to a key of whoever asked for it (ours).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequesterKeyCode {
    /// The key's id.
    pub public_key_id: String,
    /// The keyCode, encrypted to the key: an armored OpenPGP message.
    pub keycode: String,
    /// What its sender signed it with, base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sig: Option<String>,
}

/// The query of `DELETE /v2/sharereq/`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteShareRequest {
    /// The request's id.
    pub id: String,
}

/// The answer to `GET /v2/sharereq/{requestId}/public-keys/` (ours)
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequesterKeys {
    /// Whether there is any.
    pub message: String,
    /// The keys.
    pub data: Vec<super::package::PublicKey>,
}
