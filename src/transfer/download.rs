//! Downloading: parts fetched ahead within a bound, decrypted whole, handed on strictly in order.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker, ready};

use futures_util::future::RemoteHandle;
use futures_util::{FutureExt, Stream, StreamExt, TryStreamExt, stream};

use super::lanes::Lanes;
use super::pause::Pause;
use super::progress::{Progress, Tally};
use super::received::{Opened, ReceivedFile};
use super::urls::UrlBook;
use super::{Octets, World};
use crate::api::limits::URLS_PER_CALL;
use crate::client::{Attempt, Client, Incoming, PartUrl, retry};
use crate::format::{PartSpan, Payload};
use crate::{Error, ErrorCode, Result};

/// How a download is done.
#[derive(Clone, Default)]
pub struct DownloadOptions {
    /// Bytes to leave out at the file's beginning.
    pub offset: u64,
    /// Parts on their way at once; `None`: as many as the link rewards.
    pub concurrency: Option<usize>,
    /// Holds the download back.
    pub pause: Pause,
}

/// The file's bytes from `options.offset` on, in order, in pieces, none of which is released before its whole part is
/// verified. It ends without an error only when every byte was delivered. Parts are fetched a little ahead of what is
/// taken; dropping the stream ends it.
///
/// # Errors
/// `INVALID_INPUT` when the offset is beyond the file's end.
pub fn download<N: World, P: Opened<N>>(
    package: Rc<P>,
    file: Rc<ReceivedFile>,
    options: DownloadOptions,
    on_progress: impl Fn(Progress) + 'static,
) -> Result<impl Stream<Item = Result<Octets<N>>>> {
    let DownloadOptions { offset, concurrency, pause } = options;
    let (parts, size) = (file.parts(), file.size);
    if offset > size {
        return Err(Error::new(ErrorCode::InvalidInput, "the offset is beyond the end of the file"));
    }
    let (first, skipped) = file.start(offset)?;
    let tally = Rc::new(Tally::new([size], on_progress));
    // What is not fetched is there already.
    tally.done(0, 0, skipped, 0);
    let heard = tally.clone();
    let this = Rc::new(FileDownload {
        client: package.client().patient(Rc::new(move |waiting| heard.waiting(waiting))),
        lanes: Lanes::new(
            concurrency,
            file.stored_limit(file.span(parts)?).max(file.stored_limit(file.span(1)?)),
        ),
        package,
        file,
        urls: UrlBook::new(None),
        tally,
        pause,
        quick: Cell::default(),
        turns: Turns::new(first),
    });
    let mut next = if offset == size && size > 0 { parts + 1 } else { first };
    let mut ahead = VecDeque::<RemoteHandle<_>>::new();
    let parts = stream::poll_fn(move |context| {
        while next <= parts && ahead.len() < this.lanes.limit() {
            ahead.push_back(this.clone().begin(next));
            next += 1;
        }
        let Some(first) = ahead.front_mut() else { return Poll::Ready(None) };
        let part: Result<Vec<Octets<N>>> = ready!(first.poll_unpin(context));
        ahead.pop_front();
        this.turns.advance();
        Poll::Ready(Some(part))
    });
    let left_out = Cell::new(offset - skipped);
    let delivered = Rc::new(Cell::new(offset));
    let counted = delivered.clone();
    let pieces = parts
        .map_ok(|pieces| stream::iter(pieces.into_iter().map(Ok)))
        .try_flatten()
        .try_filter_map(move |piece: Octets<N>| {
            let len = piece.len() as u64;
            let cut = left_out.get().min(len);
            left_out.set(left_out.get() - cut);
            counted.set(counted.get() + len - cut);
            let left = match cut {
                0 => Some(piece),
                _ if cut == len => None,
                // A piece is far below 4 GiB.
                _ => Some(piece.slice(cut as usize..piece.len())),
            };
            std::future::ready(Ok(left))
        })
        // In `openpgp-cfb` nothing but this count tells that a part is missing.
        .chain(
            stream::once(
                async move { if delivered.get() == size { None } else { Some(Err(Error::tampered())) } },
            )
            .filter_map(std::future::ready),
        );
    Ok(pieces)
}

struct FileDownload<N, P> {
    package: Rc<P>,
    file: Rc<ReceivedFile>,
    /// A client with the patience of a transfer.
    client: Client<N>,
    urls: UrlBook,
    tally: Rc<Tally>,
    pause: Pause,
    lanes: Lanes,
    /// Whether the part that arrived last was quick.
    quick: Cell<bool>,
    turns: Turns,
}

/// A part that arrives within so many milliseconds is quick.
const QUICK: u64 = 1000;

impl<N: World, P: Opened<N>> FileDownload<N, P> {
    /// Fetches and decrypts a part, whether or not anybody waits for it just now.
    fn begin(self: Rc<Self>, part: u32) -> RemoteHandle<Result<Vec<Octets<N>>>> {
        let client = self.client.clone();
        let (task, handle) = async move { self.part(part).await }.remote_handle();
        client.net().spawn(task.boxed_local());
        handle
    }

    async fn part(&self, part: u32) -> Result<Vec<Octets<N>>> {
        let span = self.file.span(part)?;
        let body = self.get(span).await?;
        let pieces = self.file.crypto().decrypt(self.client.net(), span, body).await?;
        let len = pieces.iter().map(|piece| piece.len() as u64).sum();
        let now = self.client.net().now();
        self.tally.done(0, part, len, now);
        self.lanes.through(len, now);
        Ok(pieces)
    }

    async fn get(&self, span: PartSpan) -> Result<Octets<N>> {
        let arriving = Arriving::new(&self.file, span);
        let refusals = Cell::new(0);
        retry(self.client.net(), self.client.patience(), async || {
            arriving.begin();
            let tried = self.pause.run(async || self.try_get(&arriving, &refusals).await).await;
            tried.map_err(|failed| {
                if failed.error.is_retryable() {
                    self.lanes.failed();
                    self.quick.set(false);
                }
                Attempt { got_on: arriving.got_on(), ..failed }
            })
        })
        .await?;
        Ok(arriving.into_whole())
    }

    /// Fetches what is missing of a part.
    async fn try_get(&self, arriving: &Arriving<Octets<N>>, refusals: &Cell<u32>) -> Result<(), Attempt> {
        if arriving.is_whole() {
            return Ok(());
        }
        let part = arriving.span.index;
        let net = self.client.net();
        let url = self.urls.url(part, async || self.fetch_urls(part).await).await?;
        let began = net.now();
        // What is lost when a quick part breaks off is soon fetched again, and nobody misses its progress.
        let quick = self.quick.get().then_some(arriving.limit);
        let mut incoming = net.get(&self.client.resolve(&url), arriving.len(), quick).await?;
        match incoming.status() {
            200 => arriving.restart(),
            206 if arriving.len() > 0 => {}
            // Nothing stands behind what is there.
            416 if arriving.len() > 0 => return arriving.end(),
            status => {
                let answer = (status, incoming.retry_after());
                return Err(self.urls.failed(part, &url, answer, refusals).await);
            }
        }
        let note_pace = || self.quick.set(net.now() - began < QUICK);
        let aside = incoming.is_aside();
        if aside {
            note_pace();
            self.turns.wait(part).await;
        }
        while let Some(octets) = incoming.next().await? {
            arriving.take(octets)?;
            self.tally.moved(0, part, arriving.len().min(self.file.size), net.now());
        }
        arriving.end()?;
        if !aside {
            note_pace();
        }
        self.urls.done(part).await;
        Ok(())
    }

    async fn fetch_urls(&self, part: u32) -> Result<Vec<PartUrl>> {
        let end = (part + URLS_PER_CALL - 1).min(self.file.parts());
        self.package.download_urls(&self.client, &self.file.id, (part, end)).await
    }
}

/// The order in which parts that lie aside are read: one at a time, so that they take little memory.
struct Turns {
    /// The part that is handed on next.
    next: Cell<u32>,
    waiting: RefCell<Vec<Waker>>,
}

impl Turns {
    fn new(first: u32) -> Self {
        Self { next: Cell::new(first), waiting: RefCell::default() }
    }

    /// A part was handed on.
    fn advance(&self) {
        self.next.set(self.next.get() + 1);
        for waker in self.waiting.take() {
            waker.wake();
        }
    }

    /// Waits until `part` is the one that is handed on next.
    async fn wait(&self, part: u32) {
        poll_fn(|context| {
            if part <= self.next.get() {
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// A part that is arriving, perhaps in several tries.
struct Arriving<B> {
    span: PartSpan,
    /// Octets at most.
    limit: u64,
    /// Whether it has exactly as many.
    exact: bool,
    pieces: RefCell<Vec<B>>,
    len: Cell<u64>,
    /// The most octets that there ever were, and how many that was when this try began.
    most: Cell<u64>,
    before: Cell<u64>,
    /// Tries that ended too soon without bringing anything new.
    vain: Cell<u32>,
}

/// So many tries that end too soon and bring nothing new say that there is no more.
const VAIN_TRIES: u32 = 2;

impl<B: Payload> Arriving<B> {
    fn new(file: &ReceivedFile, span: PartSpan) -> Self {
        Self {
            span,
            limit: file.stored_limit(span),
            exact: file.is_planned(),
            pieces: RefCell::default(),
            len: Cell::default(),
            most: Cell::default(),
            before: Cell::default(),
            vain: Cell::default(),
        }
    }

    fn len(&self) -> u64 {
        self.len.get()
    }

    /// Whether every octet is there, as far as that is known.
    fn is_whole(&self) -> bool {
        self.exact && self.len() == self.limit
    }

    fn restart(&self) {
        self.pieces.take();
        self.len.set(0);
    }

    fn take(&self, octets: B) -> Result<()> {
        self.len.set(self.len() + octets.len() as u64);
        if self.len() > self.limit {
            return Err(Error::tampered());
        }
        self.most.set(self.most.get().max(self.len()));
        self.pieces.borrow_mut().push(octets);
        Ok(())
    }

    fn begin(&self) {
        self.before.set(self.most.get());
    }

    /// Whether this try has brought more than there ever was.
    fn got_on(&self) -> bool {
        self.most.get() > self.before.get()
    }

    /// The answer has ended. Some browsers do not notice that a connection broke in the middle of one: what is too short
    /// is fetched on, and only a store that has no more to give is believed.
    fn end(&self) -> Result<(), Attempt> {
        if !self.exact || self.is_whole() {
            return Ok(());
        }
        if !self.got_on() {
            self.vain.set(self.vain.get() + 1);
        }
        if self.vain.get() >= VAIN_TRIES {
            return Err(Error::tampered().into());
        }
        Err(Attempt::network("the answer ended too soon"))
    }

    fn into_whole(self) -> B {
        B::join(self.pieces.into_inner())
    }
}
