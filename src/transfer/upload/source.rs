use std::future::Future;
use std::ops::Range;

use crate::Result;

/// Where a file's bytes come from.
pub trait Source {
    /// Bytes that stay where the platform keeps them.
    type Bytes;

    /// Bytes in all; `None` for a stream whose end nobody knows.
    fn size(&self) -> Option<u64>;
    /// Reads the bytes at `range`. A stream is asked for its bytes in order, each once, and gives fewer than asked for
    /// at its end alone.
    fn read(&self, range: Range<u64>) -> impl Future<Output = Result<Self::Bytes>>;
}

/// A file to be sent.
#[derive(Clone, Debug)]
pub struct NewFile<S> {
    /// Its name.
    pub name: String,
    /// Its folder, `/`-separated.
    pub path: Option<String>,
    /// Its MIME type, or empty.
    pub content_type: String,
    /// Its last change, in milliseconds since 1970.
    pub modified: Option<i64>,
    /// Its bytes.
    pub source: S,
}
