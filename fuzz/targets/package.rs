//! The package that the targets read.
#![allow(dead_code)] // no target uses all of it

use std::sync::LazyLock;

use bulla::keys::{FileNonce, Key, KeyCode, PackageCode, PackageKeys, Passphrase, ServerSecret};
use bulla::openpgp::aead;
use data_encoding::BASE64URL_NOPAD;

pub(crate) static PASSPHRASE: LazyLock<Passphrase> = LazyLock::new(|| {
    let key_code = KeyCode::parse("SAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
    Passphrase::new(&ServerSecret::parse("server-secret-00").unwrap(), &key_code)
});
pub(crate) static KEYS: LazyLock<PackageKeys> = LazyLock::new(|| PackageKeys::derive(&PASSPHRASE));
pub(crate) static CODE: LazyLock<PackageCode> =
    LazyLock::new(|| PackageCode::parse("package-code-000").unwrap());

pub(crate) fn nonce() -> FileNonce {
    FileNonce::from_bytes([0; 16])
}

/// Sealed text whose plaintext is the input, so that the reader behind the cipher is reached.
pub(crate) fn sealed_text(key: &Key, aad: &[u8], public: &[u8], plaintext: &[u8]) -> String {
    let mut buffer = plaintext.to_vec();
    aead::seal(&aead::cipher(key), &[0; 12], aad, &mut buffer).unwrap();
    BASE64URL_NOPAD.encode(&[public, &[0; 12], &buffer].concat())
}
