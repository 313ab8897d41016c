//! Packet headers and lengths (RFC 9580, section 4.2).

use std::borrow::Cow;

use crate::{Error, Result};

/// Symmetric-key encrypted session key.
pub const SKESK: u8 = 3;
/// Literal data.
pub const LITERAL: u8 = 11;
/// Symmetrically encrypted and integrity protected data.
pub const SEIPD: u8 = 18;

/// The shortest first piece of a body of partial lengths (RFC 9580, section 4.2.1.4).
const MIN_FIRST_PARTIAL: usize = 512;

/// One packet.
#[derive(Debug)]
pub struct Packet<'a> {
    /// Its type.
    pub tag: u8,
    /// Its body, borrowed unless it had to be joined from partial lengths.
    pub body: Cow<'a, [u8]>,
}

/// Reads the packet at the start of `octets`, in new or legacy format, and returns it with what follows it.
/// Indeterminate lengths and lengths that reach past the end are refused.
pub fn read(octets: &[u8]) -> Result<(Packet<'_>, &[u8])> {
    let (&first, rest) = octets.split_first().ok_or_else(Error::tampered)?;
    match first {
        0xC0.. => read_new(first & 0x3F, rest),
        0x80..0xC0 => {
            let (len, rest) = match first & 3 {
                0 => number::<1>(rest)?,
                1 => number::<2>(rest)?,
                2 => number::<4>(rest)?,
                _ => return Err(Error::tampered()),
            };
            let (body, rest) = take(rest, len)?;
            Ok((Packet { tag: (first >> 2) & 15, body: body.into() }, rest))
        }
        _ => Err(Error::tampered()),
    }
}

fn read_new(tag: u8, octets: &[u8]) -> Result<(Packet<'_>, &[u8])> {
    let (mut len, mut rest) = new_length(octets)?;
    let mut joined = Vec::new();
    let mut pieces = 0;
    while let Length::Partial(piece_len) = len {
        if !matches!(tag, LITERAL | SEIPD) || (pieces == 0 && piece_len < MIN_FIRST_PARTIAL) {
            return Err(Error::tampered());
        }
        let (piece, after) = take(rest, piece_len)?;
        joined.extend_from_slice(piece);
        pieces += 1;
        (len, rest) = new_length(after)?;
    }
    let Length::Last(last_len) = len else { return Err(Error::tampered()) };
    let (last, rest) = take(rest, last_len)?;
    if pieces == 0 {
        return Ok((Packet { tag, body: last.into() }, rest));
    }
    joined.extend_from_slice(last);
    Ok((Packet { tag, body: joined.into() }, rest))
}

/// A length in new format.
enum Length {
    /// Of the whole body, or of its last piece.
    Last(usize),
    /// Of a piece that another one follows.
    Partial(usize),
}

fn new_length(octets: &[u8]) -> Result<(Length, &[u8])> {
    let (&first, rest) = octets.split_first().ok_or_else(Error::tampered)?;
    Ok(match first {
        0..192 => (Length::Last(usize::from(first)), rest),
        192..224 => {
            let (&second, rest) = rest.split_first().ok_or_else(Error::tampered)?;
            (Length::Last(((usize::from(first) - 192) << 8) + usize::from(second) + 192), rest)
        }
        224..255 => (Length::Partial(1 << (first & 31)), rest),
        255 => {
            let (len, rest) = number::<4>(rest)?;
            (Length::Last(len), rest)
        }
    })
}

fn number<const N: usize>(octets: &[u8]) -> Result<(usize, &[u8])> {
    let (digits, rest) = octets.split_first_chunk::<N>().ok_or_else(Error::tampered)?;
    Ok((digits.iter().fold(0, |number, &digit| (number << 8) | usize::from(digit)), rest))
}

fn take(octets: &[u8], len: usize) -> Result<(&[u8], &[u8])> {
    octets.split_at_checked(len).ok_or_else(Error::tampered)
}
