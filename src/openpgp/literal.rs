//! Literal data packets (RFC 9580, section 5.9).

use std::borrow::Cow;

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
pub fn read(octets: &[u8]) -> Result<Cow<'_, [u8]>> {
    let (found, rest) = packet::read(octets)?;
    if found.tag != LITERAL || !rest.is_empty() {
        return Err(Error::tampered());
    }
    let [b'b' | b't' | b'u', name_len, ..] = *found.body else { return Err(Error::tampered()) };
    let start = 6 + usize::from(name_len);
    match found.body {
        Cow::Borrowed(body) => body.get(start..).map(Cow::Borrowed),
        Cow::Owned(mut body) => (start <= body.len()).then(|| {
            body.drain(..start);
            Cow::Owned(body)
        }),
    }
    .ok_or_else(Error::tampered)
}
