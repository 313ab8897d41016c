//! Files and their versions.

use std::collections::HashMap;
use std::rc::Rc;

use super::Workspace;
use crate::api::workspace::{CopyFile, Move, RenameFile};
use crate::client::{StoredVersion, UPLOAD_TYPE, WorkspaceFile};
use crate::format::{FileInfo, cfb, sealed};
use crate::keys::{FileKeys, FileNonce, Passphrase};
use crate::transfer::crypto::FileCrypto;
use crate::transfer::package::{Keys, path_segment};
use crate::transfer::{
    NewFile, Octets, Place, Progress, ReceivedFile, SentFile, Source, UploadOptions, World, upload,
};
use crate::{Error, ErrorCode, Result};

/// A file of a workspace.
pub struct Entry {
    /// The current version.
    pub current: Version,
    /// Earlier versions, the latest first.
    pub earlier: Vec<Version>,
    /// The directory it is in.
    pub directory_id: Option<String>,
}

/// A version of a file.
pub struct Version {
    /// Its own id, under which it is downloaded and deleted.
    pub id: String,
    /// What is known of it; an error when it is not one that a holder of the keyCode put there.
    pub file: Result<Rc<ReceivedFile>>,
    /// The address of who added it, as the server says.
    pub created_by: String,
    /// When it was added, in seconds since 1970.
    pub uploaded: Option<u64>,
    /// Whether it was copied from elsewhere.
    pub is_copy: bool,
}

/// The keys of a stored file of a sealed workspace.
struct Known {
    nonce: FileNonce,
    keys: FileKeys,
    is_copy: bool,
    info: FileInfo,
}

impl<N: World> Workspace<N> {
    /// One file, or an earlier version of one.
    pub async fn file(&self, id: &str) -> Result<Entry> {
        self.entry(self.stored(id).await?)
    }

    /// Uploads files into a directory. Where a file has a path, that is below the directory, and what is missing of it is
    /// made. A name that is there already gets a new version, unless `only_new`.
    pub async fn upload<S: Source<Bytes = Octets<N>>>(
        &self,
        directory: &str,
        files: Vec<NewFile<S>>,
        (options, only_new): (UploadOptions, bool),
        on_progress: impl Fn(Progress) + 'static,
    ) -> Result<Vec<SentFile>> {
        let directory = path_segment(directory.to_owned())?;
        let mut known = HashMap::new();
        let mut places = Vec::with_capacity(files.len());
        for file in &files {
            let path = file.path.as_deref().unwrap_or_default();
            places.push(self.directory_at(&directory, path, &mut known).await?);
        }
        let files = files.into_iter().map(|file| NewFile { path: None, ..file }).collect();
        let place = self.place(places, only_new);
        upload(&self.draft, files, UploadOptions { place: Some(place), ..options }, on_progress).await
    }

    /// Gives a file another name.
    pub async fn rename_file(&self, id: &str, name: &str) -> Result<()> {
        if name.is_empty() {
            return Err(Error::new(ErrorCode::InvalidInput, "the file has no name"));
        }
        let stored = self.stored(id).await?;
        let file_name = match self.known(&stored.current)? {
            Some(Known { nonce, keys, info, .. }) => {
                FileInfo { name: name.to_owned(), ..info }.seal_with(&keys, &nonce)?
            }
            None => name.to_owned(),
        };
        let directory = stored.directory_id.as_deref().unwrap_or(self.root());
        let request = RenameFile { file_name, name_tag: self.tag(directory, name) };
        self.client().rename_file(self.id(), &stored.current.id, &request).await
    }

    /// Moves a file, with its earlier versions, into a directory.
    pub async fn move_file(&self, id: &str, directory: &str) -> Result<()> {
        let directory = path_segment(directory.to_owned())?;
        let stored = self.stored(id).await?;
        let name = self.known(&stored.current)?.map(|known| known.info.name);
        let name_tag = name.and_then(|name| self.tag(&directory, &name));
        self.client().move_file(self.id(), (&stored.current.id, &directory), &Move { name_tag }).await
    }

    /// Deletes a file with its earlier versions, or one of these.
    pub async fn delete_file(&self, id: &str) -> Result<()> {
        self.client().delete_file(self.id(), &path_segment(id.to_owned())?).await
    }

    /// Copies a file, or a version of one, into a directory of this workspace or another, without its octets leaving the
    /// store. Only this file's key is shared with the readers of the other. Returns the copy's id.
    ///
    /// # Errors
    /// `UNSUPPORTED` between workspaces of different suites; `EXISTS` when the name is there already, with `only_new`.
    pub async fn copy_file(
        &self,
        id: &str,
        target: &Self,
        directory: &str,
        only_new: bool,
    ) -> Result<String> {
        let directory = path_segment(directory.to_owned())?;
        let stored = self.stored(id).await?.current;
        let elsewhere = self.id() != target.id();
        let (file_key, name) = match (self.known(&stored)?, target.draft.keys(), self.draft.keys()) {
            (Some(known), Keys::Sealed(keys), _) => {
                let needed = elsewhere || known.is_copy;
                let key = needed.then(|| sealed::seal_file_key(keys, &known.nonce, &known.keys));
                (key.transpose()?, known.info.name)
            }
            (None, Keys::OpenPgpCfb(theirs), Keys::OpenPgpCfb(ours)) => {
                let passphrase = self.passphrase_of(&stored, ours)?;
                let key = elsewhere.then(|| cfb::encrypt_message(theirs, passphrase.expose()));
                (key.transpose()?, stored.name.clone())
            }
            _ => {
                let message = "files are copied between workspaces of the same suite alone";
                return Err(Error::new(ErrorCode::Unsupported, message));
            }
        };
        let request = CopyFile {
            target_package_id: target.id().to_owned(),
            name_tag: target.tag(&directory, &name),
            target_directory_id: Some(directory),
            file_key,
            upload_type: Some(UPLOAD_TYPE.to_owned()),
            only_new,
            password: None,
        };
        let copied = self.client().copy_file(self.id(), &stored.id, &request).await?;
        path_segment(copied.file_id.unwrap_or(copied.message))
    }

    pub(super) fn entry(&self, file: WorkspaceFile) -> Result<Entry> {
        let WorkspaceFile { current, earlier, directory_id } = file;
        let earlier = earlier.into_iter().map(|version| self.version(version)).collect::<Result<_>>()?;
        Ok(Entry { current: self.version(current)?, earlier, directory_id })
    }

    fn version(&self, stored: StoredVersion) -> Result<Version> {
        let id = path_segment(stored.id.clone())?;
        let file = self.open_version(&stored).map(Rc::new);
        let StoredVersion { created_by, uploaded, file_key, .. } = stored;
        Ok(Version { id, file, created_by, uploaded, is_copy: file_key.is_some() })
    }

    fn open_version(&self, stored: &StoredVersion) -> Result<ReceivedFile> {
        let id = path_segment(stored.id.clone())?;
        match self.draft.keys() {
            Keys::Sealed(package) => {
                let Some(Known { keys, is_copy, info, .. }) = self.known(stored)? else {
                    return Err(Error::tampered());
                };
                if info.size != Some(stored.size) || info.parts != Some(stored.parts) {
                    return Err(Error::tampered());
                }
                let crypto = match is_copy {
                    true => FileCrypto::Copied(keys),
                    false => FileCrypto::Sealed { package: package.clone(), file: keys },
                };
                ReceivedFile::sealed(id, info, crypto)
            }
            Keys::OpenPgpCfb(passphrase) => {
                let passphrase = self.passphrase_of(stored, passphrase)?;
                let counts = (stored.parts, stored.size);
                Ok(ReceivedFile::open_pgp(
                    id,
                    stored.name.clone(),
                    counts,
                    FileCrypto::OpenPgpCfb(passphrase),
                ))
            }
        }
    }

    /// The keys of a stored file; `None` in a workspace that is not sealed.
    fn known(&self, stored: &StoredVersion) -> Result<Option<Known>> {
        let Some(package) = self.sealed() else { return Ok(None) };
        let nonce = FileInfo::nonce(&stored.name)?;
        let keys = match &stored.file_key {
            Some(file_key) => sealed::open_file_key(package, &stored.name, file_key)?,
            None => package.file(&nonce),
        };
        let info = FileInfo::open_with(&keys, &stored.name)?;
        Ok(Some(Known { nonce, keys, is_copy: stored.file_key.is_some(), info }))
    }

    /// What a file of suite `openpgp-cfb` is read with: for a copy, what SendSafely's clients wrap.
    fn passphrase_of(&self, stored: &StoredVersion, own: &Rc<Passphrase>) -> Result<Rc<Passphrase>> {
        let Some(file_key) = &stored.file_key else { return Ok(own.clone()) };
        let text = cfb::decrypt_message(own, file_key)?;
        let allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        if !(60..=160).contains(&text.len()) || !text.bytes().all(allowed) {
            return Err(Error::tampered());
        }
        Ok(Rc::new(Passphrase::from_text(text)))
    }

    async fn stored(&self, id: &str) -> Result<WorkspaceFile> {
        if let Some(linked) = &self.linked {
            return linked.file(id);
        }
        self.client().file(self.id(), &path_segment(id.to_owned())?).await
    }

    /// What stands for a name in a directory where the server compares names.
    pub(super) fn tag(&self, directory: &str, name: &str) -> Option<String> {
        self.sealed().map(|keys| sealed::name_tag(keys, directory, name))
    }

    /// Where the files of an upload go, in order.
    fn place(&self, directories: Vec<String>, only_new: bool) -> Place {
        let keys = self.sealed().cloned();
        let tag = move |directory: &str, name: &str| {
            keys.as_ref().map(|keys| sealed::name_tag(keys, directory, name))
        };
        Place { directories, only_new, tag: Rc::new(tag) }
    }
}
