//! rPGP, an independent implementation of OpenPGP: it opens our parts, and we open what it writes.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use bulla::format::sealed::{seal_message, seal_part};
use bulla::format::{PartPlan, cfb};
use bulla::keys::{FileNonce, KeyClass, KeyCode, PackageKeys, Passphrase, ServerSecret};
use data_encoding::BASE64;
use pgp::composed::{Message, MessageBuilder};
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::DataMode;
use pgp::types::StringToKey;
use rand::thread_rng;

fn passphrase(class: KeyClass) -> Passphrase {
    let secret = ServerSecret::parse("server-secret-of-this-package").unwrap();
    Passphrase::new(&secret, &KeyCode::generate(class).unwrap())
}

fn data(len: usize) -> Vec<u8> {
    (0..len).map(|place| (place * 31 + place / 256) as u8).collect()
}

/// What rPGP reads in a message.
fn rpgp_opens(message: &[u8], passphrase: &Passphrase) -> Vec<u8> {
    let message = Message::from_bytes(message).unwrap();
    let mut opened = message.decrypt_with_password(&passphrase.expose().into()).unwrap();
    assert!(opened.is_literal());
    opened.as_data_vec().unwrap()
}

/// A message that rPGP writes: uncompressed, with an S2K of this count, over several lengths when `partial`.
fn rpgp_writes(data: &[u8], mode: DataMode, count: u8, partial: bool, passphrase: &Passphrase) -> Vec<u8> {
    let s2k = StringToKey::new_iterated(thread_rng(), HashAlgorithm::Sha256, count);
    let password = passphrase.expose().into();
    let mut message = Vec::new();
    if partial {
        let mut builder =
            MessageBuilder::from_reader("", data).seipd_v1(thread_rng(), SymmetricKeyAlgorithm::AES256);
        builder.data_mode(mode).unwrap().partial_chunk_size(512).unwrap();
        builder.encrypt_with_password(s2k, &password).unwrap();
        builder.to_writer(thread_rng(), &mut message).unwrap();
    } else {
        let mut builder = MessageBuilder::from_bytes("name.txt", data.to_vec())
            .seipd_v1(thread_rng(), SymmetricKeyAlgorithm::AES256);
        builder.data_mode(mode).unwrap();
        builder.encrypt_with_password(s2k, &password).unwrap();
        builder.to_writer(thread_rng(), &mut message).unwrap();
    }
    message
}

#[test]
fn rpgp_opens_our_sealed_parts() {
    let passphrase = passphrase(KeyClass::Sealed);
    let keys = PackageKeys::derive(&passphrase);
    let file = keys.file(&FileNonce::generate().unwrap());
    for len in [0, 1, 262_131, 262_132, 262_133, 524_276, 524_277] {
        let span = PartPlan::for_size(len as u64).unwrap().part(1).unwrap();
        let part = seal_part(&keys, &file, span, &data(len)).unwrap();
        assert_eq!(rpgp_opens(&part, &passphrase), data(len), "{len}");
    }
}

#[test]
fn rpgp_opens_our_sealed_message() {
    let passphrase = passphrase(KeyClass::Sealed);
    let message = seal_message(&PackageKeys::derive(&passphrase), "Grüße").unwrap();
    assert_eq!(rpgp_opens(&BASE64.decode(message.as_bytes()).unwrap(), &passphrase), "Grüße".as_bytes());
}

#[test]
fn rpgp_opens_our_cfb_parts() {
    let passphrase = passphrase(KeyClass::OpenPgpCfb);
    for len in [0, 1, 15, 16, 17, 100_000] {
        let part = cfb::encrypt_part(&passphrase, &data(len)).unwrap();
        assert_eq!(rpgp_opens(&part, &passphrase), data(len), "{len}");
    }
}

#[test]
fn we_open_what_rpgp_writes() {
    let passphrase = passphrase(KeyClass::OpenPgpCfb);
    for len in [0, 1, 500, 512, 513, 5000, 100_000] {
        for count in [0x00, 0x60, 0x96, 0xC0] {
            for partial in [false, true] {
                let message = rpgp_writes(&data(len), DataMode::Binary, count, partial, &passphrase);
                let found = cfb::decrypt_part(&passphrase, &message);
                assert_eq!(found.unwrap(), data(len), "{len} octets, count {count}, partial {partial}");
            }
        }
    }
}

#[test]
fn we_open_the_text_that_rpgp_writes() {
    let passphrase = passphrase(KeyClass::OpenPgpCfb);
    let message = rpgp_writes("Grüße\r\n".as_bytes(), DataMode::Utf8, 0x60, false, &passphrase);
    let found = cfb::decrypt_message(&passphrase, &BASE64.encode(&message));
    assert_eq!(found.unwrap(), "Grüße\n");
}

#[test]
fn we_open_the_highest_count() {
    // What SendSafely's Python client writes.
    let passphrase = passphrase(KeyClass::OpenPgpCfb);
    let message = rpgp_writes(b"hello", DataMode::Binary, 0xFF, false, &passphrase);
    assert_eq!(cfb::decrypt_part(&passphrase, &message).unwrap(), b"hello");
}
