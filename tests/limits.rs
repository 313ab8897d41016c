//! What is too long or malformed is refused by the writers too.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use bulla::api::limits::{MAX_MESSAGE, MAX_SEAL};
use bulla::format::sealed::{open_message, seal_message};
use bulla::format::{FileInfo, PartPlan, Seal, SealedFile, StoredFile, cfb};
use bulla::keys::{FileNonce, KeyClass, KeyCode, PackageCode, PackageKeys, Passphrase, ServerSecret, Suite};
use bulla::link::ShareLink;
use bulla::openpgp::aead;
use bulla::{ErrorCode, Result};
use data_encoding::BASE64URL_NOPAD;

fn passphrase() -> Passphrase {
    let secret = ServerSecret::parse("server-secret-of-this-package").unwrap();
    Passphrase::new(&secret, &KeyCode::generate(KeyClass::Sealed).unwrap())
}

fn keys() -> PackageKeys {
    PackageKeys::derive(&passphrase())
}

fn package_code() -> PackageCode {
    PackageCode::parse("package-code-of-this-package").unwrap()
}

fn nonce() -> FileNonce {
    FileNonce::generate().unwrap()
}

fn info() -> FileInfo {
    FileInfo::new("name", &PartPlan::for_size(5).unwrap())
}

fn code<T>(result: Result<T>) -> ErrorCode {
    match result {
        Ok(_) => panic!("it was accepted"),
        Err(error) => error.code(),
    }
}

#[test]
fn names_have_a_limit() {
    let keys = keys();
    let named = |len| FileInfo { name: "x".repeat(len), ..info() };
    let longest = named(12_000).seal(&keys, &nonce()).unwrap();
    assert_eq!(FileInfo::open(&keys, &longest).unwrap().1, named(12_000));
    assert_eq!(code(named(12_300).seal(&keys, &nonce())), ErrorCode::LimitReached);
}

#[test]
fn file_infos_that_contradict_themselves_are_invalid_input() {
    for wrong in [
        FileInfo { name: String::new(), ..info() },
        FileInfo { parts: Some(2), ..info() },
        FileInfo { parts: None, ..info() },
        FileInfo { size: None, ..info() },
        FileInfo { first: 0, ..info() },
        FileInfo { rest: (64 << 20) + 1, ..info() },
        FileInfo { rev: 1 << 53, ..info() },
        FileInfo { modified: Some(i64::MIN), ..info() },
        FileInfo { size: Some(u64::MAX), ..info() },
    ] {
        assert_eq!(code(wrong.seal(&keys(), &nonce())), ErrorCode::InvalidInput, "{wrong:?}");
    }
}

#[test]
fn a_stream_has_no_plan_before_its_end() {
    let stream = FileInfo { size: None, parts: None, ..info() };
    assert_eq!(code(stream.plan()), ErrorCode::InvalidInput);
    assert_eq!(info().plan().unwrap(), PartPlan::for_size(5).unwrap());
}

#[test]
fn messages_have_a_limit() {
    let (keys, passphrase) = (keys(), passphrase());
    let long = "x".repeat(MAX_MESSAGE / 4 * 3);
    assert_eq!(code(seal_message(&keys, &long)), ErrorCode::LimitReached);
    assert_eq!(code(seal_message(&keys, &"x".repeat(MAX_MESSAGE + 1))), ErrorCode::LimitReached);
    assert_eq!(code(cfb::encrypt_message(&passphrase, &long)), ErrorCode::LimitReached);
    let longest = &long[..long.len() - 1000];
    let sealed = seal_message(&keys, longest).unwrap();
    assert!(sealed.len() <= MAX_MESSAGE);
    assert_eq!(open_message(&keys, &sealed).unwrap(), longest);
    assert_eq!(code(open_message(&keys, &"A".repeat(MAX_MESSAGE + 4))), ErrorCode::Tampered);
}

#[test]
fn cfb_parts_have_a_limit() {
    assert_eq!(code(cfb::encrypt_part(&passphrase(), &vec![0; (64 << 20) + 1])), ErrorCode::InvalidInput);
    assert_eq!(code(cfb::decrypt_part(&passphrase(), &vec![0; 65 << 20])), ErrorCode::Tampered);
}

#[test]
fn seals_hold_ten_thousand_files_and_have_a_limit() {
    let (keys, package) = (keys(), package_code());
    let seal = |files: u32| Seal {
        seq: 1,
        created: 1_700_000_000,
        message: None,
        files: (0..files)
            .map(|file| SealedFile { name_hash: [0; 32], parts: file, size: (1 << 53) - 1 })
            .collect(),
    };
    let sealed = seal(10_000).seal(&keys, &package).unwrap();
    assert_eq!(Seal::open(&keys, &package, &sealed).unwrap(), seal(10_000));
    assert_eq!(code(seal(30_000).seal(&keys, &package)), ErrorCode::LimitReached);
}

#[test]
fn a_seal_over_the_limit_is_tampered_however_well_sealed() {
    let (keys, package) = (keys(), package_code());
    let mut json = br#"{"v":1,"seq":1,"created":0,"message":null,"files":[]}"#.to_vec();
    json.resize(MAX_SEAL, b' ');
    let aad = [b"bulla/1 seal\0", package.as_str().as_bytes()].concat();
    aead::seal(&aead::cipher(&keys.seal_key()), &[0; 12], &aad, &mut json).unwrap();
    let seal = BASE64URL_NOPAD.encode(&[&[0; 12][..], &json].concat());
    assert_eq!(code(Seal::open(&keys, &package, &seal)), ErrorCode::Tampered);
}

#[test]
fn what_cannot_be_sealed_is_invalid_input() {
    let name = info().seal(&keys(), &nonce()).unwrap();
    let file = StoredFile { name: &name, parts: 1, size: 5 };
    let plain = StoredFile { name: "plain.txt", ..file };
    assert!(Seal::of(1, 0, None, &[file]).is_ok());
    assert_eq!(code(Seal::of(1, 0, None, &[plain])), ErrorCode::InvalidInput);
    assert_eq!(code(Seal::of(1, 0, None, &[file, file])), ErrorCode::InvalidInput);
    assert_eq!(code(Seal::of(1, 0, Some("no base64"), &[file])), ErrorCode::InvalidInput);
    let late = Seal::of(1 << 53, 0, None, &[file]).unwrap();
    assert_eq!(code(late.seal(&keys(), &package_code())), ErrorCode::InvalidInput);
}

#[test]
fn package_codes_and_server_secrets_of_another_form_are_invalid_input() {
    for text in
        ["", "fifteen-letters", &"x".repeat(129), "sixteen letters.", "sixteen/letters/", "sixteen-létters-"]
    {
        assert_eq!(code(PackageCode::parse(text)), ErrorCode::InvalidInput, "{text}");
        assert_eq!(code(ServerSecret::parse(text)), ErrorCode::InvalidInput, "{text}");
    }
    for text in ["sixteen_letters-", &"x".repeat(128)] {
        assert_eq!(PackageCode::parse(text).unwrap().as_str(), text);
        assert_eq!(ServerSecret::parse(text).unwrap().expose(), text);
    }
}

#[test]
fn links_from_wrong_pieces_are_invalid_input() {
    let link = |host, thread| {
        ShareLink::new(host, thread, package_code(), KeyCode::generate(KeyClass::Sealed).unwrap())
    };
    assert!(link("http://localhost:8787/", Some("ABCD-1234")).is_ok());
    for host in
        ["", "example.com", "https://", "https://example.com/path", "https://a@example.com", "file:///x"]
    {
        assert_eq!(code(link(host, None)), ErrorCode::InvalidInput, "{host}");
    }
    for thread in ["", "a b", "a&packageCode=x", "#"] {
        assert_eq!(code(link("https://example.com", Some(thread))), ErrorCode::InvalidInput, "{thread}");
    }
}

#[test]
fn a_fragment_is_replaced_and_never_doubled() {
    let key_code = KeyCode::generate(KeyClass::Sealed).unwrap();
    let base = "https://example.com/receive/?packageCode=package-code-of-this-package";
    let expected = format!("{base}#keyCode={}", key_code.expose());
    assert_eq!(ShareLink::format(base, &key_code), expected);
    assert_eq!(ShareLink::format(&format!("{base}#"), &key_code), expected);
    assert_eq!(ShareLink::format(&format!("{base}#keyCode=other"), &key_code), expected);
}

#[test]
fn suites_have_names() {
    for suite in [Suite::Sealed, Suite::OpenPgpCfb] {
        assert_eq!(suite.as_str().parse::<Suite>().unwrap(), suite);
    }
    assert_eq!(code("aes".parse::<Suite>()), ErrorCode::Unsupported);
}

#[test]
fn generated_key_codes_are_of_their_class_and_differ() {
    for class in [KeyClass::Sealed, KeyClass::Workspace, KeyClass::OpenPgpCfb] {
        let (one, other) = (KeyCode::generate(class).unwrap(), KeyCode::generate(class).unwrap());
        assert_eq!(KeyCode::parse(one.expose()).unwrap().class(), class);
        assert_ne!(one.expose(), other.expose());
    }
}

#[test]
fn secrets_do_not_print() {
    let key_code = KeyCode::generate(KeyClass::Sealed).unwrap();
    let secret = ServerSecret::parse("server-secret-of-this-package").unwrap();
    let passphrase = Passphrase::new(&secret, &key_code);
    let link = ShareLink::new("https://example.com", None, package_code(), key_code.clone()).unwrap();
    let keys = PackageKeys::derive(&passphrase);
    let printed =
        format!("{key_code:?} {secret:?} {passphrase:?} {link:?} {keys:?} {:?}", keys.file(&nonce()));
    assert!(!printed.contains(&key_code.expose()[1..]), "{printed}");
    assert!(!printed.contains(secret.expose()), "{printed}");
    assert!(!printed.contains(&format!("{:?}", &keys.seal_key().expose()[..4])), "{printed}");
}
