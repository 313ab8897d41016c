//! Suite `openpgp-cfb`: what SendSafely's clients write and read. One OpenPGP message per part (SKESK version 4,
//! SEIPD version 1, a literal packet), under the package's passphrase.
//!
//! Each part stands alone: reordered, missing or foreign parts of the same package go unseen.

use super::{decode_message, encode_message};
use crate::api::limits::{MAX_PART_CIPHERTEXT, MAX_PART_PLAINTEXT};
use crate::keys::{Key, Passphrase, random};
use crate::openpgp::s2k::S2k;
use crate::openpgp::{literal, packet, seipd1, skesk};
use crate::{Error, ErrorCode, Result};

/// Data octets of a file's first part, as SendSafely's browser client cuts files.
pub const FIRST_PART: u64 = PART / 4;
/// Data octets of every other part but the last.
pub const PART: u64 = 2_621_440;

/// Encrypts one part: a session key of its own, binary, not compressed. `INVALID_INPUT` over 64 MiB.
pub fn encrypt_part(passphrase: &Passphrase, data: &[u8]) -> Result<Vec<u8>> {
    let len = u32::try_from(data.len())
        .ok()
        .filter(|len| u64::from(*len) <= MAX_PART_PLAINTEXT)
        .ok_or_else(|| Error::new(ErrorCode::InvalidInput, "a part holds at most 64 MiB"))?;
    let s2k = S2k { salt: random()?, count: skesk::COUNT };
    let session_key = Key::new(random()?);
    let mut message = skesk::write_v4(&s2k, &s2k.derive(passphrase.expose().as_bytes()), &session_key);
    message.extend(seipd1::write(&session_key, &random()?, &[&literal::header(len), data])?);
    Ok(message)
}

/// Decrypts one part: exactly one SKESK version 4, one SEIPD version 1 and in it one literal packet. `TAMPERED`
/// for everything else, and nothing is returned before the modification detection code has verified.
pub fn decrypt_part(passphrase: &Passphrase, message: &[u8]) -> Result<Vec<u8>> {
    if message.len() as u64 > MAX_PART_CIPHERTEXT {
        return Err(Error::tampered());
    }
    let (first, rest) = packet::read(message)?;
    let (second, rest) = packet::read(rest)?;
    if (first.tag, second.tag) != (packet::SKESK, packet::SEIPD) || !rest.is_empty() {
        return Err(Error::tampered());
    }
    let session_key = skesk::read_v4(&first.body, passphrase.expose().as_bytes())?;
    literal::read(&seipd1::read(&second.body, &session_key)?)
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
    Ok(text.replace("\r\n", "\n"))
}
