//! A package in the making.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use super::World;
use super::crypto::FileCrypto;
use super::journal::{self, FileRecord, KeptFile, KeptPackage, PackageRecord, Unfinished, UnfinishedFile};
use crate::api::package::{CreatePackage, Finalize, UpdatePackage};
use crate::client::{AddedRecipient, Client, Finalized};
use crate::format::{FileInfo, PartPlan, Seal, StoredFile, cfb, sealed};
use crate::keys::{
    Checksum, FileNonce, KeyClass, KeyCode, PackageCode, PackageKeys, Passphrase, ServerSecret, Suite,
};
use crate::link::ShareLink;
use crate::{Error, ErrorCode, Result};

/// How a package is made.
#[derive(Clone, Copy, Debug)]
pub struct PackageOptions {
    /// How its content is encrypted.
    pub suite: Suite,
    /// Life in days; 0 is without end, `None` the server's default.
    pub life: Option<u32>,
    /// Whether what is needed to go on is kept on this machine until the package is finalized or deleted.
    pub resumable: bool,
}

/// How a package is finalized.
#[derive(Clone, Debug, Default)]
pub struct FinalizeOptions {
    /// A door only: the server asks for it.
    pub password: Option<String>,
    /// In its place, the proof of the password that locks the link: see [`crate::keys::StretchedPassword::proof`].
    pub proof: Option<String>,
    /// Whether the server tells the recipients.
    pub notify: bool,
    /// The sender's address, from a Dropzone; nobody checks it.
    pub sender: Option<String>,
    /// Whether recipients are asked to look at PDF files and not to save them. Nothing makes them obey.
    pub read_only_pdf: bool,
    /// What the Dropzone's owner confirms the sender's address with; goes before `sender`.
    pub sender_token: Option<String>,
}

/// A file whose parts are all stored.
#[derive(Clone, Debug)]
pub(super) struct CompleteFile {
    pub(super) id: String,
    /// The name as stored.
    pub(super) filename: String,
    pub(super) parts: u32,
    pub(super) size: u64,
}

impl CompleteFile {
    /// What is kept of a file, if it was completed.
    fn of(kept: &KeptFile) -> Option<Self> {
        let FileRecord { filename, size, complete, .. } = &kept.record;
        let parts = kept.record.plan().ok()?.parts();
        complete.then(|| Self { id: kept.id.clone(), filename: filename.clone(), parts, size: *size })
    }

    fn stored(&self) -> StoredFile<'_> {
        StoredFile { name: &self.filename, parts: self.parts, size: self.size }
    }
}

/// The keys of a package, or of a workspace.
pub(super) enum Keys {
    Sealed(Rc<PackageKeys>),
    OpenPgpCfb(Rc<Passphrase>),
}

impl Keys {
    pub(super) fn derive(server_secret: &ServerSecret, key_code: &KeyCode) -> Self {
        let passphrase = Passphrase::new(server_secret, key_code);
        match key_code.suite() {
            Suite::Sealed => Self::Sealed(Rc::new(PackageKeys::derive(&passphrase))),
            Suite::OpenPgpCfb => Self::OpenPgpCfb(Rc::new(passphrase)),
        }
    }
}

/// A package in the making: its keys and what was put into it so far.
pub struct DraftPackage<N> {
    client: Client<N>,
    id: String,
    code: PackageCode,
    server_secret: ServerSecret,
    key_code: KeyCode,
    keys: Keys,
    created: u64,
    files: RefCell<Vec<CompleteFile>>,
    /// The encrypted message, base64.
    message: RefCell<Option<String>>,
    has_recipients: Cell<bool>,
    finalized: Cell<bool>,
    /// Whether the server may have files that are not among ours.
    has_strays: Cell<bool>,
    /// The files that an earlier upload began; `None` when nothing is kept.
    kept: Option<RefCell<Vec<Rc<KeptFile>>>>,
}

impl<N: World> DraftPackage<N> {
    /// Creates a package on the server, under a fresh keyCode that stays here.
    ///
    /// # Errors
    /// `UNSUPPORTED` when it shall be resumable and nothing can be kept here, and what the network brings.
    pub async fn create(client: Client<N>, options: PackageOptions) -> Result<Self> {
        if options.resumable {
            // Before anything exists that would be lost.
            client.net().read("/").await?;
        }
        let request =
            CreatePackage { vdr: false, suite: Some(options.suite.as_str().to_owned()), life: options.life };
        let created = client.create_package(&request).await?;
        let key_code = KeyCode::generate(match options.suite {
            Suite::Sealed => KeyClass::Sealed,
            Suite::OpenPgpCfb => KeyClass::OpenPgpCfb,
        })?;
        let server_secret = ServerSecret::parse(&created.server_secret)?;
        let now = client.net().now();
        let draft = Self {
            client,
            id: path_segment(created.package_id)?,
            code: PackageCode::parse(&created.package_code)?,
            keys: Keys::derive(&server_secret, &key_code),
            server_secret,
            key_code,
            created: now,
            files: RefCell::default(),
            message: RefCell::default(),
            has_recipients: Cell::default(),
            finalized: Cell::default(),
            has_strays: Cell::default(),
            kept: options.resumable.then(RefCell::default),
        };
        draft.keep().await?;
        Ok(draft)
    }

    /// What goes into a workspace, which is never finalized.
    pub(super) fn of_workspace(
        client: Client<N>,
        (id, code): (String, PackageCode),
        server_secret: ServerSecret,
        key_code: KeyCode,
    ) -> Self {
        Self {
            id,
            code,
            keys: Keys::derive(&server_secret, &key_code),
            server_secret,
            key_code,
            created: client.net().now(),
            files: RefCell::default(),
            message: RefCell::default(),
            has_recipients: Cell::default(),
            finalized: Cell::default(),
            has_strays: Cell::default(),
            kept: None,
            client,
        }
    }

    /// The keys.
    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Notes whether the package has recipients, which may come and go elsewhere.
    pub async fn note_recipients(&self, has_recipients: bool) -> Result<()> {
        self.has_recipients.set(has_recipients);
        self.keep().await
    }

    /// Takes up a package that was kept.
    ///
    /// # Errors
    /// `NOT_FOUND` when nothing is kept of it, or the server has it no more; what is kept is then forgotten.
    pub async fn resume(client: Client<N>, id: &str) -> Result<Self> {
        let KeptPackage { id, record, files } = kept(&client, id).await?;
        let key_code = KeyCode::parse(&record.key_code)?;
        let server_secret = ServerSecret::parse(&record.server_secret)?;
        let draft = Self {
            code: PackageCode::parse(&record.code)?,
            keys: Keys::derive(&server_secret, &key_code),
            server_secret,
            key_code,
            created: record.created,
            files: RefCell::new(files.iter().filter_map(|kept| CompleteFile::of(kept)).collect()),
            message: RefCell::new(record.message),
            has_recipients: Cell::new(record.has_recipients),
            finalized: Cell::default(),
            has_strays: Cell::new(true),
            kept: Some(RefCell::new(files)),
            client,
            id,
        };
        match draft.client.package_information(&draft.id).await {
            Ok(found) if found.package_code == draft.code.as_str() => Ok(draft),
            Ok(_) => Err(Error::new(ErrorCode::Server, "the server gave another package")),
            Err(error) => {
                if !error.is_retryable() {
                    journal::forget(draft.client.net(), &draft.id).await?;
                }
                Err(error)
            }
        }
    }

    /// Forgets a package that was kept, and deletes it, if it is still there and the client may.
    pub async fn forget(client: &Client<N>, id: &str) -> Result<()> {
        let KeptPackage { id, .. } = kept(client, id).await?;
        journal::forget(client.net(), &id).await?;
        // The server collects what is unfinished anyway; this only does it at once.
        let _unreachable = client.delete_temp_package(&id).await;
        Ok(())
    }

    /// The packages whose uploads can go on at this client's server, the latest first.
    pub async fn unfinished(client: &Client<N>) -> Result<Vec<Unfinished>> {
        let kept = journal::read(client.net()).await?;
        let mut unfinished: Vec<Unfinished> = Vec::new();
        for kept in kept.into_iter().filter(|kept| kept.record.host == client.host()) {
            let later = unfinished.iter().position(|other| other.created <= kept.record.created);
            unfinished.insert(later.unwrap_or(unfinished.len()), kept.into());
        }
        Ok(unfinished)
    }

    /// The id under which the API addresses the package.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The code that stands in the link.
    pub fn code(&self) -> &PackageCode {
        &self.code
    }

    /// The server's half of the passphrase.
    pub fn server_secret(&self) -> &ServerSecret {
        &self.server_secret
    }

    /// The keyCode: whoever has it, and the link, can read everything.
    pub fn key_code(&self) -> &KeyCode {
        &self.key_code
    }

    /// The client that made it.
    pub fn client(&self) -> &Client<N> {
        &self.client
    }

    /// Adds recipients by e-mail address.
    pub async fn add_recipients(&self, emails: Vec<String>) -> Result<Vec<AddedRecipient>> {
        self.ensure_open()?;
        let answer = self.client.add_recipients(&self.id, emails).await?;
        self.has_recipients.set(true);
        self.keep().await?;
        Ok(answer.recipients)
    }

    /// Sets or replaces the message.
    pub async fn set_message(&self, text: &str) -> Result<()> {
        self.ensure_open()?;
        let message = match &self.keys {
            Keys::Sealed(keys) => sealed::seal_message(keys, text)?,
            Keys::OpenPgpCfb(passphrase) => cfb::encrypt_message(passphrase, text)?,
        };
        self.client.put_message(&self.id, message.clone()).await?;
        *self.message.borrow_mut() = Some(message);
        self.keep().await
    }

    /// Takes a file out again.
    pub async fn remove_file(&self, file_id: &str) -> Result<()> {
        self.ensure_open()?;
        if !self.files.borrow().iter().any(|file| file.id == file_id) {
            return Err(Error::new(ErrorCode::NotFound, "no such file in this package"));
        }
        self.client.delete_file(&self.id, file_id).await?;
        self.files.borrow_mut().retain(|file| file.id != file_id);
        self.drop_kept(file_id).await
    }

    /// Changes the package's life, in days.
    pub async fn set_life(&self, days: u32) -> Result<()> {
        self.client
            .update_package(&self.id, &UpdatePackage { life: Some(days), ..UpdatePackage::default() })
            .await
    }

    /// Deletes the package, finalized or not.
    pub async fn delete(&self) -> Result<()> {
        let deleted = if self.finalized.get() {
            self.client.delete_package(&self.id).await
        } else {
            self.client.delete_temp_package(&self.id).await
        };
        self.finalized.set(true);
        self.end_kept().await?;
        deleted
    }

    /// Seals the package and returns its whole link.
    pub async fn finalize(&self, options: FinalizeOptions) -> Result<(String, Finalized)> {
        self.ensure_open()?;
        if self.has_strays.get() {
            self.remove_strays().await?;
        }
        let request = Finalize {
            checksum: Checksum::derive(&self.key_code, &self.code).expose().to_owned(),
            undisclosed_recipients: !self.has_recipients.get(),
            notify_recipients: Some(options.notify),
            password: options.password,
            proof: options.proof,
            unconfirmed_sender: options.sender,
            confirmed_sender_token: options.sender_token,
            read_only_pdf: options.read_only_pdf,
            seal: self.seal()?,
        };
        let finalized = self.client.finalize(&self.id, &request).await?;
        self.finalized.set(true);
        self.end_kept().await?;
        Ok((ShareLink::format(&finalized.message, &self.key_code), finalized))
    }

    /// Deletes files that an abandoned upload, or a lost answer, left behind: the seal lists every file.
    async fn remove_strays(&self) -> Result<()> {
        let ours: HashSet<String> = self.files.borrow().iter().map(|file| file.id.clone()).collect();
        for file in self.client.package_information(&self.id).await?.files {
            if !ours.contains(&file.file_id) {
                self.client.delete_file(&self.id, &path_segment(file.file_id)?).await?;
            }
        }
        Ok(())
    }

    fn seal(&self) -> Result<Option<String>> {
        let Keys::Sealed(keys) = &self.keys else { return Ok(None) };
        let files = self.files.borrow();
        let files: Vec<_> = files.iter().map(CompleteFile::stored).collect();
        let created = self.client.net().now() / 1000;
        let seal = Seal::of(1, created, self.message.borrow().as_deref(), &files)?;
        seal.seal(keys, &self.code).map(Some)
    }

    /// The keys for a new file and the name under which it is stored.
    pub(super) fn new_file(&self, info: &FileInfo) -> Result<(FileCrypto, String)> {
        match &self.keys {
            Keys::Sealed(keys) => {
                let nonce = FileNonce::generate()?;
                let filename = info.seal(keys, &nonce)?;
                Ok((FileCrypto::Sealed { package: keys.clone(), file: keys.file(&nonce) }, filename))
            }
            Keys::OpenPgpCfb(passphrase) => {
                Ok((FileCrypto::OpenPgpCfb(passphrase.clone()), info.name.clone()))
            }
        }
    }

    /// The keys of a file that is stored under `filename`.
    pub(super) fn known_file(&self, filename: &str) -> Result<FileCrypto> {
        Ok(match &self.keys {
            Keys::Sealed(keys) => {
                let (nonce, _) = FileInfo::open(keys, filename)?;
                FileCrypto::Sealed { package: keys.clone(), file: keys.file(&nonce) }
            }
            Keys::OpenPgpCfb(passphrase) => FileCrypto::OpenPgpCfb(passphrase.clone()),
        })
    }

    /// The name of a stream at its end, now that its size is known.
    pub(super) fn rename(&self, filename: &str, info: &FileInfo) -> Result<String> {
        match &self.keys {
            Keys::Sealed(keys) => info.seal(keys, &FileInfo::open(keys, filename)?.0),
            Keys::OpenPgpCfb(_) => Ok(filename.to_owned()),
        }
    }

    /// How a file of `size` octets is cut; a stream whose size is unknown is cut as if it had no end.
    pub(super) fn plan(&self, size: Option<u64>) -> Result<PartPlan> {
        match (&self.keys, size) {
            (Keys::Sealed(_), Some(size)) => PartPlan::for_link(size, self.client.rate().get()),
            (Keys::Sealed(_), None) => PartPlan::for_stream(),
            // What SendSafely's browser client cuts, so that its readers meet sizes they know.
            (Keys::OpenPgpCfb(_), Some(size)) => PartPlan::new(cfb::FIRST_PART, cfb::PART, size),
            (Keys::OpenPgpCfb(_), None) => PartPlan::endless(cfb::FIRST_PART, cfb::PART),
        }
    }

    /// An upload begins: until it has ended well, there may be files that are not ours. Returns whether there may have
    /// been before.
    pub(super) fn begin_upload(&self) -> Result<bool> {
        self.ensure_open()?;
        Ok(self.has_strays.replace(true))
    }

    /// An upload has ended well. In suite `sealed` an equal announcement is the same file, so no answer that was lost
    /// left one behind; strays of an earlier upload stay until all of them are looked for.
    pub(super) fn end_upload(&self, had_strays: bool) {
        self.has_strays.set(had_strays || matches!(self.keys, Keys::OpenPgpCfb(_)));
    }

    /// What is kept of a file that looks like this one: name, folder, size and last change. Not one of `taken`.
    pub(super) fn find_kept(
        &self,
        looks: (&str, Option<&str>, u64, Option<i64>),
        taken: &HashSet<String>,
    ) -> Option<Rc<KeptFile>> {
        let kept = self.kept.as_ref()?.borrow();
        let same = |kept: &&Rc<KeptFile>| {
            let FileRecord { name, path, size, modified, .. } = &kept.record;
            (name.as_str(), path.as_deref(), *size, *modified) == looks && !taken.contains(&kept.id)
        };
        kept.iter().find(same).cloned()
    }

    /// Keeps the record of a file, if anything is kept.
    pub(super) async fn keep_file(&self, file: KeptFile) -> Result<Option<Rc<KeptFile>>> {
        let Some(kept) = &self.kept else { return Ok(None) };
        journal::keep_file(self.client.net(), &self.id, &file).await?;
        let file = Rc::new(file);
        kept.borrow_mut().push(file.clone());
        Ok(Some(file))
    }

    /// Forgets what is kept of a file.
    pub(super) async fn drop_kept(&self, file_id: &str) -> Result<()> {
        let Some(kept) = &self.kept else { return Ok(()) };
        kept.borrow_mut().retain(|file| file.id != file_id);
        journal::forget_file(self.client.net(), &self.id, file_id).await
    }

    async fn end_kept(&self) -> Result<()> {
        match &self.kept {
            Some(_) => journal::forget(self.client.net(), &self.id).await,
            None => Ok(()),
        }
    }

    /// Writes the package's record anew.
    async fn keep(&self) -> Result<()> {
        if self.kept.is_none() {
            return Ok(());
        }
        let record = PackageRecord {
            host: self.client.host().to_owned(),
            code: self.code.as_str().to_owned(),
            server_secret: self.server_secret.expose().to_owned(),
            key_code: self.key_code.expose().to_owned(),
            created: self.created,
            message: self.message.borrow().clone(),
            has_recipients: self.has_recipients.get(),
        };
        journal::keep_package(self.client.net(), &self.id, &record).await
    }

    /// Adds a file whose parts are all stored, unless it is known already.
    pub(super) fn add_file(&self, file: CompleteFile) {
        let mut files = self.files.borrow_mut();
        if !files.iter().any(|known| known.id == file.id) {
            files.push(file);
        }
    }

    fn ensure_open(&self) -> Result<()> {
        if self.finalized.get() {
            return Err(Error::new(ErrorCode::InvalidInput, "this package is finalized or deleted"));
        }
        Ok(())
    }
}

async fn kept<N: World>(client: &Client<N>, id: &str) -> Result<KeptPackage> {
    let found = journal::read_package(client.net(), id).await?;
    let ours = found.filter(|kept| kept.record.host == client.host());
    ours.ok_or_else(|| Error::new(ErrorCode::NotFound, "nothing is kept of this package"))
}

impl From<KeptPackage> for Unfinished {
    fn from(kept: KeptPackage) -> Self {
        let file = |kept: &Rc<KeptFile>| {
            let FileRecord { name, path, size, .. } = kept.record.clone();
            let begun = kept.record.plan().map_or(0, |plan| {
                let hashes = kept.hashes.borrow();
                hashes.parts().filter_map(|part| plan.part(part).ok()).map(|span| span.len).sum()
            });
            UnfinishedFile { name, path, size, sent: begun }
        };
        let files = kept.files.iter().map(file);
        Self { id: kept.id, created: kept.record.created, files: files.collect() }
    }
}

/// An id from the server, checked to be one path segment before it becomes part of a path.
pub(super) fn path_segment(id: String) -> Result<String> {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    if id.is_empty() || id.len() > 128 || !id.bytes().all(allowed) {
        return Err(Error::new(ErrorCode::Server, "the server gave an id that is none"));
    }
    Ok(id)
}
