//! What accounts need beyond sending and opening, in wasm modules of their own, which pages that only send or open never
//! load: one with lists, recipients, workspaces and signing in, one with the public keys of trusted devices, and one that locks
//! and unlocks links with passwords.
//!
//! What can be decided about packages and workspaces is decided in the crate `bulla`; about keys, here.

#[cfg(feature = "keys")]
pub mod keys;
#[cfg(target_arch = "wasm32")]
pub mod web;
