//! Uploading: every file cut into parts, several parts on their way at once, files in order.

use std::cell::Cell;
use std::future::Future;
use std::ops::Range;

use futures_util::lock::Mutex;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::crypto::FileCrypto;
use super::package::{CompleteFile, DraftPackage, path_segment};
use super::urls::UrlBook;
use crate::api::package::CreateFile;
use crate::client::{Clock, Http, UPLOAD_TYPE, retry};
use crate::format::{Cipher, FileInfo, PartPlan, PartSpan, Payload};
use crate::{Error, ErrorCode, Result};

/// Where a file's bytes come from.
pub trait Source {
    /// Bytes that stay where the platform keeps them.
    type Bytes;

    /// Bytes in all.
    fn size(&self) -> u64;
    /// Reads the bytes at `range`.
    fn read(&self, range: Range<u64>) -> impl Future<Output = Result<Self::Bytes>>;
}

/// A file to be sent.
#[derive(Clone, Debug)]
pub struct NewFile<S> {
    /// Its name.
    pub name: String,
    /// Its folder, `/`-separated.
    pub path: Option<String>,
    /// Its MIME type, or empty.
    pub content_type: String,
    /// Its last change, in milliseconds since 1970.
    pub modified: Option<i64>,
    /// Its bytes.
    pub source: S,
}

/// How far an upload has come. Counts plaintext bytes whose parts are stored; never goes backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Index of the file among those given.
    pub file: usize,
    /// Bytes of this file.
    pub loaded: u64,
    /// Its size.
    pub size: u64,
    /// Bytes of all files.
    pub total_loaded: u64,
    /// Their size.
    pub total_size: u64,
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

/// Uploads `files`, at most `concurrency` parts at once. Dropping the future ends it; what it left behind is
/// removed when the package is finalized.
pub async fn upload<N, S>(
    draft: &DraftPackage<N>,
    files: Vec<NewFile<S>>,
    concurrency: usize,
    on_progress: impl Fn(Progress),
) -> Result<Vec<SentFile>>
where
    N: Http + Clock + Cipher<Bytes = <N as Http>::Bytes>,
    <N as Http>::Bytes: Payload,
    S: Source<Bytes = <N as Http>::Bytes>,
{
    let uploads = files
        .iter()
        .map(|file| FileUpload::new(draft, file))
        .collect::<Result<Vec<FileUpload<'_, N, S>>>>()?;
    let total_size = uploads.iter().map(|upload| upload.new.source.size()).sum();
    let total_loaded = Cell::new(0);
    let jobs = uploads
        .iter()
        .enumerate()
        .flat_map(|(index, upload)| (1..=upload.plan.parts()).map(move |part| (index, upload, part)));
    stream::iter(jobs)
        .map(async |(index, upload, part)| {
            let sent = upload.send_part(part).await?;
            total_loaded.set(total_loaded.get() + sent);
            on_progress(Progress {
                file: index,
                loaded: upload.loaded.get(),
                size: upload.new.source.size(),
                total_loaded: total_loaded.get(),
                total_size,
            });
            Ok::<(), Error>(())
        })
        .buffer_unordered(concurrency)
        .try_collect::<()>()
        .await?;
    uploads.into_iter().map(FileUpload::into_sent).collect()
}

/// One file on its way.
struct FileUpload<'a, N, S> {
    draft: &'a DraftPackage<N>,
    new: &'a NewFile<S>,
    plan: PartPlan,
    crypto: FileCrypto,
    filename: String,
    /// The file's id, once created: by whichever part comes first.
    id: Mutex<Option<String>>,
    urls: UrlBook,
    parts_left: Cell<u32>,
    loaded: Cell<u64>,
}

impl<'a, N, S> FileUpload<'a, N, S>
where
    N: Http + Clock + Cipher<Bytes = <N as Http>::Bytes>,
    <N as Http>::Bytes: Payload,
    S: Source<Bytes = <N as Http>::Bytes>,
{
    fn new(draft: &'a DraftPackage<N>, new: &'a NewFile<S>) -> Result<Self> {
        let size = new.source.size();
        let plan = draft.plan(size)?;
        let (crypto, filename) = draft.new_file(FileInfo {
            path: new.path.clone(),
            content_type: new.content_type.clone(),
            modified: new.modified,
            ..FileInfo::new(new.name.as_str(), &plan)
        })?;
        Ok(Self {
            draft,
            new,
            plan,
            crypto,
            filename,
            id: Mutex::default(),
            urls: UrlBook::new(),
            parts_left: Cell::new(plan.parts()),
            loaded: Cell::new(0),
        })
    }

    /// Sends one part, and after the last one tells the server. Returns the plaintext bytes sent.
    async fn send_part(&self, part: u32) -> Result<u64> {
        let span = self.plan.part(part)?;
        let id = self.id().await?;
        let net = self.draft.client().net();
        let pieces = self.crypto.encrypt(net, span, self.read(span).await?).await?;
        self.put(&id, part, &net.body(pieces)?).await?;
        self.loaded.set(self.loaded.get() + span.len);
        self.parts_left.set(self.parts_left.get() - 1);
        if self.parts_left.get() == 0 {
            self.complete(id).await?;
        }
        Ok(span.len)
    }

    async fn read(&self, span: PartSpan) -> Result<<N as Http>::Bytes> {
        let data = self.new.source.read(span.offset..span.offset + span.len).await?;
        if data.len() as u64 != span.len {
            return Err(Error::new(ErrorCode::InvalidInput, "the file changed while it was read"));
        }
        Ok(data)
    }

    async fn id(&self) -> Result<String> {
        let mut id = self.id.lock().await;
        if let Some(id) = id.as_ref() {
            return Ok(id.clone());
        }
        let request = CreateFile {
            filename: self.filename.clone(),
            parts: self.plan.parts(),
            filesize: self.new.source.size(),
            upload_type: Some(UPLOAD_TYPE.to_owned()),
            directory_id: None,
        };
        let created = path_segment(self.draft.client().create_file(self.draft.id(), &request).await?)?;
        Ok(id.insert(created).clone())
    }

    async fn put(&self, id: &str, part: u32, body: &N::Body) -> Result<()> {
        let client = self.draft.client();
        let refusals = Cell::new(0);
        retry(client.net(), async || {
            let url = self
                .urls
                .url(part, async || Ok(client.upload_urls(self.draft.id(), id, part).await?.upload_urls))
                .await?;
            let stored = client.net().put(&client.resolve(&url), body).await?;
            if !(200..300).contains(&stored.status) {
                let answer = (stored.status, stored.retry_after);
                return Err(self.urls.failed(part, &url, answer, &refusals).await);
            }
            self.urls.done(part).await;
            Ok(())
        })
        .await
    }

    async fn complete(&self, id: String) -> Result<()> {
        let answer = self.draft.client().upload_complete(self.draft.id(), &id).await?;
        if answer.message.as_deref() != Some("true") {
            return Err(Error::new(ErrorCode::Storage, "the store does not have every part"));
        }
        self.draft.add_file(CompleteFile {
            id,
            filename: self.filename.clone(),
            parts: self.plan.parts(),
            size: self.new.source.size(),
        });
        Ok(())
    }

    fn into_sent(self) -> Result<SentFile> {
        let id =
            self.id.into_inner().ok_or_else(|| Error::new(ErrorCode::Internal, "a file without an id"))?;
        Ok(SentFile { id, name: self.new.name.clone(), size: self.new.source.size() })
    }
}
