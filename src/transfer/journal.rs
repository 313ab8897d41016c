//! What is needed to go on with an upload after anything: kept on the sender's machine, never on the server.
//!
//! One package has the keys `id/` (the package), `id/file/` (a file) and `id/file/part` (SHA-256 of a part's plaintext,
//! written before the part's first octet is sent).

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use serde::Serialize;

use crate::api::limits::MAX_PARTS;
use crate::format::PartPlan;
use crate::json::{Json, Read, read_struct};
use crate::{Error, ErrorCode, Result};

/// A place that outlives the page, the process and the machine's sleep. Values are kept so that only this user on this
/// machine reads them: they hold keyCodes and names.
pub trait Journal {
    /// Keeps `value` under `key`; it is there when the future has ended.
    fn write(&self, key: &str, value: Vec<u8>) -> impl Future<Output = Result<()>>;
    /// What is kept under the keys that begin with `prefix`, in the order of the keys. What cannot be read any more is
    /// left out.
    fn read(&self, prefix: &str) -> impl Future<Output = Result<Vec<(String, Vec<u8>)>>>;
    /// Forgets what is kept under the keys that begin with `prefix`.
    fn remove(&self, prefix: &str) -> impl Future<Output = Result<()>>;
}

/// An upload that can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// The package's id.
    pub id: String,
    /// When it was made, in milliseconds since 1970.
    pub created: u64,
    /// Its files.
    pub files: Vec<UnfinishedFile>,
}

/// A file of an upload that can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedFile {
    /// Its name.
    pub name: String,
    /// Its folder, `/`-separated.
    pub path: Option<String>,
    /// Its size in bytes.
    pub size: u64,
    /// How many of them were sent, or begun to be sent.
    pub sent: u64,
}

read_struct! {
    /// The package's record.
    #[derive(Clone, Serialize)]
    pub(super) struct PackageRecord {
        pub(super) host: String = get "host",
        pub(super) code: String = get "code",
        pub(super) server_secret: String = get "server_secret",
        pub(super) key_code: String = get "key_code",
        pub(super) created: u64 = get "created",
        /// The encrypted message, base64: the seal needs it.
        pub(super) message: Option<String> = get "message",
        pub(super) has_recipients: bool = get "has_recipients",
    }
}

read_struct! {
    /// A file's record.
    #[derive(Clone, Debug, Serialize)]
    pub(super) struct FileRecord {
        /// The name as stored.
        pub(super) filename: String = get "filename",
        pub(super) name: String = get "name",
        pub(super) path: Option<String> = get "path",
        pub(super) modified: Option<i64> = get "modified",
        pub(super) first: u64 = get "first",
        pub(super) rest: u64 = get "rest",
        pub(super) size: u64 = get "size",
        pub(super) complete: bool = get "complete",
    }
}

impl FileRecord {
    /// How the file is cut.
    pub(super) fn plan(&self) -> Result<PartPlan> {
        PartPlan::new(self.first, self.rest, self.size)
    }
}

/// A file's record with its parts' hashes.
pub(super) struct KeptFile {
    pub(super) id: String,
    pub(super) record: FileRecord,
    /// Whether the server was told that every part is stored.
    pub(super) complete: Cell<bool>,
    pub(super) hashes: RefCell<PartHashes>,
}

impl KeptFile {
    pub(super) fn new(id: String, record: FileRecord) -> Self {
        Self { id, complete: Cell::new(record.complete), record, hashes: RefCell::default() }
    }
}

/// SHA-256 of the plaintexts of a file's parts, as far as they were recorded.
#[derive(Default)]
pub(super) struct PartHashes(Vec<Option<[u8; 32]>>);

impl PartHashes {
    /// The hash of a part.
    pub(super) fn get(&self, part: u32) -> Option<&[u8; 32]> {
        self.0.get(part.checked_sub(1)? as usize)?.as_ref()
    }

    /// Records the hash of a part; returns the one that was recorded before. No file has a part whose number is beyond
    /// [`MAX_PARTS`].
    pub(super) fn record(&mut self, part: u32, hash: [u8; 32]) -> Option<[u8; 32]> {
        let index = part.checked_sub(1).filter(|_| part <= MAX_PARTS)? as usize;
        if self.0.len() <= index {
            self.0.resize(index + 1, None);
        }
        self.0.get_mut(index)?.replace(hash)
    }

    /// The parts that were recorded, in order.
    pub(super) fn parts(&self) -> impl Iterator<Item = u32> {
        (1..).zip(&self.0).filter(|(_, hash)| hash.is_some()).map(|(part, _)| part)
    }
}

/// A package's record with its files.
pub(super) struct KeptPackage {
    pub(super) id: String,
    pub(super) record: PackageRecord,
    pub(super) files: Vec<Rc<KeptFile>>,
}

/// Keeps a package's record.
pub(super) async fn keep_package(journal: &impl Journal, id: &str, record: &PackageRecord) -> Result<()> {
    journal.write(&prefix(id), json(record)?).await
}

/// Keeps a file's record.
pub(super) async fn keep_file(journal: &impl Journal, package: &str, file: &KeptFile) -> Result<()> {
    let record = FileRecord { complete: file.complete.get(), ..file.record.clone() };
    journal.write(&file_prefix(package, &file.id), json(&record)?).await
}

/// Keeps SHA-256 of a part's plaintext.
pub(super) async fn keep_hash(
    journal: &impl Journal,
    (package, file, part): (&str, &str, u32),
    hash: &[u8; 32],
) -> Result<()> {
    journal.write(&format!("{package}/{file}/{part}"), hash.to_vec()).await
}

/// Forgets a package.
pub(super) async fn forget(journal: &impl Journal, package: &str) -> Result<()> {
    journal.remove(&prefix(package)).await
}

/// Forgets a file.
pub(super) async fn forget_file(journal: &impl Journal, package: &str, file: &str) -> Result<()> {
    journal.remove(&file_prefix(package, file)).await
}

fn prefix(package: &str) -> String {
    format!("{package}/")
}

fn file_prefix(package: &str, file: &str) -> String {
    format!("{package}/{file}/")
}

fn json(record: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(record).map_err(|_| Error::new(ErrorCode::Internal, "the record could not be written"))
}

fn read_json<T: Read>(value: &[u8]) -> Option<T> {
    Json::parse(value).and_then(|json| T::read(&json)).ok()
}

/// One package that is kept.
pub(super) async fn read_package(journal: &impl Journal, id: &str) -> Result<Option<KeptPackage>> {
    Ok(sort(journal.read(&prefix(id)).await?).into_iter().next())
}

/// Every package that is kept.
pub(super) async fn read(journal: &impl Journal) -> Result<Vec<KeptPackage>> {
    Ok(sort(journal.read("").await?))
}

/// Records that are no longer understood are left out, with what stands below them: what they tell of begins anew.
fn sort(entries: Vec<(String, Vec<u8>)>) -> Vec<KeptPackage> {
    let mut packages: Vec<KeptPackage> = Vec::new();
    for (key, value) in entries {
        let [id, file, part] = {
            let mut steps = key.split('/');
            [steps.next(), steps.next(), steps.next()].map(Option::unwrap_or_default)
        };
        // A record comes right before what stands below it.
        if file.is_empty() {
            let package = |record| KeptPackage { id: id.to_owned(), record, files: Vec::new() };
            packages.extend(read_json(&value).map(package));
            continue;
        }
        let Some(package) = packages.last_mut().filter(|package| package.id == id) else { continue };
        if part.is_empty() {
            let kept = |record| Rc::new(KeptFile::new(file.to_owned(), record));
            package.files.extend(read_json(&value).map(kept));
            continue;
        }
        let Some(kept) = package.files.last().filter(|kept| kept.id == file) else { continue };
        if let (Ok(part), Ok(hash)) = (part.parse(), value.try_into()) {
            kept.hashes.borrow_mut().record(part, hash);
        }
    }
    packages
}
