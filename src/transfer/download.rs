//! Downloading: parts fetched ahead within a bound, decrypted whole, handed on strictly in order.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::{Stream, StreamExt, TryStreamExt, stream};

use super::received::{ReceivedFile, ReceivedPackage};
use super::urls::UrlBook;
use crate::api::limits::URLS_PER_CALL;
use crate::client::{Clock, Http, retry};
use crate::format::{Cipher, Payload};
use crate::{Error, Result};

/// The file's bytes in order, in pieces, none of which is released before its whole part is verified. It ends
/// without an error only when every byte was delivered. Parts are fetched as pieces are taken, at most
/// `concurrency` at once; dropping the stream ends it. `on_progress` hears of encrypted octets as they arrive,
/// counted at most up to the file's size.
pub fn download<N>(
    package: Rc<ReceivedPackage<N>>,
    file: Rc<ReceivedFile>,
    concurrency: usize,
    on_progress: impl Fn(u64) + 'static,
) -> impl Stream<Item = Result<<N as Http>::Bytes>>
where
    N: Http + Clock + Cipher<Bytes = <N as Http>::Bytes> + 'static,
    <N as Http>::Bytes: Payload,
{
    let parts = file.parts();
    let size = file.size;
    let this = Rc::new(FileDownload {
        package,
        file,
        urls: UrlBook::new(),
        arrived: Cell::new(0),
        on_progress: Box::new(on_progress),
    });
    let delivered = Rc::new(Cell::new(0));
    let counted = delivered.clone();
    stream::iter(1..=parts)
        .map(move |part| {
            let this = this.clone();
            async move { this.part(part).await }
        })
        .buffered(concurrency)
        .map_ok(|pieces| stream::iter(pieces.into_iter().map(Ok)))
        .try_flatten()
        .inspect_ok(move |piece: &<N as Http>::Bytes| counted.set(counted.get() + piece.len() as u64))
        // In `openpgp-cfb` nothing but this count tells that a part is missing.
        .chain(
            stream::once(
                async move { if delivered.get() == size { None } else { Some(Err(Error::tampered())) } },
            )
            .filter_map(std::future::ready),
        )
}

struct FileDownload<N> {
    package: Rc<ReceivedPackage<N>>,
    file: Rc<ReceivedFile>,
    urls: UrlBook,
    arrived: Cell<u64>,
    on_progress: Box<dyn Fn(u64)>,
}

impl<N> FileDownload<N>
where
    N: Http + Clock + Cipher<Bytes = <N as Http>::Bytes>,
    <N as Http>::Bytes: Payload,
{
    async fn part(&self, part: u32) -> Result<Vec<<N as Http>::Bytes>> {
        let span = self.file.span(part)?;
        let body = self.get(part, self.file.stored_limit(span)).await?;
        self.file.crypto().decrypt(self.package.client().net(), span, body).await
    }

    async fn get(&self, part: u32, limit: u64) -> Result<<N as Http>::Bytes> {
        let client = self.package.client();
        let refusals = Cell::new(0);
        // What a failed try brought is not counted twice.
        let counted = Cell::new(0);
        retry(client.net(), async || {
            let url = self.urls.url(part, async || self.fetch_urls(part).await).await?;
            let progress = |octets: u64| {
                if octets > counted.get() {
                    self.arrived.set(self.arrived.get() + octets - counted.get());
                    counted.set(octets);
                    (self.on_progress)(self.arrived.get().min(self.file.size));
                }
            };
            let fetched = client.net().get(&client.resolve(&url), limit, &progress).await?;
            if fetched.status != 200 {
                let answer = (fetched.status, fetched.retry_after);
                return Err(self.urls.failed(part, &url, answer, &refusals).await);
            }
            self.urls.done(part).await;
            fetched.body.ok_or_else(|| Error::tampered().into())
        })
        .await
    }

    async fn fetch_urls(&self, part: u32) -> Result<Vec<crate::api::package::PartUrl>> {
        let end = (part + URLS_PER_CALL - 1).min(self.file.parts());
        self.package.download_urls(&self.file.id, (part, end)).await
    }
}
