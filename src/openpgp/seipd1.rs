//! Symmetrically encrypted and integrity protected data, version 1: CFB with a modification detection code
//! (RFC 9580, section 5.13.1).

use cfb_mode::cipher::KeyIvInit;
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

use crate::keys::Key;
use crate::{Error, Result};

type Encryptor = cfb_mode::Encryptor<aes::Aes256>;
type Decryptor = cfb_mode::Decryptor<aes::Aes256>;

/// Octets before the content: a random block and its last two octets again.
const PREFIX_LEN: usize = 18;
/// The header of the modification detection code packet.
const MDC_HEADER: [u8; 2] = [0xD3, 0x14];
/// Octets of the modification detection code packet.
const MDC_LEN: usize = 22;
/// What the packet's body adds to its content.
const OVERHEAD: usize = 1 + PREFIX_LEN + MDC_LEN;

/// Writes a packet, header included. The content comes in pieces, so that nobody has to join them first.
pub fn write(session_key: &Key, random: &[u8; 16], content: &[&[u8]]) -> Result<Vec<u8>> {
    let content_len: usize = content.iter().map(|piece| piece.len()).sum();
    let body_len = u32::try_from(OVERHEAD + content_len).map_err(|_| Error::tampered())?;
    let mut packet = Vec::with_capacity(6 + OVERHEAD + content_len);
    packet.extend_from_slice(&[0xD2, 0xFF]);
    packet.extend_from_slice(&body_len.to_be_bytes());
    packet.push(1);
    let start = packet.len();
    let [.., e, f] = *random;
    packet.extend_from_slice(random);
    packet.extend_from_slice(&[e, f]);
    for piece in content {
        packet.extend_from_slice(piece);
    }
    packet.extend_from_slice(&MDC_HEADER);
    let (_, plaintext) = packet.split_at(start);
    let hash = Sha1::digest(plaintext);
    packet.extend_from_slice(&hash);
    let (_, plaintext) = packet.split_at_mut(start);
    Encryptor::new(session_key.expose().into(), &[0; 16].into()).encrypt(plaintext);
    Ok(packet)
}

/// Decrypts a packet's body and returns its content once the modification detection code has verified. The
/// quick-check octets are never looked at: acting on them would answer questions about the plaintext.
pub fn read(body: &[u8], session_key: &Key) -> Result<Vec<u8>> {
    let [1, ciphertext @ ..] = body else { return Err(Error::tampered()) };
    if ciphertext.len() < PREFIX_LEN + MDC_LEN {
        return Err(Error::tampered());
    }
    let mut plaintext = ciphertext.to_vec();
    Decryptor::new(session_key.expose().into(), &[0; 16].into()).decrypt(&mut plaintext);
    let (hashed, hash) = plaintext.split_last_chunk::<20>().ok_or_else(Error::tampered)?;
    let same = Sha1::digest(hashed).ct_eq(hash);
    if !(bool::from(same) && hashed.ends_with(&MDC_HEADER)) {
        return Err(Error::tampered());
    }
    plaintext.truncate(plaintext.len() - MDC_LEN);
    plaintext.drain(..PREFIX_LEN);
    Ok(plaintext)
}
