//! The key schedule: HKDF-SHA256 (RFC 5869) with one label per purpose.

use std::fmt;

use hkdf::Hkdf;
use hmac::Hmac;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::secret::{Key, random};
use super::{KeyCode, PackageCode, ServerSecret};
use crate::Result;
use crate::openpgp::{s2k::S2k, skesk};

/// The rounds of the checksum's PBKDF2, as SendSafely's clients compute it.
const CHECKSUM_ROUNDS: u32 = 1024;

/// What encrypts a package, as standard OpenPGP tools take it: the server secret followed by the keyCode.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Joins the server's half and the link's half.
    pub fn new(server_secret: &ServerSecret, key_code: &KeyCode) -> Self {
        let (secret, code) = (server_secret.expose(), key_code.expose());
        let mut text = Zeroizing::new(String::with_capacity(secret.len() + code.len()));
        text.push_str(secret);
        text.push_str(code);
        Self(text)
    }

    /// The text of a passphrase that was joined elsewhere.
    pub fn from_text(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Whether both are the same, in constant time.
    pub fn same(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// What a client shows the server instead of the keyCode: lowercase hex of
/// PBKDF2-HMAC-SHA256(keyCode, salt = packageCode, 1024 rounds, 32 octets).
///
/// It gates access and proves nothing about content. Whoever has it passes the door, so it is a secret too.
#[derive(Clone)]
pub struct Checksum(Zeroizing<String>);

impl Checksum {
    /// Derives the checksum of a keyCode for one package.
    pub fn derive(key_code: &KeyCode, package_code: &PackageCode) -> Self {
        let mut octets = Zeroizing::new([0; 32]);
        #[allow(clippy::expect_used)] // HMAC takes keys of any length (RFC 2104, section 3)
        pbkdf2::pbkdf2::<Hmac<Sha256>>(
            key_code.expose().as_bytes(),
            package_code.as_str().as_bytes(),
            CHECKSUM_ROUNDS,
            octets.as_mut(),
        )
        .expect("any key length");
        Self(Zeroizing::new(base16ct::lower::encode_string(octets.as_ref())))
    }

    /// 64 lowercase hexadecimal digits.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Checksum(..)")
    }
}

/// The keys of one package in suite `sealed`.
#[derive(Clone, Debug)]
pub struct PackageKeys {
    root: Key,
    s2k: S2k,
    kek: Key,
}

impl PackageKeys {
    /// Derives the package's root and, with the package's one S2K, the key that encrypts its session keys.
    pub fn derive(passphrase: &Passphrase) -> Self {
        let passphrase = passphrase.expose().as_bytes();
        let (prk, _) = Hkdf::<Sha256>::extract(Some(b"bulla/1"), passphrase);
        let root = Key::new(prk.into());
        let s2k = S2k { salt: *expand(&root, &[b"bulla/1 s2k"]), count: skesk::COUNT };
        let kek = skesk::key_encryption_key(&s2k.derive(passphrase));
        Self { root, s2k, kek }
    }

    /// The keys of one version of one file.
    pub fn file(&self, nonce: &FileNonce) -> FileKeys {
        FileKeys { root: key(&self.root, &[b"bulla/1 file", &nonce.0]) }
    }

    /// The session key of the message.
    pub fn message_key(&self) -> Key {
        key(&self.root, &[b"bulla/1 message"])
    }

    /// The key of the seal.
    pub fn seal_key(&self) -> Key {
        key(&self.root, &[b"bulla/1 seal"])
    }

    /// What encrypts a directory's name.
    pub fn directory_key(&self, nonce: &FileNonce) -> Key {
        key(&self.root, &[b"bulla/1 dir", &nonce.0])
    }

    /// What encrypts the label of a workspace.
    pub fn label_key(&self, nonce: &FileNonce) -> Key {
        key(&self.root, &[b"bulla/1 label", &nonce.0])
    }

    /// What encrypts the root of a file that is copied to here.
    pub fn copy_key(&self, nonce: &FileNonce) -> Key {
        key(&self.root, &[b"bulla/1 copy", &nonce.0])
    }

    /// What name tags are made with.
    pub fn name_key(&self) -> Key {
        key(&self.root, &[b"bulla/1 name"])
    }

    /// How standard tools derive their key from the passphrase; the same in every part of the package.
    pub(crate) fn s2k(&self) -> &S2k {
        &self.s2k
    }

    /// What encrypts the session keys.
    pub(crate) fn key_encryption_key(&self) -> &Key {
        &self.kek
    }
}

/// The public random number of one version of one file. One nonce, one plaintext, one part plan: whatever
/// changes takes a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileNonce([u8; 16]);

impl FileNonce {
    /// A new nonce from the system's random number generator.
    pub fn generate() -> Result<Self> {
        Ok(Self(random()?))
    }

    /// The nonce of a resumed or received file.
    pub fn from_bytes(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// Its octets.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// The keys of one version of one file.
#[derive(Clone, Debug)]
pub struct FileKeys {
    root: Key,
}

impl FileKeys {
    /// The keys of a file that was copied, from the root that came with it.
    pub fn from_root(root: Key) -> Self {
        Self { root }
    }

    /// What all keys of this file, and of no other, follow from: all that a copy of it shares.
    pub fn root(&self) -> &Key {
        &self.root
    }

    /// The session key of one part: number `index` (from 1), whose first octet stands at `offset` in the file,
    /// and which is the `last` or not. A part that stands anywhere else has another key.
    pub fn part_key(&self, index: u32, offset: u64, last: bool) -> Key {
        let (index, offset) = (u64::from(index).to_be_bytes(), offset.to_be_bytes());
        key(&self.root, &[b"part", &index, &offset, &[u8::from(last)]])
    }

    /// The session key of the thumbnail whose longer side has `size` pixels at most.
    pub fn thumbnail_key(&self, size: u16) -> Key {
        key(&self.root, &[b"thumbnail", &size.to_be_bytes()])
    }

    /// The key of the sealed file info.
    pub fn info_key(&self) -> Key {
        key(&self.root, &[b"info"])
    }
}

/// HKDF-Expand(root, the pieces of info joined, 32 octets).
pub(super) fn key(root: &Key, info: &[&[u8]]) -> Key {
    Key::new(*expand(root, info))
}

/// HKDF-Expand(root, the pieces of info joined, N octets).
pub(super) fn expand<const N: usize>(root: &Key, info: &[&[u8]]) -> Zeroizing<[u8; N]> {
    const { assert!(N <= 32) };
    let mut octets = Zeroizing::new([0; N]);
    #[allow(clippy::expect_used)]
    // a root has the length of a hash, and N is at most that (RFC 5869, section 2.3)
    Hkdf::<Sha256>::from_prk(root.expose())
        .expect("a root of 32 octets")
        .expand_multi_info(info, octets.as_mut())
        .expect("at most 32 octets");
    octets
}
