//! What people compare of a key, against known answers that `tests/vectors/generate.mjs` writes without our code.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use bulla_account::keys::PublicKey;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Milliseconds since 1970: in 2026, later than the keys were made.
const NOW: u64 = 1_790_000_000_000;

#[test]
fn hexadecimal_digits_decimal_digits_and_words_are_known() {
    let vectors: Value = serde_json::from_str(include_str!("../../tests/vectors/fingerprints.json")).unwrap();
    let list = vectors["vectors"].as_array().unwrap();
    assert_eq!(list.len(), 2);
    for vector in list {
        let fingerprint = PublicKey::parse(vector["key"].as_str().unwrap(), NOW).unwrap().pin().fingerprint();
        let found = [fingerprint.hex(), fingerprint.digits(), fingerprint.words()];
        let known = [&vector["hex"], &vector["digits"], &vector["words"]];
        assert_eq!(
            found.each_ref().map(String::as_str),
            known.map(|text| text.as_str().unwrap()),
            "{}",
            vector["name"]
        );
    }
}

#[test]
fn the_words_are_those_of_bip_39() {
    let hash = Sha256::digest(include_bytes!("../src/keys/words.txt"));
    let hex: String = hash.iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(hex, "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
}
