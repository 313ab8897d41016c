//! Upload and download engines, over [`crate::client::Http`], [`Cipher`](crate::format::Cipher) and
//! [`crate::client::Clock`].

pub(crate) mod crypto;
mod download;
mod package;
mod received;
mod upload;
mod urls;

pub use download::download;
pub use package::{DraftPackage, FinalizeOptions, PackageOptions};
pub use received::{Integrity, ReceivedFile, ReceivedPackage, open};
pub use upload::{NewFile, Progress, SentFile, Source, upload};

/// Parts on their way at once, unless the caller says otherwise.
pub const DEFAULT_CONCURRENCY: usize = 4;
/// Parts on their way at once at most; with the largest planned parts, memory stays below about 1 GiB.
pub const MAX_CONCURRENCY: usize = 16;
