//! The JSON inside sealed texts.

use serde::Serialize;

use crate::format::MAX_INTEGER;
use crate::json::{Json, ReadObject};
use crate::{Error, ErrorCode, Result};

/// The one version there is.
pub(super) const VERSION: u64 = 1;
/// What holds a name is padded with spaces to a multiple of this, to blur the name's length.
const PADDING: usize = 64;

/// Writes what holds a name.
pub(super) fn write_padded(wire: &impl Serialize) -> Result<Vec<u8>> {
    let mut plaintext = serde_json::to_vec(wire)
        .map_err(|_| Error::new(ErrorCode::Internal, "the name could not be written"))?;
    plaintext.resize(plaintext.len().next_multiple_of(PADDING), b' ');
    Ok(plaintext)
}

/// [`read`], of what holds a name.
pub(super) fn read_padded<T: ReadObject>(octets: &[u8]) -> Result<T> {
    if octets.len().is_multiple_of(PADDING) { read(octets) } else { Err(Error::tampered()) }
}

/// Reads a JSON object of version 1 that has no keys but `T`'s. `UNSUPPORTED` for another version, `TAMPERED` for anything
/// else.
pub(super) fn read<T: ReadObject>(octets: &[u8]) -> Result<T> {
    let json = Json::parse(octets).map_err(|_| Error::tampered())?;
    if json.get::<u64>("v").map_err(|_| Error::tampered())? != VERSION {
        return Err(Error::new(ErrorCode::Unsupported, "sealed by a newer version"));
    }
    json.only(T::KEYS).and_then(|()| T::read(&json)).map_err(|_| Error::tampered())
}

/// Whether JSON carries all these numbers everywhere.
pub(super) fn integers_fit(numbers: impl IntoIterator<Item = u64>) -> bool {
    numbers.into_iter().all(|number| number <= MAX_INTEGER)
}
