//! Workspaces: packages that change while they are read, in directories, with versions of files.
//!
//! A workspace has no seal: files that are hidden, brought back in an earlier version or put into another directory go
//! unseen. What is damaged in it stands in lists as what it is, so that one bad entry does not hide the others.

mod directories;
mod files;
mod linked;

pub use directories::Folder;
pub use files::{Entry, Version};

use std::cell::RefCell;
use std::rc::Rc;

use self::linked::Linked;
use super::World;
use super::package::{DraftPackage, Keys, path_segment};
use super::received::Opened;
use crate::api::package::{CreatePackage, DownloadUrls, Finalize};
use crate::client::{Client, PackageDetails, PartUrl};
use crate::format::{cfb, sealed};
use crate::keys::{Checksum, KeyClass, KeyCode, PackageCode, PackageKeys, ServerSecret, Suite};
use crate::link::ShareLink;
use crate::{Error, ErrorCode, Result};

/// A workspace, with the keys to it.
pub struct Workspace<N> {
    draft: DraftPackage<N>,
    root: String,
    label: RefCell<String>,
    sender: String,
    role: Option<String>,
    /// Where it is read by its link alone.
    linked: Option<Linked<N>>,
}

/// What the server says of a workspace to those whom it lets in.
struct Stored {
    id: String,
    code: String,
    server_secret: String,
    root: Option<String>,
    label: String,
    sender: String,
    role: Option<String>,
}

impl<N: World> Workspace<N> {
    /// Makes a workspace under a fresh keyCode, which stays here.
    pub async fn create(client: Client<N>, suite: Suite, label: &str) -> Result<Self> {
        let request = CreatePackage { vdr: true, suite: Some(suite.as_str().to_owned()), life: None };
        let created = client.create_package(&request).await?;
        let id = path_segment(created.package_id)?;
        let key_code = KeyCode::generate(match suite {
            Suite::Sealed => KeyClass::Workspace,
            Suite::OpenPgpCfb => KeyClass::OpenPgpCfb,
        })?;
        let secret = ServerSecret::parse(&created.server_secret)?;
        // A sealed workspace has a sealed label, if only of nothing: it tells a wrong keyCode from the right one.
        let label = seal_label(&Keys::derive(&secret, &key_code), label)?;
        if !label.is_empty() {
            client.set_label(&id, label).await?;
        }
        Self::open(client, &id, key_code).await
    }

    /// Opens a workspace that the client's account may read, addressed by its id or its code.
    ///
    /// # Errors
    /// `WRONG_KEY` when the keyCode is another one's, `PASSWORD_REQUIRED`, `INVALID_INPUT` for what is no workspace.
    pub async fn open(client: Client<N>, id: &str, key_code: KeyCode) -> Result<Self> {
        let details = client.package(&path_segment(id.to_owned())?).await?;
        Self::of_details(client, details, key_code)
    }

    fn of_details(client: Client<N>, details: PackageDetails, key_code: KeyCode) -> Result<Self> {
        let stored = Stored {
            id: details.id,
            code: details.code,
            server_secret: details.server_secret,
            root: details.root_directory_id,
            label: details.label.unwrap_or_default(),
            sender: details.sender,
            role: details.role,
        };
        Self::with_key(client, stored, key_code)
    }

    fn with_key(client: Client<N>, stored: Stored, key_code: KeyCode) -> Result<Self> {
        let Some(root) = stored.root else {
            return Err(Error::new(ErrorCode::InvalidInput, "this package is no workspace"));
        };
        if key_code.class() == KeyClass::Sealed {
            return Err(Error::new(ErrorCode::WrongKey, "this is the key of a package, not of a workspace"));
        }
        if stored.server_secret.is_empty() {
            return Err(Error::new(ErrorCode::PasswordRequired, "only members open it without its password"));
        }
        let secret = ServerSecret::parse(&stored.server_secret)?;
        let place = (path_segment(stored.id)?, PackageCode::parse(&stored.code)?);
        let draft = DraftPackage::of_workspace(client, place, secret, key_code);
        let label = RefCell::new(open_label(draft.keys(), &stored.label)?);
        let Stored { sender, role, .. } = stored;
        Ok(Self { draft, root: path_segment(root)?, label, sender, role, linked: None })
    }

    /// The client that opened it.
    pub fn client(&self) -> &Client<N> {
        self.draft.client()
    }

    /// The id under which the API addresses it.
    pub fn id(&self) -> &str {
        self.draft.id()
    }

    /// The code that stands in its link.
    pub fn code(&self) -> &PackageCode {
        self.draft.code()
    }

    /// The keyCode: whoever has it, and a role or the link, can read everything.
    pub fn key_code(&self) -> &KeyCode {
        self.draft.key_code()
    }

    /// The id of its root directory.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// Its name; empty when it has none.
    pub fn label(&self) -> String {
        self.label.borrow().clone()
    }

    /// The address of who made it, as the server says.
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// The caller's role when it was opened: VIEWER, CONTRIBUTOR, MANAGER or OWNER; `None` by its link alone.
    pub fn role(&self) -> Option<&str> {
        self.role.as_deref()
    }

    /// Names it anew.
    pub async fn rename(&self, label: &str) -> Result<()> {
        self.client().set_label(self.id(), seal_label(self.draft.keys(), label)?).await?;
        *self.label.borrow_mut() = label.to_owned();
        Ok(())
    }

    /// Gives it a link, or its link another password. Members open it without one.
    pub async fn share(&self, password: Option<String>, notify: bool) -> Result<String> {
        let request = Finalize {
            checksum: self.checksum(),
            undisclosed_recipients: true,
            notify_recipients: Some(notify),
            password,
            ..Finalize::default()
        };
        let link = self.client().finalize_workspace(self.id(), &request).await?;
        Ok(ShareLink::format(&link, self.key_code()))
    }

    /// Sets or replaces the message.
    pub async fn set_message(&self, text: &str) -> Result<()> {
        self.draft.set_message(text).await
    }

    /// The message; `None` when there is none.
    pub async fn message(&self) -> Result<Option<String>> {
        let message = match &self.linked {
            Some(linked) => linked.message.clone(),
            None if self.client().package(self.id()).await?.has_message => {
                Some(self.client().message(self.id(), &self.checksum()).await?)
            }
            None => None,
        };
        let open = |message: String| match self.draft.keys() {
            Keys::Sealed(keys) => sealed::open_message(keys, &message),
            Keys::OpenPgpCfb(passphrase) => cfb::decrypt_message(passphrase, &message),
        };
        message.map(open).transpose()
    }

    /// Deletes it.
    pub async fn delete(&self) -> Result<()> {
        self.client().delete_package(self.id()).await
    }

    fn checksum(&self) -> String {
        Checksum::derive(self.key_code(), self.code()).expose().to_owned()
    }

    fn sealed(&self) -> Option<&Rc<PackageKeys>> {
        match self.draft.keys() {
            Keys::Sealed(keys) => Some(keys),
            Keys::OpenPgpCfb(_) => None,
        }
    }
}

/// A workspace whose parts its members download by their account, and others by its link.
impl<N: World> Opened<N> for Workspace<N> {
    fn client(&self) -> &Client<N> {
        self.draft.client()
    }

    async fn download_urls(
        &self,
        client: &Client<N>,
        file_id: &str,
        (start, end): (u32, u32),
    ) -> Result<Vec<PartUrl>> {
        if let Some(linked) = &self.linked {
            return linked.door.download_urls(client, file_id, (start, end)).await;
        }
        let checksum = Some(self.checksum());
        let request = DownloadUrls { checksum, start_segment: start, end_segment: end, password: None };
        Ok(client.download_urls(self.id(), file_id, &request).await?.download_urls)
    }
}

fn seal_label(keys: &Keys, label: &str) -> Result<String> {
    match keys {
        Keys::Sealed(keys) => sealed::seal_label(keys, label),
        Keys::OpenPgpCfb(_) => Ok(label.to_owned()),
    }
}

fn open_label(keys: &Keys, label: &str) -> Result<String> {
    match keys {
        Keys::Sealed(keys) => sealed::open_label(keys, label).map_err(|error| match error.code() {
            ErrorCode::Tampered => Error::new(ErrorCode::WrongKey, "the key does not open this workspace"),
            _ => error,
        }),
        Keys::OpenPgpCfb(_) => Ok(label.to_owned()),
    }
}
