//! OpenPGP packets, and parts of suite `openpgp-cfb`: as they arrive, and once decrypted.
#![no_main]

mod package;

use bulla::format::cfb;
use bulla::openpgp::{literal, packet};
use libfuzzer_sys::fuzz_target;
use package::PASSPHRASE;

fuzz_target!(|octets: &[u8]| {
    let mut rest = octets;
    while let Ok((found, after)) = packet::read(rest) {
        assert!(found.body.len() + after.len() < rest.len());
        rest = after;
    }
    assert!(cfb::decrypt_part(&PASSPHRASE, octets).is_err());

    let part = cfb::encrypt_part(&PASSPHRASE, octets).unwrap();
    assert_eq!(cfb::decrypt_part(&PASSPHRASE, &part).unwrap(), octets);
    if let Ok(data) = literal::read(octets) {
        assert!(data.len() < octets.len());
    }
});
