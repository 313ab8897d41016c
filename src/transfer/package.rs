//! A package in the making.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use super::crypto::FileCrypto;
use crate::api::package::{CreatePackage, Finalize, Finalized, Recipient, UpdatePackage};
use crate::client::{Client, Clock, Http};
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
}

/// How a package is finalized.
#[derive(Clone, Debug, Default)]
pub struct FinalizeOptions {
    /// A door only: the server asks for it.
    pub password: Option<String>,
    /// Whether the server tells the recipients.
    pub notify: bool,
    /// The sender's address, from a Dropzone; nobody checks it.
    pub sender: Option<String>,
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
    fn stored(&self) -> StoredFile<'_> {
        StoredFile { name: &self.filename, parts: self.parts, size: self.size }
    }
}

enum Keys {
    Sealed(Rc<PackageKeys>),
    OpenPgpCfb(Rc<Passphrase>),
}

/// A package in the making: its keys and what was put into it so far.
pub struct DraftPackage<N> {
    client: Client<N>,
    id: String,
    code: PackageCode,
    key_code: KeyCode,
    keys: Keys,
    files: RefCell<Vec<CompleteFile>>,
    /// The encrypted message, base64.
    message: RefCell<Option<String>>,
    has_recipients: Cell<bool>,
    finalized: Cell<bool>,
}

impl<N: Http + Clock> DraftPackage<N> {
    /// Creates a package on the server, under a fresh keyCode that stays here.
    pub async fn create(client: Client<N>, options: PackageOptions) -> Result<Self> {
        let request =
            CreatePackage { vdr: false, suite: Some(options.suite.as_str().to_owned()), life: options.life };
        let created = client.create_package(&request).await?;
        let key_code = KeyCode::generate(match options.suite {
            Suite::Sealed => KeyClass::Sealed,
            Suite::OpenPgpCfb => KeyClass::OpenPgpCfb,
        })?;
        let passphrase = Passphrase::new(&ServerSecret::parse(&created.server_secret)?, &key_code);
        Ok(Self {
            client,
            id: path_segment(created.package_id)?,
            code: PackageCode::parse(&created.package_code)?,
            keys: match options.suite {
                Suite::Sealed => Keys::Sealed(Rc::new(PackageKeys::derive(&passphrase))),
                Suite::OpenPgpCfb => Keys::OpenPgpCfb(Rc::new(passphrase)),
            },
            key_code,
            files: RefCell::default(),
            message: RefCell::default(),
            has_recipients: Cell::default(),
            finalized: Cell::default(),
        })
    }

    /// The id under which the API addresses the package.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The code that stands in the link.
    pub fn code(&self) -> &PackageCode {
        &self.code
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
    pub async fn add_recipients(&self, emails: Vec<String>) -> Result<Vec<Recipient>> {
        self.ensure_open()?;
        let answer = self.client.add_recipients(&self.id, emails).await?;
        self.has_recipients.set(true);
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
        Ok(())
    }

    /// Takes a file out again.
    pub async fn remove_file(&self, file_id: &str) -> Result<()> {
        self.ensure_open()?;
        if !self.files.borrow().iter().any(|file| file.id == file_id) {
            return Err(Error::new(ErrorCode::NotFound, "no such file in this package"));
        }
        self.client.delete_file(&self.id, file_id).await?;
        self.files.borrow_mut().retain(|file| file.id != file_id);
        Ok(())
    }

    /// Changes the package's life, in days.
    pub async fn set_life(&self, days: u32) -> Result<()> {
        self.client.update_package(&self.id, &UpdatePackage { life: Some(days) }).await
    }

    /// Deletes the package, finalized or not.
    pub async fn delete(&self) -> Result<()> {
        let deleted = if self.finalized.get() {
            self.client.delete_package(&self.id).await
        } else {
            self.client.delete_temp_package(&self.id).await
        };
        self.finalized.set(true);
        deleted
    }

    /// Seals the package and returns its whole link.
    pub async fn finalize(&self, options: FinalizeOptions) -> Result<(String, Finalized)> {
        self.ensure_open()?;
        self.remove_strays().await?;
        let request = Finalize {
            checksum: Checksum::derive(&self.key_code, &self.code).expose().to_owned(),
            undisclosed_recipients: !self.has_recipients.get(),
            notify_recipients: Some(options.notify),
            password: options.password,
            unconfirmed_sender: options.sender,
            seal: self.seal()?,
        };
        let finalized = self.client.finalize(&self.id, &request).await?;
        self.finalized.set(true);
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
    pub(super) fn new_file(&self, info: FileInfo) -> Result<(FileCrypto, String)> {
        self.ensure_open()?;
        match &self.keys {
            Keys::Sealed(keys) => {
                let nonce = FileNonce::generate()?;
                let filename = info.seal(keys, &nonce)?;
                Ok((FileCrypto::Sealed { package: keys.clone(), file: keys.file(&nonce) }, filename))
            }
            Keys::OpenPgpCfb(passphrase) => Ok((FileCrypto::OpenPgpCfb(passphrase.clone()), info.name)),
        }
    }

    /// How a file of `size` bytes is cut.
    pub(super) fn plan(&self, size: u64) -> Result<PartPlan> {
        match self.keys {
            Keys::Sealed(_) => PartPlan::for_size(size),
            // What SendSafely's browser client cuts, so that its readers meet sizes they know.
            Keys::OpenPgpCfb(_) => PartPlan::new(cfb::FIRST_PART, cfb::PART, size),
        }
    }

    pub(super) fn add_file(&self, file: CompleteFile) {
        self.files.borrow_mut().push(file);
    }

    fn ensure_open(&self) -> Result<()> {
        if self.finalized.get() {
            return Err(Error::new(ErrorCode::InvalidInput, "this package is finalized or deleted"));
        }
        Ok(())
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
