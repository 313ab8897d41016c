use super::part::{PartBody, PartRandom, data_size};
use crate::api::limits::MAX_MESSAGE;
use crate::format::{decode_message, encode_message, message_too_long};
use crate::keys::PackageKeys;
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
    let len = data_size(octets.len() as u64).ok_or_else(Error::tampered)?;
    let data = PartBody::open(keys, keys.message_key(), len as usize, &octets)?;
    String::from_utf8(data).map_err(|_| Error::tampered())
}
