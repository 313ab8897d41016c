//! What accounts need beyond sending and opening, as a second wasm module: lists, recipients, workspaces, signing in,
//! and the public keys of trusted devices. Pages that only send or open never load it.
//!
//! What can be decided about packages and workspaces is decided in the crate `bulla`; about keys, here.

pub mod keys;
#[cfg(target_arch = "wasm32")]
pub mod web;
