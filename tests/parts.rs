//! Parts of both suites: round trips at the size boundaries, buffered and over the cipher driver, and every
//! manipulation that a reader must refuse.

use bulla::format::sealed::{HEADER_LEN, open_message, open_part, seal_message, seal_part};
use bulla::format::{
    PartPlan, PartSealer, PartSpan, RustCrypto, cfb, ciphertext_size, decrypt_part, encrypt_part,
};
use bulla::keys::{FileKeys, FileNonce, KeyClass, KeyCode, PackageKeys, Passphrase, ServerSecret};
use bulla::{ErrorCode, Result};
use futures_util::FutureExt;

/// Data lengths around the places where a chunk ends.
const BOUNDARIES: [usize; 12] =
    [0, 1, 11, 12, 262_131, 262_132, 262_133, 262_144, 524_275, 524_276, 524_277, 1 << 20];

fn passphrase(class: KeyClass) -> Passphrase {
    let secret = ServerSecret::parse("server-secret-of-this-package").unwrap();
    Passphrase::new(&secret, &KeyCode::generate(class).unwrap())
}

fn package() -> PackageKeys {
    PackageKeys::derive(&passphrase(KeyClass::Sealed))
}

fn file(keys: &PackageKeys) -> FileKeys {
    keys.file(&FileNonce::generate().unwrap())
}

fn data(len: usize) -> Vec<u8> {
    (0..len).map(|place| (place * 7 + place / 256) as u8).collect()
}

fn only_part(len: usize) -> PartSpan {
    PartPlan::for_size(len as u64).unwrap().part(1).unwrap()
}

/// What both readers say: buffered, and over the driver. They must agree.
fn open(keys: &PackageKeys, file: &FileKeys, span: PartSpan, ciphertext: &[u8]) -> Result<Vec<u8>> {
    let buffered = open_part(keys, file, span, ciphertext);
    let cipher = RustCrypto::<Vec<u8>>::new();
    let driven = decrypt_part(&cipher, keys, file, span, &ciphertext.to_vec()).now_or_never().unwrap();
    let driven = driven.map(|pieces| pieces.concat());
    assert_eq!(buffered, driven);
    buffered
}

fn refused(keys: &PackageKeys, file: &FileKeys, span: PartSpan, ciphertext: &[u8]) -> bool {
    open(keys, file, span, ciphertext).is_err_and(|error| error.code() == ErrorCode::Tampered)
}

#[test]
fn sealed_parts_round_trip_at_every_boundary() {
    let keys = package();
    let cipher = RustCrypto::<Vec<u8>>::new();
    for len in BOUNDARIES {
        let (file, span, data) = (file(&keys), only_part(len), data(len));
        let buffered = seal_part(&keys, &file, span, &data).unwrap();
        let sealer = PartSealer::new(&keys, &file, span).unwrap();
        let driven = encrypt_part(&cipher, &sealer, &data).now_or_never().unwrap().unwrap().concat();
        for ciphertext in [buffered, driven] {
            assert_eq!(ciphertext.len() as u64, ciphertext_size(len as u64), "{len}");
            assert_eq!(open(&keys, &file, span, &ciphertext).unwrap(), data, "{len}");
        }
    }
}

#[test]
fn cfb_parts_round_trip() {
    let passphrase = passphrase(KeyClass::OpenPgpCfb);
    for len in [0, 1, 15, 16, 17, 191, 192, 8383, 8384, 70_000] {
        let ciphertext = cfb::encrypt_part(&passphrase, &data(len)).unwrap();
        assert_eq!(cfb::decrypt_part(&passphrase, &ciphertext).unwrap(), data(len), "{len}");
    }
}

#[test]
fn messages_round_trip() {
    let (keys, passphrase) = (package(), passphrase(KeyClass::OpenPgpCfb));
    for text in ["", "Grüße 🗝\n", &"a long one ".repeat(60_000)] {
        assert_eq!(open_message(&keys, &seal_message(&keys, text).unwrap()).unwrap(), text);
        let encrypted = cfb::encrypt_message(&passphrase, text).unwrap();
        assert_eq!(cfb::decrypt_message(&passphrase, &encrypted).unwrap(), text);
    }
}

#[test]
fn a_flipped_bit_in_any_region_is_tampered() {
    let keys = package();
    let (file, span, data) = (file(&keys), only_part(262_200), data(262_200));
    let ciphertext = seal_part(&keys, &file, span, &data).unwrap();
    let chunks = HEADER_LEN + 262_144..ciphertext.len();
    for place in (0..HEADER_LEN + 20).chain([HEADER_LEN + 100_000]).chain(chunks) {
        let mut flipped = ciphertext.clone();
        flipped[place] ^= 1 << (place % 8);
        assert!(refused(&keys, &file, span, &flipped), "{place}");
    }
}
