//! The JSON inside sealed texts.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::format::MAX_INTEGER;
use crate::{Error, ErrorCode, Result};

/// The one version there is.
pub(super) const VERSION: u64 = 1;

#[derive(Deserialize)]
struct Version {
    v: u64,
}

/// Reads a JSON object of version 1, which `T` must refuse to read with unknown or duplicate keys. `UNSUPPORTED`
/// for another version, `TAMPERED` for anything else.
pub(super) fn read<T: DeserializeOwned>(octets: &[u8]) -> Result<T> {
    let Version { v } = serde_json::from_slice(octets).map_err(|_| Error::tampered())?;
    if v != VERSION {
        return Err(Error::new(ErrorCode::Unsupported, "sealed by a newer version"));
    }
    serde_json::from_slice(octets).map_err(|_| Error::tampered())
}

/// Whether JSON carries all these numbers everywhere.
pub(super) fn integers_fit(numbers: impl IntoIterator<Item = u64>) -> bool {
    numbers.into_iter().all(|number| number <= MAX_INTEGER)
}
