//! The vectors that need no cipher of their own: wasm derives, reads and writes as native code does.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::run;

#[wasm_bindgen_test]
fn keys() {
    run::keys();
}

#[wasm_bindgen_test]
fn sealed_message() {
    run::sealed_message();
}

#[wasm_bindgen_test]
fn sealed_thumbnails() {
    run::sealed_thumbnails();
}

#[wasm_bindgen_test]
fn sealed_info() {
    run::sealed_info();
}

#[wasm_bindgen_test]
fn seal() {
    run::seal();
}

#[wasm_bindgen_test]
fn cfb_message() {
    run::cfb_message();
}

#[wasm_bindgen_test]
fn links() {
    run::links();
}

#[wasm_bindgen_test]
fn request_links() {
    run::request_links();
}

#[wasm_bindgen_test]
fn locks() {
    run::locks();
}

#[wasm_bindgen_test]
fn key_codes() {
    run::key_codes();
}

#[wasm_bindgen_test]
fn workspace() {
    run::workspace();
    run::workspace_round_trips();
}
