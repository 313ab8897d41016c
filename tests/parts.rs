//! Parts of both suites: round trips at the size boundaries, buffered and over the cipher driver, and every
//! manipulation that a reader must refuse.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

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
    let driven = decrypt_part(&cipher, Some(keys), file, span, ciphertext.to_vec()).now_or_never().unwrap();
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
        let driven = encrypt_part(&cipher, &sealer, data.clone()).now_or_never().unwrap().unwrap().concat();
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
    let header = 0..HEADER_LEN;
    let first_chunk = [HEADER_LEN, HEADER_LEN + 12, HEADER_LEN + 262_143, HEADER_LEN + 262_144];
    let tags = ciphertext.len() - 32..ciphertext.len();
    for place in header.chain(first_chunk).chain(tags) {
        let mut flipped = ciphertext.clone();
        flipped[place] ^= 1 << (place % 8);
        assert!(refused(&keys, &file, span, &flipped), "{place}");
    }
}

/// A file of three parts under its own plan, sealed.
struct SealedFile {
    keys: PackageKeys,
    file: FileKeys,
    plan: PartPlan,
    parts: Vec<Vec<u8>>,
}

impl SealedFile {
    fn new(keys: &PackageKeys) -> Self {
        let plan = PartPlan::new(1000, 1000, 3000).unwrap();
        let file = file(keys);
        let parts = (1..=plan.parts())
            .map(|index| {
                let span = plan.part(index).unwrap();
                let data = data(3000)[span.offset as usize..][..span.len as usize].to_vec();
                seal_part(keys, &file, span, &data).unwrap()
            })
            .collect();
        Self { keys: keys.clone(), file, plan, parts }
    }

    /// Whether `ciphertext` is refused as part `index` of this file under `plan`.
    fn refuses(&self, plan: PartPlan, index: u32, ciphertext: &[u8]) -> bool {
        refused(&self.keys, &self.file, plan.part(index).unwrap(), ciphertext)
    }
}

#[test]
fn all_parts_in_their_places_open() {
    let sent = SealedFile::new(&package());
    for (index, part) in (1..).zip(&sent.parts) {
        assert!(!sent.refuses(sent.plan, index, part));
    }
}

#[test]
fn parts_swapped_or_reordered_are_tampered() {
    let sent = SealedFile::new(&package());
    for place in 1..=3 {
        for (index, part) in (1..).zip(&sent.parts) {
            assert_eq!(sent.refuses(sent.plan, place, part), place != index, "part {index} as part {place}");
        }
    }
}

#[test]
fn a_dropped_last_part_is_tampered() {
    let sent = SealedFile::new(&package());
    let shorter = PartPlan::new(1000, 1000, 2000).unwrap();
    assert!(sent.refuses(shorter, 2, &sent.parts[1]));
}

#[test]
fn a_last_part_that_is_followed_by_another_is_tampered() {
    let sent = SealedFile::new(&package());
    let longer = PartPlan::new(1000, 1000, 4000).unwrap();
    assert!(sent.refuses(longer, 3, &sent.parts[2]));
}

#[test]
fn another_plan_for_the_same_parts_is_tampered() {
    let sent = SealedFile::new(&package());
    let moved = PartPlan::new(900, 1000, 2900).unwrap();
    assert!(sent.refuses(moved, 2, &sent.parts[1]));
}

#[test]
fn another_files_part_is_tampered() {
    let keys = package();
    let (sent, other) = (SealedFile::new(&keys), SealedFile::new(&keys));
    assert!(sent.refuses(sent.plan, 2, &other.parts[1]));
}

#[test]
fn another_packages_part_is_tampered() {
    let (sent, other) = (SealedFile::new(&package()), SealedFile::new(&package()));
    assert!(sent.refuses(sent.plan, 2, &other.parts[1]));
}

#[test]
fn a_part_cut_short_or_lengthened_is_tampered() {
    let sent = SealedFile::new(&package());
    let part = &sent.parts[0];
    for len in 0..part.len() {
        assert!(sent.refuses(sent.plan, 1, &part[..len]), "{len}");
    }
    assert!(sent.refuses(sent.plan, 1, &[&part[..], &[0]].concat()));
}

#[test]
fn chunks_swapped_inside_a_part_are_tampered() {
    let keys = package();
    let (len, chunk) = (3 * 262_144, 262_144 + 16);
    let (file, span) = (file(&keys), only_part(len));
    let ciphertext = seal_part(&keys, &file, span, &data(len)).unwrap();
    let mut swapped = ciphertext.clone();
    swapped[HEADER_LEN..][..chunk].copy_from_slice(&ciphertext[HEADER_LEN + chunk..][..chunk]);
    swapped[HEADER_LEN + chunk..][..chunk].copy_from_slice(&ciphertext[HEADER_LEN..][..chunk]);
    assert!(refused(&keys, &file, span, &swapped));
}

#[test]
fn a_changed_class_letter_is_tampered() {
    let secret = ServerSecret::parse("server-secret-of-this-package").unwrap();
    let sealed = KeyCode::generate(KeyClass::Sealed).unwrap();
    let keys =
        |key_code: &str| PackageKeys::derive(&Passphrase::new(&secret, &KeyCode::parse(key_code).unwrap()));
    let nonce = FileNonce::generate().unwrap();
    let (honest, changed) = (keys(sealed.expose()), keys(&sealed.expose().replacen('S', "W", 1)));
    let part = seal_part(&honest, &honest.file(&nonce), only_part(5), b"hello").unwrap();
    assert!(refused(&changed, &changed.file(&nonce), only_part(5), &part));
}

#[test]
fn a_stripped_class_letter_is_tampered() {
    let secret = ServerSecret::parse("server-secret-of-this-package").unwrap();
    let sealed = KeyCode::generate(KeyClass::Sealed).unwrap();
    let keys = PackageKeys::derive(&Passphrase::new(&secret, &sealed));
    let part = seal_part(&keys, &file(&keys), only_part(5), b"hello").unwrap();
    let stripped = KeyCode::parse(&sealed.expose()[1..]).unwrap();
    let found = cfb::decrypt_part(&Passphrase::new(&secret, &stripped), &part);
    assert_eq!(found.unwrap_err().code(), ErrorCode::Tampered);
}

#[test]
fn openpgp_cfb_under_a_sealed_key_is_tampered() {
    let passphrase = passphrase(KeyClass::Sealed);
    let keys = PackageKeys::derive(&passphrase);
    let part = cfb::encrypt_part(&passphrase, b"hello").unwrap();
    assert!(refused(&keys, &file(&keys), only_part(5), &part));
    let message = cfb::encrypt_message(&passphrase, "hello").unwrap();
    assert_eq!(open_message(&keys, &message).unwrap_err().code(), ErrorCode::Tampered);
}

#[test]
fn data_of_another_length_than_the_part_is_invalid_input() {
    let keys = package();
    let (file, span) = (file(&keys), only_part(5));
    assert_eq!(seal_part(&keys, &file, span, b"four").unwrap_err().code(), ErrorCode::InvalidInput);
    let sealer = PartSealer::new(&keys, &file, span).unwrap();
    let cipher = RustCrypto::<Vec<u8>>::new();
    let driven = encrypt_part(&cipher, &sealer, b"sixsix".to_vec()).now_or_never().unwrap();
    assert_eq!(driven.unwrap_err().code(), ErrorCode::InvalidInput);
}

#[test]
fn parts_that_no_file_has_are_invalid_input() {
    let keys = package();
    let file = file(&keys);
    let whole = PartSpan { index: 2, offset: 10, len: 5, last: true };
    for span in [
        PartSpan { index: 0, offset: 0, ..whole },
        PartSpan { index: 1, ..whole },
        PartSpan { offset: 0, ..whole },
        PartSpan { len: 0, ..whole },
        PartSpan { index: 1, offset: 0, len: 0, last: false },
        PartSpan { len: (64 << 20) + 1, ..whole },
    ] {
        assert_eq!(
            PartSealer::new(&keys, &file, span).unwrap_err().code(),
            ErrorCode::InvalidInput,
            "{span:?}"
        );
    }
    assert!(PartSealer::new(&keys, &file, whole).is_ok());
}
