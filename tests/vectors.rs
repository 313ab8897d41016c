//! The known-answer vectors, with the cipher in Rust.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "vectors/run.rs"]
mod run;

use bulla::format::RustCrypto;
use futures_util::FutureExt;

fn cipher() -> RustCrypto<Vec<u8>> {
    RustCrypto::new()
}

#[test]
fn keys() {
    run::keys();
}

#[test]
fn sealed_parts() {
    run::sealed_parts(&cipher()).now_or_never().unwrap();
}

#[test]
fn sealed_parts_refused() {
    run::sealed_parts_refused(&cipher()).now_or_never().unwrap();
}

#[test]
fn sealed_message() {
    run::sealed_message();
}

#[test]
fn sealed_thumbnails() {
    run::sealed_thumbnails();
}

#[test]
fn sealed_info() {
    run::sealed_info();
}

#[test]
fn seal() {
    run::seal();
}

#[test]
fn cfb_parts() {
    run::cfb_parts(&cipher()).now_or_never().unwrap();
}

#[test]
fn cfb_message() {
    run::cfb_message();
}

#[test]
fn links() {
    run::links();
}

#[test]
fn request_links() {
    run::request_links();
}

#[test]
fn locks() {
    run::locks();
}

#[test]
fn key_codes() {
    run::key_codes();
}

#[test]
fn workspace() {
    run::workspace();
}

#[test]
fn workspace_round_trips() {
    run::workspace_round_trips();
}
