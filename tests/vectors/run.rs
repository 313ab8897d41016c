//! Runs the known-answer vectors, over any cipher. Every vector stands alone and is named for what it shows.

use std::collections::HashMap;

use bulla::format::sealed::{self, PartRandom};
use bulla::format::{
    Cipher, FileInfo, PartSealer, PartSpan, Payload, Seal, StoredFile, cfb, decrypt_part, encrypt_part,
};
use bulla::keys::{
    Checksum, FileKeys, FileNonce, KeyClass, KeyCode, PackageCode, PackageKeys, Passphrase, ServerSecret,
    StretchedPassword,
};
use bulla::link::{LockedLink, RequestLink, ShareLink};
use bulla::{ErrorCode, Result};
use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// One file of vectors, and the package that they belong to.
struct Vectors {
    server_secret: ServerSecret,
    package_code: PackageCode,
    key_code: KeyCode,
    cfb_key_code: KeyCode,
    nonce: FileNonce,
    list: Vec<Value>,
}

impl Vectors {
    fn read(json: &str) -> Self {
        let all: Value = serde_json::from_str(json).unwrap();
        let vectors = Self {
            server_secret: ServerSecret::parse(text(&all, "serverSecret")).unwrap(),
            package_code: PackageCode::parse(text(&all, "packageCode")).unwrap(),
            key_code: KeyCode::parse(text(&all, "keyCode")).unwrap(),
            cfb_key_code: KeyCode::parse(text(&all, "cfbKeyCode")).unwrap(),
            nonce: FileNonce::from_bytes(octets(&all, "n").try_into().unwrap()),
            list: all["vectors"].as_array().unwrap().clone(),
        };
        assert!(!vectors.list.is_empty());
        vectors
    }

    fn keys(&self) -> PackageKeys {
        PackageKeys::derive(&Passphrase::new(&self.server_secret, &self.key_code))
    }

    fn cfb_passphrase(&self) -> Passphrase {
        Passphrase::new(&self.server_secret, &self.cfb_key_code)
    }
}

fn text<'a>(vector: &'a Value, field: &str) -> &'a str {
    vector[field].as_str().unwrap_or_else(|| panic!("{field} of {vector}"))
}

fn number(vector: &Value, field: &str) -> u64 {
    vector[field].as_u64().unwrap_or_else(|| panic!("{field} of {vector}"))
}

fn octets(vector: &Value, field: &str) -> Vec<u8> {
    HEXLOWER.decode(text(vector, field).as_bytes()).unwrap()
}

fn hex(octets: &[u8]) -> String {
    HEXLOWER.encode(octets)
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|place| (7 * place + place / 256) as u8).collect()
}

/// The code of the error that a vector expects, or of the one that was found.
fn code<T>(result: &Result<T>) -> Option<&'static str> {
    result.as_ref().err().map(|error| error.code().as_str())
}

/// keys.json
pub(crate) fn keys() {
    let vectors = Vectors::read(include_str!("keys.json"));
    for vector in &vectors.list {
        let name = text(vector, "name");
        let key_code = KeyCode::parse(text(vector, "keyCode")).unwrap();
        let checksum = Checksum::derive(&key_code, &vectors.package_code);
        assert_eq!(checksum.expose(), text(vector, "checksum"), "{name}");
        if key_code.class() == KeyClass::OpenPgpCfb {
            continue;
        }
        let passphrase = Passphrase::new(&vectors.server_secret, &key_code);
        assert_eq!(passphrase.expose(), text(vector, "passphrase"), "{name}");
        let keys = PackageKeys::derive(&passphrase);
        let file = keys.file(&vectors.nonce);
        assert_eq!(hex(keys.message_key().expose()), text(vector, "messageKey"), "{name}");
        assert_eq!(hex(keys.seal_key().expose()), text(vector, "sealKey"), "{name}");
        assert_eq!(hex(file.info_key().expose()), text(vector, "infoKey"), "{name}");
        for part in vector["parts"].as_array().unwrap() {
            let (index, last) = (number(part, "index") as u32, part["last"].as_bool().unwrap());
            let key = file.part_key(index, number(part, "offset"), last);
            assert_eq!(hex(key.expose()), text(part, "key"), "{name}: {part}");
        }
    }
}

/// sealed-parts.json: written octet for octet, read back, and refused when cut anywhere.
pub(crate) async fn sealed_parts<C: Cipher>(cipher: &C) {
    let vectors = Vectors::read(include_str!("sealed-parts.json"));
    let keys = vectors.keys();
    let file = keys.file(&vectors.nonce);
    for vector in &vectors.list {
        let name = text(vector, "name");
        let span = PartSpan {
            index: number(vector, "index") as u32,
            offset: number(vector, "offset"),
            len: number(vector, "length"),
            last: vector["last"].as_bool().unwrap(),
        };
        let data = pattern(span.len as usize);
        let random = PartRandom::from_known(
            octets(vector, "iv").try_into().unwrap(),
            octets(vector, "salt").try_into().unwrap(),
        );
        let sealer = PartSealer::with_random(&keys, &file, span, random).unwrap();
        let pieces = encrypt_part(cipher, &sealer, C::Bytes::from_vec(data.clone())).await.unwrap();
        let ciphertext = join(&pieces);
        assert_eq!(ciphertext.len() as u64, sealed::ciphertext_size(span.len), "{name}");
        assert_eq!(ciphertext.len() as u64, number(vector, "ciphertextSize"), "{name}");
        assert_eq!(hex(&Sha256::digest(&ciphertext)), text(vector, "sha256"), "{name}");
        if vector["ciphertext"].is_string() {
            assert_eq!(hex(&ciphertext), text(vector, "ciphertext"), "{name}");
        }
        assert!(
            open(cipher, &keys, &file, span, &ciphertext).await.is_ok_and(|found| found == data),
            "{name}"
        );
        for cut in cuts(ciphertext.len()) {
            let cut_off = open(cipher, &keys, &file, span, &ciphertext[..cut]).await;
            assert_eq!(code(&cut_off), Some("TAMPERED"), "{name}, cut at {cut}");
        }
    }
}

/// sealed-parts-refused.json
pub(crate) async fn sealed_parts_refused<C: Cipher>(cipher: &C) {
    let vectors = Vectors::read(include_str!("sealed-parts-refused.json"));
    let keys = vectors.keys();
    let file = keys.file(&vectors.nonce);
    let span = PartSpan { index: 1, offset: 0, len: 100, last: true };
    for vector in &vectors.list {
        let found = open(cipher, &keys, &file, span, &octets(vector, "ciphertext")).await;
        assert_eq!(code(&found), Some("TAMPERED"), "{}", text(vector, "name"));
    }
}

/// sealed-message.json
pub(crate) fn sealed_message() {
    let vectors = Vectors::read(include_str!("sealed-message.json"));
    for vector in &vectors.list {
        let found = sealed::open_message(&vectors.keys(), text(vector, "message"));
        check_text(vector, found);
    }
}

/// sealed-thumbnails.json
pub(crate) fn sealed_thumbnails() {
    let vectors = Vectors::read(include_str!("sealed-thumbnails.json"));
    let keys = vectors.keys();
    let file = keys.file(&vectors.nonce);
    for vector in &vectors.list {
        let (name, size) = (text(vector, "name"), number(vector, "size").try_into().unwrap());
        let found = sealed::open_thumbnail(&keys, &file, size, &octets(vector, "thumbnail"));
        match vector["data"].as_str() {
            Some(data) => assert_eq!(hex(&found.unwrap()), data, "{name}"),
            None => assert_eq!(code(&found), Some("TAMPERED"), "{name}"),
        }
    }
}

/// sealed-info.json
pub(crate) fn sealed_info() {
    let vectors = Vectors::read(include_str!("sealed-info.json"));
    for vector in &vectors.list {
        let name = text(vector, "name");
        let found = FileInfo::open(&vectors.keys(), text(vector, "sealed"));
        assert_eq!(code(&found), vector["code"].as_str(), "{name}");
        let Ok((nonce, info)) = found else { continue };
        let expected = &vector["info"];
        assert_eq!(nonce, vectors.nonce, "{name}");
        assert_eq!(info.rev, number(expected, "rev"), "{name}");
        assert_eq!(info.name, text(expected, "name"), "{name}");
        assert_eq!(info.path.as_deref(), expected["path"].as_str(), "{name}");
        assert_eq!(info.content_type, text(expected, "type"), "{name}");
        assert_eq!(info.first, number(expected, "first"), "{name}");
        assert_eq!(info.rest, number(expected, "rest"), "{name}");
        assert_eq!(info.size, expected["size"].as_u64(), "{name}");
        assert_eq!(info.parts.map(u64::from), expected["parts"].as_u64(), "{name}");
        assert_eq!(info.modified, expected["modified"].as_i64(), "{name}");
    }
}

/// seal.json
pub(crate) fn seal() {
    let vectors = Vectors::read(include_str!("seal.json"));
    for vector in &vectors.list {
        let name = text(vector, "name");
        let files: Vec<_> = vector["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| StoredFile {
                name: text(file, "name"),
                parts: number(file, "parts") as u32,
                size: number(file, "size"),
            })
            .collect();
        let verified = Seal::open(&vectors.keys(), &vectors.package_code, text(vector, "seal"))
            .and_then(|seal| seal.verify(vector["message"].as_str(), &files));
        assert_eq!(code(&verified), vector["code"].as_str(), "{name}");
    }
}

/// cfb-parts.json: read back, and refused when cut anywhere.
pub(crate) async fn cfb_parts<C: Cipher>(cipher: &C) {
    let vectors = Vectors::read(include_str!("cfb-parts.json"));
    let passphrase = vectors.cfb_passphrase();
    for vector in &vectors.list {
        let name = text(vector, "name");
        let message = octets(vector, "message");
        let found = open_cfb(cipher, &passphrase, &message).await;
        let Some(data) = vector["data"].as_str() else {
            assert_eq!(code(&found), Some("TAMPERED"), "{name}");
            continue;
        };
        assert!(found.is_ok_and(|found| hex(&found) == data), "{name}");
        for cut in cuts(message.len()) {
            let cut_off = open_cfb(cipher, &passphrase, &message[..cut]).await;
            assert_eq!(code(&cut_off), Some("TAMPERED"), "{name}, cut at {cut}");
        }
    }
}

/// cfb-message.json
pub(crate) fn cfb_message() {
    let vectors = Vectors::read(include_str!("cfb-message.json"));
    for vector in &vectors.list {
        check_text(vector, cfb::decrypt_message(&vectors.cfb_passphrase(), text(vector, "message")));
    }
}

/// links.json
pub(crate) fn links() {
    let vectors = Vectors::read(include_str!("links.json"));
    for vector in &vectors.list {
        let name = text(vector, "name");
        let found = ShareLink::parse(text(vector, "link"));
        assert_eq!(code(&found), vector["code"].as_str(), "{name}");
        let Ok(link) = found else { continue };
        assert_eq!(link.host, text(vector, "host"), "{name}");
        assert_eq!(link.thread.as_deref(), vector["thread"].as_str(), "{name}");
        assert_eq!(link.package_code.as_str(), text(vector, "packageCode"), "{name}");
        assert_eq!(link.key_code.expose(), text(vector, "keyCode"), "{name}");
        let again = ShareLink::parse(&link.expose()).unwrap();
        assert_eq!(again.expose(), link.expose(), "{name}");
    }
}

/// request-links.json
pub(crate) fn request_links() {
    let vectors = Vectors::read(include_str!("request-links.json"));
    for vector in &vectors.list {
        let name = text(vector, "name");
        let found = RequestLink::parse(text(vector, "link"));
        assert_eq!(code(&found), vector["code"].as_str(), "{name}");
        let Ok(link) = found else { continue };
        assert_eq!(link.host, text(vector, "host"), "{name}");
        assert_eq!(link.request, text(vector, "request"), "{name}");
        assert_eq!(hex(&link.key_hash), text(vector, "hash"), "{name}");
        assert_eq!(RequestLink::parse(&link.expose()).unwrap(), link, "{name}");
    }
}

/// locks.json
pub(crate) fn locks() {
    let vectors = Vectors::read(include_str!("locks.json"));
    // Stretching takes long by design.
    let mut stretched: HashMap<([u8; 23], &str), StretchedPassword> = HashMap::new();
    for vector in &vectors.list {
        let name = text(vector, "name");
        let found = LockedLink::parse(text(vector, "link"));
        assert_eq!(code(&found), vector["code"].as_str(), "{name}");
        let Ok(link) = found else { continue };
        assert_eq!(code(&ShareLink::parse(text(vector, "link"))), Some("PASSWORD_REQUIRED"), "{name}");
        assert_eq!(link.package_code.as_str(), vectors.package_code.as_str(), "{name}");
        let password = text(vector, "password");
        let password = stretched
            .entry((*link.lock.head().as_bytes(), password))
            .or_insert_with(|| link.lock.head().stretch(password).unwrap());
        let opened = link.lock.open(password, &vectors.server_secret, &vectors.package_code);
        assert_eq!(code(&opened), vector["error"].as_str(), "{name}");
        let Ok(key_code) = opened else { continue };
        assert_eq!(hex(password.root().expose()), text(vector, "prk"), "{name}");
        assert_eq!(password.proof(&vectors.package_code).expose(), text(vector, "proof"), "{name}");
        assert_eq!(key_code.expose(), text(vector, "opened"), "{name}");
        let bare = format!("{}/receive/?packageCode={}", link.host, link.package_code);
        let again = LockedLink::format(&bare, &link.lock);
        assert_eq!(LockedLink::parse(&again).unwrap().lock.expose(), link.lock.expose(), "{name}");
    }
}

/// key-codes.json
pub(crate) fn key_codes() {
    let vectors = Vectors::read(include_str!("key-codes.json"));
    for vector in &vectors.list {
        let name = text(vector, "name");
        let found = KeyCode::parse(text(vector, "text"));
        assert_eq!(code(&found), vector["code"].as_str(), "{name}");
        let Ok(key_code) = found else { continue };
        let class = match key_code.class() {
            KeyClass::Sealed => "sealed",
            KeyClass::Workspace => "workspace",
            KeyClass::OpenPgpCfb => "openpgp-cfb",
        };
        assert_eq!(class, text(vector, "class"), "{name}");
        assert_eq!(key_code.suite().as_str(), text(vector, "suite"), "{name}");
    }
}

/// What the buffered reader and the reader over the cipher say. They must agree.
async fn open<C: Cipher>(
    cipher: &C,
    keys: &PackageKeys,
    file: &FileKeys,
    span: PartSpan,
    ciphertext: &[u8],
) -> Result<Vec<u8>> {
    let buffered = sealed::open_part(keys, file, span, ciphertext);
    let payload = C::Bytes::from_vec(ciphertext.to_vec());
    let driven = decrypt_part(cipher, Some(keys), file, span, payload).await.map(|pieces| join(&pieces));
    assert!(buffered == driven, "the two readers disagree");
    buffered
}

/// What the buffered reader and the reader over the cipher say. They must agree.
async fn open_cfb<C: Cipher>(cipher: &C, passphrase: &Passphrase, message: &[u8]) -> Result<Vec<u8>> {
    let buffered = cfb::decrypt_part(passphrase, message);
    let driven = cipher.decrypt_cfb(passphrase, C::Bytes::from_vec(message.to_vec())).await;
    assert!(buffered == driven.map(|pieces| join(&pieces)), "the two readers disagree");
    buffered
}

fn join<B: Payload>(pieces: &[B]) -> Vec<u8> {
    pieces.iter().flat_map(|piece| piece.copy(0..piece.len())).collect()
}

/// Every length that is too short when there are few, else those around the places where something ends.
fn cuts(len: usize) -> Vec<usize> {
    if len <= 300 {
        return (0..len).collect();
    }
    let chunk = (1 << 18) + 16;
    let ends = (0..=len / chunk).map(|index| 120 + index * chunk).chain([0, 78, 84, len - 32, len - 16, len]);
    let around = ends.flat_map(|end| [end.saturating_sub(1), end, end + 1]);
    around.filter(|&cut| cut < len).collect()
}

fn check_text(vector: &Value, found: Result<String>) {
    let name = text(vector, "name");
    match vector["text"].as_str() {
        Some(expected) => assert_eq!(found.unwrap(), expected, "{name}"),
        None => assert_eq!(found.unwrap_err().code(), ErrorCode::Tampered, "{name}"),
    }
}

/// workspace.json
pub(crate) fn workspace() {
    let vectors = Vectors::read(include_str!("workspace.json"));
    for vector in &vectors.list {
        let name = text(vector, "name");
        let key_code = KeyCode::parse(text(vector, "workspaceKeyCode")).unwrap();
        assert_eq!(key_code.class(), KeyClass::Workspace);
        let keys = PackageKeys::derive(&Passphrase::new(&vectors.server_secret, &key_code));
        let sealed = text(vector, "text");
        let opened = match text(vector, "kind") {
            "directory" => sealed::open_directory_name(&keys, sealed),
            "label" => sealed::open_label(&keys, sealed),
            "fileKey" => sealed::open_file_key(&keys, text(vector, "fileName"), sealed)
                .map(|file| hex(file.root().expose())),
            "nameTag" => Ok(sealed::name_tag(&keys, text(vector, "directoryId"), sealed)),
            kind => panic!("{kind}"),
        };
        assert_eq!(code(&opened), vector["error"].as_str(), "{name}");
        assert_eq!(opened.ok().as_deref(), vector["opened"].as_str(), "{name}");
    }
}

/// What is sealed opens, and is never the same twice.
pub(crate) fn workspace_round_trips() {
    let vectors = Vectors::read(include_str!("workspace.json"));
    let keys = vectors.keys();
    let (first, second) = (
        sealed::seal_directory_name(&keys, "a/b").unwrap(),
        sealed::seal_directory_name(&keys, "a/b").unwrap(),
    );
    assert_ne!(first, second);
    assert_eq!(sealed::open_directory_name(&keys, &first).unwrap(), "a/b");
    assert_eq!(sealed::open_label(&keys, &sealed::seal_label(&keys, "").unwrap()).unwrap(), "");
    let file = keys.file(&vectors.nonce);
    let key = sealed::seal_file_key(&keys, &vectors.nonce, &file).unwrap();
    assert!(sealed::open_file_key(&keys, &key, &key).unwrap().root().same(file.root()));
    let empty = sealed::seal_directory_name(&keys, "");
    assert_eq!(code(&empty), Some("INVALID_INPUT"));
    for long in
        [sealed::seal_directory_name(&keys, &"x".repeat(4096)), sealed::seal_label(&keys, &"x".repeat(4096))]
    {
        assert_eq!(code(&long), Some("LIMIT_REACHED"));
    }
}
