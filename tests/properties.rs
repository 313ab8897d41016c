//! Whatever arrives: no reader panics, holds more than it was given, or takes something changed for the original.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::LazyLock;

use bulla::format::sealed::{open_message, open_part, seal_message, seal_part};
use bulla::format::{FileInfo, PartPlan, PartSpan, Seal, StoredFile, cfb, ciphertext_size};
use bulla::keys::{
    FileNonce, Key, KeyClass, KeyCode, Lock, LockHead, PackageCode, PackageKeys, Passphrase, ServerSecret,
    StretchedPassword,
};
use bulla::link::{LockedLink, ShareLink};
use bulla::openpgp::packet;
use bulla::{ErrorCode, Result};
use data_encoding::BASE64URL_NOPAD;
use proptest::prelude::*;

static PASSPHRASE: LazyLock<Passphrase> =
    LazyLock::new(|| Passphrase::new(&server_secret(), &KeyCode::generate(KeyClass::Sealed).unwrap()));
static KEYS: LazyLock<PackageKeys> = LazyLock::new(|| PackageKeys::derive(&PASSPHRASE));

fn package_code() -> PackageCode {
    PackageCode::parse("package-code-of-this-package").unwrap()
}

fn nonce() -> FileNonce {
    FileNonce::from_bytes([7; 16])
}

fn server_secret() -> ServerSecret {
    ServerSecret::parse("server-secret-of-this-package").unwrap()
}

/// What came of some password. Stretching one takes too long for a property.
fn stretched() -> impl Strategy<Value = StretchedPassword> {
    any::<[u8; 32]>()
        .prop_map(|root| StretchedPassword::from_root(LockHead::generate().unwrap(), Key::new(root)))
}

fn only_part(len: usize) -> PartSpan {
    PartPlan::for_size(len as u64).unwrap().part(1).unwrap()
}

fn tampered<T>(result: Result<T>) -> bool {
    result.is_err_and(|error| error.code() == ErrorCode::Tampered)
}

fn any_octets() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..2000)
}

fn key_code() -> impl Strategy<Value = KeyCode> {
    (prop::sample::select(vec!["S", "W", ""]), any::<[u8; 32]>()).prop_map(|(class, octets)| {
        KeyCode::parse(&format!("{class}{}", BASE64URL_NOPAD.encode(&octets))).unwrap()
    })
}

fn file_info() -> impl Strategy<Value = FileInfo> {
    let plan = (1..1_u64 << 26, 1..1_u64 << 26, 0..1_u64 << 30)
        .prop_filter_map("too many parts", |(first, rest, size)| PartPlan::new(first, rest, size).ok());
    let texts = (".{1,40}", prop::option::of(".{0,40}"), ".{0,20}");
    let modified = prop::option::of(-(1_i64 << 53) + 1..1 << 53);
    (plan, texts, 0..1_u64 << 53, modified).prop_map(|(plan, (name, path, content_type), rev, modified)| {
        FileInfo { rev, path, content_type, modified, ..FileInfo::new(name, &plan) }
    })
}

/// Text with one character replaced by another of base64url, or dropped.
fn changed(text: &str, place: prop::sample::Index, by: Option<char>) -> Option<String> {
    let place = place.index(text.len());
    let mut changed = text.to_owned();
    let old = changed.remove(place);
    if let Some(by) = by {
        changed.insert(place, by);
    }
    (by != Some(old)).then_some(changed)
}

fn replacement() -> impl Strategy<Value = Option<char>> {
    prop::option::of(prop::char::ranges(vec!['A'..='Z', 'a'..='z', '0'..='9', '-'..='-', '_'..='_'].into()))
}

proptest! {
    #[test]
    fn any_text_as_link(text in ".{0,300}") {
        let _ = ShareLink::parse(&text);
    }

    #[test]
    fn any_text_inside_a_link(host in "[^/]{0,20}", query in ".{0,60}", mark in "(#|%23|%2523)?", fragment in ".{0,80}") {
        let code = "packageCode=package-code-of-this-package";
        if let Ok(link) = ShareLink::parse(&format!("https://{host}/receive/?{query}&{code}{mark}keyCode={fragment}")) {
            prop_assert!(ShareLink::parse(&link.expose()).is_ok_and(|again| again.expose() == link.expose()));
        }
    }

    #[test]
    fn links_survive_what_is_appended(key_code in key_code(), suffix in "([&?.,;)\\]!'\"> ].{0,40})?") {
        let link = ShareLink::new("https://example.com", Some("id"), package_code(), key_code).unwrap();
        let found = ShareLink::parse(&format!("{}{suffix}", link.expose())).unwrap();
        prop_assert_eq!(found.expose(), link.expose());
    }

    #[test]
    fn any_cut_of_a_link_is_refused(key_code in key_code(), cut in any::<prop::sample::Index>()) {
        let link = ShareLink::new("https://example.com", None, package_code(), key_code).unwrap().expose();
        let cut = &link[..cut.index(link.len())];
        match ShareLink::parse(cut) {
            // 43 characters are a key of another class, when they happen to hold whole octets
            Ok(found) => prop_assert!(cut.len() == link.len() - 1 && found.key_code.class() == KeyClass::OpenPgpCfb),
            Err(error) => prop_assert!(matches!(error.code(), ErrorCode::LinkInvalid | ErrorCode::LinkIncomplete)),
        }
    }

    #[test]
    fn any_text_as_lock(text in "AQAB(AAMB[A-Za-z0-9_-]{100,125})?|[A-Za-z0-9_+/=-]{0,200}|.{0,50}") {
        if let Ok(lock) = Lock::parse(&text) {
            prop_assert_eq!(lock.expose(), text);
        }
    }

    #[test]
    fn locks(key_code in key_code(), password in stretched()) {
        let lock = password.lock(&key_code, &server_secret(), &package_code()).unwrap();
        let link = format!("https://files.example.com/receive/?packageCode={}", package_code());
        let link = LockedLink::parse(&LockedLink::format(&link, &lock)).unwrap();
        let opened = link.lock.open(&password, &server_secret(), &package_code()).unwrap();
        prop_assert_eq!(opened.expose(), key_code.expose());
        let link = link.unlocked(opened);
        prop_assert_eq!(link.key_code.expose(), key_code.expose());
    }

    #[test]
    fn another_password_opens_no_lock(key_code in key_code(), password in stretched(), other in any::<[u8; 32]>()) {
        let lock = password.lock(&key_code, &server_secret(), &package_code()).unwrap();
        let other = StretchedPassword::from_root(lock.head().clone(), Key::new(other));
        prop_assert!(tampered(lock.open(&other, &server_secret(), &package_code())));
        let (proof, others) = (password.proof(&package_code()), other.proof(&package_code()));
        prop_assert_ne!(others.expose(), proof.expose());
    }

    #[test]
    fn a_changed_lock(key_code in key_code(), password in stretched(), place in any::<prop::sample::Index>(), by in replacement()) {
        let text = password.lock(&key_code, &server_secret(), &package_code()).unwrap().expose();
        if let Some(changed) = changed(&text, place, by)
            && let Ok(lock) = Lock::parse(&changed)
        {
            prop_assert!(tampered(lock.open(&password, &server_secret(), &package_code())));
        }
    }

    #[test]
    fn any_text_as_key_code(text in "[SW]?[A-Za-z0-9_+/=-]{0,45}|.{0,50}") {
        if let Ok(key_code) = KeyCode::parse(&text) {
            prop_assert_eq!(key_code.expose(), text);
        }
    }

    #[test]
    fn any_octets_as_packets(octets in any_octets()) {
        let mut rest = &octets[..];
        while let Ok((found, after)) = packet::read(rest) {
            prop_assert!(found.body.len() + after.len() < rest.len());
            rest = after;
        }
    }

    #[test]
    fn any_octets_as_cfb_part(octets in any_octets()) {
        prop_assert!(tampered(cfb::decrypt_part(&PASSPHRASE, &octets)));
    }

    #[test]
    fn any_octets_after_a_good_session_key(octets in any_octets()) {
        let skesk = &cfb::encrypt_part(&PASSPHRASE, b"").unwrap()[..48];
        prop_assert!(tampered(cfb::decrypt_part(&PASSPHRASE, &[skesk, &octets].concat())));
    }

    #[test]
    fn cfb_parts(data in any_octets()) {
        let part = cfb::encrypt_part(&PASSPHRASE, &data).unwrap();
        prop_assert_eq!(cfb::decrypt_part(&PASSPHRASE, &part).unwrap(), data);
    }

    #[test]
    fn a_flipped_bit_in_a_cfb_part(data in any_octets(), place in any::<prop::sample::Index>(), bit in 0..8) {
        let mut part = cfb::encrypt_part(&PASSPHRASE, &data).unwrap();
        let place = place.index(part.len());
        part[place] ^= 1_u8 << bit;
        prop_assert!(tampered(cfb::decrypt_part(&PASSPHRASE, &part)), "{place}");
    }

    #[test]
    fn any_octets_as_sealed_part(octets in any_octets(), len in 0..2000_usize) {
        prop_assert!(tampered(open_part(&KEYS, &KEYS.file(&nonce()), only_part(len), &octets)));
    }

    #[test]
    fn sealed_parts(data in any_octets()) {
        let (file, span) = (KEYS.file(&nonce()), only_part(data.len()));
        let part = seal_part(&KEYS, &file, span, &data).unwrap();
        prop_assert_eq!(part.len() as u64, ciphertext_size(span.len));
        prop_assert_eq!(open_part(&KEYS, &file, span, &part).unwrap(), data);
    }

    #[test]
    fn a_flipped_bit_in_a_sealed_part(data in any_octets(), place in any::<prop::sample::Index>(), bit in 0..8) {
        let (file, span) = (KEYS.file(&nonce()), only_part(data.len()));
        let mut part = seal_part(&KEYS, &file, span, &data).unwrap();
        let place = place.index(part.len());
        part[place] ^= 1_u8 << bit;
        prop_assert!(tampered(open_part(&KEYS, &file, span, &part)), "{place}");
    }

    #[test]
    fn any_text_as_message(text in "[A-Za-z0-9+/=]{0,400}|.{0,100}") {
        prop_assert!(tampered(open_message(&KEYS, &text)));
        prop_assert!(tampered(cfb::decrypt_message(&PASSPHRASE, &text)));
    }

    #[test]
    fn messages(text in "(?s).{0,300}") {
        prop_assert_eq!(open_message(&KEYS, &seal_message(&KEYS, &text).unwrap()).unwrap(), &text[..]);
        let encrypted = cfb::encrypt_message(&PASSPHRASE, &text).unwrap();
        prop_assert_eq!(cfb::decrypt_message(&PASSPHRASE, &encrypted).unwrap(), text.replace("\r\n", "\n"));
    }

    #[test]
    fn any_text_as_file_info(text in "(sealed\\.)?([A-Za-z0-9_-]{0,400}|.{0,100})") {
        prop_assert!(tampered(FileInfo::open(&KEYS, &text)));
    }

    #[test]
    fn file_infos(info in file_info()) {
        let text = info.seal(&KEYS, &nonce()).unwrap();
        prop_assert_eq!(FileInfo::open(&KEYS, &text).unwrap(), (nonce(), info));
    }

    #[test]
    fn a_changed_file_info(info in file_info(), place in any::<prop::sample::Index>(), by in replacement()) {
        if let Some(changed) = changed(&info.seal(&KEYS, &nonce()).unwrap(), place, by) {
            prop_assert!(tampered(FileInfo::open(&KEYS, &changed)));
        }
    }

    #[test]
    fn any_text_as_seal(text in "[A-Za-z0-9_-]{0,400}|.{0,100}") {
        prop_assert!(tampered(Seal::open(&KEYS, &package_code(), &text)));
    }

    #[test]
    fn seals(infos in prop::collection::vec(file_info(), 0..5), seq in 0..1_u64 << 53, message in prop::option::of(".{0,20}")) {
        let message = message.map(|text| seal_message(&KEYS, &text).unwrap());
        let names: Vec<_> =
            infos.iter().map(|info| info.seal(&KEYS, &FileNonce::generate().unwrap()).unwrap()).collect();
        let mut files: Vec<_> = infos
            .iter()
            .zip(&names)
            .map(|(info, name)| StoredFile { name, parts: info.parts.unwrap(), size: info.size.unwrap() })
            .collect();
        let seal = Seal::of(seq, 1_700_000_000, message.as_deref(), &files).unwrap();
        let found = Seal::open(&KEYS, &package_code(), &seal.seal(&KEYS, &package_code()).unwrap()).unwrap();
        prop_assert_eq!(&found, &seal);
        files.reverse();
        prop_assert!(found.verify(message.as_deref(), &files).is_ok());
        if files.pop().is_some() {
            prop_assert!(tampered(found.verify(message.as_deref(), &files)));
        }
    }

    #[test]
    fn a_changed_seal(place in any::<prop::sample::Index>(), by in replacement()) {
        let seal = Seal::of(0, 0, None, &[]).unwrap().seal(&KEYS, &package_code()).unwrap();
        if let Some(changed) = changed(&seal, place, by) {
            prop_assert!(tampered(Seal::open(&KEYS, &package_code(), &changed)));
        }
    }

    #[test]
    fn parts_fill_any_file(first in 1..5000_u64, rest in 1..5000_u64, size in 0..100_000_u64) {
        let plan = PartPlan::new(first, rest, size);
        prop_assume!(plan.is_ok());
        let plan = plan.unwrap();
        let parts: Vec<_> = (1..=plan.parts()).map(|index| plan.part(index).unwrap()).collect();
        prop_assert_eq!(parts.iter().map(|part| part.len).sum::<u64>(), size);
        prop_assert!(parts.windows(2).all(|pair| pair[0].offset + pair[0].len == pair[1].offset));
    }
}
