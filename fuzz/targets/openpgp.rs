//! OpenPGP packets, and parts of suite `openpgp-cfb`: as they arrive, and once decrypted.
#![no_main]

mod package;

use bulla::format::cfb;
use bulla::keys::Key;
use bulla::openpgp::{literal, packet, seipd1};
use libfuzzer_sys::fuzz_target;
use package::PASSPHRASE;

fuzz_target!(|octets: &[u8]| {
    let mut rest = octets;
    while let Ok((found, after)) = packet::read(rest) {
        assert!(found.body.len() + after.len() < rest.len());
        rest = after;
    }
    assert!(cfb::decrypt_part(&PASSPHRASE, octets).is_err());

    let session_key = Key::new([1; 32]);
    let encrypted = seipd1::write(&session_key, &[2; 16], &[octets]).unwrap();
    let (found, _) = packet::read(&encrypted).unwrap();
    assert_eq!(seipd1::read(&found.body, &session_key).unwrap(), octets);
    if let Ok(data) = literal::read(octets) {
        assert!(data.len() < octets.len());
    }
});
