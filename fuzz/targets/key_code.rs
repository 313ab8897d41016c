//! keyCodes, package codes and server secrets.
#![no_main]

use bulla::keys::{KeyCode, PackageCode, ServerSecret};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(key_code) = KeyCode::parse(text) {
        assert_eq!(key_code.expose(), text);
    }
    assert_eq!(PackageCode::parse(text).is_ok(), ServerSecret::parse(text).is_ok());
});
