//! Locked links: the keyCode under a password, which protects the content and not only the door.
//!
//! The password is stretched here, with Argon2id (RFC 9106). From what comes of it follow a *proof*, for which the server
//! hands out its secret, and a key, which encrypts the keyCode and needs that secret too. So whoever has the link can try
//! passwords only at the server, which counts; and the server, without the link, cannot try any.

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64ct::{Base64UrlUnpadded, Encoding};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, Zeroizing};

use super::schedule::{expand, key};
use super::secret::{Key, random};
use super::{KeyCode, PackageCode, ServerSecret};
use crate::openpgp::aead;
use crate::{Error, ErrorCode, Result};

/// Octets of a [`LockHead`].
const HEAD: usize = 23;
/// What a lock adds to its keyCode.
const OVERHEAD: usize = HEAD + aead::NONCE_LEN + aead::TAG_LEN;
/// Octets of a lock: with a keyCode without class letter, and with one.
const LENGTHS: [usize; 2] = [OVERHEAD + 43, OVERHEAD + 44];

/// KiB of memory, passes and lanes of new locks: RFC 9106's second choice (section 4), with one lane, since a browser
/// computes them one after the other.
const COSTS: (u32, u8, u8) = (MEMORY.0, PASSES.0, LANES);
/// KiB of memory that a reader accepts, at least and at most.
const MEMORY: (u32, u32) = (64 << 10, 1 << 20);
/// Passes that a reader accepts, at least and at most.
const PASSES: (u8, u8) = (3, 10);
/// Lanes that a reader accepts.
const LANES: u8 = 1;

/// How a password is stretched: version, costs and salt. It stands at the beginning of a lock.
#[derive(Clone, PartialEq, Eq)]
pub struct LockHead([u8; HEAD]);

impl LockHead {
    /// The head of a new lock. The salt is fresh: a head is used once, also when the same package is locked again.
    ///
    /// # Errors
    /// `UNSUPPORTED` without secure random numbers.
    pub fn generate() -> Result<Self> {
        let (memory, passes, lanes) = COSTS;
        let mut head = [0; HEAD];
        let (costs, salt) = head.split_at_mut(7);
        costs.copy_from_slice(&[&[1], memory.to_be_bytes().as_slice(), &[passes, lanes]].concat());
        salt.copy_from_slice(&random::<16>()?);
        Ok(Self(head))
    }

    /// Reads a head.
    ///
    /// # Errors
    /// `UNSUPPORTED` for another version, `LINK_INVALID` for another length or costs out of bounds: too cheap to protect,
    /// or more than a device should be made to bear.
    pub fn parse(octets: &[u8]) -> Result<Self> {
        let invalid = |message| Error::new(ErrorCode::LinkInvalid, message);
        let head: [u8; HEAD] =
            octets.try_into().map_err(|_| invalid("the link's lock has another length"))?;
        let [version, m0, m1, m2, m3, passes, lanes, ..] = head;
        if version != 1 {
            return Err(Error::new(ErrorCode::Unsupported, "the link is locked in a way that came later"));
        }
        let memory = u32::from_be_bytes([m0, m1, m2, m3]);
        let bounded = (MEMORY.0..=MEMORY.1).contains(&memory) && (PASSES.0..=PASSES.1).contains(&passes);
        if !bounded || lanes != LANES {
            return Err(invalid("the costs of the link's lock are out of bounds"));
        }
        Ok(Self(head))
    }

    /// Its octets, all of them public to whoever has the link.
    pub fn as_bytes(&self) -> &[u8; HEAD] {
        &self.0
    }

    /// Stretches a password: Argon2id over its normalization form C. Takes a good part of a second, and 64 MiB at the least.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an empty password, `UNSUPPORTED` when this device has not enough memory.
    pub fn stretch(&self, password: &str) -> Result<StretchedPassword> {
        if password.is_empty() {
            return Err(Error::new(ErrorCode::InvalidInput, "a password has at least one character"));
        }
        let [_, m0, m1, m2, m3, passes, lanes, salt @ ..] = &self.0;
        let memory = u32::from_be_bytes([*m0, *m1, *m2, *m3]);
        let params = Params::new(memory, (*passes).into(), (*lanes).into(), Some(32)).map_err(impossible)?;
        let mut blocks = Vec::new();
        blocks
            .try_reserve_exact(params.block_count())
            .map_err(|_| Error::new(ErrorCode::Unsupported, "not enough memory for the link's lock"))?;
        blocks.resize(params.block_count(), Block::default());
        let password = Zeroizing::new(password.nfc().collect::<String>());
        let mut stretched = Zeroizing::new([0; 32]);
        let done = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into_with_memory(
            password.as_bytes(),
            salt,
            stretched.as_mut(),
            &mut blocks,
        );
        blocks.zeroize();
        done.map_err(impossible)?;
        let (prk, _) = Hkdf::<Sha256>::extract(Some(b"bulla/1 lock"), stretched.as_ref());
        Ok(StretchedPassword { head: self.clone(), root: Key::new(prk.into()) })
    }
}

impl fmt::Debug for LockHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LockHead(..)")
    }
}

fn impossible(_: argon2::Error) -> Error {
    Error::new(ErrorCode::Internal, "Argon2 refused what the format allows")
}

/// A password that was stretched under one head: what locks a link, and what unlocks it.
#[derive(Clone, Debug)]
pub struct StretchedPassword {
    head: LockHead,
    root: Key,
}

impl StretchedPassword {
    /// What [`root`](Self::root) gave elsewhere, under the head that it was made with.
    pub fn from_root(head: LockHead, root: Key) -> Self {
        Self { head, root }
    }

    /// The secret itself: whoever has it opens what the password opens.
    pub fn root(&self) -> &Key {
        &self.root
    }

    /// What shows the server that the password is right.
    pub fn proof(&self, package_code: &PackageCode) -> LockProof {
        let octets = expand::<32>(&self.root, &[b"proof", package_code.as_str().as_bytes()]);
        LockProof(Zeroizing::new(base16ct::lower::encode_string(octets.as_ref())))
    }

    /// Locks a keyCode.
    ///
    /// # Errors
    /// `UNSUPPORTED` without secure random numbers.
    pub fn lock(
        &self,
        key_code: &KeyCode,
        server_secret: &ServerSecret,
        package_code: &PackageCode,
    ) -> Result<Lock> {
        let nonce = random()?;
        let mut sealed = key_code.expose().as_bytes().to_vec();
        sealed.reserve_exact(aead::TAG_LEN);
        let cipher = aead::cipher(&self.key(server_secret, package_code));
        aead::seal(&cipher, &nonce, &self.additional_data(package_code), &mut sealed)?;
        Ok(Lock { head: self.head.clone(), nonce, sealed })
    }

    fn key(&self, server_secret: &ServerSecret, package_code: &PackageCode) -> Key {
        let secret = Sha256::digest(server_secret.expose());
        key(&self.root, &[b"key", &secret, package_code.as_str().as_bytes()])
    }

    fn additional_data(&self, package_code: &PackageCode) -> Vec<u8> {
        [self.head.as_bytes().as_slice(), package_code.as_str().as_bytes()].concat()
    }
}

/// What a client shows the server to be given the server's secret: 64 hexadecimal digits. The server stores a hash of it.
#[derive(Clone)]
pub struct LockProof(Zeroizing<String>);

impl LockProof {
    /// 64 lowercase hexadecimal digits.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LockProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LockProof(..)")
    }
}

/// A keyCode under a password, as it stands in the fragment of a locked link.
#[derive(Clone)]
pub struct Lock {
    head: LockHead,
    nonce: [u8; aead::NONCE_LEN],
    sealed: Vec<u8>,
}

impl Lock {
    /// Reads a lock: base64url without padding, of one of two lengths.
    ///
    /// # Errors
    /// `LINK_INCOMPLETE` for another length or what looks cut off, and what [`LockHead::parse`] refuses.
    pub fn parse(text: &str) -> Result<Self> {
        let incomplete = || Error::new(ErrorCode::LinkIncomplete, "the link's lock is cut short or mistyped");
        let octets = Base64UrlUnpadded::decode_vec(text).map_err(|_| incomplete())?;
        if !LENGTHS.contains(&octets.len()) {
            return Err(incomplete());
        }
        let (head, rest) = octets.split_at_checked(HEAD).ok_or_else(incomplete)?;
        let (nonce, sealed) = rest.split_first_chunk().ok_or_else(incomplete)?;
        Ok(Self { head: LockHead::parse(head)?, nonce: *nonce, sealed: sealed.to_vec() })
    }

    /// How the password has to be stretched.
    pub fn head(&self) -> &LockHead {
        &self.head
    }

    /// Unlocks the keyCode with what the server gave for the proof.
    ///
    /// # Errors
    /// `TAMPERED` when the password is another one, or the link or the server's secret is not what was locked.
    pub fn open(
        &self,
        password: &StretchedPassword,
        server_secret: &ServerSecret,
        package_code: &PackageCode,
    ) -> Result<KeyCode> {
        if password.head != self.head {
            return Err(Error::tampered());
        }
        let cipher = aead::cipher(&password.key(server_secret, package_code));
        let mut text = Zeroizing::new(self.sealed.clone());
        aead::open(&cipher, &self.nonce, &password.additional_data(package_code), &mut text)?;
        std::str::from_utf8(&text).ok().and_then(|text| KeyCode::parse(text).ok()).ok_or_else(Error::tampered)
    }

    /// Its text.
    pub fn expose(&self) -> String {
        let octets = [self.head.as_bytes().as_slice(), &self.nonce, &self.sealed].concat();
        Base64UrlUnpadded::encode_string(&octets)
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lock(..)")
    }
}
