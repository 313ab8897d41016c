//! A public key to which keyCodes are wrapped.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use bulla::api::limits::MAX_PUBLIC_KEY;
use bulla::keys::KeyCode;
use bulla::{Error, ErrorCode, Result};
use pgp::composed::{ArmorOptions, Deserializable, MessageBuilder, SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{DataMode, Signature, SignatureType};
use pgp::ser::Serialize;
use pgp::types::{EddsaLegacyPublicParams, KeyDetails, PublicParams, Timestamp};
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};

/// A public key whose bindings hold, that has not expired, is not revoked, and can encrypt.
#[derive(Clone)]
pub struct PublicKey {
    key: SignedPublicKey,
    /// Which subkey encrypts; `None`: the primary key does, as in keys of SendSafely's Python client.
    subkey: Option<usize>,
}

/// SHA-256 of the packet bodies of a key's primary key and of what encrypts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    primary: [u8; 32],
    encryption: [u8; 32],
}

/// The English words of [BIP-39](https://github.com/bitcoin/bips/blob/master/bip-0039/english.txt): 2048, no two of which
/// begin with the same four letters.
const WORDS: &str = include_str!("words.txt");

/// What people compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// All of it.
    pub fn octets(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        self.0.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    /// Eight groups of five decimal digits, which stand for 132 of its 256 bits: no other key is made to have the same.
    pub fn digits(&self) -> String {
        let (groups, _) = self.0.as_chunks::<4>();
        let groups = groups.iter().map(|group| format!("{:05}", u32::from_be_bytes(*group) % 100_000));
        groups.collect::<Vec<_>>().join(" ")
    }

    /// Eight words of BIP-39's English list, for reading aloud: 88 bits of SHA-256("bulla/1 words" ‖ the fingerprint). They
    /// name a key to people; what is confirmed is the whole of it.
    pub fn words(&self) -> String {
        let hash = Sha256::new_with_prefix(b"bulla/1 words").chain_update(self.0).finalize();
        let bits = hash.iter().take(11).fold(0_u128, |bits, &octet| (bits << 8) | u128::from(octet));
        let list: Vec<_> = WORDS.lines().collect();
        let words =
            (0..8).rev().filter_map(|place| list.get((bits >> (11 * place)) as usize & 0x7ff).copied());
        words.collect::<Vec<_>>().join(" ")
    }
}

impl Pin {
    /// What people compare to confirm the key.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new_with_prefix(b"bulla/1 key");
        hash.update(self.primary);
        hash.update(self.encryption);
        Fingerprint(hash.finalize().into())
    }

    /// SHA-256 of the primary key's packet body.
    pub fn primary(&self) -> &[u8; 32] {
        &self.primary
    }

    /// Both hashes, base64url.
    pub(super) fn to_text(self) -> String {
        Base64UrlUnpadded::encode_string(&[self.primary, self.encryption].concat())
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        let octets = Base64UrlUnpadded::decode_vec(text).ok()?;
        let (primary, encryption) = octets.split_first_chunk()?;
        Some(Self { primary: *primary, encryption: encryption.try_into().ok()? })
    }
}

impl PublicKey {
    /// Reads an armored key. `now` in milliseconds since 1970.
    ///
    /// # Errors
    /// `INVALID_INPUT` when it is none to which anything should be wrapped.
    pub fn parse(armored: &str, now: u64) -> Result<Self> {
        if armored.len() > MAX_PUBLIC_KEY {
            return Err(refused("the key is too long"));
        }
        let (key, _) = SignedPublicKey::from_string(armored).map_err(|_| refused("this is no public key"))?;
        key.verify_bindings().map_err(|_| refused("the key's own signatures do not hold"))?;
        if !key.details.revocation_signatures.is_empty() {
            return Err(refused("the key was revoked"));
        }
        let certifications = || {
            key.details.users.iter().flat_map(|user| &user.signatures).chain(&key.details.direct_signatures)
        };
        let own = certifications().max_by_key(|signature| signature.created());
        let own = own.ok_or_else(|| refused("the key has not signed itself"))?;
        if is_over(own, key.primary_key.created_at(), now) {
            return Err(refused("the key has expired"));
        }
        let usable = key.public_subkeys.iter().enumerate().filter(|(_, subkey)| encrypts(subkey, now));
        let subkey = usable.max_by_key(|(_, subkey)| subkey.key.created_at()).map(|(index, _)| index);
        let by_itself = matches!(key.primary_key.public_params(), PublicParams::RSA(_))
            && (own.key_flags().encrypt_comms() || own.key_flags().encrypt_storage());
        if subkey.is_none() && !by_itself {
            return Err(refused("the key cannot encrypt"));
        }
        Ok(Self { key, subkey })
    }

    /// What tells it from every other key.
    pub fn pin(&self) -> Pin {
        let primary = hash(&self.key.primary_key);
        let encryption = self.encrypting().map_or(primary, |subkey| hash(&subkey.key));
        Pin { primary, encryption }
    }

    /// Encrypts a keyCode: an armored message that whoever has the private key reads, with any OpenPGP.
    pub fn wrap(&self, key_code: &KeyCode) -> Result<String> {
        Self::encrypt(std::slice::from_ref(self), key_code.expose().as_bytes())
    }

    /// Encrypts a short secret to several keys: an armored message that each of them opens.
    pub(super) fn encrypt(keys: &[Self], secret: &[u8]) -> Result<String> {
        let failed = |_| Error::new(ErrorCode::Internal, "the key could not be wrapped");
        let mut message =
            MessageBuilder::from_bytes("", secret.to_vec()).seipd_v1(OsRng, SymmetricKeyAlgorithm::AES256);
        message.data_mode(DataMode::Binary).map_err(failed)?;
        for key in keys {
            match key.encrypting() {
                Some(subkey) => message.encrypt_to_key(OsRng, &subkey.key).map_err(failed)?,
                None => message.encrypt_to_key(OsRng, &key.key.primary_key).map_err(failed)?,
            };
        }
        message.to_armored_string(OsRng, ArmorOptions::default()).map_err(failed)
    }

    /// Whether an Ed25519 signature by the primary key holds. Other kinds of keys sign nothing here.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let key = match self.key.primary_key.public_params() {
            PublicParams::EdDSALegacy(EddsaLegacyPublicParams::Ed25519 { key }) => key,
            PublicParams::Ed25519(params) => &params.key,
            _ => return false,
        };
        key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }

    fn encrypting(&self) -> Option<&SignedPublicSubKey> {
        self.key.public_subkeys.get(self.subkey?)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.pin().fingerprint().hex())
    }
}

/// Whether a subkey is bound for encryption, now.
fn encrypts(subkey: &SignedPublicSubKey, now: u64) -> bool {
    let is = |kind| move |signature: &&Signature| signature.typ() == Some(kind);
    if subkey.signatures.iter().any(|signature| is(SignatureType::SubkeyRevocation)(&signature)) {
        return false;
    }
    let bindings = subkey.signatures.iter().filter(is(SignatureType::SubkeyBinding));
    bindings.max_by_key(|binding| binding.created()).is_some_and(|binding| {
        let flags = binding.key_flags();
        (flags.encrypt_comms() || flags.encrypt_storage()) && !is_over(binding, subkey.key.created_at(), now)
    })
}

/// Whether the life that a signature gives to a key made at `created` has ended.
fn is_over(signature: &Signature, created: Timestamp, now: u64) -> bool {
    signature.key_expiration_time().is_some_and(|life| {
        life.as_secs() > 0 && u64::from(created.as_secs()) + u64::from(life.as_secs()) <= now / 1000
    })
}

/// SHA-256 of a packet's body.
pub(super) fn hash(packet: &impl Serialize) -> [u8; 32] {
    // Writing into memory does not fail, and what was read can be written.
    Sha256::digest(packet.to_bytes().unwrap_or_default()).into()
}

fn refused(message: &'static str) -> Error {
    Error::new(ErrorCode::InvalidInput, message)
}
