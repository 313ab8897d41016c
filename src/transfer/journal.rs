//! What is needed to go on with an upload after anything: kept on the sender's machine, never on the server.
//!
//! One package has the keys `id/` (the package), `id/file/` (a file) and `id/file/part` (SHA-256 of a part's plaintext,
//! written before the part's first octet is sent).

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::format::PartPlan;
use crate::{Error, ErrorCode, Result};

/// A place that outlives the page, the process and the machine's sleep. Values are kept so that only this user on this
/// machine reads them: they hold keyCodes and names.
pub trait Journal {
    /// Keeps `value` under `key`; it is there when the future has ended.
    fn write(&self, key: &str, value: Vec<u8>) -> impl Future<Output = Result<()>>;
    /// What is kept under the keys that begin with `prefix`. What cannot be read any more is left out.
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

/// The package's record.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct PackageRecord {
    pub(super) host: String,
    pub(super) code: String,
    pub(super) server_secret: String,
    pub(super) key_code: String,
    pub(super) created: u64,
    /// The encrypted message, base64: the seal needs it.
    pub(super) message: Option<String>,
    pub(super) has_recipients: bool,
}

/// A file's record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FileRecord {
    /// The name as stored.
    pub(super) filename: String,
    pub(super) name: String,
    pub(super) path: Option<String>,
    pub(super) modified: Option<i64>,
    pub(super) first: u64,
    pub(super) rest: u64,
    pub(super) size: u64,
    pub(super) complete: bool,
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
    pub(super) hashes: RefCell<BTreeMap<u32, [u8; 32]>>,
}

impl KeptFile {
    pub(super) fn new(id: String, record: FileRecord) -> Self {
        Self { id, complete: Cell::new(record.complete), record, hashes: RefCell::default() }
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

/// One package that is kept.
pub(super) async fn read_package(journal: &impl Journal, id: &str) -> Result<Option<KeptPackage>> {
    Ok(sort(journal.read(&prefix(id)).await?).into_iter().next())
}

/// Every package that is kept.
pub(super) async fn read(journal: &impl Journal) -> Result<Vec<KeptPackage>> {
    Ok(sort(journal.read("").await?))
}

/// Records that are no longer understood are left out: their packages begin anew.
fn sort(entries: Vec<(String, Vec<u8>)>) -> Vec<KeptPackage> {
    let mut packages: BTreeMap<String, Entries> = BTreeMap::new();
    for (key, value) in entries {
        let [package, file, part] = {
            let mut steps = key.split('/');
            [steps.next(), steps.next(), steps.next()].map(Option::unwrap_or_default)
        };
        let entries = packages.entry(package.to_owned()).or_default();
        if file.is_empty() {
            entries.record = serde_json::from_slice(&value).ok();
            continue;
        }
        let entry = entries.files.entry(file.to_owned()).or_default();
        if part.is_empty() {
            entry.record = serde_json::from_slice(&value).ok();
        } else if let (Ok(part), Ok(hash)) = (part.parse(), value.try_into()) {
            entry.hashes.insert(part, hash);
        }
    }
    let package = |(id, entries): (String, Entries)| {
        let file = |(id, entry): (String, FileEntries)| {
            let file = KeptFile::new(id, entry.record?);
            file.hashes.replace(entry.hashes);
            Some(Rc::new(file))
        };
        let files = entries.files.into_iter().filter_map(file).collect();
        Some(KeptPackage { id, record: entries.record?, files })
    };
    packages.into_iter().filter_map(package).collect()
}

#[derive(Default)]
struct Entries {
    record: Option<PackageRecord>,
    files: BTreeMap<String, FileEntries>,
}

#[derive(Default)]
struct FileEntries {
    record: Option<FileRecord>,
    hashes: BTreeMap<u32, [u8; 32]>,
}
