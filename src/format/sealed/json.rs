//! The JSON inside sealed texts.

use crate::format::MAX_INTEGER;
use crate::json::{Json, ReadObject};
use crate::{Error, ErrorCode, Result};

/// The one version there is.
pub(super) const VERSION: u64 = 1;

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
