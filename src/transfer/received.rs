//! A package that was opened from its link.

use std::future::Future;
use std::rc::Rc;

use super::crypto::FileCrypto;
use super::door::{Door, OpenOptions};
use super::package::path_segment;
use crate::api::limits::MAX_PART_CIPHERTEXT;
use crate::client::{Client, Clock, FileEntry, Http, LinkOpened, Method, PartUrl};
use crate::format::{FileInfo, PartPlan, PartSpan, Seal, StoredFile, cfb, ciphertext_size, sealed};
use crate::keys::{KeyClass, KeyCode, PackageKeys, Passphrase, ServerSecret};
use crate::link::ShareLink;
use crate::{Error, ErrorCode, Result};

/// How much of a change would be noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Integrity {
    /// Any change to any file, name or the list of files.
    Package,
    /// Changes inside a part. Missing or reordered parts, changed names, and added or hidden files are not.
    Part,
}

/// A file that can be downloaded.
pub struct ReceivedFile {
    /// Its id in the package.
    pub id: String,
    /// Its name as the sender gave it: data, not a safe path.
    pub name: String,
    /// Its folder, `/`-separated.
    pub path: Option<String>,
    /// Its MIME type, or empty.
    pub content_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its last change, in milliseconds since 1970.
    pub modified: Option<i64>,
    parts: Parts,
    crypto: FileCrypto,
}

/// How a file is cut.
enum Parts {
    /// As the sealed file info says.
    Planned(PartPlan),
    /// Only the number is known: SendSafely's clients cut in several ways.
    Counted(u32),
}

impl ReceivedFile {
    /// A file that `crypto` opens, and which `info` says all about.
    pub(super) fn sealed(id: String, info: FileInfo, crypto: FileCrypto) -> Result<Self> {
        let plan = info.plan().map_err(|_| Error::tampered())?;
        Ok(Self {
            id,
            name: info.name,
            path: info.path,
            content_type: info.content_type,
            size: plan.size(),
            modified: info.modified,
            parts: Parts::Planned(plan),
            crypto,
        })
    }

    /// A file of suite `openpgp-cfb`, about which the server says all that is known.
    pub(super) fn open_pgp(id: String, name: String, (parts, size): (u32, u64), crypto: FileCrypto) -> Self {
        Self {
            id,
            name,
            path: None,
            content_type: String::new(),
            size,
            modified: None,
            parts: Parts::Counted(parts),
            crypto,
        }
    }

    pub(super) fn crypto(&self) -> &FileCrypto {
        &self.crypto
    }

    pub(super) fn parts(&self) -> u32 {
        match &self.parts {
            Parts::Planned(plan) => plan.parts(),
            Parts::Counted(parts) => *parts,
        }
    }

    /// The place of part `index`. What is not known of it, the suite does not look at.
    pub(super) fn span(&self, index: u32) -> Result<PartSpan> {
        match &self.parts {
            Parts::Planned(plan) => plan.part(index),
            Parts::Counted(parts) => Ok(PartSpan { index, offset: 0, len: 0, last: index == *parts }),
        }
    }

    /// The part to begin with to get the bytes from `offset` on, and how many bytes stand before it.
    pub(super) fn start(&self, offset: u64) -> Result<(u32, u64)> {
        match &self.parts {
            Parts::Planned(plan) => {
                let span = plan.part(plan.part_at(offset))?;
                Ok((span.index, span.offset))
            }
            // Where parts begin is not known.
            Parts::Counted(_) => Ok((1, 0)),
        }
    }

    /// Whether the size of every stored part is known.
    pub(super) fn is_planned(&self) -> bool {
        matches!(self.parts, Parts::Planned(_))
    }

    /// Octets that the stored part `span` has at most.
    pub(super) fn stored_limit(&self, span: PartSpan) -> u64 {
        match &self.parts {
            Parts::Planned(_) => ciphertext_size(span.len),
            Parts::Counted(_) => MAX_PART_CIPHERTEXT,
        }
    }
}

/// What was opened, and gives the URLs of its files' parts.
pub trait Opened<N>: 'static {
    /// The client that opened it.
    fn client(&self) -> &Client<N>;

    /// Presigned URLs for the parts `range` of a file. Asks through `client`, which has the patience of a transfer.
    fn download_urls(
        &self,
        client: &Client<N>,
        file_id: &str,
        range: (u32, u32),
    ) -> impl Future<Output = Result<Vec<PartUrl>>>;
}

/// A package that was opened and, for suite `sealed`, whose seal holds.
pub struct ReceivedPackage<N> {
    door: Door<N>,
    /// The id under which the API addresses the package.
    pub id: String,
    /// The files.
    pub files: Vec<Rc<ReceivedFile>>,
    /// The message.
    pub message: Option<String>,
    /// The sender's address as the server says; empty when sent without an account.
    pub sender: String,
    /// When it was made, in seconds since 1970.
    pub created: u64,
    /// When it expires, in seconds since 1970; `None` when it does not.
    pub expires: Option<u64>,
    /// Whether the sender of a share asks that it be looked at and not saved.
    pub view_only: bool,
    /// Whether anything in it reached the server as plaintext and was encrypted there: it is not end-to-end encrypted then.
    pub server_encrypted: bool,
    /// The seal's sequence number; `None` without a seal.
    pub seal_sequence: Option<u64>,
}

/// Opens a link: asks the server with the checksum, and believes nothing that the keyCode does not confirm.
///
/// # Errors
/// `WRONG_KEY` when nothing opens with it, `EXPIRED`, `NOT_FOUND` (deleted), `PASSWORD_REQUIRED`; of a share
/// `LOGIN_REQUIRED`, `USER_INFO_REQUIRED` and `EXHAUSTED`, and `INVALID_INPUT` when the visitor cannot be one;
/// `LIMIT_REACHED` (too many attempts), `TAMPERED`, and what the network brings.
pub async fn open<N: Http + Clock>(
    client: &Client<N>,
    link: ShareLink,
    mut options: OpenOptions,
) -> Result<ReceivedPackage<N>> {
    if link.key_code.class() == KeyClass::Workspace {
        return Err(Error::new(ErrorCode::Unsupported, "client.workspaces opens workspaces"));
    }
    let part_keys = options.part_keys.take();
    let door = Door::new(client, link, options);
    let opened: LinkOpened = door.open(&door.client).await?;
    let content = Content::decrypt(&door.link, &opened, part_keys)?;
    Ok(ReceivedPackage {
        door,
        id: opened.package_id,
        files: content.files.into_iter().map(Rc::new).collect(),
        message: content.message,
        sender: opened.package_sender,
        created: opened.created,
        expires: opened.expires,
        view_only: opened.view_only,
        server_encrypted: opened.server_encrypted,
        seal_sequence: content.seal_sequence,
    })
}

impl<N: Http + Clock> ReceivedPackage<N> {
    /// The link it was opened from.
    pub fn link(&self) -> &ShareLink {
        &self.door.link
    }

    /// The thumbnail of a file whose longer side has `size` pixels at most, as its sender's program made it: a JPEG picture.
    /// `None` where there is none. Fetching one is no download.
    ///
    /// # Errors
    /// `TAMPERED` when it is not the one of this file and size, and what the network brings.
    pub async fn thumbnail(&self, file: &ReceivedFile, size: u16) -> Result<Option<Vec<u8>>> {
        let FileCrypto::Sealed { package, file: keys } = file.crypto() else { return Ok(None) };
        let Some(url) = self.door.thumbnail_url(&file.id, size).await? else { return Ok(None) };
        let sealed = self.door.client.object(Method::Get, &url, None).await?;
        sealed::open_thumbnail(package, keys, size, &sealed).map(Some)
    }

    /// How much of a change would have been noticed.
    pub fn integrity(&self) -> Integrity {
        if self.seal_sequence.is_some() { Integrity::Package } else { Integrity::Part }
    }
}

impl<N: Http + Clock + 'static> Opened<N> for ReceivedPackage<N> {
    fn client(&self) -> &Client<N> {
        &self.door.client
    }

    fn download_urls(
        &self,
        client: &Client<N>,
        file_id: &str,
        range: (u32, u32),
    ) -> impl Future<Output = Result<Vec<PartUrl>>> {
        self.door.download_urls(client, file_id, range)
    }
}

/// What an opened package holds, decrypted.
struct Content {
    files: Vec<ReceivedFile>,
    message: Option<String>,
    seal_sequence: Option<u64>,
}

impl Content {
    fn decrypt(link: &ShareLink, opened: &LinkOpened, part_keys: Option<Vec<KeyCode>>) -> Result<Self> {
        let secret = ServerSecret::parse(&opened.server_secret).map_err(|_| Error::tampered())?;
        let passphrase = Passphrase::new(&secret, &link.key_code);
        match (link.key_code.class(), part_keys) {
            (KeyClass::OpenPgpCfb, Some(keys)) => Self::each_part(opened, &secret, &keys),
            (KeyClass::Sealed, _) => Self::sealed(link, opened, &passphrase),
            (KeyClass::OpenPgpCfb | KeyClass::Workspace, _) => Self::open_pgp(opened, passphrase),
        }
    }

    fn sealed(link: &ShareLink, opened: &LinkOpened, passphrase: &Passphrase) -> Result<Self> {
        let keys = Rc::new(PackageKeys::derive(passphrase));
        // The seal first: before any name or byte is looked at.
        let seal = opened.seal.as_deref().ok_or_else(Error::tampered)?;
        let seal = Seal::open(&keys, &link.package_code, seal)?;
        let files: Vec<_> = opened.files.iter().map(stored).collect();
        seal.verify(opened.message.as_deref(), &files)?;
        let message = opened.message.as_deref().map(|m| sealed::open_message(&keys, m)).transpose()?;
        let files =
            opened.files.iter().map(|entry| Self::sealed_file(&keys, entry)).collect::<Result<_>>()?;
        Ok(Self { files, message, seal_sequence: Some(seal.seq) })
    }

    fn sealed_file(keys: &Rc<PackageKeys>, entry: &FileEntry) -> Result<ReceivedFile> {
        let (nonce, info) = FileInfo::open(keys, &entry.file_name)?;
        if info.size != Some(entry.file_size.0) || info.parts != Some(entry.parts) {
            return Err(Error::tampered());
        }
        let crypto = FileCrypto::Sealed { package: keys.clone(), file: keys.file(&nonce) };
        ReceivedFile::sealed(path_segment(entry.file_id.clone())?, info, crypto)
    }

    /// One file, each of whose parts has a keyCode of its own.
    fn each_part(opened: &LinkOpened, secret: &ServerSecret, keys: &[KeyCode]) -> Result<Self> {
        let [entry] = opened.files.as_slice() else { return Err(Error::tampered()) };
        let keys = keys.iter().map(|key| Passphrase::new(secret, key)).collect();
        Ok(Self {
            files: vec![open_pgp_file(entry, FileCrypto::EachPart(keys))?],
            message: None,
            seal_sequence: None,
        })
    }

    fn open_pgp(opened: &LinkOpened, passphrase: Passphrase) -> Result<Self> {
        let message = opened.message.as_deref().map(|m| cfb::decrypt_message(&passphrase, m)).transpose()?;
        let passphrase = Rc::new(passphrase);
        let file = |entry| open_pgp_file(entry, FileCrypto::OpenPgpCfb(passphrase.clone()));
        let files = opened.files.iter().map(file).collect::<Result<_>>()?;
        Ok(Self { files, message, seal_sequence: None })
    }
}

fn open_pgp_file(entry: &FileEntry, crypto: FileCrypto) -> Result<ReceivedFile> {
    let id = path_segment(entry.file_id.clone())?;
    Ok(ReceivedFile::open_pgp(id, entry.file_name.clone(), (entry.parts, entry.file_size.0), crypto))
}

fn stored(entry: &FileEntry) -> StoredFile<'_> {
    StoredFile { name: &entry.file_name, parts: entry.parts, size: entry.file_size.0 }
}
