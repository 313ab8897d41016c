use std::collections::HashSet;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::json::{self, VERSION};
use super::{decode, info, open_octets, seal_text};
use crate::api::limits::MAX_SEAL;
use crate::format::decode_message;
use crate::json::read_struct;
use crate::keys::{PackageCode, PackageKeys};
use crate::{Error, ErrorCode, Result};

/// A file as the server keeps it.
#[derive(Clone, Copy, Debug)]
pub struct StoredFile<'a> {
    /// The file's name on the server: its sealed info.
    pub name: &'a str,
    /// The number of its parts.
    pub parts: u32,
    /// Octets of its plaintext.
    pub size: u64,
}

/// A file as the seal binds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SealedFile {
    /// SHA-256 of the file's name on the server.
    pub name_hash: [u8; 32],
    /// The number of its parts.
    pub parts: u32,
    /// Octets of its plaintext.
    pub size: u64,
}

impl From<&StoredFile<'_>> for SealedFile {
    fn from(file: &StoredFile<'_>) -> Self {
        Self { name_hash: Sha256::digest(file.name).into(), parts: file.parts, size: file.size }
    }
}

/// Binds a finalized package together: its message and exactly its files. It says "by someone who holds the
/// link"; recipients are the server's claim and not covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Grows by one with every change after the first seal. A reader refuses a lower one than it has seen.
    pub seq: u64,
    /// When it was made, in seconds since 1970, by the sender's clock.
    pub created: u64,
    /// SHA-256 of the encrypted message's octets.
    pub message: Option<[u8; 32]>,
    /// The files, in ascending order.
    pub files: Vec<SealedFile>,
}

read_struct! {
    #[derive(Serialize)]
    struct Wire {
        v: u64 = get "v",
        seq: u64 = get "seq",
        created: u64 = get "created",
        message: Option<String> = get_present "message",
        files: Vec<(String, u32, u64)> = get "files",
    }
}

impl Seal {
    /// The seal of a package with this message (base64, as on the wire) and these files. `INVALID_INPUT` when
    /// they are not what this suite makes.
    pub fn of(seq: u64, created: u64, message: Option<&str>, files: &[StoredFile<'_>]) -> Result<Self> {
        Self::bind(seq, created, message, files)
            .map_err(|_| Error::new(ErrorCode::InvalidInput, "the package holds what cannot be sealed"))
    }

    /// Encrypts the seal: base64url. `LIMIT_REACHED` when the package has too many files.
    pub fn seal(&self, keys: &PackageKeys, package_code: &PackageCode) -> Result<String> {
        if !self.integers_fit() {
            return Err(Error::new(ErrorCode::InvalidInput, "a number is too large"));
        }
        let encode = |hash: &[u8; 32]| Base64UrlUnpadded::encode_string(hash);
        let files = self.files.iter().map(|file| (encode(&file.name_hash), file.parts, file.size)).collect();
        let message = self.message.as_ref().map(encode);
        let wire = Wire { v: VERSION, seq: self.seq, created: self.created, message, files };
        let plaintext = serde_json::to_vec(&wire)
            .map_err(|_| Error::new(ErrorCode::Internal, "the seal could not be written"))?;
        let text = seal_text(&keys.seal_key(), &aad(package_code), &[], plaintext)?;
        if text.len() > MAX_SEAL {
            return Err(Error::new(ErrorCode::LimitReached, "the package has too many files"));
        }
        Ok(text)
    }

    /// Opens what [`Seal::seal`] wrote for this package. `TAMPERED` when it is anything else, `UNSUPPORTED` when
    /// a newer version wrote it.
    pub fn open(keys: &PackageKeys, package_code: &PackageCode, text: &str) -> Result<Self> {
        if text.len() > MAX_SEAL {
            return Err(Error::tampered());
        }
        let wire: Wire = json::read(&open_octets(&keys.seal_key(), &aad(package_code), &decode(text)?)?)?;
        let hash = |text: &str| <[u8; 32]>::try_from(decode(text)?).map_err(|_| Error::tampered());
        let mut files = wire
            .files
            .iter()
            .map(|(name, parts, size)| Ok(SealedFile { name_hash: hash(name)?, parts: *parts, size: *size }))
            .collect::<Result<Vec<_>>>()?;
        files.sort_unstable();
        let message = wire.message.as_deref().map(hash).transpose()?;
        let seal = Self { seq: wire.seq, created: wire.created, message, files };
        if seal.integers_fit() { Ok(seal) } else { Err(Error::tampered()) }
    }

    /// Checks that a package holds this message (base64, as on the wire) and exactly these files, and that no two
    /// files share a nonce. `TAMPERED` otherwise.
    pub fn verify(&self, message: Option<&str>, files: &[StoredFile<'_>]) -> Result<()> {
        let found = Self::bind(self.seq, self.created, message, files)?;
        if *self == found { Ok(()) } else { Err(Error::tampered()) }
    }

    fn bind(seq: u64, created: u64, message: Option<&str>, files: &[StoredFile<'_>]) -> Result<Self> {
        let mut nonces = HashSet::with_capacity(files.len());
        for file in files {
            if !nonces.insert(info::split(file.name)?.0) {
                return Err(Error::tampered());
            }
        }
        let mut files: Vec<_> = files.iter().map(SealedFile::from).collect();
        files.sort_unstable();
        let message = message.map(|text| Ok(Sha256::digest(decode_message(text)?).into())).transpose()?;
        Ok(Self { seq, created, message, files })
    }

    fn integers_fit(&self) -> bool {
        json::integers_fit(
            [self.seq, self.created].into_iter().chain(self.files.iter().map(|file| file.size)),
        )
    }
}

fn aad(package_code: &PackageCode) -> Vec<u8> {
    [b"bulla/1 seal\0", package_code.as_str().as_bytes()].concat()
}
