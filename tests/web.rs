//! The SDK where it runs: in a page or in a worker, whichever the runner is told to use.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "web/ciphers.rs"]
mod ciphers;
#[path = "web/format.rs"]
mod format;
#[path = "vectors/run.rs"]
mod run;
#[path = "web/surface.rs"]
mod surface;
