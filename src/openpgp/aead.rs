//! AES-256-GCM (NIST SP 800-38D) with tags of 16 octets, over one buffer.

use aes_gcm::aead::consts::U12;
use aes_gcm::{AeadInOut, AesGcm, KeyInit, Tag};

use super::Aes256;
use crate::keys::Key;
use crate::{Error, ErrorCode, Result};

/// Octets of a tag.
pub const TAG_LEN: usize = 16;
/// Octets of a nonce.
pub const NONCE_LEN: usize = 12;

/// AES-256-GCM under one key.
pub type Aes256Gcm = AesGcm<Aes256, U12>;

/// The cipher under one key.
pub fn cipher(key: &Key) -> Aes256Gcm {
    Aes256Gcm::new(key.expose().into())
}

/// Encrypts `buffer` in place and returns the tag.
pub fn encrypt(
    cipher: &Aes256Gcm,
    nonce: &[u8; NONCE_LEN],
    aad: &[u8],
    buffer: &mut [u8],
) -> Result<[u8; TAG_LEN]> {
    cipher
        .encrypt_inout_detached(nonce.into(), aad, buffer.into())
        .map(Into::into)
        .map_err(|_| Error::new(ErrorCode::InvalidInput, "more octets than AES-GCM can encrypt"))
}

/// Encrypts `buffer` in place and appends the tag.
pub fn seal(cipher: &Aes256Gcm, nonce: &[u8; NONCE_LEN], aad: &[u8], buffer: &mut Vec<u8>) -> Result<()> {
    let tag = encrypt(cipher, nonce, aad, buffer)?;
    buffer.extend_from_slice(&tag);
    Ok(())
}

/// Verifies the tag at the end of `buffer`, then decrypts in place and cuts the tag off. `TAMPERED` otherwise.
pub fn open(cipher: &Aes256Gcm, nonce: &[u8; NONCE_LEN], aad: &[u8], buffer: &mut Vec<u8>) -> Result<()> {
    let (data, tag) = buffer.split_last_chunk_mut::<TAG_LEN>().ok_or_else(Error::tampered)?;
    let (len, tag) = (data.len(), Tag::from(*tag));
    cipher.decrypt_inout_detached(nonce.into(), aad, data.into(), &tag).map_err(|_| Error::tampered())?;
    buffer.truncate(len);
    Ok(())
}
