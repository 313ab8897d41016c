//! Upload and download engines, over [`World`].

pub(crate) mod crypto;
mod door;
mod download;
mod journal;
mod lanes;
mod locked;
mod package;
mod pause;
mod progress;
mod received;
mod thumbnails;
mod upload;
mod urls;
mod workspace;

pub use door::OpenOptions;
pub use download::{DownloadOptions, download};
pub use journal::{Journal, Unfinished, UnfinishedFile};
pub use locked::unlock;
pub use package::{DraftPackage, FinalizeOptions, PackageOptions};
pub use pause::Pause;
pub use progress::Progress;
pub use received::{Integrity, Opened, ReceivedFile, ReceivedPackage, open};
pub use thumbnails::{Thumbnail, put_thumbnails};
pub use upload::{NameTag, NewFile, Place, SentFile, Source, UploadOptions, upload};
pub use workspace::{Entry, Folder, Version, Workspace};

use crate::client::{Clock, Http};
use crate::format::{Cipher, Payload};

/// Parts on their way at once at most, when the caller fixes their number. With the largest planned parts, memory stays
/// below about 1 GiB.
pub const MAX_CONCURRENCY: usize = 16;

/// All that transfers need of the world outside.
pub trait World:
    Http<Bytes: Payload + 'static, Body: 'static>
    + Clock
    + Journal
    + Cipher<Bytes = <Self as Http>::Bytes>
    + 'static
{
}

impl<N> World for N where
    N: Http<Bytes: Payload + 'static, Body: 'static>
        + Clock
        + Journal
        + Cipher<Bytes = <N as Http>::Bytes>
        + 'static
{
}

/// Octets where the platform keeps them.
type Octets<N> = <N as Http>::Bytes;
