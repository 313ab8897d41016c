//! Files.

use bulla::api::ResponseCode;
use bulla::api::limits::BATCH;
use bulla::api::package::{
    BatchUploadComplete, BatchUploadCompleteAnswer, BatchUploadUrls, BatchUploadUrlsAnswer, CreateFile,
    CreateFiles, DownloadUrls, DownloadUrlsAnswer, FileAnswer, FileCompleted, FileCreated, FileInformation,
    FilePartUrl, FilesCreated, PartPresent, PartUrl, PartsAnswer, ProxiedPart, UploadComplete, UploadUrls,
    UploadUrlsAnswer,
};
use percent_encoding::percent_decode_str;

use super::{code, done};
use crate::db::NewFile;
use crate::domain::{Error, Result, UploadReport};
use crate::http::api::{Call, Form, Reply};
use crate::http::blobs::{self, Refusal};
use crate::http::dates;
use crate::storage::disk::PutError;

/// What a completed upload is answered with; SendSafely's Node client asks again on any other text.
const COMPLETE: &str = "true";

/// `PUT /package/{packageId}/file/`
pub(in crate::http) async fn create(call: Call) -> Result<Reply> {
    let new = announce(&call, call.json()?)?;
    let id = new.id.clone();
    call.domain().create_files(call.package()?, &[new]).await?;
    Reply::json(&created(id))
}

/// `POST /package/{packageId}/files/`
pub(in crate::http) async fn create_many(call: Call) -> Result<Reply> {
    let asked: CreateFiles = call.json()?;
    check_batch(asked.files.len())?;
    let (mut new, mut answers) = (Vec::new(), Vec::new());
    for file in asked.files {
        match announce(&call, file) {
            Ok(file) => {
                answers.push(created(file.id.clone()));
                new.push(file);
            }
            Err(error @ Error::Internal(_)) => return Err(error),
            Err(error) => answers.push(FileCreated {
                response: code(&error),
                message: error.to_string(),
                file_id: None,
                upload_url: None,
            }),
        }
    }
    call.domain().create_files(call.package()?, &new).await?;
    let urls = call.domain().first_urls(call.package()?, &new, &call.base).await?;
    let accepted = answers.iter_mut().filter(|answer| answer.response == ResponseCode::Success);
    for (answer, url) in accepted.zip(urls) {
        answer.upload_url = Some(url);
    }
    Reply::json(&FilesCreated { files: answers, response: ResponseCode::Success })
}

/// `GET /package/{packageId}/file/{fileId}/`
pub(in crate::http) async fn information(call: Call) -> Result<Reply> {
    let package = call.package()?;
    if !call.caller.sees_files(package) {
        return Err(Error::NotFound);
    }
    let file = call.domain().file(package, call.parameter("file")?).await?;
    Reply::json(&FileAnswer {
        file: FileInformation {
            file_id: file.id,
            file_name: file.name,
            file_size: file.size,
            file_parts: file.parts,
            created_by_email: file.created_by,
            created_by_id: package.account_id.clone().unwrap_or_default(),
            uploaded: dates::long(file.created),
            uploaded_str: dates::short(file.created),
            old_versions: Vec::new(),
        },
        response: ResponseCode::Success,
    })
}

/// `DELETE /package/{packageId}/file/{fileId}/`
pub(in crate::http) async fn delete(call: Call) -> Result<Reply> {
    let id = call.parameter("file")?;
    call.domain().delete_file(call.package()?, id).await?;
    done(Some(id))
}

/// `POST /package/{packageId}/file/{fileId}/upload-urls/`
pub(in crate::http) async fn upload_urls(call: Call) -> Result<Reply> {
    let asked: UploadUrls = call.json()?;
    let id = call.parameter("file")?;
    let urls = call.domain().upload_urls(call.package()?, id, asked.part, &call.base).await?;
    Reply::json(&UploadUrlsAnswer { upload_urls: part_urls(urls), response: ResponseCode::Success })
}

/// `POST /package/{packageId}/file/{fileId}/`: the encrypted part itself, where its presigned URL cannot be reached.
pub(in crate::http) async fn upload(call: Call, mut form: Form) -> Result<Reply> {
    let asked: ProxiedPart = call.json()?;
    let id = call.parameter("file")?;
    let (key, limit) = call.domain().proxied_part(call.package()?, id, asked.file_part).await?;
    let part = form.field("textFile").await?;
    match blobs::receive(&call.app, key, limit, part).await {
        Ok(()) => done(None),
        Err(Refusal::Put(PutError::TooLarge)) => {
            Err(Error::Limit("the part is larger than the file allows".to_owned()))
        }
        Err(Refusal::Put(PutError::Exists)) => Err(Error::Refused("the part is there already".to_owned())),
        Err(Refusal::Put(PutError::Disk(error))) => Err(Error::Internal(error.into())),
        Err(Refusal::Stalled) => Err(Error::Invalid("the body took too long".to_owned())),
        Err(Refusal::Broken) => Err(Error::Invalid("the body broke off".to_owned())),
    }
}

/// `POST /package/{packageId}/upload-urls/`
pub(in crate::http) async fn upload_urls_of(call: Call) -> Result<Reply> {
    let asked: BatchUploadUrls = call.json()?;
    check_batch(asked.files.len())?;
    let wanted: Vec<_> = asked.files.into_iter().map(|wanted| (wanted.file_id, wanted.part)).collect();
    let urls = call.domain().upload_urls_of(call.package()?, &wanted, &call.base).await?;
    let files = wanted.into_iter().zip(urls).map(|((file_id, part), url)| FilePartUrl {
        file_id,
        part,
        response: url.as_ref().map_or_else(code, |_| ResponseCode::Success),
        url: url.ok(),
    });
    Reply::json(&BatchUploadUrlsAnswer { files: files.collect(), response: ResponseCode::Success })
}

/// `POST /package/{packageId}/file/{fileId}/upload-complete/`
pub(in crate::http) async fn complete(call: Call) -> Result<Reply> {
    let asked: UploadComplete = call.json()?;
    let report = UploadReport {
        parts: asked.parts,
        size: asked.filesize,
        name: asked.filename.map(|name| stored_name(&call, name)),
    };
    call.domain().complete_file(call.package()?, call.parameter("file")?, report).await?;
    done(Some(COMPLETE))
}

/// `POST /package/{packageId}/upload-complete/`
pub(in crate::http) async fn complete_many(call: Call) -> Result<Reply> {
    let asked: BatchUploadComplete = call.json()?;
    check_batch(asked.file_ids.len())?;
    let mut files = Vec::with_capacity(asked.file_ids.len());
    for file_id in asked.file_ids {
        let done = call.domain().complete_file(call.package()?, &file_id, UploadReport::default()).await;
        let (response, message) = match done {
            Ok(()) => (ResponseCode::Success, COMPLETE.to_owned()),
            Err(error @ Error::Internal(_)) => return Err(error),
            Err(error) => (code(&error), error.to_string()),
        };
        files.push(FileCompleted { file_id, response, message });
    }
    Reply::json(&BatchUploadCompleteAnswer { files, response: ResponseCode::Success })
}

/// `GET /package/{packageId}/file/{fileId}/parts/`
pub(in crate::http) async fn parts(call: Call) -> Result<Reply> {
    let stored = call.domain().parts(call.package()?, call.parameter("file")?).await?;
    let parts =
        stored.into_iter().map(|stored| PartPresent { part: stored.part, size: stored.size }).collect();
    Reply::json(&PartsAnswer { parts, response: ResponseCode::Success })
}

/// `POST /package/{packageId}/file/{fileId}/download-urls/`
pub(in crate::http) async fn download_urls(call: Call) -> Result<Reply> {
    let asked: DownloadUrls = call.json()?;
    let urls = call
        .domain()
        .download_urls(
            call.package()?,
            &call.caller,
            call.parameter("file")?,
            (asked.start_segment, asked.end_segment),
            asked.checksum.as_deref().unwrap_or_default(),
            asked.password,
            &call.address,
            &call.base,
        )
        .await?;
    Reply::json(&DownloadUrlsAnswer { download_urls: part_urls(urls), response: ResponseCode::Success })
}

/// Presigned URLs, as answers list them.
pub(in crate::http) fn part_urls(urls: Vec<(u32, String)>) -> Vec<PartUrl> {
    urls.into_iter().map(|(part, url)| PartUrl { part, url }).collect()
}

fn announce(call: &Call, file: CreateFile) -> Result<NewFile> {
    if file.directory_id.is_some_and(|id| !id.is_empty()) {
        return Err(Error::NotFound);
    }
    NewFile::announce(call.package()?, stored_name(call, file.filename), file.filesize, file.parts)
}

/// The name that a client means: SendSafely's Node client sends names URI-encoded and reads them back as they are.
fn stored_name(call: &Call, name: String) -> String {
    if call.client.as_deref() != Some("NODE_API") {
        return name;
    }
    let decoded = percent_decode_str(&name).decode_utf8().map(|decoded| decoded.into_owned());
    decoded.unwrap_or(name)
}

fn created(id: String) -> FileCreated {
    FileCreated { response: ResponseCode::Success, message: id.clone(), file_id: Some(id), upload_url: None }
}

fn check_batch(entries: usize) -> Result<()> {
    if (1..=BATCH).contains(&entries) {
        Ok(())
    } else {
        Err(Error::Limit(format!("a call takes 1 to {BATCH} entries")))
    }
}
