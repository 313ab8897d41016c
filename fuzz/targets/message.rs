//! Messages of both suites: as they arrive, and there and back.
#![no_main]

mod package;

use bulla::format::cfb;
use bulla::format::sealed::{open_message, seal_message};
use libfuzzer_sys::fuzz_target;
use package::{KEYS, PASSPHRASE};

fuzz_target!(|text: &str| {
    assert!(open_message(&KEYS, text).is_err());
    assert!(cfb::decrypt_message(&PASSPHRASE, text).is_err());
    assert_eq!(open_message(&KEYS, &seal_message(&KEYS, text).unwrap()).unwrap(), text);
    let encrypted = cfb::encrypt_message(&PASSPHRASE, text).unwrap();
    assert_eq!(cfb::decrypt_message(&PASSPHRASE, &encrypted).unwrap(), text.replace("\r\n", "\n"));
});
