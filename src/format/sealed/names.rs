//! Names in a workspace: of directories, of the workspace itself, and the tags by which the server sees a repeated name.

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization;

use super::info::split;
use super::json::{self, VERSION};
use super::{PREFIX, open_octets, seal_text};
use crate::api::limits::MAX_DIRECTORY_NAME;
use crate::json::read_struct;
use crate::keys::{FileNonce, Key, PackageKeys};
use crate::{Error, ErrorCode, Result};

const DIRECTORY: &[u8] = b"bulla/1 dir";
const LABEL: &[u8] = b"bulla/1 label";

read_struct! {
    #[derive(Serialize)]
    struct Wire {
        v: u64 = get "v",
        name: String = get "name",
    }
}

/// Encrypts the name of a directory. `INVALID_INPUT` when it is empty, `LIMIT_REACHED` when it is too long.
pub fn seal_directory_name(keys: &PackageKeys, name: &str) -> Result<String> {
    if name.is_empty() {
        return Err(Error::new(ErrorCode::InvalidInput, "the directory has no name"));
    }
    let nonce = FileNonce::generate()?;
    seal(&keys.directory_key(&nonce), DIRECTORY, &nonce, name)
}

/// Opens what [`seal_directory_name`] wrote; `TAMPERED` when it is anything else.
pub fn open_directory_name(keys: &PackageKeys, text: &str) -> Result<String> {
    open(|nonce| keys.directory_key(nonce), DIRECTORY, text)
}

/// Encrypts the label of a workspace. `LIMIT_REACHED` when it is too long.
pub fn seal_label(keys: &PackageKeys, label: &str) -> Result<String> {
    let nonce = FileNonce::generate()?;
    seal(&keys.label_key(&nonce), LABEL, &nonce, label)
}

/// Opens what [`seal_label`] wrote; `TAMPERED` when it is anything else.
pub fn open_label(keys: &PackageKeys, text: &str) -> Result<String> {
    open(|nonce| keys.label_key(nonce), LABEL, text)
}

/// Whether a name is a sealed one. Only where all names are sealed does that say anything.
pub fn is_sealed(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// What stands for a name in a directory where the server compares names: base64url of
/// HMAC-SHA256(name key, directoryId ‖ 00 ‖ NFC(name)).
pub fn name_tag(keys: &PackageKeys, directory_id: &str, name: &str) -> String {
    #[allow(clippy::expect_used)] // HMAC takes keys of any length (RFC 2104, section 3)
    let mut mac = Hmac::<Sha256>::new_from_slice(keys.name_key().expose()).expect("any key length");
    mac.update(directory_id.as_bytes());
    mac.update(&[0]);
    mac.update(name.nfc().collect::<String>().as_bytes());
    Base64UrlUnpadded::encode_string(&mac.finalize().into_bytes())
}

fn seal(key: &Key, aad: &[u8], nonce: &FileNonce, name: &str) -> Result<String> {
    let plaintext = json::write_padded(&Wire { v: VERSION, name: name.to_owned() })?;
    let text = format!("{PREFIX}{}", seal_text(key, aad, nonce.as_bytes(), plaintext)?);
    if text.len() > MAX_DIRECTORY_NAME {
        return Err(Error::new(ErrorCode::LimitReached, "the name is too long"));
    }
    Ok(text)
}

fn open(key: impl Fn(&FileNonce) -> Key, aad: &[u8], text: &str) -> Result<String> {
    let (nonce, sealed) = split(text)?;
    let wire: Wire = json::read_padded(&open_octets(&key(&nonce), aad, &sealed)?)?;
    Ok(wire.name)
}
