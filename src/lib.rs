//! End-to-end encrypted file exchange.
//!
//! A *package* holds files and a message, encrypted before they leave the sender with keys that follow from
//! a *keyCode*. The keyCode travels only in the fragment of the share link; the server that keeps the
//! encrypted parts never sees it.
//!
//! The crate is the SDK in Rust. It builds natively, where the server and the tests use its formats and its
//! API definitions, and for `wasm32-unknown-unknown`, where it becomes the npm package `bulla`.

mod error;
mod json;

// What is sent, and how it is kept.
pub mod api;
pub mod format;
pub mod keys;
pub mod link;
pub mod openpgp;

// Sending and receiving.
pub mod client;
pub mod file_name;
pub mod transfer;

#[cfg(target_arch = "wasm32")]
pub mod web;

pub use error::{Error, ErrorCode, Result};
