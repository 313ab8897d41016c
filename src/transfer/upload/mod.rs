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
use futures_util::{FutureExt, Stream, StreamExt, TryFutureExt, TryStreamExt, stream};

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
    /// Where in a workspace the files go.
    pub place: Option<Place>,
}

/// Where in a workspace files go.
#[derive(Clone)]
pub struct Place {
    /// The directory of each file, in order.
    pub directories: Vec<String>,
    /// Whether a name that is there already is refused, instead of making a new version of it.
    pub only_new: bool,
    /// What stands for a name in a directory where the server compares names.
    pub tag: Rc<NameTag>,
}

/// Makes the tag of a name, from the directory and the name; none where names are not sealed.
pub type NameTag = dyn Fn(&str, &str) -> Option<String>;

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
        place: options.place,
        lanes: Lanes::new(options.concurrency, largest),
        route: Route::default(),
        sent: RefCell::new(vec![None; files.len()]),
        taken: RefCell::default(),
        octets: Cell::default(),
    };
    let began = transfer.client.net().now();
    let jobs = stream::iter(group::groups(files, plans))
        // One after the other: the files of a package stand in the order in which they were announced.
        .then(|group| group.announce(&transfer))
        .map_ok(group::jobs)
        .try_flatten();
    transfer.send_all(jobs).await?;
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
    place: Option<Place>,
    lanes: Lanes,
    route: Route,
    /// What came of each file.
    sent: RefCell<Vec<Option<SentFile>>>,
    /// The files of an earlier upload that this one goes on with.
    taken: RefCell<HashSet<String>>,
    /// Octets that went through.
    octets: Cell<u64>,
}

/// What a part has behind it.
enum Step<B, S> {
    Prepared(Prepared<B, S>),
    Sent,
}

impl<N: World> Transfer<'_, N> {
    /// Prepares parts a little ahead, and sends as many at once as the lanes allow.
    async fn send_all<S: Source<Bytes = Octets<N>>>(
        &self,
        jobs: impl Stream<Item = Result<Job<S>>>,
    ) -> Result<()> {
        let mut jobs = pin!(jobs.fuse());
        let mut ready = VecDeque::new();
        let (mut preparing, mut sending) = (0, 0);
        let mut steps = FuturesUnordered::new();
        loop {
            while sending < self.lanes.limit()
                && let Some(part) = ready.pop_front()
            {
                sending += 1;
                steps.push(self.send(part).map_ok(|()| Step::Sent).boxed_local());
            }
            let wants_more = !jobs.is_done() && ready.len() + preparing < PARTS_AHEAD;
            if !wants_more && steps.is_empty() {
                return Ok(());
            }
            let step = async {
                match steps.is_empty() {
                    true => std::future::pending().await,
                    false => steps.next().await,
                }
            };
            let job = async {
                match wants_more {
                    true => jobs.next().await,
                    false => std::future::pending().await,
                }
            };
            match select(pin!(step), pin!(job)).await {
                Either::Left((step, _)) => match step.transpose()? {
                    Some(Step::Prepared(part)) => {
                        preparing -= 1;
                        ready.push_back(part);
                    }
                    Some(Step::Sent) => sending -= 1,
                    None => {}
                },
                Either::Right((job, _)) => {
                    if let Some(job) = job.transpose()? {
                        preparing += 1;
                        steps.push(job.prepare(self).map_ok(Step::Prepared).boxed_local());
                    }
                }
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
