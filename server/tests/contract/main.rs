//! What the server promises, asked of the whole of it over a socket, with real SQLite and a real disk.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod activity;
mod approval;
mod authentication;
mod authorization;
mod bearer;
mod blobs;
mod calls;
mod command_line;
mod db;
mod described;
mod description;
mod dropzones;
mod groups;
mod installation;
mod key_issue;
mod links;
mod lists;
mod locks;
mod mailbox;
mod mails;
mod notifications;
mod pages;
mod public_keys;
mod receiver;
mod recipients;
mod requests;
mod sdk_account;
mod sdk_keys;
mod sdk_requests;
mod sdk_workspaces;
mod secure_shares;
mod sessions;
mod share_infos;
mod share_requests;
mod share_uploads;
mod sharefile;
mod shares;
mod sms;
mod storage;
mod support;
mod transfers;
mod verification;
mod webhooks;
mod workspaces;
