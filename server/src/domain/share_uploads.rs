//! Uploads through a request by clients that do not encrypt. Each block is encrypted as it arrives, under a keyCode of its own
//! that is wrapped to the request's public key and forgotten: blocks come in any order, again, and after a restart, and nothing that
//! is kept here opens them. One upload is one file in a package of its own, which is then not end-to-end encrypted.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use bulla::api::limits;
use bulla::api::share_upload::{MAX_BLOCK, UploadMethod};
use bulla::format::cfb;
use bulla::keys::{Checksum, KeyClass, KeyCode, PackageCode, Passphrase, ServerSecret};
use bulla_account::keys::PublicKey;
use bytes::Bytes;
use data_encoding::{BASE64, HEXLOWER};
use md5::digest::common::hazmat::{SerializableState, SerializedState};
use md5::{Digest, Md5};
use tokio::sync::SemaphorePermit;
use tokio::task::spawn_blocking;

use super::files::placed;
use super::names::check_file_name;
use super::state::{effective, is_draft};
use super::{
    Action, Caller, Domain, Error, Event, FinalizeOrder, PackageOrder, Page, Paging, Result, UploadReport,
    now,
};
use crate::db::{
    Account, Author, FileLimits, FileRequest, Hashed, NewFile, Package, ShareBlock, ShareUpload, State,
};
use crate::secrets::{random_code, random_id, sha256_hex};
use crate::storage::ObjectKey;

/// What stands for the end of an upload, where blocks stand by their numbers.
const FINISH: u32 = u32::MAX;
/// Blocks in memory at once.
pub(super) const BLOCKS_AT_ONCE: usize = 16;
/// Blocks of an upload that are looked at together.
const BATCH: u32 = 1000;

/// What is to be uploaded.
#[derive(Clone, Debug)]
pub struct UploadOrder {
    /// How blocks come.
    pub method: UploadMethod,
    /// Whether a body is a block, and not a form.
    pub raw: bool,
    /// The file's name; none when a form has it.
    pub name: Option<String>,
    /// Its octets, where they are known.
    pub size: Option<u64>,
    /// Whether an unfinished upload of the same file may go on.
    pub resume: bool,
    /// Whether such a one is given up.
    pub start_over: bool,
    /// Whether the request's owner is written to.
    pub notify: bool,
    /// Life of the package in days.
    pub life: Option<u32>,
    /// The browser it is made with; empty when unknown.
    pub browser: &'static str,
    /// The system it is made on; empty when unknown.
    pub os: &'static str,
}

/// An upload that can begin, or go on.
#[derive(Clone, Debug)]
pub struct PreparedUpload {
    /// What stands in its URLs.
    pub token: String,
    /// The block with which it goes on, that block's place in the file, and MD5 of what stands before it; none when it begins.
    pub resume: Option<(u32, u64, String)>,
}

/// A block that arrived.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its number, from 0.
    pub index: u32,
    /// Its place in the file.
    pub offset: u64,
    /// Its MD5 as the client says, in hexadecimal.
    pub hash: Option<String>,
    /// Its octets.
    pub data: Bytes,
}

/// Blocks that are being kept, and uploads that are being finished. Each is one call's alone.
#[derive(Debug, Default)]
pub(super) struct Claims(Mutex<HashSet<(String, u32)>>);

struct Claim<'a>(&'a Claims, (String, u32));

impl Claims {
    fn claim(&self, package_id: &str, index: u32) -> Result<Claim<'_>> {
        let block = (package_id.to_owned(), index);
        let fresh = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(block.clone());
        if fresh {
            Ok(Claim(self, block))
        } else {
            Err(Error::Refused("that is being done already".to_owned()))
        }
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Domain {
    /// Prepares an upload by an account through a request of whose id it knows.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such request; when it has ended, lets no more in or wants to know the size, or the
    /// name or life cannot be.
    pub async fn prepare_upload(
        &self,
        account: &Account,
        address: &str,
        request_id: &str,
        order: UploadOrder,
    ) -> Result<PreparedUpload> {
        let (caller, request) = self.through(request_id).await?;
        order.name.as_deref().map_or(Ok(()), check_file_name)?;
        if order.size.is_none() && request.terms.max_bytes.is_some() {
            return Err(Error::Refused("the request lets files in whose size is known".to_owned()));
        }
        if order.size.is_some_and(|size| size > u64::from(limits::MAX_PARTS) * MAX_BLOCK as u64) {
            return Err(Error::Limit(format!("a file has at most {} blocks", limits::MAX_PARTS)));
        }
        let token = random_code()?;
        let mut upload = ShareUpload {
            package_id: String::new(),
            file_id: random_id()?,
            request_id: request.id,
            account_id: account.id.clone(),
            token_hash: sha256_hex(&token),
            method: order.method,
            raw: order.raw,
            name: order.name,
            size: order.size,
            notify: order.notify,
            hashed: Hashed::default(),
            finished: None,
        };
        if order.start_over
            && let Some(found) = self.db.alike_share_upload(&upload).await?
            && let Some(package) = self.db.package(&found.package_id).await?
        {
            self.delete_package(&package, true).await?;
        }
        if order.resume
            && let Some(found) = self.db.resume_share_upload(&upload).await?
        {
            let Hashed { blocks, size, .. } = found.hashed;
            let hash = HEXLOWER.encode(&self.hash_of(&found)?.finalize());
            return Ok(PreparedUpload { token, resume: Some((blocks, size, hash)) });
        }
        let order = PackageOrder {
            suite: Some("openpgp-cfb".to_owned()),
            life: order.life,
            workspace: false,
            browser: order.browser,
            os: order.os,
        };
        let package = self.create_package(&caller, order).await?;
        upload.package_id.clone_from(&package.id);
        let file = NewFile {
            id: upload.file_id.clone(),
            name: upload.name.clone().unwrap_or_default(),
            size: upload.size.unwrap_or_default(),
            ..NewFile::default()
        };
        let (by, limit) = (Author { id: None, email: "" }, FileLimits { count: 1, versions: 0 });
        let changes = self.db.insert_files(&package.id, by, &[file], limit, now()).await?.unwrap_or_default();
        if let Some(Err(error)) = changes.into_iter().next().map(placed) {
            self.delete_package(&package, true).await?;
            return Err(error);
        }
        self.db.insert_share_upload(&upload, now()).await?;
        let uploader = Caller::Account(account.clone());
        self.log(&package, &uploader, address, &[Event::on(&package, Action::PACKAGE_CREATED)]).await?;
        Ok(PreparedUpload { token, resume: None })
    }

    /// The upload with this token in its URLs, whose package is there.
    ///
    /// # Errors
    /// [`Error::TokenInvalid`] when there is none.
    pub async fn upload_of(&self, token: &str) -> Result<ShareUpload> {
        self.db.share_upload(&sha256_hex(token)).await?.ok_or(Error::TokenInvalid)
    }

    /// Waits until there is memory for another block.
    ///
    /// # Errors
    /// When the server ends.
    pub async fn room_for_a_block(&self) -> Result<SemaphorePermit<'_>> {
        self.block_room.acquire().await.map_err(internal)
    }

    /// Names the file of an upload that was prepared without a name.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn name_upload(&self, upload: ShareUpload, name: String) -> Result<ShareUpload> {
        check_file_name(&name)?;
        self.db.name_share_upload(&upload.package_id, &name).await?;
        Ok(ShareUpload { name: Some(name), ..upload })
    }

    /// Encrypts a block and keeps it. The same block again is no error. Run it to its end, also when the client is gone: what is
    /// written of a block after another call began with it would be under another key.
    ///
    /// # Errors
    /// When it is not what its hash says, is empty or too large, does not fit into the file, or another one has its number; when the
    /// upload is finished, or the request has ended.
    pub async fn keep_block(&self, upload: &ShareUpload, block: Block) -> Result<()> {
        let Block { index, offset, hash, data } = block;
        let size = data.len() as u64;
        if upload.finished.is_some() {
            // The answer was lost.
            let known = self.db.share_block(&upload.package_id, index).await?;
            let same = known.is_some_and(|known| (known.offset, known.size) == (offset, size));
            return if same { Ok(()) } else { Err(Error::Refused("the upload is finished".to_owned())) };
        }
        if data.len() > MAX_BLOCK || index >= limits::MAX_PARTS {
            return Err(Error::Limit(format!(
                "a file has at most {} blocks of {MAX_BLOCK} octets",
                limits::MAX_PARTS
            )));
        }
        // An empty file is one empty block.
        let fits = offset.checked_add(size).is_some_and(|end| upload.size.is_none_or(|whole| end <= whole));
        if !fits || (size == 0 && (index, offset) != (0, 0)) {
            return Err(Error::Invalid("the block does not fit into the file".to_owned()));
        }
        let (_, request) = self.through(&upload.request_id).await?;
        let md5 = {
            let data = data.clone();
            spawn_blocking(move || HEXLOWER.encode(&Md5::digest(&data))).await.map_err(internal)?
        };
        if hash.is_some_and(|said| !said.eq_ignore_ascii_case(&md5)) {
            return Err(Error::Invalid("the block is not what its hash says".to_owned()));
        }
        let _claim = self.share_blocks.claim(&upload.package_id, index)?;
        let package = self.db.package(&upload.package_id).await?.ok_or(Error::TokenInvalid)?;
        if !self.db.touch_open(&package.id, now()).await? {
            return Err(Error::Refused("the upload has ended".to_owned()));
        }
        let tag = self.share_uploads.tag(&[&package.id, &index.to_string(), &md5]);
        let known = self.db.share_block(&package.id, index).await?;
        // What is known of a block is kept before the block itself. So what is in the store is under the key that is known, also when
        // the server ended before it could note that it is there.
        let there = match &known {
            Some(known) => known.stored || self.has_part(upload, index).await?,
            None => false,
        };
        let same =
            known.as_ref().is_some_and(|known| (known.tag.as_ref(), known.offset) == (Some(&tag), offset));
        let block = match known {
            Some(_) if there && !same => {
                return Err(Error::Refused("another block has that index".to_owned()));
            }
            Some(known) if there => known,
            _ => {
                let (part, key_code) = encrypt(&request, &package, data.clone()).await?;
                let block = ShareBlock { index, offset, size, key_code, tag: Some(tag), stored: false };
                self.db.put_share_block(&package.id, &block).await?;
                let key = ObjectKey::new(&package.id, &upload.file_id, index + 1).ok_or(Error::NotFound)?;
                self.store.put(&key, part).await?;
                block
            }
        };
        if !block.stored {
            self.db.put_share_block(&package.id, &ShareBlock { stored: true, ..block }).await?;
        }
        self.go_on_hashing(upload, index, data).await
    }

    /// Finishes an upload whose blocks are all there: its package is then with the request's owner, who sees it at `page`. Doing so
    /// again is no error. Run it to its end, as [`Domain::keep_block`].
    ///
    /// # Errors
    /// When blocks are missing or overlap, they are not as long as was said, or the request has ended.
    pub async fn finish_upload(&self, upload: &ShareUpload, address: &str, page: &str) -> Result<()> {
        if upload.finished.is_some() {
            return Ok(());
        }
        // Two at once would each wrap a keyCode, and only one of these is the package's.
        let _claim = self.share_blocks.claim(&upload.package_id, FINISH)?;
        let package = self.db.package(&upload.package_id).await?.ok_or(Error::TokenInvalid)?;
        let finalized = if is_draft(package.state) {
            self.finalize_upload(upload, &package, address).await?
        } else {
            package
        };
        if upload.notify {
            self.notice_incoming(&finalized, page).await?;
        }
        Ok(self.db.finish_share_upload(&finalized.id, now()).await?)
    }

    async fn finalize_upload(
        &self,
        upload: &ShareUpload,
        package: &Package,
        address: &str,
    ) -> Result<Package> {
        let (caller, request) = self.through(&upload.request_id).await?;
        let (parts, size) = self.whole(upload).await?;
        let account = self.db.account(&upload.account_id).await?.ok_or(Error::TokenInvalid)?;
        let mut name = format!("{} {}", account.first_name, account.last_name).trim().to_owned();
        if name.is_empty() && request.terms.require_user_info {
            // Who uploads is known.
            name.clone_from(&account.email);
        }
        let public_key = public_key(&request)?;
        // What the package itself needs one for is its door alone: names are plain, and blocks have their own.
        let key_code = KeyCode::generate(KeyClass::OpenPgpCfb).map_err(internal)?;
        let wrapped = public_key.wrap(&key_code).map_err(internal)?;
        let code = PackageCode::parse(&package.code).map_err(internal)?;
        self.put_requested(package, wrapped, &name).await?;
        let file_name =
            upload.name.clone().ok_or_else(|| Error::Invalid("the file has no name".to_owned()))?;
        let report = UploadReport { parts: Some(parts), size: Some(size), name: Some(file_name) };
        self.complete_file(package, &caller, &upload.file_id, report).await?;
        let order = FinalizeOrder {
            checksum: Checksum::derive(&key_code, &code).expose().to_owned(),
            undisclosed: false,
            password: None,
            proof: None,
            unconfirmed_sender: Some(account.email.clone()),
            confirmed_sender_token: None,
            seal: None,
            read_only_pdf: false,
            notify: false,
        };
        let finalized = self.finalize(package, &caller, order).await?;
        let waits = finalized.state == State::Pending;
        let action = if waits { Action::PACKAGE_NEEDS_APPROVAL } else { Action::PACKAGE_FINALIZED };
        let uploader = Caller::Account(account);
        self.log(&finalized, &uploader, address, &[Event::on(&finalized, action)]).await?;
        Ok(finalized)
    }

    /// A page of the keyCodes of the blocks of a package that came in through a request, in their order, each encrypted to the
    /// request's public key. A package whose sender encrypted it has none.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such package came in.
    pub async fn block_keys(
        &self,
        request: &FileRequest,
        package_id: &str,
        paging: Paging,
    ) -> Result<Page<String>> {
        let is_there =
            |package: &Package| matches!(effective(package, now()), State::Pending | State::Active);
        let package = self.db.package(package_id).await?.filter(is_there);
        let requested = self.db.requested(&package.ok_or(Error::NotFound)?.id).await?;
        let requested = requested.filter(|requested| requested.request_id == request.id);
        let id = requested.ok_or(Error::NotFound)?.package_id;
        let (blocks, total) = self.db.share_blocks(&id, paging.first, paging.most).await?;
        Ok(Page { entries: blocks.into_iter().map(|block| block.key_code).collect(), total, paging })
    }

    /// Whoever comes through a request that lasts, and the request.
    async fn through(&self, request_id: &str) -> Result<(Caller, FileRequest)> {
        let caller = match self.entrance(request_id).await {
            Err(Error::Refused(_)) => return Err(Error::Expired),
            caller => caller?.ok_or(Error::NotFound)?,
        };
        let request = caller.request()?.0.clone();
        Ok((caller, request))
    }

    async fn has_part(&self, upload: &ShareUpload, index: u32) -> Result<bool> {
        let parts = self.store.parts(&upload.package_id, &upload.file_id).await?;
        Ok(parts.iter().any(|stored| stored.part == index + 1))
    }

    /// How many blocks an upload has, and how many octets, once they are all there.
    async fn whole(&self, upload: &ShareUpload) -> Result<(u32, u64)> {
        let (mut next, mut size) = (0, 0);
        loop {
            let (blocks, _) = self.db.share_blocks(&upload.package_id, next, BATCH).await?;
            let last = blocks.len() < BATCH as usize;
            for block in blocks {
                if !block.stored || (block.index, block.offset) != (next, size) {
                    return Err(Error::Refused(format!("block {next} is missing")));
                }
                (next, size) = (next + 1, size + block.size);
            }
            if last {
                break;
            }
        }
        if next == 0 || upload.size.is_some_and(|whole| whole != size) {
            return Err(Error::Refused(format!("{size} octets are there, and those are not all")));
        }
        Ok((next, size))
    }

    /// Hashes a block when it is the next one.
    async fn go_on_hashing(&self, upload: &ShareUpload, index: u32, data: Bytes) -> Result<()> {
        let now = self.db.share_upload(&upload.token_hash).await?;
        let Some(upload) =
            now.filter(|upload| upload.hashed.blocks == index && upload.method != UploadMethod::Standard)
        else {
            return Ok(());
        };
        let (mut hash, size) = (self.hash_of(&upload)?, upload.hashed.size + data.len() as u64);
        let state = spawn_blocking(move || {
            hash.update(&data);
            BASE64.encode(&hash.serialize())
        });
        let state = self.share_uploads.seal(&upload.package_id, &state.await.map_err(internal)?)?;
        let hashed = Hashed { blocks: index + 1, size, state: Some(state) };
        Ok(self.db.put_share_hash(&upload.package_id, index, &hashed).await?)
    }

    /// MD5 of the blocks that came in their order, to go on with.
    fn hash_of(&self, upload: &ShareUpload) -> Result<Md5> {
        let Some(sealed) = &upload.hashed.state else { return Ok(Md5::new()) };
        let state = self.share_uploads.open(&upload.package_id, sealed);
        let state = state.and_then(|state| BASE64.decode(state.as_bytes()).ok());
        let state = state.and_then(|state| SerializedState::<Md5>::try_from(state.as_slice()).ok());
        let hash = state.and_then(|state| Md5::deserialize(&state).ok());
        hash.ok_or_else(|| Error::Internal("the state of a hash is not of this server key".into()))
    }
}

/// Encrypts a block to a request's public key, under a keyCode of its own: the part to store, and the keyCode, wrapped.
async fn encrypt(request: &FileRequest, package: &Package, data: Bytes) -> Result<(Vec<u8>, String)> {
    let public_key = public_key(request)?;
    let secret = ServerSecret::parse(&package.server_secret).map_err(internal)?;
    let work = spawn_blocking(move || {
        let key_code = KeyCode::generate(KeyClass::OpenPgpCfb)?;
        let part = cfb::encrypt_part(&Passphrase::new(&secret, &key_code), &data)?;
        Ok::<_, bulla::Error>((part, public_key.wrap(&key_code)?))
    });
    work.await.map_err(internal)?.map_err(internal)
}

fn public_key(request: &FileRequest) -> Result<PublicKey> {
    let key = PublicKey::parse(&request.public_key, now().unsigned_abs() * 1000);
    key.map_err(|_| Error::Refused("nothing can be encrypted to the request's key".to_owned()))
}

fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal(error.into())
}
