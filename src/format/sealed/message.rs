use super::part::{PartBody, PartRandom};
use crate::api::limits::MAX_MESSAGE;
use crate::format::{decode_message, encode_message, message_too_long};
use crate::keys::PackageKeys;
use crate::openpgp::seipd2;
use crate::{Error, Result};

/// Encrypts a package's message and encodes it in base64 (RFC 4648, section 4). `LIMIT_REACHED` when it is too
/// long for the wire.
pub fn seal_message(keys: &PackageKeys, text: &str) -> Result<String> {
    if text.len() > MAX_MESSAGE {
        return Err(message_too_long());
    }
    let random = PartRandom::generate()?;
    let body = PartBody::new(keys.message_key(), &random.salt, text.len());
    encode_message(&body.seal(keys, &random, text.as_bytes())?)
}

/// Decodes and opens a package's message; `TAMPERED` when it is not a sealed message of this package.
pub fn open_message(keys: &PackageKeys, text: &str) -> Result<String> {
    let octets = decode_message(text)?;
    let len = message_len(octets.len()).ok_or_else(Error::tampered)?;
    let data = PartBody::open(keys, keys.message_key(), len, &octets)?;
    String::from_utf8(data).map_err(|_| Error::tampered())
}

/// How many data octets a message of `sealed_len` octets holds.
fn message_len(sealed_len: usize) -> Option<usize> {
    let chunks_len = sealed_len.checked_sub(super::part::HEADER_LEN + 16)?;
    let chunks = chunks_len.div_ceil(seipd2::CHUNK_LEN + 16);
    chunks_len.checked_sub(chunks * 16 + crate::openpgp::literal::HEADER_LEN)
}
