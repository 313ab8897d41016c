//! Uploading. Files are announced in groups and cut into parts; parts are read and encrypted a little ahead of those
//! that are on their way. A part is encrypted once: whatever happens to it on its way, the same octets are sent again.

mod file;
mod group;
mod resume;
mod route;
mod source;

pub use source::{NewFile, Source};

use std::cell::{Cell, RefCell};
use std::collections::{HashSet, VecDeque};
use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};
use futures_util::stream::FuturesUnordered;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};

use self::file::{Job, Prepared};
use self::route::Route;
use super::lanes::Lanes;
use super::package::DraftPackage;
use super::pause::Pause;
use super::progress::{Progress, Tally};
use super::{Octets, World};
use crate::client::Client;
use crate::{Error, ErrorCode, Result};

/// Parts that are read and encrypted ahead of those on their way.
const PARTS_AHEAD: usize = 2;

/// How an upload is done.
#[derive(Clone, Default)]
pub struct UploadOptions {
    /// Parts on their way at once; `None`: as many as the link rewards.
    pub concurrency: Option<usize>,
    /// Holds the upload back.
    pub pause: Pause,
}

/// A file that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentFile {
    /// Its id in the package.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
}

/// Uploads `files`. In a package that is kept, a file that an earlier upload began goes on where it was, once every part
/// recorded of it is seen to have the same content. Dropping the future ends the upload.
///
/// # Errors
/// `INVALID_INPUT` when a file changes or cannot be read, `LIMIT_REACHED` when one is too large, `NETWORK` (retryable)
/// when there was no network for about a quarter of an hour, and what server and store bring.
pub async fn upload<N: World, S: Source<Bytes = Octets<N>>>(
    draft: &DraftPackage<N>,
    files: Vec<NewFile<S>>,
    options: UploadOptions,
    on_progress: impl Fn(Progress) + 'static,
) -> Result<Vec<SentFile>> {
    let had_strays = draft.begin_upload()?;
    let sizes: Vec<_> = files.iter().map(|file| file.source.size()).collect();
    // A plan that cannot be is an error before anything is sent.
    let plans = sizes.iter().map(|&size| draft.plan(size)).collect::<Result<Vec<_>>>()?;
    let largest = plans.iter().map(|plan| plan.rest().min(plan.size())).max().unwrap_or_default();
    let tally = Rc::new(Tally::new(sizes.iter().map(|size| size.unwrap_or_default()), on_progress));
    let heard = tally.clone();
    let transfer = Transfer {
        draft,
        client: draft.client().patient(Rc::new(move |waiting| heard.waiting(waiting))),
        tally,
        pause: options.pause,
        lanes: Lanes::new(options.concurrency, largest),
        route: Route::default(),
        sent: RefCell::new(vec![None; files.len()]),
        taken: RefCell::default(),
        octets: Cell::default(),
    };
    let began = transfer.client.net().now();
    let parts = stream::iter(group::groups(files, plans))
        // One after the other: the files of a package stand in the order in which they were announced.
        .then(|group| group.announce(&transfer))
        .map_ok(group::jobs)
        .try_flatten()
        .map(async |job: Result<Job<S>>| job?.prepare(&transfer).await)
        .buffered(PARTS_AHEAD);
    transfer.send_all(parts).await?;
    transfer.note_rate(began);
    draft.end_upload(had_strays);
    let sent = transfer.sent.into_inner().into_iter().collect::<Option<Vec<_>>>();
    sent.ok_or_else(|| Error::new(ErrorCode::Internal, "a file was not sent to its end"))
}

/// What the files of one upload share.
struct Transfer<'a, N> {
    draft: &'a DraftPackage<N>,
    /// A client with the patience of a transfer.
    client: Client<N>,
    tally: Rc<Tally>,
    pause: Pause,
    lanes: Lanes,
    route: Route,
    /// What came of each file.
    sent: RefCell<Vec<Option<SentFile>>>,
    /// The files of an earlier upload that this one goes on with.
    taken: RefCell<HashSet<String>>,
    /// Octets that went through.
    octets: Cell<u64>,
}

impl<N: World> Transfer<'_, N> {
    /// Sends parts as they get ready, as many at once as the lanes allow.
    async fn send_all<S: Source<Bytes = Octets<N>>>(
        &self,
        parts: impl Stream<Item = Result<Prepared<N::Body, S>>>,
    ) -> Result<()> {
        let mut parts = pin!(parts.fuse());
        let mut ready = VecDeque::new();
        let mut sending = FuturesUnordered::new();
        loop {
            while sending.len() < self.lanes.limit() {
                let Some(part) = ready.pop_front() else { break };
                sending.push(self.send(part));
            }
            let wants_more = !parts.is_done() && ready.len() < PARTS_AHEAD;
            if !wants_more && sending.is_empty() {
                return Ok(());
            }
            let next = async {
                match wants_more {
                    true => parts.next().await,
                    false => std::future::pending().await,
                }
            };
            let sent = async {
                match sending.is_empty() {
                    true => std::future::pending().await,
                    false => sending.next().await,
                }
            };
            match select(pin!(sent), pin!(next)).await {
                Either::Left((sent, _)) => sent.transpose().map(drop)?,
                Either::Right((part, _)) => ready.extend(part.transpose()?),
            }
        }
    }

    /// Sends one part; after the last one of its group, tells the server.
    async fn send<S: Source<Bytes = Octets<N>>>(&self, part: Prepared<N::Body, S>) -> Result<()> {
        let Prepared { upload, span, body } = part;
        self.put(&upload, span, &body).await?;
        drop(body);
        let now = self.client.net().now();
        self.lanes.through(span.len, now);
        self.octets.set(self.octets.get() + span.len);
        upload.part_stored(self, span, now).await
    }

    /// Remembers how fast it went, for the next plan. What is sent in less than a second tells little.
    fn note_rate(&self, began: u64) {
        let milliseconds = self.client.net().now().saturating_sub(began);
        if milliseconds >= 1000 {
            self.client.rate().set(self.octets.get().saturating_mul(1000) / milliseconds);
        }
    }

    fn finished(&self, index: usize, file: SentFile) {
        if let Some(sent) = self.sent.borrow_mut().get_mut(index) {
            *sent = Some(file);
        }
    }
}
