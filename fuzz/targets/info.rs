//! Sealed file info: as it arrives, and once decrypted.
#![no_main]

mod package;

use bulla::format::FileInfo;
use libfuzzer_sys::fuzz_target;
use package::{KEYS, nonce, sealed_text};

fuzz_target!(|octets: &[u8]| {
    if let Ok(text) = std::str::from_utf8(octets) {
        assert!(FileInfo::open(&KEYS, text).is_err());
    }
    let mut json = octets.to_vec();
    json.resize(json.len().next_multiple_of(64), b' ');
    let text = sealed_text(&KEYS.file(&nonce()).info_key(), b"bulla/1 info", nonce().as_bytes(), &json);
    if let Ok((found, info)) = FileInfo::open(&KEYS, &format!("sealed.{text}")) {
        assert_eq!(found, nonce());
        let again = info.seal(&KEYS, &found).unwrap();
        assert_eq!(FileInfo::open(&KEYS, &again).unwrap(), (found, info));
    }
});
