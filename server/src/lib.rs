//! The Bulla server: the SendSafely API over packages whose content it cannot read, the link routes, the
//! store of encrypted parts, and the pages, in one binary.
//!
//! `http` translates between requests and `domain`; `domain` holds the rules; `db` and `storage` keep what must
//! be kept, `mail`, `sms` and `webhook` send, and `oidc` asks who somebody is. Nothing points back.

pub mod config;
pub mod db;
pub mod delivery;
pub mod domain;
pub mod http;
pub mod mail;
pub mod oidc;
pub mod scan;
pub mod secrets;
pub mod server;
pub mod sms;
pub mod storage;
pub mod webhook;
