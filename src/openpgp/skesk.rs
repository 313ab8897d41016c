//! Symmetric-key encrypted session key packets, versions 4 and 6 (RFC 9580, section 5.3).

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::s2k::{self, S2k};
use super::{AES256, GCM, aead, cfb};
use crate::keys::Key;
use crate::{Error, Result};

/// The coded S2K count that we write: 65,536 octets. The passphrase has 256 random bits; stretching adds nothing.
pub const COUNT: u8 = 0x60;
/// Octets of a version 6 packet as we write it, header included.
pub const V6_LEN: usize = 78;

/// The packet's header and fields up to the S2K specifier: version 6, 26 octets of parameters, AES-256, GCM,
/// 11 octets of S2K.
const V6_START: [u8; 7] = [0xC3, 0x4C, 6, 26, AES256, GCM, s2k::LEN as u8];
/// Both the HKDF's info and the additional data: tag 3 in new format, version, cipher, mode.
const V6_INFO: [u8; 4] = [0xC3, 6, AES256, GCM];

/// The key that encrypts session keys in version 6 packets: HKDF-SHA256 of the S2K's output.
pub fn key_encryption_key(s2k_output: &Key) -> Key {
    let mut octets = Zeroizing::new([0; 32]);
    #[allow(clippy::expect_used)] // one hash long (RFC 5869, section 2.3)
    Hkdf::<Sha256>::new(None, s2k_output.expose()).expand(&V6_INFO, octets.as_mut()).expect("32 octets");
    Key::new(*octets)
}

/// Writes a version 6 packet around a session key.
pub fn write_v6(s2k: &S2k, kek: &Key, iv: &[u8; 12], session_key: &Key) -> Result<[u8; V6_LEN]> {
    let mut encrypted = session_key.expose().to_vec();
    aead::seal(&aead::cipher(kek), iv, &V6_INFO, &mut encrypted)?;
    let octets = [&V6_START[..], &s2k.to_bytes(), iv, &encrypted].concat();
    octets.try_into().map_err(|_| Error::tampered())
}

/// Reads a version 6 packet that has exactly our layout and this S2K, and decrypts its session key.
pub fn read_v6(packet: &[u8; V6_LEN], s2k: &S2k, kek: &Key) -> Result<Key> {
    let rest = packet.strip_prefix(&V6_START).and_then(|rest| rest.strip_prefix(&s2k.to_bytes()));
    let (iv, encrypted) = rest.and_then(|rest| rest.split_first_chunk()).ok_or_else(Error::tampered)?;
    let mut buffer = Zeroizing::new(encrypted.to_vec());
    aead::open(&aead::cipher(kek), iv, &V6_INFO, &mut buffer)?;
    let octets: Zeroizing<[u8; 32]> =
        Zeroizing::new(buffer.as_slice().try_into().map_err(|_| Error::tampered())?);
    Ok(Key::new(*octets))
}

/// Writes a version 4 packet, header included, around a session key for AES-256.
pub fn write_v4(s2k: &S2k, s2k_output: &Key, session_key: &Key) -> Vec<u8> {
    let mut encrypted = Zeroizing::new([AES256; 33]);
    if let Some((_, key)) = encrypted.split_first_mut() {
        key.copy_from_slice(session_key.expose());
    }
    cfb::encrypt(s2k_output, encrypted.as_mut());
    [&[0xC3, 0x2E, 4, AES256][..], &s2k.to_bytes(), encrypted.as_ref()].concat()
}

/// Reads the body of a version 4 packet: the session key for AES-256, which is the S2K's output itself when the
/// packet holds none.
pub fn read_v4(body: &[u8], passphrase: &[u8]) -> Result<Key> {
    let (specifier, encrypted) = body
        .strip_prefix(&[4, AES256])
        .and_then(|rest| rest.split_first_chunk::<{ s2k::LEN }>())
        .ok_or_else(Error::tampered)?;
    let s2k_output = S2k::parse(specifier)?.derive(passphrase);
    if encrypted.is_empty() {
        return Ok(s2k_output);
    }
    let session = Zeroizing::new(cfb::decrypt(&s2k_output, encrypted));
    match session.as_slice() {
        [AES256, key @ ..] => Ok(Key::new(key.try_into().map_err(|_| Error::tampered())?)),
        _ => Err(Error::tampered()),
    }
}
