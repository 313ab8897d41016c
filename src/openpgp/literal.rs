//! Literal data packets (RFC 9580, section 5.9).

use super::packet::{self, LITERAL};
use crate::{Error, Result};

/// Octets of [`header`].
pub const HEADER_LEN: usize = 12;

/// What stands before `len` octets of data: new format, a length of five octets, binary, no name, no date.
pub fn header(len: u32) -> [u8; HEADER_LEN] {
    let [a, b, c, d] = (6 + len).to_be_bytes();
    [0xCB, 0xFF, a, b, c, d, b'b', 0, 0, 0, 0, 0]
}

/// Reads one literal packet that fills `octets`, and returns its data. The format may be binary, text or UTF-8;
/// name and date mean nothing.
pub fn read(octets: &[u8]) -> Result<Vec<u8>> {
    let (found, rest) = packet::read(octets)?;
    if found.tag != LITERAL || !rest.is_empty() {
        return Err(Error::tampered());
    }
    let [b'b' | b't' | b'u', name_len, rest @ ..] = found.body.as_ref() else {
        return Err(Error::tampered());
    };
    let data = rest.get(usize::from(*name_len) + 4..).ok_or_else(Error::tampered)?;
    Ok(data.to_vec())
}
