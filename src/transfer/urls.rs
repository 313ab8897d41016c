use std::cell::Cell;

use futures_util::lock::Mutex;

use crate::client::{Attempt, PartUrl};
use crate::{Error, ErrorCode, Result};

/// Presigned URLs of one file: fetched in batches when first needed, and anew when they no longer hold.
pub(super) struct UrlBook {
    /// As many as one call brings, or a few more.
    urls: Mutex<Vec<PartUrl>>,
}

impl UrlBook {
    /// A book that has the URL of part 1 already, if there is one.
    pub(super) fn new(first: Option<String>) -> Self {
        Self { urls: Mutex::new(first.map(|url| PartUrl { part: 1, url }).into_iter().collect()) }
    }

    /// The URL of `part`. `fetch` returns the batch that starts there; tasks that need the same batch wait for one.
    pub(super) async fn url(
        &self,
        part: u32,
        fetch: impl AsyncFnOnce() -> Result<Vec<PartUrl>>,
    ) -> Result<String> {
        let mut urls = self.urls.lock().await;
        if let Some(url) = find(&urls, part) {
            return Ok(url.to_owned());
        }
        let fetched = fetch().await?;
        urls.retain(|old| find(&fetched, old.part).is_none());
        urls.extend(fetched);
        find(&urls, part)
            .map(str::to_owned)
            .ok_or_else(|| Error::new(ErrorCode::Server, format!("the server gave no URL for part {part}")))
    }

    /// The failure that the store's answer to `url` stands for. A refused URL is signed anew: signatures expire
    /// during slow transfers. `refusals` counts those of this part.
    pub(super) async fn failed(
        &self,
        part: u32,
        url: &str,
        (status, retry_after): (u16, Option<u32>),
        refusals: &Cell<u32>,
    ) -> Attempt {
        if matches!(status, 401 | 403) {
            self.forget(part, url).await;
            refusals.set(refusals.get() + 1);
            let error = Error::new(ErrorCode::Storage, "the store refuses freshly signed URLs");
            return if refusals.get() < MAX_REFUSALS { error.retryable() } else { error }.into();
        }
        let mut failed = Attempt::from_status(status, retry_after);
        failed.error = failed.error.with_code(ErrorCode::Storage);
        failed
    }

    /// Drops the batch that `refused` came with, unless another task has replaced it already.
    async fn forget(&self, part: u32, refused: &str) {
        let mut urls = self.urls.lock().await;
        if find(&urls, part) == Some(refused) {
            urls.clear();
        }
    }

    /// Drops what is no longer needed.
    pub(super) async fn done(&self, part: u32) {
        self.urls.lock().await.retain(|entry| entry.part != part);
    }
}

fn find(urls: &[PartUrl], part: u32) -> Option<&str> {
    urls.iter().find(|entry| entry.part == part).map(|entry| entry.url.as_str())
}

/// How often a part's URL may be refused before that is final.
const MAX_REFUSALS: u32 = 3;
