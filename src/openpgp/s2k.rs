//! String-to-key, type 3: iterated and salted, with SHA-256 (RFC 9580, section 3.7.1.3).

use sha2::{Digest, Sha256};

use super::SHA256;
use crate::keys::Key;
use crate::{Error, Result};

/// Octets of the specifier.
pub const LEN: usize = 11;

const ITERATED: u8 = 3;

/// The specifier's parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S2k {
    /// The salt.
    pub salt: [u8; 8],
    /// The coded count, for instance 0x60 for 65,536 octets; 0xFF, the highest, stands for 65,011,712.
    pub count: u8,
}

impl S2k {
    /// Reads a specifier. Other types and other hashes are refused.
    pub fn parse(octets: &[u8; LEN]) -> Result<Self> {
        let [ITERATED, SHA256, salt @ .., count] = *octets else { return Err(Error::tampered()) };
        Ok(Self { salt, count })
    }

    /// Writes the specifier.
    pub fn to_bytes(&self) -> [u8; LEN] {
        let [a, b, c, d, e, f, g, h] = self.salt;
        [ITERATED, SHA256, a, b, c, d, e, f, g, h, self.count]
    }

    /// Octets that are hashed at least: salt and passphrase once, whatever the count.
    fn hashed(&self) -> usize {
        (16 + usize::from(self.count & 15)) << (usize::from(self.count >> 4) + 6)
    }

    /// The key: SHA-256 over salt and passphrase, repeated up to the count.
    pub fn derive(&self, passphrase: &[u8]) -> Key {
        let mut left = self.hashed().max(self.salt.len() + passphrase.len());
        let mut hash = Sha256::new();
        while left > 0 {
            for piece in [&self.salt[..], passphrase] {
                let piece = piece.get(..left).unwrap_or(piece);
                hash.update(piece);
                left -= piece.len();
            }
        }
        Key::new(hash.finalize().into())
    }
}
