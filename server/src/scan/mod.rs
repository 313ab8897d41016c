//! Looking for malware in what arrives as plaintext. What stands here is what any scanner must do; [`clamd`] asks ClamAV's.

pub mod clamd;

use std::io;

use bytes::Bytes;
use futures_util::future::BoxFuture;

/// What a scanner says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It found nothing.
    Clean,
    /// It found this.
    Found(String),
}

/// What looks for malware.
pub trait Scanner: Send + Sync {
    /// Begins to look at a file.
    ///
    /// # Errors
    /// When it cannot be reached.
    fn begin(&self) -> BoxFuture<'_, io::Result<Box<dyn Scan>>>;
}

/// A file that is being looked at.
pub trait Scan: Send {
    /// Shows it the next octets.
    ///
    /// # Errors
    /// When it is gone, or takes no more: it says why.
    fn show(&mut self, octets: Bytes) -> BoxFuture<'_, io::Result<()>>;

    /// What it says of all that it was shown.
    ///
    /// # Errors
    /// When it does not say.
    fn verdict(self: Box<Self>) -> BoxFuture<'static, io::Result<Verdict>>;
}
