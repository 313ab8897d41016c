//! Workspaces: directories, versions of files, copies.

use std::future::Future;

use super::answers::{Digits, DownloadUrlsAnswer, FileCreated, LinkOpened};
use super::dates::Date;
use super::paging::{Order, sorting};
use super::{Client, Clock, Http, Method, not_the_api};
use crate::Result;
use crate::api::package::DownloadUrls;
use crate::api::workspace::{CopyFile, Move, NameDirectory, RenameFile};
use crate::json::{Invalid, Json, Read, read_struct};

const NO_BODY: Option<&()> = None;

read_struct! {
    /// A directory, as lists have it.
    #[derive(Clone, Debug)]
    pub struct DirectoryEntry {
        /// Its id.
        pub id: String = get "directoryId",
        /// The name as stored.
        pub name: String = get_or_default "directoryName",
        /// The directory it is in.
        pub parent: Option<String> = get "parentDirectoryId",
    }
}

/// A file of a workspace, as the server keeps it.
#[derive(Clone, Debug)]
pub struct WorkspaceFile {
    /// The current version.
    pub current: StoredVersion,
    /// Earlier versions, the latest first.
    pub earlier: Vec<StoredVersion>,
    /// The directory it is in.
    pub directory_id: Option<String>,
}

/// One version of a file: a file with an id of its own.
#[derive(Clone, Debug)]
pub struct StoredVersion {
    /// Its id.
    pub id: String,
    /// The name as stored: plain, or sealed file info.
    pub name: String,
    /// Plaintext size in bytes.
    pub size: u64,
    /// How many parts there are.
    pub parts: u32,
    /// The address of who added it.
    pub created_by: String,
    /// When it was added, in seconds since 1970.
    pub uploaded: Option<u64>,
    /// Of a copy, what it is read with, encrypted.
    pub file_key: Option<String>,
}

impl Read for StoredVersion {
    fn read(json: &Json) -> Result<Self, Invalid> {
        Ok(Self {
            id: json.get("fileId")?,
            name: json.get("fileName")?,
            size: json.get::<Digits>("fileSize")?.0,
            parts: json.get("fileParts")?,
            created_by: json.get_or_default("createdByEmail")?,
            uploaded: json.get::<Date>("uploaded")?.0,
            file_key: json.get("fileKey")?,
        })
    }
}

impl Read for WorkspaceFile {
    fn read(json: &Json) -> Result<Self, Invalid> {
        Ok(Self {
            current: StoredVersion::read(json)?,
            earlier: json.get_or_default("oldVersions")?,
            directory_id: json.get("directoryId")?,
        })
    }
}

read_struct! {
    /// Up to 100 files and up to 100 directories of a directory.
    #[derive(Clone, Debug)]
    pub struct DirectoryPage {
        /// The directory's name as stored; empty for the root.
        pub name: String = get_or_default "directoryName",
        /// The directory it is in, where the server says so; none for the root.
        pub parent: Option<String> = get "parentDirectoryId",
        /// The files, each with its earlier versions.
        pub files: Vec<WorkspaceFile> = get_or_default "files",
        /// The directories in it.
        pub directories: Vec<DirectoryEntry> = get_or_default "subDirectories",
    }
}

/// Of a workspace's link, opened: what a package's has, and what only a workspace has.
pub(crate) struct WorkspaceOpened {
    pub(crate) opened: LinkOpened,
    /// The root directory; `None` of what is no workspace.
    pub(crate) root_directory_id: Option<String>,
    /// The label as stored.
    pub(crate) label: String,
    /// The directories below the root.
    pub(crate) directories: Vec<DirectoryEntry>,
    /// The files, without earlier versions, in the order in which they were added.
    pub(crate) files: Vec<WorkspaceFile>,
}

impl Read for WorkspaceOpened {
    fn read(json: &Json) -> Result<Self, Invalid> {
        let files: Vec<LinkedFile> = json.get("files")?;
        Ok(Self {
            opened: LinkOpened::read(json)?,
            root_directory_id: json.get("rootDirectoryId")?,
            label: json.get_or_default("label")?,
            directories: json.get_or_default("directories")?,
            files: files.into_iter().map(|LinkedFile(file)| file).collect(),
        })
    }
}

impl AsRef<LinkOpened> for WorkspaceOpened {
    fn as_ref(&self) -> &LinkOpened {
        &self.opened
    }
}

/// A file, as an opened link lists it.
struct LinkedFile(WorkspaceFile);

impl Read for LinkedFile {
    fn read(json: &Json) -> Result<Self, Invalid> {
        let current = StoredVersion {
            id: json.get("fileId")?,
            name: json.get("fileName")?,
            size: json.get::<Digits>("fileSize")?.0,
            parts: json.get("parts")?,
            created_by: json.get_or_default("createdByEmail")?,
            uploaded: None,
            file_key: json.get("fileKey")?,
        };
        Ok(Self(WorkspaceFile { current, earlier: Vec::new(), directory_id: json.get("directoryId")? }))
    }
}

read_struct! {
    struct NewDirectory {
        id: String = get "directoryId",
    }
}

read_struct! {
    struct FileAnswer {
        file: WorkspaceFile = get "file",
    }
}

impl<N: Http + Clock> Client<N> {
    /// Makes a directory in another one, or in the root.
    pub async fn create_directory(
        &self,
        package_id: &str,
        parent: Option<&str>,
        request: &NameDirectory,
    ) -> Result<String> {
        let path = match parent {
            Some(parent) => format!("/package/{package_id}/directory/{parent}/subdirectory/"),
            None => format!("/package/{package_id}/directory/"),
        };
        let made: NewDirectory = self.api(Method::Put, &path, Some(request)).await?;
        Ok(made.id)
    }

    /// What a directory holds: up to 100 files and directories behind so many of them.
    pub async fn directory(
        &self,
        package_id: &str,
        id: &str,
        (directories, files): (u32, u32),
        order: &Order,
    ) -> Result<DirectoryPage> {
        let query = format!("?directoryIndex={directories}&fileIndex={files}{}", sorting(order)?);
        let path = format!("/package/{package_id}/directory/{id}/{query}");
        let answer: Json = self.api(Method::Get, &path, NO_BODY).await?;
        DirectoryPage::read(&answer).map_err(not_the_api)
    }

    /// Names a directory anew.
    pub fn rename_directory(
        &self,
        package_id: &str,
        id: &str,
        request: &NameDirectory,
    ) -> impl Future<Output = Result<()>> {
        self.api(Method::Post, &format!("/package/{package_id}/directory/{id}/"), Some(request))
    }

    /// Deletes a directory with everything in it.
    pub fn delete_directory(&self, package_id: &str, id: &str) -> impl Future<Output = Result<()>> {
        self.api(Method::Delete, &format!("/package/{package_id}/directory/{id}/"), NO_BODY)
    }

    /// Moves a directory into another one.
    pub fn move_directory(
        &self,
        package_id: &str,
        (id, target): (&str, &str),
        request: &Move,
    ) -> impl Future<Output = Result<()>> {
        self.api(Method::Post, &format!("/package/{package_id}/move/{id}/{target}/"), Some(request))
    }

    /// A file, with its earlier versions.
    pub async fn file(&self, package_id: &str, file_id: &str) -> Result<WorkspaceFile> {
        let path = format!("/package/{package_id}/file/{file_id}/");
        let answer: FileAnswer = self.api(Method::Get, &path, NO_BODY).await?;
        Ok(answer.file)
    }

    /// Names a file anew.
    pub fn rename_file(
        &self,
        package_id: &str,
        file_id: &str,
        request: &RenameFile,
    ) -> impl Future<Output = Result<()>> {
        self.api(Method::Patch, &format!("/package/{package_id}/file/{file_id}/"), Some(request))
    }

    /// Moves a file into a directory.
    pub fn move_file(
        &self,
        package_id: &str,
        (file_id, directory_id): (&str, &str),
        request: &Move,
    ) -> impl Future<Output = Result<()>> {
        let path = format!("/package/{package_id}/directory/{directory_id}/file/{file_id}/");
        self.api(Method::Post, &path, Some(request))
    }

    /// Copies a file into a workspace, without its octets leaving the store.
    pub fn copy_file(
        &self,
        package_id: &str,
        file_id: &str,
        request: &CopyFile,
    ) -> impl Future<Output = Result<FileCreated>> {
        self.api(Method::Post, &format!("/package/{package_id}/file/{file_id}/copy/"), Some(request))
    }

    /// Presigned URLs for the parts of a file of a package that the caller reads by its account.
    pub fn download_urls(
        &self,
        package_id: &str,
        file_id: &str,
        request: &DownloadUrls,
    ) -> impl Future<Output = Result<DownloadUrlsAnswer>> {
        let path = format!("/package/{package_id}/file/{file_id}/download-urls/");
        self.api(Method::Post, &path, Some(request))
    }

    /// The encrypted message, base64, for those who know the checksum.
    pub async fn message(&self, package_id: &str, checksum: &str) -> Result<String> {
        let path = format!("/package/{package_id}/message/{checksum}/");
        let answer: Message = self.api(Method::Get, &path, NO_BODY).await?;
        Ok(answer.message)
    }
}

read_struct! {
    struct Message {
        message: String = get "message",
    }
}
