//! The way of a part: straight to the store, or through the API where the store cannot be reached.

use std::cell::Cell;

use super::file::FileUpload;
use super::{Source, Transfer};
use crate::client::{Attempt, Method, Upload, retry};
use crate::format::PartSpan;
use crate::transfer::{Octets, World};
use crate::{ErrorCode, Result};

/// After so many failures in a row on the straight way, a part tries the other one.
const STRAIGHT_TRIES: u32 = 3;

/// What is known of the two ways.
#[derive(Default)]
pub(super) struct Route {
    /// Only the API can be reached: every further part goes through it.
    by_proxy: Cell<bool>,
    /// The server does not take parts through its API.
    no_proxy: Cell<bool>,
}

impl<N: World> Transfer<'_, N> {
    /// Stores a part, however often that has to be tried.
    pub(super) async fn put<S: Source<Bytes = Octets<N>>>(
        &self,
        upload: &FileUpload<S>,
        span: PartSpan,
        body: &N::Body,
    ) -> Result<()> {
        let net = self.client.net();
        let moved = |octets: u64| self.tally.moved(upload.index, span.index, octets.min(span.len), net.now());
        let (failures, refusals) = (Cell::new(0), Cell::new(0));
        retry(net, self.client.patience(), async || {
            let tried =
                self.pause.run(async || self.try_put(upload, span, body, &moved, &failures, &refusals).await);
            tried.await.inspect_err(|failed| {
                if failed.error.is_retryable() {
                    self.lanes.failed();
                }
                moved(0);
            })
        })
        .await
    }

    async fn try_put<S: Source<Bytes = Octets<N>>>(
        &self,
        upload: &FileUpload<S>,
        span: PartSpan,
        body: &N::Body,
        moved: &dyn Fn(u64),
        failures: &Cell<u32>,
        refusals: &Cell<u32>,
    ) -> Result<(), Attempt> {
        let by_proxy = || self.client.upload_by_proxy(self.draft.id(), &upload.id, span.index, body, moved);
        if self.route.by_proxy.get() {
            return by_proxy().await;
        }
        let Err(failed) = self.put_straight(upload, span, body, moved, refusals).await else { return Ok(()) };
        failures.set(failures.get() + 1);
        let enough = !failed.error.is_retryable() || failures.get().is_multiple_of(STRAIGHT_TRIES);
        if !enough || self.route.no_proxy.get() {
            return Err(failed);
        }
        match by_proxy().await {
            Ok(()) => {
                self.route.by_proxy.set(true);
                Ok(())
            }
            Err(other) if other.error.is_retryable() => Err(other),
            Err(_) => {
                self.route.no_proxy.set(true);
                Err(failed)
            }
        }
    }

    async fn put_straight<S: Source<Bytes = Octets<N>>>(
        &self,
        upload: &FileUpload<S>,
        span: PartSpan,
        body: &N::Body,
        moved: &dyn Fn(u64),
        refusals: &Cell<u32>,
    ) -> Result<(), Attempt> {
        let (part, client) = (span.index, &self.client);
        let fetch = async || Ok(client.upload_urls(self.draft.id(), &upload.id, part).await?.upload_urls);
        let url = upload.urls.url(part, fetch).await?;
        let whole = client.resolve(&url);
        let request = Upload { method: Method::Put, url: &whole, headers: &[], body };
        let reply = client.net().upload(request, moved).await.map_err(|mut failed| {
            if failed.error.code() != ErrorCode::Network {
                failed.error = failed.error.with_code(ErrorCode::Storage);
            }
            failed
        })?;
        if !(200..300).contains(&reply.status) {
            return Err(upload.urls.failed(part, &url, (reply.status, reply.retry_after), refusals).await);
        }
        upload.urls.done(part).await;
        Ok(())
    }
}
