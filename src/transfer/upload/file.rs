//! One file on its way.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::{Stream, StreamExt, stream};

use super::group::{Group, Stored};
use super::{NewFile, Source, Transfer};
use crate::format::{FileInfo, PartPlan, PartSpan, Payload};
use crate::transfer::crypto::FileCrypto;
use crate::transfer::journal::{self, KeptFile};
use crate::transfer::package::CompleteFile;
use crate::transfer::urls::UrlBook;
use crate::transfer::{Octets, World};
use crate::{Error, ErrorCode, Result};

/// One file on its way, known to the server.
pub(super) struct FileUpload<S> {
    /// Its place among the files given.
    pub(super) index: usize,
    pub(super) id: String,
    pub(super) new: NewFile<S>,
    pub(super) plan: PartPlan,
    pub(super) urls: UrlBook,
    pub(super) group: Rc<Group>,
    crypto: FileCrypto,
    /// The name as stored.
    filename: String,
    info: FileInfo,
    /// What is kept of it.
    kept: Option<Rc<KeptFile>>,
    /// The parts that no earlier upload stored, in order; of a stream, none.
    missing: Vec<u32>,
    stored: Cell<u32>,
    /// Parts and bytes in all; a stream's, once its end is seen.
    end: Cell<Option<(u32, u64)>>,
}

/// What a file is before the server knows it, or what it was when it did.
pub(super) struct Announced {
    pub(super) id: String,
    pub(super) plan: PartPlan,
    pub(super) crypto: FileCrypto,
    pub(super) filename: String,
    pub(super) info: FileInfo,
    pub(super) upload_url: Option<String>,
    pub(super) kept: Option<Rc<KeptFile>>,
    pub(super) missing: Vec<u32>,
}

/// A part to be read, unless it was read already, and encrypted.
pub(super) struct Job<S: Source> {
    upload: Rc<FileUpload<S>>,
    span: PartSpan,
    data: Option<S::Bytes>,
}

/// A part to be sent.
pub(super) struct Prepared<B, S> {
    pub(super) upload: Rc<FileUpload<S>>,
    pub(super) span: PartSpan,
    pub(super) body: B,
}

impl<S> FileUpload<S> {
    pub(super) fn new(index: usize, new: NewFile<S>, known: Announced, group: Rc<Group>) -> Self
    where
        S: Source,
    {
        let Announced { id, plan, crypto, filename, info, upload_url, kept, missing } = known;
        let end = new.source.size().map(|size| (plan.parts(), size));
        Self {
            index,
            id,
            new,
            plan,
            urls: UrlBook::new(upload_url),
            group,
            crypto,
            filename,
            info,
            kept,
            stored: Cell::new(end.map_or(0, |(parts, _)| parts - missing.len() as u32)),
            missing,
            end: Cell::new(end),
        }
    }

    /// Whether an earlier upload stored all of it.
    pub(super) fn is_stored(&self) -> bool {
        self.end.get().is_some_and(|(parts, _)| parts == self.stored.get())
    }

    /// Notes that a part is stored; after the last one, so does the group.
    pub(super) async fn part_stored<N: World>(
        &self,
        transfer: &Transfer<'_, N>,
        span: PartSpan,
        now: u64,
    ) -> Result<()> {
        transfer.tally.done(self.index, span.index, span.len, now);
        self.stored.set(self.stored.get() + 1);
        if self.is_stored() { self.all_stored(transfer).await } else { Ok(()) }
    }

    /// Notes that every part is stored.
    pub(super) async fn all_stored<N: World>(&self, transfer: &Transfer<'_, N>) -> Result<()> {
        let Some((parts, size)) = self.end.get() else { return Ok(()) };
        let streamed = self.info.size.is_none();
        let filename = match streamed {
            true => {
                let info = FileInfo { size: Some(size), parts: Some(parts), ..self.info.clone() };
                transfer.draft.rename(&self.filename, &info)?
            }
            false => self.filename.clone(),
        };
        let stored = Stored {
            index: self.index,
            name: self.new.name.clone(),
            streamed,
            file: CompleteFile { id: self.id.clone(), filename, parts, size },
            kept: self.kept.clone(),
        };
        self.group.stored(transfer, stored).await
    }
}

impl<S: Source<Bytes: Payload>> FileUpload<S> {
    /// The parts that are to be sent, in order.
    pub(super) fn jobs(self: Rc<Self>) -> impl Stream<Item = Result<Job<S>>> {
        if self.new.source.size().is_none() {
            return stream::try_unfold(Reading::new(self), Reading::next).left_stream();
        }
        let missing = self.missing.clone();
        let job = move |part| {
            let span = self.plan.part(part)?;
            Ok(Job { upload: self.clone(), span, data: None })
        };
        stream::iter(missing).map(job).right_stream()
    }

    /// Reads a part of a file whose size is known.
    pub(super) async fn read(new: &NewFile<S>, span: PartSpan) -> Result<S::Bytes> {
        let data = new.source.read(span.offset..span.offset + span.len).await?;
        if data.len() as u64 == span.len { Ok(data) } else { Err(changed()) }
    }
}

impl<S: Source> Job<S> {
    /// Reads and encrypts the part. In a package that is kept, its hash is kept before.
    pub(super) async fn prepare<N>(self, transfer: &Transfer<'_, N>) -> Result<Prepared<N::Body, S>>
    where
        N: World,
        S: Source<Bytes = Octets<N>>,
    {
        let Self { upload, span, data } = self;
        let net = transfer.client.net();
        let data = match data {
            Some(data) => {
                transfer.tally.grew(upload.index, span.len);
                data
            }
            None => FileUpload::read(&upload.new, span).await?,
        };
        if let Some(kept) = &upload.kept {
            let hash = net.sha256(&data).await?;
            let known = kept.hashes.borrow_mut().record(span.index, hash);
            if known.is_some_and(|known| known != hash) {
                return Err(changed());
            }
            if known.is_none() {
                journal::keep_hash(net, (transfer.draft.id(), &upload.id, span.index), &hash).await?;
            }
        }
        let pieces = upload.crypto.encrypt(net, span, data).await?;
        Ok(Prepared { upload, span, body: net.body(pieces)? })
    }
}

fn changed() -> Error {
    Error::new(ErrorCode::InvalidInput, "the file changed while it was read")
}

/// A stream that is being read. One part is held back until it is known whether it is the last.
struct Reading<S: Source> {
    upload: Rc<FileUpload<S>>,
    held: Option<(PartSpan, S::Bytes)>,
    ended: bool,
}

impl<S: Source<Bytes: Payload>> Reading<S> {
    fn new(upload: Rc<FileUpload<S>>) -> Self {
        Self { upload, held: None, ended: false }
    }

    async fn next(mut self) -> Result<Option<(Job<S>, Self)>> {
        loop {
            if self.ended {
                let Some((span, data)) = self.held.take() else { return Ok(None) };
                let span = PartSpan { last: true, ..span };
                self.upload.end.set(Some((span.index, span.offset + span.len)));
                return Ok(Some((self.job(span, data), self)));
            }
            let index = self.held.as_ref().map_or(1, |(span, _)| span.index + 1);
            let span = self.upload.plan.part(index).map_err(|_| too_long())?;
            let data = self.upload.new.source.read(span.offset..span.offset + span.len).await?;
            let len = data.len() as u64;
            self.ended = len < span.len;
            // An empty part there is only in an empty file.
            if len == 0 && index > 1 {
                continue;
            }
            let held = self.held.replace((PartSpan { len, last: false, ..span }, data));
            if let Some((span, data)) = held {
                return Ok(Some((self.job(span, data), self)));
            }
        }
    }

    fn job(&self, span: PartSpan, data: S::Bytes) -> Job<S> {
        Job { upload: self.upload.clone(), span, data: Some(data) }
    }
}

fn too_long() -> Error {
    Error::new(ErrorCode::LimitReached, "the stream is longer than 10,000 parts can hold")
}
