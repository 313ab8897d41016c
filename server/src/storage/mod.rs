//! The store of encrypted parts.
//!
//! A part goes from the client to the store and back through presigned URLs; the API carries it only for clients that
//! cannot reach those. What stands here is what any store must do: [`disk`] does it with a folder and URLs of our own.

pub mod disk;

use std::fmt;
use std::io;
use std::time::Duration;

use futures_util::future::BoxFuture;

/// What a store answers when it fails.
pub type Result<T> = io::Result<T>;

/// What a presigned URL lets its holder do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Write the object once, with at most this many octets.
    Put {
        /// Octets at most.
        limit: u64,
    },
    /// Read the object.
    Get,
}

/// The name of one part in the store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectKey {
    package: String,
    file: String,
    part: u32,
}

impl ObjectKey {
    /// The key of a part, from 1, of a file of a package; `None` unless the ids are `[A-Za-z0-9-]{1,64}`.
    pub fn new(package: &str, file: &str, part: u32) -> Option<Self> {
        let ids = is_id(package) && is_id(file);
        (ids && part > 0).then(|| Self { package: package.to_owned(), file: file.to_owned(), part })
    }

    /// Reads what [`fmt::Display`] writes: `package/file/part`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut pieces = text.split('/');
        let (package, file, part) = (pieces.next()?, pieces.next()?, pieces.next()?);
        let key = Self::new(package, file, part.parse().ok()?)?;
        // Only the canonical form: no second spelling of a number, nothing behind it.
        (pieces.next().is_none() && part == key.part.to_string()).then_some(key)
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.package, self.file, self.part)
    }
}

/// Everything of one package, or of one file of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    package: String,
    file: Option<String>,
}

impl Prefix {
    /// Everything of a package, or of one of its files; `None` unless the ids are `[A-Za-z0-9-]{1,64}`.
    pub fn new(package: &str, file: Option<&str>) -> Option<Self> {
        (is_id(package) && file.is_none_or(is_id))
            .then(|| Self { package: package.to_owned(), file: file.map(str::to_owned) })
    }
}

/// One part that the store holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredPart {
    /// The part's number.
    pub part: u32,
    /// Its size in octets.
    pub size: u64,
}

/// What a store must do.
pub trait Storage: Send + Sync {
    /// A URL with which its holder may do one thing with one object until `valid_for` is over. `base` is the
    /// server's own origin, for stores that are served by it.
    fn presign<'a>(
        &'a self,
        grant: Grant,
        key: &'a ObjectKey,
        valid_for: Duration,
        base: &'a str,
    ) -> BoxFuture<'a, Result<String>>;

    /// Keeps a part that the server itself made, unless one is there already.
    ///
    /// # Errors
    /// When a part of another size is there.
    fn put<'a>(&'a self, key: &'a ObjectKey, octets: Vec<u8>) -> BoxFuture<'a, Result<()>>;

    /// The parts of a file that are wholly there, by number.
    fn parts<'a>(&'a self, package: &'a str, file: &'a str) -> BoxFuture<'a, Result<Vec<StoredPart>>>;

    /// Makes every part of the file `from`, a package and a file of it, a part of the file `to` too, inside the store.
    /// Each stays when the other is deleted. Doing so again is no error.
    fn copy<'a>(&'a self, from: (&'a str, &'a str), to: (&'a str, &'a str)) -> BoxFuture<'a, Result<()>>;

    /// Deletes everything under a prefix; nothing there is no error.
    fn delete<'a>(&'a self, prefix: &'a Prefix) -> BoxFuture<'a, Result<()>>;

    /// Deletes what uploads that broke off left behind.
    fn sweep(&self) -> BoxFuture<'_, Result<()>>;
}

fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_keys_are_keys() {
        assert_eq!(ObjectKey::parse("P-1/F/10").unwrap().to_string(), "P-1/F/10");
        for bad in [
            "",
            "/",
            "P/F",
            "P/F/",
            "P/F/0",
            "P/F/01",
            "P/F/+1",
            "P/F/1/",
            "P/F/1/2",
            "../F/1",
            "P/../1",
            "P/./1",
            "P//1",
            "/F/1",
            "P/F/4294967296",
            "P/F/1\0",
            "P\\F/F/1",
            "é/F/1",
        ] {
            assert_eq!(ObjectKey::parse(bad), None, "{bad:?}");
        }
        assert_eq!(ObjectKey::parse(&format!("{}/F/1", "P".repeat(65))), None);
    }
}
