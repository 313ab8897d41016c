//! The key of this device.

use std::fmt;
use std::io::Read;

use bulla::api::limits::MAX_WRAPPED_KEY_CODE;
use bulla::keys::KeyCode;
use bulla::{Error, ErrorCode, Result};
use ed25519_dalek::{Signer, SigningKey};
use pgp::composed::{
    ArmorOptions, Deserializable, EncryptionCaps, KeyType, Message, SecretKeyParamsBuilder, SignedSecretKey,
    SubkeyParamsBuilder,
};
use pgp::crypto::ecc_curve::ECCCurve;
use pgp::crypto::eddsa_legacy;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::ser::Serialize;
use pgp::types::{Password, PlainSecretParams, Timestamp};
use rand::rngs::OsRng;
use zeroize::Zeroizing;

use super::PublicKey;

/// A private key that never leaves this device: Ed25519 to sign, X25519 to read. Its packets are of the kind that OpenPGP had
/// before RFC 9580 too, so that every client can wrap to it.
pub struct DeviceKey(SignedSecretKey);

impl DeviceKey {
    /// Makes one for the owner of an e-mail address. `now` in milliseconds since 1970.
    pub fn generate(email: &str, now: u64) -> Result<Self> {
        let failed = || Error::new(ErrorCode::Internal, "the key could not be made");
        let created = Timestamp::from_secs(u32::try_from(now / 1000).map_err(|_| failed())?);
        let subkey = SubkeyParamsBuilder::default()
            .key_type(KeyType::ECDH(ECCCurve::Curve25519Legacy))
            .can_encrypt(EncryptionCaps::All)
            .created_at(created)
            .build()
            .map_err(|_| failed())?;
        let params = SecretKeyParamsBuilder::default()
            .key_type(KeyType::Ed25519Legacy)
            .can_certify(true)
            .can_sign(true)
            .created_at(created)
            .preferred_symmetric_algorithms([SymmetricKeyAlgorithm::AES256].into_iter().collect())
            .primary_user_id(format!("<{email}>"))
            .subkeys(vec![subkey])
            .build()
            .map_err(|_| failed())?;
        params.generate(OsRng).map(Self).map_err(|_| failed())
    }

    /// The key as it is kept.
    pub(super) fn to_octets(&self) -> Result<Zeroizing<Vec<u8>>> {
        let octets = self.0.to_bytes();
        octets
            .map(Zeroizing::new)
            .map_err(|_| Error::new(ErrorCode::Internal, "the key could not be written"))
    }

    /// A key as it was kept.
    pub(super) fn from_octets(octets: &[u8]) -> Option<Self> {
        SignedSecretKey::from_bytes(octets).ok().map(Self)
    }

    /// Its public half, armored.
    pub fn public_armored(&self) -> Result<String> {
        let armored = self.0.to_public_key().to_armored_string(ArmorOptions::default());
        armored.map_err(|_| Error::new(ErrorCode::Internal, "the key could not be written"))
    }

    /// Its public half.
    pub fn public(&self) -> Result<PublicKey> {
        PublicKey::parse(&self.public_armored()?, 0)
    }

    /// Reads a keyCode that was wrapped to it.
    ///
    /// # Errors
    /// `WRONG_KEY` for everything that is not exactly that.
    pub fn unwrap(&self, armored: &str) -> Result<KeyCode> {
        /// No keyCode is longer.
        const LONGEST: u64 = 64;
        let octets = self.open(armored, LONGEST)?;
        let text = std::str::from_utf8(&octets).map_err(|_| refused())?;
        KeyCode::parse(text.trim()).map_err(|_| refused())
    }

    /// Reads a key as it is kept that was encrypted to it.
    ///
    /// # Errors
    /// `WRONG_KEY` when it does not open.
    pub(super) fn decrypt(&self, armored: &str) -> Result<Zeroizing<Vec<u8>>> {
        self.open(armored, MAX_WRAPPED_KEY_CODE as u64)
    }

    /// What was encrypted to it, less than `longest` octets and a literal.
    fn open(&self, armored: &str, longest: u64) -> Result<Zeroizing<Vec<u8>>> {
        if armored.len() > MAX_WRAPPED_KEY_CODE {
            return Err(refused());
        }
        let (message, _) = Message::from_string(armored).map_err(|_| refused())?;
        let message = message.decrypt(&Password::empty(), &self.0).map_err(|_| refused())?;
        // Some clients compress. Never more than what is expected comes out of it.
        let message =
            if message.is_compressed() { message.decompress().map_err(|_| refused())? } else { message };
        if !message.is_literal() {
            return Err(refused());
        }
        let mut octets = Zeroizing::new(Vec::new());
        let mut reader = message.take(longest + 1);
        reader.read_to_end(&mut octets).map_err(|_| refused())?;
        if reader.limit() == 0 {
            return Err(refused());
        }
        Ok(octets)
    }

    /// Signs a message with Ed25519 (RFC 8032).
    pub(super) fn sign(&self, message: &[u8]) -> Result<[u8; 64]> {
        let signed = self.0.primary_key.unlock(&Password::empty(), |_, secret| {
            Ok(match secret {
                PlainSecretParams::EdDSALegacy(eddsa_legacy::SecretKey::Ed25519(key)) => {
                    Some(SigningKey::from_bytes(key.as_bytes()).sign(message).to_bytes())
                }
                _ => None,
            })
        });
        let signature = signed.ok().and_then(|signed| signed.ok()).flatten();
        signature.ok_or_else(|| Error::new(ErrorCode::Internal, "this device's key cannot sign"))
    }
}

fn refused() -> Error {
    Error::new(ErrorCode::WrongKey, "what was wrapped does not open with this device's key")
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKey(..)")
    }
}
