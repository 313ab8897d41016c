//! Groups of files that are announced, and completed, in one call each.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::{Stream, StreamExt, stream};

use super::file::{Announced, FileUpload, Job};
use super::resume::resume;
use super::{NewFile, Place, SentFile, Source, Transfer};
use crate::api::ResponseCode;
use crate::api::limits::BATCH;
use crate::api::package::{CreateFile, CreateFiles, UploadComplete};
use crate::client::{FileCreated, UPLOAD_TYPE, refusal};
use crate::format::{FileInfo, PartPlan, Payload};
use crate::transfer::journal::{self, FileRecord, KeptFile};
use crate::transfer::package::{CompleteFile, path_segment};
use crate::transfer::{Octets, World};
use crate::{Error, ErrorCode, Result};

/// Files of one group at most: fewer than one call takes, so that the first ones need not wait for all.
const MOST_FILES: usize = BATCH * 2 / 5;

/// Files that were given one after the other, with their places among all and their plans.
pub(super) struct NewGroup<S>(Vec<(usize, NewFile<S>, PartPlan)>);

/// Groups small files; one of several parts, and a stream, is a group of its own.
pub(super) fn groups<S: Source>(files: Vec<NewFile<S>>, plans: Vec<PartPlan>) -> Vec<NewGroup<S>> {
    let mut groups = Vec::new();
    let mut small = Vec::new();
    for (index, (file, plan)) in files.into_iter().zip(plans).enumerate() {
        let alone = plan.parts() > 1;
        if alone || small.len() == MOST_FILES {
            groups.push(NewGroup(std::mem::take(&mut small)));
        }
        let entry = (index, file, plan);
        if alone { groups.push(NewGroup(vec![entry])) } else { small.push(entry) }
    }
    groups.push(NewGroup(small));
    groups.retain(|group| !group.0.is_empty());
    groups
}

impl<S> NewGroup<S> {
    /// Tells the server of the group's files, except for those that it knows from an earlier upload.
    pub(super) async fn announce<N>(self, transfer: &Transfer<'_, N>) -> Result<Vec<Rc<FileUpload<S>>>>
    where
        N: World,
        S: Source<Bytes = Octets<N>>,
    {
        let mut known = Vec::new();
        let mut new = Vec::new();
        for (index, file, plan) in self.0 {
            match resume(transfer, index, &file).await? {
                Some(resumed) => known.push((index, file, resumed)),
                None => new.push((index, file, plan)),
            }
        }
        known.extend(create(transfer, new).await?);
        let group = Rc::new(Group { size: known.len(), stored: RefCell::default() });
        let uploads: Vec<_> = known
            .into_iter()
            .map(|(index, file, known)| Rc::new(FileUpload::new(index, file, known, group.clone())))
            .collect();
        for upload in uploads.iter().filter(|upload| upload.is_stored()) {
            upload.all_stored(transfer).await?;
        }
        Ok(uploads)
    }
}

/// The parts of files that are to be sent, in order.
pub(super) fn jobs<S: Source<Bytes: Payload>>(
    files: Vec<Rc<FileUpload<S>>>,
) -> impl Stream<Item = Result<Job<S>>> {
    stream::iter(files).flat_map(FileUpload::jobs)
}

/// Announces new files.
async fn create<N, S>(
    transfer: &Transfer<'_, N>,
    new: Vec<(usize, NewFile<S>, PartPlan)>,
) -> Result<Vec<(usize, NewFile<S>, Announced)>>
where
    N: World,
    S: Source<Bytes = Octets<N>>,
{
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let mut files = Vec::with_capacity(new.len());
    let mut requests = Vec::with_capacity(new.len());
    for (index, new, plan) in new {
        let size = new.source.size();
        let mut info = FileInfo {
            path: new.path.clone(),
            content_type: new.content_type.clone(),
            modified: new.modified,
            ..FileInfo::new(new.name.as_str(), &plan)
        };
        if size.is_none() {
            (info.size, info.parts) = (None, None);
        }
        let (crypto, filename) = transfer.draft.new_file(&info)?;
        let place = transfer.place.as_ref();
        let directory_id = place.and_then(|place| place.directories.get(index)).cloned();
        let tag = |place: &Place| (place.tag)(directory_id.as_deref()?, &new.name);
        requests.push(CreateFile {
            filename: filename.clone(),
            parts: size.map_or(0, |_| plan.parts()),
            filesize: size.unwrap_or_default(),
            upload_type: Some(UPLOAD_TYPE.to_owned()),
            name_tag: place.and_then(tag),
            only_new: place.is_some_and(|place| place.only_new),
            directory_id,
        });
        files.push((index, new, plan, crypto, filename, info));
    }
    let created = announce(transfer, requests).await?;
    let mut announced = Vec::with_capacity(files.len());
    for ((index, new, plan, crypto, filename, info), created) in files.into_iter().zip(created) {
        if created.response != ResponseCode::Success {
            return Err(refusal(created.response, created.message));
        }
        let id = path_segment(created.file_id.unwrap_or(created.message))?;
        let record = info.size.map(|size| FileRecord {
            filename: filename.clone(),
            name: new.name.clone(),
            path: new.path.clone(),
            modified: new.modified,
            first: plan.first(),
            rest: plan.rest(),
            size,
            complete: false,
        });
        let kept = match record {
            Some(record) => transfer.draft.keep_file(KeptFile::new(id.clone(), record)).await?,
            None => None,
        };
        let upload_url = created.upload_url;
        let missing = info.size.map_or_else(Vec::new, |_| (1..=plan.parts()).collect());
        let known = Announced { id, plan, crypto, filename, info, upload_url, kept, missing };
        announced.push((index, new, known));
    }
    Ok(announced)
}

/// One call for all, or one for each where the server knows only SendSafely's API.
async fn announce<N: World>(
    transfer: &Transfer<'_, N>,
    requests: Vec<CreateFile>,
) -> Result<Vec<FileCreated>> {
    let (client, id) = (&transfer.client, transfer.draft.id());
    let wanted = requests.len();
    let all = CreateFiles { files: requests };
    match client.create_files(id, &all).await {
        Ok(created) if created.files.len() == wanted => return Ok(created.files),
        Ok(_) => return Err(Error::new(ErrorCode::Server, "the server did not answer for every file")),
        Err(error) if !is_unknown(&error) => return Err(error),
        Err(_) => {}
    }
    let mut created = Vec::with_capacity(wanted);
    for request in &all.files {
        created.push(client.create_file(id, request).await?);
    }
    Ok(created)
}

/// A file whose parts are all stored.
pub(super) struct Stored {
    pub(super) index: usize,
    pub(super) name: String,
    /// Whether it was announced without its size.
    pub(super) streamed: bool,
    pub(super) file: CompleteFile,
    pub(super) kept: Option<Rc<KeptFile>>,
}

/// Files that are completed together.
pub(super) struct Group {
    size: usize,
    stored: RefCell<Vec<Stored>>,
}

impl Group {
    /// Notes a file; with the last one, all are completed.
    pub(super) async fn stored<N: World>(&self, transfer: &Transfer<'_, N>, file: Stored) -> Result<()> {
        self.stored.borrow_mut().push(file);
        if self.stored.borrow().len() < self.size {
            return Ok(());
        }
        let all = self.stored.take();
        let open: Vec<_> = all.iter().filter(|stored| !stored.is_complete()).collect();
        complete(transfer, &open).await?;
        for Stored { index, name, file, kept, .. } in all {
            if let Some(kept) = kept.filter(|kept| !kept.complete.replace(true)) {
                journal::keep_file(transfer.client.net(), transfer.draft.id(), &kept).await?;
            }
            transfer.finished(index, SentFile { id: file.id.clone(), name, size: file.size });
            transfer.draft.add_file(file);
        }
        Ok(())
    }
}

impl Stored {
    /// Whether an earlier upload completed it.
    fn is_complete(&self) -> bool {
        self.kept.as_ref().is_some_and(|kept| kept.complete.get())
    }
}

/// Tells the server that every part of these files is stored; it looks for itself.
async fn complete<N: World>(transfer: &Transfer<'_, N>, files: &[&Stored]) -> Result<()> {
    let (client, id) = (&transfer.client, transfer.draft.id());
    if files.len() > 1 {
        let ids = files.iter().map(|stored| stored.file.id.clone()).collect();
        match client.upload_complete_many(id, ids).await {
            Ok(answer) => {
                let done = answer.files.len() == files.len()
                    && answer.files.iter().all(|file| file.response == ResponseCode::Success);
                let exists = answer.files.iter().any(|file| file.response == ResponseCode::DuplicateFile);
                return match (done, exists) {
                    (true, _) => Ok(()),
                    (false, true) => {
                        Err(Error::new(ErrorCode::Exists, "a file of that name is there already"))
                    }
                    (false, false) => Err(incomplete()),
                };
            }
            Err(error) if !is_unknown(&error) => return Err(error),
            Err(_) => {}
        }
    }
    for Stored { file, streamed, .. } in files {
        let mut request = UploadComplete { complete: true, ..UploadComplete::default() };
        if *streamed {
            request.parts = Some(file.parts);
            request.filesize = Some(file.size);
            request.filename = Some(file.filename.clone());
        }
        let answer = client.upload_complete(id, &file.id, &request).await?;
        if answer.message.as_deref() != Some("true") {
            return Err(incomplete());
        }
    }
    Ok(())
}

/// Whether a server may have meant that it does not know the call.
pub(super) fn is_unknown(error: &Error) -> bool {
    let codes = [ErrorCode::NotFound, ErrorCode::Refused, ErrorCode::Server];
    codes.contains(&error.code()) && !error.is_retryable()
}

fn incomplete() -> Error {
    Error::new(ErrorCode::Storage, "the store does not have every part")
}
