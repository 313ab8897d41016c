//! The wire API: requests, responses, codes and limits. One definition, used by the client and by the server.
//!
//! The shapes follow the SendSafely REST API v2.0; what Bulla adds says so. Every answer of that API is
//! HTTP 200 with a `response` code; the routes under [`LINK_PREFIX`], [`SESSION_PREFIX`], [`ZUS_PREFIX`],
//! [`SHAREFILE_PREFIX`] and [`SECURE_SHARE_PREFIX`] use ordinary status codes.

pub mod account;
pub mod activity;
mod code;
pub mod dropzone;
pub mod group;
pub mod installation;
pub mod limits;
pub mod link;
pub mod list;
pub mod oauth;
pub mod package;
pub mod public_key;
pub mod request;
pub mod secure_share;
pub mod session;
pub mod share_upload;
pub mod sharefile;
pub mod signature;
pub mod webhook;
pub mod workspace;
pub mod zus;

pub use code::ResponseCode;

/// Where signed requests go. Part of what is signed.
pub const API_PREFIX: &str = "/api/v2.0";
/// Where requests of a Dropzone go: `ss-api-key` is the Dropzone's id, and nothing is signed.
pub const DROPZONE_PREFIX: &str = "/drop-zone/v2.0";
/// Where share links are opened without an account (ours).
pub const LINK_PREFIX: &str = "/link/v1";
/// Where people sign in, and look after what is theirs (ours).
pub const SESSION_PREFIX: &str = "/session/v1";
/// Where an API key gets a bearer token (ours).
pub const OAUTH_PREFIX: &str = "/oauth";
/// Where share infos and share requests stand, as Züs has them. Signed requests there sign this prefix too.
pub const ZUS_PREFIX: &str = "/v2";
/// Where shares stand, as ShareFile has them. Signed requests there sign this prefix too.
pub const SHAREFILE_PREFIX: &str = "/sf/v3";
/// Where verified recipients stand, as Signicat has them. Signed requests there sign this prefix too.
pub const SECURE_SHARE_PREFIX: &str = "/secure-share";
/// The one answer for what is missing and for what is not the caller's, word for word (ours).
pub const NOT_FOUND: &str = "not found or not permitted";
/// The id of the Dropzone behind the open send page (ours).
pub const OPEN_DROPZONE: &str = "open";
