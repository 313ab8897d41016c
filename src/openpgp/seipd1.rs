//! Symmetrically encrypted and integrity protected data, version 1: CFB with a modification detection code
//! (RFC 9580, section 5.13.1).

use subtle::ConstantTimeEq;

use super::cfb;
use crate::keys::Key;
use crate::{Error, Result};

/// Octets of [`header`].
pub const HEADER_LEN: usize = 7;
/// Octets of [`prefix`].
pub const PREFIX_LEN: usize = 18;
/// The header of the modification detection code packet, which ends what its SHA-1 covers.
pub const MDC_HEADER: [u8; 2] = [0xD3, 0x14];
/// Octets of the modification detection code packet.
const MDC_LEN: usize = 22;

/// What stands before the encrypted octets of a packet with `content_len` octets of content.
pub fn header(content_len: u32) -> [u8; HEADER_LEN] {
    let [a, b, c, d] = (1 + (PREFIX_LEN + MDC_LEN) as u32 + content_len).to_be_bytes();
    [0xD2, 0xFF, a, b, c, d, 1]
}

/// The plaintext before the content: a random block and its last two octets again.
pub fn prefix(random: &[u8; 16]) -> [u8; PREFIX_LEN] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *random;
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, o, p]
}

/// A packet's plaintext, of which nothing may be used before the modification detection code has verified.
pub struct Unverified(Vec<u8>);

impl Unverified {
    /// Decrypts a packet's body.
    pub fn decrypt(body: &[u8], session_key: &Key) -> Result<Self> {
        let [1, ciphertext @ ..] = body else { return Err(Error::tampered()) };
        if ciphertext.len() < PREFIX_LEN + MDC_LEN {
            return Err(Error::tampered());
        }
        Ok(Self(cfb::decrypt(session_key, ciphertext)))
    }

    /// The octets that the modification detection code covers, for [`verify`](Self::verify).
    pub fn hashed(&self) -> &[u8] {
        self.0.split_last_chunk::<20>().map_or(&[], |(hashed, _)| hashed)
    }

    /// The packet's content, given the SHA-1 of what is [`hashed`](Self::hashed). The quick-check octets are
    /// never looked at: acting on them would answer questions about the plaintext.
    pub fn verify(&self, sha1: &[u8; 20]) -> Result<&[u8]> {
        let (hashed, hash) = self.0.split_last_chunk::<20>().ok_or_else(Error::tampered)?;
        let content = hashed.strip_suffix(&MDC_HEADER).and_then(|rest| rest.get(PREFIX_LEN..));
        match content {
            Some(content) if bool::from(sha1.ct_eq(hash)) => Ok(content),
            _ => Err(Error::tampered()),
        }
    }
}
