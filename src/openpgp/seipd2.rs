//! Symmetrically encrypted and integrity protected data, version 2 (RFC 9580, section 5.13.2), as suite `sealed`
//! uses it: AES-256-GCM in chunks of 2^18 octets.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{AES256, GCM, aead};
use crate::keys::Key;
use crate::{Error, Result};

/// Plaintext octets of every chunk but the last.
pub const CHUNK_LEN: usize = 1 << 18;
/// The additional data of every chunk: tag 18 in new format, version, cipher, mode, chunk size octet.
pub const CHUNK_AAD: [u8; 5] = [0xD2, 2, AES256, GCM, 12];
/// Octets before the first chunk: tag, length, fields and salt.
pub const HEADER_LEN: usize = 42;

/// Writes what stands before the first chunk. `rest` is the number of octets in chunks and tags.
pub fn header(rest: u32, salt: &[u8; 32]) -> [u8; HEADER_LEN] {
    let mut header = [0; HEADER_LEN];
    let [tag, fields @ ..] = CHUNK_AAD;
    let pieces: [&[u8]; 4] = [&[tag, 0xFF], &(36 + rest).to_be_bytes(), &fields, salt];
    for (to, from) in header.iter_mut().zip(pieces.iter().flat_map(|piece| piece.iter())) {
        *to = *from;
    }
    header
}

/// The key and the nonces of one message's chunks.
#[derive(Clone, Debug)]
pub struct MessageKey {
    /// The key.
    pub key: Key,
    iv: [u8; 4],
}

impl MessageKey {
    /// HKDF-SHA256 of the session key and the packet's salt.
    pub fn derive(session_key: &Key, salt: &[u8; 32]) -> Self {
        let mut octets = Zeroizing::new([0; 36]);
        #[allow(clippy::expect_used)] // two hashes at most (RFC 5869, section 2.3)
        Hkdf::<Sha256>::new(Some(salt), session_key.expose())
            .expand(&CHUNK_AAD, octets.as_mut())
            .expect("36 octets");
        Self::from_bytes(&octets)
    }

    /// A key and what nonces begin with, as [`to_bytes`](Self::to_bytes) wrote them.
    pub fn from_bytes(octets: &[u8; 36]) -> Self {
        let mut key = [0; 32];
        let mut iv = [0; 4];
        for (to, from) in key.iter_mut().chain(&mut iv).zip(octets) {
            *to = *from;
        }
        Self { key: Key::new(key), iv }
    }

    /// The key, then what nonces begin with.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 36]> {
        let mut octets = Zeroizing::new([0; 36]);
        for (to, from) in octets.iter_mut().zip(self.key.expose().iter().chain(&self.iv)) {
            *to = *from;
        }
        octets
    }

    /// The nonce of chunk `index`, counted from 0; the final tag has the index after the last chunk's.
    pub fn nonce(&self, index: u64) -> [u8; 12] {
        let ([a, b, c, d], [e, f, g, h, i, j, k, l]) = (self.iv, index.to_be_bytes());
        [a, b, c, d, e, f, g, h, i, j, k, l]
    }

    /// The tag after the last chunk, which authenticates the number of plaintext octets.
    pub fn final_tag(&self, chunks: u64, plaintext_len: u64) -> Result<[u8; aead::TAG_LEN]> {
        let aad = [&CHUNK_AAD[..], &plaintext_len.to_be_bytes()].concat();
        let mut tag = Vec::with_capacity(aead::TAG_LEN);
        aead::seal(&aead::cipher(&self.key), &self.nonce(chunks), &aad, &mut tag)?;
        tag.try_into().map_err(|_| Error::tampered())
    }
}
