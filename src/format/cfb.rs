//! Suite `openpgp-cfb`: what SendSafely's clients write and read. One OpenPGP message per part (SKESK version 4,
//! SEIPD version 1, a literal packet), under the package's passphrase.
//!
//! Each part stands alone: reordered, missing or foreign parts of the same package go unseen.

use std::borrow::Cow;

use sha1::{Digest, Sha1};

use super::{decode_message, encode_message};
use crate::api::limits::{MAX_PART_CIPHERTEXT, MAX_PART_PLAINTEXT};
use crate::keys::{Key, Passphrase, random};
use crate::openpgp::s2k::S2k;
use crate::openpgp::seipd1::{self, MDC_HEADER, Unverified};
use crate::openpgp::{cfb, literal, packet, skesk};
use crate::{Error, ErrorCode, Result};

/// Data octets of a file's first part, as SendSafely's browser client cuts files.
pub const FIRST_PART: u64 = PART / 4;
/// Data octets of every other part but the last.
pub const PART: u64 = 2_621_440;

/// Octets of a plaintext before the data.
const PREFIX_LEN: usize = seipd1::PREFIX_LEN + literal::HEADER_LEN;

/// What AES-256-CFB encrypts, in one run from an initialization vector of zeros: prefix, data, suffix and the
/// SHA-1 of all three.
#[derive(Clone, Debug)]
pub struct Plaintext {
    key: Key,
    random: [u8; 16],
    len: usize,
}

impl Plaintext {
    /// The plaintext with `len` octets of data, encrypted under `key`, which nothing else is, and beginning with a
    /// `random` block. `INVALID_INPUT` over 64 MiB.
    pub fn new(key: Key, random: [u8; 16], len: usize) -> Result<Self> {
        if len as u64 > MAX_PART_PLAINTEXT {
            return Err(Error::new(ErrorCode::InvalidInput, "a part holds at most 64 MiB"));
        }
        Ok(Self { key, random, len })
    }

    /// The key.
    pub fn key(&self) -> &[u8; 32] {
        self.key.expose()
    }

    /// The random block that it begins with.
    pub fn random(&self) -> &[u8; 16] {
        &self.random
    }

    /// Octets of data.
    pub fn data_len(&self) -> usize {
        self.len
    }

    /// What stands before the data.
    pub fn prefix(&self) -> [u8; PREFIX_LEN] {
        let mut prefix = [0; PREFIX_LEN];
        let pieces = [&seipd1::prefix(&self.random)[..], &literal::header(self.len as u32)];
        for (to, from) in prefix.iter_mut().zip(pieces.into_iter().flatten()) {
            *to = *from;
        }
        prefix
    }

    /// What stands between the data and the SHA-1.
    pub fn suffix(&self) -> [u8; 2] {
        MDC_HEADER
    }

    /// Encrypts it in Rust; `INVALID_INPUT` when `data` is not as long as it has to be.
    pub fn encrypt(&self, data: &[u8]) -> Result<Vec<u8>> {
        if data.len() != self.len {
            return Err(Error::new(ErrorCode::InvalidInput, "the data is not as long as the part"));
        }
        let mut octets = [&self.prefix(), data, &self.suffix()].concat();
        let hash = Sha1::digest(&octets);
        octets.extend_from_slice(&hash);
        cfb::encrypt(&self.key, &mut octets);
        Ok(octets)
    }
}

/// Says how to encrypt one part: [`header`](Self::header), then the [`plaintext`](Self::plaintext), encrypted.
#[derive(Debug)]
pub struct PartEncryptor {
    header: Vec<u8>,
    plaintext: Plaintext,
}

impl PartEncryptor {
    /// Prepares one part with `len` octets of data, under a session key of its own. `INVALID_INPUT` over 64 MiB.
    pub fn new(passphrase: &Passphrase, len: usize) -> Result<Self> {
        let plaintext = Plaintext::new(Key::new(random()?), random()?, len)?;
        let s2k = S2k { salt: random()?, count: skesk::COUNT };
        let s2k_output = s2k.derive(passphrase.expose().as_bytes());
        let mut header = skesk::write_v4(&s2k, &s2k_output, &plaintext.key);
        header.extend_from_slice(&seipd1::header((literal::HEADER_LEN + len) as u32));
        Ok(Self { header, plaintext })
    }

    /// Everything before the encrypted octets.
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// What to encrypt.
    pub fn plaintext(&self) -> &Plaintext {
        &self.plaintext
    }
}

/// One part, decrypted, of which nothing may be used before its modification detection code has verified.
pub struct Opened(Unverified);

impl Opened {
    /// Decrypts one part: exactly one SKESK version 4 and one SEIPD version 1. `TAMPERED` for everything else.
    pub fn decrypt(passphrase: &Passphrase, message: &[u8]) -> Result<Self> {
        if message.len() as u64 > MAX_PART_CIPHERTEXT {
            return Err(Error::tampered());
        }
        let (first, rest) = packet::read(message)?;
        let (second, rest) = packet::read(rest)?;
        if (first.tag, second.tag) != (packet::SKESK, packet::SEIPD) || !rest.is_empty() {
            return Err(Error::tampered());
        }
        let session_key = skesk::read_v4(&first.body, passphrase.expose().as_bytes())?;
        Ok(Self(Unverified::decrypt(&second.body, &session_key)?))
    }

    /// The octets whose SHA-1 [`data`](Self::data) takes.
    pub fn hashed(&self) -> &[u8] {
        self.0.hashed()
    }

    /// The data of the one literal packet in it. `TAMPERED` when the hash is not the one in the message, or the
    /// content anything else.
    pub fn data(&self, sha1: &[u8; 20]) -> Result<Cow<'_, [u8]>> {
        literal::read(self.0.verify(sha1)?)
    }
}

/// Encrypts one part in Rust: a session key of its own, binary, not compressed. `INVALID_INPUT` over 64 MiB.
pub fn encrypt_part(passphrase: &Passphrase, data: &[u8]) -> Result<Vec<u8>> {
    let part = PartEncryptor::new(passphrase, data.len())?;
    Ok([part.header(), &part.plaintext().encrypt(data)?].concat())
}

/// Decrypts one part in Rust. `TAMPERED` for whatever is not exactly one SKESK version 4, one SEIPD version 1 and
/// in it one literal packet, and nothing is returned before the modification detection code has verified.
pub fn decrypt_part(passphrase: &Passphrase, message: &[u8]) -> Result<Vec<u8>> {
    let opened = Opened::decrypt(passphrase, message)?;
    let sha1 = Sha1::digest(opened.hashed());
    Ok(opened.data(&sha1.into())?.into_owned())
}

/// Encrypts a package's message and encodes it in base64 (RFC 4648, section 4). `LIMIT_REACHED` when it is too
/// long for the wire.
pub fn encrypt_message(passphrase: &Passphrase, text: &str) -> Result<String> {
    encode_message(&encrypt_part(passphrase, text.as_bytes())?)
}

/// Decodes and decrypts a package's message; CRLF becomes LF. `TAMPERED` when it is none of this package.
pub fn decrypt_message(passphrase: &Passphrase, text: &str) -> Result<String> {
    let data = decrypt_part(passphrase, &decode_message(text)?)?;
    let text = String::from_utf8(data).map_err(|_| Error::tampered())?;
    let mut lines = text.split('\r');
    let mut unix = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        if !line.starts_with('\n') {
            unix.push('\r');
        }
        unix.push_str(line);
    }
    Ok(unix)
}
