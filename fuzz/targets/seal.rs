//! Seals: as they arrive, and once decrypted.
#![no_main]

mod package;

use bulla::format::Seal;
use libfuzzer_sys::fuzz_target;
use package::{CODE, KEYS, sealed_text};

fuzz_target!(|octets: &[u8]| {
    if let Ok(text) = std::str::from_utf8(octets) {
        assert!(Seal::open(&KEYS, &CODE, text).is_err());
    }
    let aad = [b"bulla/1 seal\0", CODE.as_str().as_bytes()].concat();
    if let Ok(seal) = Seal::open(&KEYS, &CODE, &sealed_text(&KEYS.seal_key(), &aad, &[], octets)) {
        let again = seal.seal(&KEYS, &CODE).unwrap();
        assert_eq!(Seal::open(&KEYS, &CODE, &again).unwrap(), seal);
    }
});
