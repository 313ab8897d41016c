//! Files.

use std::sync::Arc;

use bulla::api::ResponseCode;
use bulla::api::limits::BATCH;
use bulla::api::package::{
    Answer, BatchUploadComplete, BatchUploadCompleteAnswer, BatchUploadUrls, BatchUploadUrlsAnswer,
    CreateFile, CreateFiles, DownloadPart, DownloadUrls, DownloadUrlsAnswer, FileAnswer, FileCompleted,
    FileCreated, FileInformation, FilePartUrl, FilesCreated, OldVersion, PartPresent, PartUrl, PartsAnswer,
    ProxiedPart, TakeIn, ThumbnailUrl, ThumbnailUrlsAnswer, TookIn, UploadComplete, UploadUrls,
    UploadUrlsAnswer,
};
use bulla::api::workspace::{CopyFile, FileMoved, Move, RenameFile};
use percent_encoding::percent_decode_str;

use super::{code, done};
use crate::db::{File, NewFile, Package};
use crate::domain::{Action, Announced, CopyOrder, Error, Event, FileWithVersions, Result, UploadReport};
use crate::http::api::{Call, Form};
use crate::http::blobs::{self, Refusal};
use crate::http::dates;
use crate::http::intake;
use crate::http::typed::{Body, Octets};
use crate::storage::disk::PutError;

/// What a completed upload is answered with; SendSafely's Node client asks again on any other text.
const COMPLETE: &str = "true";

/// `PUT /package/{packageId}/file/`
pub(in crate::http) async fn create(call: Call, Body(asked): Body<CreateFile>) -> Result<FileCreated> {
    let new = announce(&call, asked)?;
    let (id, event) =
        (new.id.clone(), Event::on_file(call.package()?, Action::FILE_CREATED, &new.id, &new.name));
    for created in call.domain().create_files(call.package()?, &call.caller, &[new]).await? {
        created?;
    }
    call.log(&[event]).await?;
    Ok(created(id))
}

/// `POST /package/{packageId}/files/`
pub(in crate::http) async fn create_many(call: Call, Body(asked): Body<CreateFiles>) -> Result<FilesCreated> {
    check_batch(asked.files.len())?;
    let announced: Vec<_> = asked.files.into_iter().map(|file| announce(&call, file)).collect();
    let new: Vec<_> = announced.iter().filter_map(|file| file.as_ref().ok().cloned()).collect();
    let (domain, package) = (call.domain(), call.package()?);
    let mut kept = domain.create_files(package, &call.caller, &new).await?.into_iter();
    let mut answers = Vec::with_capacity(announced.len());
    let mut events = Vec::with_capacity(announced.len());
    for file in announced {
        let file = match file {
            Ok(file) => kept.next().unwrap_or(Err(Error::NotFound)).map(|()| file),
            Err(error) => Err(error),
        };
        answers.push(match file {
            Ok(file) => {
                let url = domain.first_url(package, &file, &call.base).await?;
                events.push(Event::on_file(package, Action::FILE_CREATED, &file.id, &file.name));
                FileCreated { upload_url: Some(url), ..created(file.id) }
            }
            Err(error @ Error::Internal(_)) => return Err(error),
            Err(error) => FileCreated {
                response: code(&error),
                message: error.to_string(),
                file_id: None,
                upload_url: None,
            },
        });
    }
    call.log(&events).await?;
    Ok(FilesCreated { files: answers, response: ResponseCode::Success })
}

/// `GET /package/{packageId}/file/{fileId}/` and `GET /package/{packageId}/directory/{directoryId}/file/{fileId}/`
pub(in crate::http) async fn information(call: Call) -> Result<FileAnswer> {
    let package = call.package()?;
    if !call.domain().sees_content(package, &call.caller).await? {
        return Err(Error::NotFound);
    }
    let file = file(&call).await?;
    let versions = call.domain().file_versions(package, &file).await?;
    let entry = FileWithVersions { file, versions };
    Ok(FileAnswer { file: with_versions(package, entry), response: ResponseCode::Success })
}

/// A file, as answers on files and directories have it.
pub(super) fn with_versions(package: &Package, of: FileWithVersions) -> FileInformation {
    let maker = package.sender_id().unwrap_or_default().to_owned();
    let old_versions = of.versions.into_iter().map(|version| OldVersion {
        file_id: version.id,
        file_name: version.name,
        file_size: version.size,
        created_by_email: version.created_by,
        created_by_id: version.created_by_id.unwrap_or_else(|| maker.clone()),
        uploaded: dates::long(version.created),
        uploaded_str: dates::short(version.created),
        file_parts: version.parts,
        file_key: version.file_key,
    });
    FileInformation {
        old_versions: old_versions.collect(),
        file_id: of.file.id,
        file_name: of.file.name,
        file_size: of.file.size,
        file_parts: of.file.parts,
        created_by_email: of.file.created_by,
        created_by_id: of.file.created_by_id.unwrap_or(maker),
        uploaded: dates::long(of.file.created),
        uploaded_str: dates::short(of.file.created),
        directory_id: of.file.directory_id,
        file_key: of.file.file_key,
    }
}

/// `DELETE /package/{packageId}/file/{fileId}/` and
/// `DELETE /package/{packageId}/directory/{directoryId}/file/{fileId}/`
pub(in crate::http) async fn delete(call: Call) -> Result<Answer> {
    let file = file(&call).await?;
    let package = call.package()?;
    call.domain().delete_file(package, &call.caller, &file.id).await?;
    call.log(&[Event::on_file(package, Action::FILE_DELETED, &file.id, &file.name)]).await?;
    done(Some(&file.id))
}

/// `PATCH /package/{packageId}/file/{fileId}/`
pub(in crate::http) async fn rename(call: Call, Body(asked): Body<RenameFile>) -> Result<Answer> {
    let (package, id) = (call.package()?, call.parameter("file")?);
    let event = Event::on_file(package, Action::FILE_RENAMED, id, &asked.file_name);
    call.domain().rename_file(package, &call.caller, id, asked.file_name, asked.name_tag).await?;
    call.log(&[event]).await?;
    done(None)
}

/// `POST /package/{packageId}/directory/{directoryId}/file/{fileId}/`: the directory is the one that the file goes to.
pub(in crate::http) async fn move_to(call: Call, Body(asked): Body<Move>) -> Result<FileMoved> {
    let (package, id, directory_id) =
        (call.package()?, call.parameter("file")?, call.parameter("directory")?);
    call.domain().move_file(package, &call.caller, id, directory_id, asked.name_tag).await?;
    let moved = call.domain().file(package, id).await?;
    call.log(&[Event::on_file(package, Action::FILE_MOVED, id, &moved.name)]).await?;
    Ok(FileMoved { directory_id: directory_id.to_owned(), response: ResponseCode::Success })
}

/// `POST /package/{packageId}/file/{fileId}/copy/`
pub(in crate::http) async fn copy(call: Call, Body(asked): Body<CopyFile>) -> Result<FileCreated> {
    let order = CopyOrder {
        target_id: asked.target_package_id,
        directory_id: asked.target_directory_id,
        file_key: asked.file_key,
        name_tag: asked.name_tag,
        only_new: asked.only_new,
        password: asked.password,
    };
    let (package, id) = (call.package()?, call.parameter("file")?);
    let (target, copy) = call.domain().copy_file(package, &call.caller, id, order).await?;
    call.log(&[Event::on_file(package, Action::FILE_COPIED, id, &copy.name)]).await?;
    let added = Event::on_file(&target, Action::FILE_CREATED, &copy.id, &copy.name);
    call.domain().log(&target, &call.caller, &call.address, &[added]).await?;
    Ok(created(copy.id))
}

/// `POST /package/{packageId}/file/{fileId}/upload-urls/`
pub(in crate::http) async fn upload_urls(
    call: Call,
    Body(asked): Body<UploadUrls>,
) -> Result<UploadUrlsAnswer> {
    let (package, id) = (call.package()?, call.parameter("file")?);
    let urls = call.domain().upload_urls(package, &call.caller, id, asked.part, &call.base).await?;
    Ok(UploadUrlsAnswer { upload_urls: part_urls(urls), response: ResponseCode::Success })
}

/// `POST /package/{packageId}/file/{fileId}/thumbnail-urls/`
pub(in crate::http) async fn thumbnail_urls(call: Call) -> Result<ThumbnailUrlsAnswer> {
    let (package, id) = (call.package()?, call.parameter("file")?);
    let urls = call.domain().thumbnail_urls(package, &call.caller, id, &call.base).await?;
    let thumbnails = urls.into_iter().map(|(size, url)| ThumbnailUrl { size, url }).collect();
    Ok(ThumbnailUrlsAnswer { thumbnails, response: ResponseCode::Success })
}

/// `POST /package/{packageId}/file/{fileId}/` and `POST /package/{packageId}/{directoryId}/file/{fileId}/`: the encrypted
/// part itself, where its presigned URL cannot be reached.
pub(in crate::http) async fn upload(
    call: Call,
    Body(asked): Body<ProxiedPart>,
    mut form: Form,
) -> Result<Answer> {
    let id = file(&call).await?.id;
    let (key, limit) =
        call.domain().proxied_part(call.package()?, &call.caller, &id, asked.file_part).await?;
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

/// `POST /package/{packageId}/upload/` (ours)
pub(in crate::http) async fn take_in(call: Call, Body(asked): Body<TakeIn>, form: Form) -> Result<TookIn> {
    let package = call.package()?.clone();
    let intake = Arc::new(call.domain().begin_intake(&package, asked.key_code.as_deref()).await?);
    let files = intake::take_in(call, package, intake.clone(), form).await?;
    let (key_code, checksum) = (intake.key_code().to_owned(), intake.checksum().to_owned());
    Ok(TookIn { key_code, checksum, files, response: ResponseCode::Success })
}

/// `POST /package/{packageId}/upload-urls/`
pub(in crate::http) async fn upload_urls_of(
    call: Call,
    Body(asked): Body<BatchUploadUrls>,
) -> Result<BatchUploadUrlsAnswer> {
    check_batch(asked.files.len())?;
    let wanted: Vec<_> = asked.files.into_iter().map(|wanted| (wanted.file_id, wanted.part)).collect();
    let urls = call.domain().upload_urls_of(call.package()?, &call.caller, &wanted, &call.base).await?;
    let files = wanted.into_iter().zip(urls).map(|((file_id, part), url)| FilePartUrl {
        file_id,
        part,
        response: url.as_ref().map_or_else(code, |_| ResponseCode::Success),
        url: url.ok(),
    });
    Ok(BatchUploadUrlsAnswer { files: files.collect(), response: ResponseCode::Success })
}

/// `POST /package/{packageId}/file/{fileId}/upload-complete/`
pub(in crate::http) async fn complete(call: Call, Body(asked): Body<UploadComplete>) -> Result<Answer> {
    let report = UploadReport {
        parts: asked.parts,
        size: asked.filesize,
        name: asked.filename.map(|name| stored_name(&call, name)),
    };
    let (package, id) = (call.package()?, call.parameter("file")?);
    let file = call.domain().complete_file(package, &call.caller, id, report).await?;
    call.log(&[Event::on_file(package, Action::FILE_UPLOADED, id, &file.name)]).await?;
    done(Some(COMPLETE))
}

/// `POST /package/{packageId}/upload-complete/`
pub(in crate::http) async fn complete_many(
    call: Call,
    Body(asked): Body<BatchUploadComplete>,
) -> Result<BatchUploadCompleteAnswer> {
    check_batch(asked.file_ids.len())?;
    let (domain, package) = (call.domain(), call.package()?);
    let mut files = Vec::with_capacity(asked.file_ids.len());
    let mut events = Vec::with_capacity(asked.file_ids.len());
    for file_id in asked.file_ids {
        let done = domain.complete_file(package, &call.caller, &file_id, UploadReport::default()).await;
        let (response, message) = match done {
            Ok(file) => {
                events.push(Event::on_file(package, Action::FILE_UPLOADED, &file.id, &file.name));
                (ResponseCode::Success, COMPLETE.to_owned())
            }
            Err(error @ Error::Internal(_)) => return Err(error),
            Err(error) => (code(&error), error.to_string()),
        };
        files.push(FileCompleted { file_id, response, message });
    }
    call.log(&events).await?;
    Ok(BatchUploadCompleteAnswer { files, response: ResponseCode::Success })
}

/// `GET /package/{packageId}/file/{fileId}/parts/`
pub(in crate::http) async fn parts(call: Call) -> Result<PartsAnswer> {
    let stored = call.domain().parts(call.package()?, &call.caller, call.parameter("file")?).await?;
    let parts =
        stored.into_iter().map(|stored| PartPresent { part: stored.part, size: stored.size }).collect();
    Ok(PartsAnswer { parts, response: ResponseCode::Success })
}

/// `POST /package/{packageId}/file/{fileId}/download-urls/` and
/// `POST /package/{packageId}/directory/{directoryId}/file/{fileId}/download-urls/`
pub(in crate::http) async fn download_urls(
    call: Call,
    Body(asked): Body<DownloadUrls>,
) -> Result<DownloadUrlsAnswer> {
    let file = file(&call).await?;
    let urls = call
        .domain()
        .download_urls(
            call.package()?,
            &call.caller,
            &file.id,
            (asked.start_segment, asked.end_segment),
            asked.checksum.as_deref().unwrap_or_default(),
            asked.password,
            &call.address,
            &call.base,
        )
        .await?;
    log_download(&call, &file).await?;
    Ok(DownloadUrlsAnswer { download_urls: part_urls(urls), response: ResponseCode::Success })
}

/// `POST /package/{packageId}/file/{fileId}/download/` and
/// `POST /package/{packageId}/directory/{directoryId}/file/{fileId}/download/`: the encrypted part itself, where its
/// presigned URL cannot be reached.
pub(in crate::http) async fn download(call: Call, Body(asked): Body<DownloadPart>) -> Result<Octets> {
    let file = file(&call).await?;
    let key = call
        .domain()
        .download_part(
            call.package()?,
            &call.caller,
            &file.id,
            asked.part,
            asked.checksum.as_deref().unwrap_or_default(),
            asked.password,
            &call.address,
        )
        .await?;
    log_download(&call, &file).await?;
    blobs::whole(&call.app, &key).await?.map(Octets).ok_or(Error::NotFound)
}

/// Notes that a file was asked for.
pub(in crate::http) async fn log_download(call: &Call, file: &File) -> Result<()> {
    call.log(&[Event::on_file(call.package()?, Action::FILE_DOWNLOADED, &file.id, &file.name)]).await
}

/// Presigned URLs, as answers list them.
pub(in crate::http) fn part_urls(urls: Vec<(u32, String)>) -> Vec<PartUrl> {
    urls.into_iter().map(|(part, url)| PartUrl { part, url }).collect()
}

/// The file of the path, in the directory of the path where it has one.
async fn file(call: &Call) -> Result<File> {
    let (id, directory) = (call.parameter("file")?, call.parameter("directory").ok());
    call.domain().visible_file(call.package()?, &call.caller, id, directory).await
}

fn announce(call: &Call, file: CreateFile) -> Result<NewFile> {
    let announced = Announced {
        name: stored_name(call, file.filename),
        size: file.filesize,
        parts: file.parts,
        directory_id: file.directory_id,
        name_tag: file.name_tag,
        only_new: file.only_new,
    };
    NewFile::announce(call.package()?, announced)
}

/// The name that a client means: SendSafely's Node client sends names URI-encoded and reads them back as they are.
pub(in crate::http) fn stored_name(call: &Call, name: String) -> String {
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
