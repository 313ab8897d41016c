//! Files: announced, uploaded part by part, completed, fetched.

use std::time::Duration;

use bulla::api::limits;

use super::names::{check_file_name, check_name_tag};
use super::state::is_open;
use super::{Caller, Domain, Error, Result, now};
use crate::db::{Author, Change, File, FileLimits, NewFile, Package};
use crate::secrets::{id_of, random_id};
use crate::storage::{Grant, ObjectKey, Prefix, StoredPart};

/// Files of a package at most: what a seal has room for.
const MOST_FILES: u32 = 10_000;
/// Earlier versions of a file at most.
pub(super) const MOST_VERSIONS: u32 = 100;
/// Octets of a file at most: the largest integer that every client can hold.
const LARGEST_FILE: u64 = (1 << 53) - 1;
/// How long a presigned URL holds: long enough for 25 parts over a slow line.
pub(super) const URL_LIFE: Duration = Duration::from_secs(60 * 60);

/// What a client says of a file before it uploads it.
#[derive(Clone, Debug)]
pub struct Announced {
    /// The name as stored.
    pub name: String,
    /// Plaintext size in bytes.
    pub size: u64,
    /// How many parts will be uploaded; 0 while unknown.
    pub parts: u32,
    /// The directory of a workspace; none for its root.
    pub directory_id: Option<String>,
    /// What takes the name's place where names are compared.
    pub name_tag: Option<String>,
    /// Whether it is refused where the name is there already.
    pub only_new: bool,
}

/// What a client says of a file once all is uploaded; only of one created with 0 parts.
#[derive(Clone, Debug, Default)]
pub struct UploadReport {
    /// How many parts there are.
    pub parts: Option<u32>,
    /// Plaintext size in bytes.
    pub size: Option<u64>,
    /// The stored name, written again.
    pub name: Option<String>,
}

impl Domain {
    /// Adds announced files to a draft or a workspace, and says of each what stands against it.
    ///
    /// # Errors
    /// When there are too many files, or none can be added to the package.
    pub async fn create_files(
        &self,
        package: &Package,
        caller: &Caller,
        new: &[NewFile],
    ) -> Result<Vec<Result<()>>> {
        if !is_open(package) {
            return Err(closed());
        }
        if matches!(caller, Caller::Dropzone { request: Some(request), .. } if request.terms.max_bytes.is_some())
            && new.iter().any(|file| file.parts == 0)
        {
            return Err(Error::Refused("the request lets files in whose size is known".to_owned()));
        }
        let limits = FileLimits { count: MOST_FILES, versions: MOST_VERSIONS };
        let changes = self.db.insert_files(&package.id, author(caller), new, limits, now()).await?;
        let changes = changes.ok_or_else(|| {
            Error::Limit(format!(
                "a package has at most {MOST_FILES} files, and none is added after it is finalized"
            ))
        })?;
        Ok(changes.into_iter().map(placed).collect())
    }

    /// Adds a file whose parts are all in the store to a secure share's package, which is finalized: it is there whole, or not at
    /// all.
    ///
    /// # Errors
    /// When the package has ended meanwhile or got a seal, or has no room for it.
    pub(super) async fn add_complete_file(
        &self,
        package: &Package,
        caller: &Caller,
        new: &NewFile,
    ) -> Result<()> {
        if self.db.insert_complete_file(&package.id, author(caller), new, MOST_FILES, now()).await? {
            return Ok(());
        }
        Err(Error::Refused("the package has ended, has a seal, or has no room for the file".to_owned()))
    }

    /// A URL for the upload of part 1 of a file that was just created.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn first_url(&self, package: &Package, new: &NewFile, base: &str) -> Result<String> {
        self.upload_url((&package.id, &new.id), (new.size, new.parts), 1, base).await
    }

    /// A file of a package.
    ///
    /// # Errors
    /// When there is no such file.
    pub async fn file(&self, package: &Package, id: &str) -> Result<File> {
        self.db.file(&package.id, id).await?.ok_or(Error::NotFound)
    }

    /// A file as the caller may see it, of the directory when one is named: one that is not complete is there for those
    /// alone who may change it.
    ///
    /// # Errors
    /// When there is no such file.
    pub async fn visible_file(
        &self,
        package: &Package,
        caller: &Caller,
        id: &str,
        directory: Option<&str>,
    ) -> Result<File> {
        let file = self.file(package, id).await?;
        let elsewhere = directory.is_some() && file.directory_id.as_deref() != directory;
        if elsewhere || !Self::reads_file(caller, id) {
            return Err(Error::NotFound);
        }
        if file.complete { Ok(file) } else { self.changeable(package, caller, id).await }
    }

    /// The earlier versions of a file, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn file_versions(&self, package: &Package, file: &File) -> Result<Vec<File>> {
        Ok(self.db.file_versions(&package.id, &file.id).await?)
    }

    /// Deletes a file with its earlier versions, or one of these. Its parts go in the background.
    ///
    /// # Errors
    /// When there is no such file, the caller may not, or the package has ended.
    pub async fn delete_file(&self, package: &Package, caller: &Caller, id: &str) -> Result<()> {
        self.changeable(package, caller, id).await?;
        if !self.db.delete_file(&package.id, id, now()).await? {
            return Err(Error::NotFound);
        }
        self.ended.notify_one();
        Ok(())
    }

    /// URLs for the upload of up to [`limits::URLS_PER_CALL`] parts of a file, from part `first` on.
    ///
    /// # Errors
    /// When there is no such file or part, the file is complete, or none can be added to the package.
    pub async fn upload_urls(
        &self,
        package: &Package,
        caller: &Caller,
        file_id: &str,
        first: u32,
        base: &str,
    ) -> Result<Vec<(u32, String)>> {
        let file = self.changeable(package, caller, file_id).await?;
        let last = if file.is_afterthought(package, first) {
            first
        } else {
            check_part(&file, first)?.min(first.saturating_add(limits::URLS_PER_CALL - 1))
        };
        if !self.db.touch_open(&package.id, now()).await? {
            return Err(closed());
        }
        let mut urls = Vec::new();
        for part in first..=last {
            urls.push((part, self.upload_url(ids(&file), (file.size, file.parts), part, base).await?));
        }
        Ok(urls)
    }

    /// The same for single parts of many files; one answer for each.
    ///
    /// # Errors
    /// When no file can be added to the package, or the database or store fails.
    pub async fn upload_urls_of(
        &self,
        package: &Package,
        caller: &Caller,
        wanted: &[(String, u32)],
        base: &str,
    ) -> Result<Vec<Result<String>>> {
        if !self.db.touch_open(&package.id, now()).await? {
            return Err(closed());
        }
        let files = self.db.files(&package.id).await?;
        let changes = self.changes(package, caller).await?;
        let mut urls = Vec::with_capacity(wanted.len());
        for (id, part) in wanted {
            let file = files.iter().find(|file| file.id == *id && changes(file)).ok_or(Error::NotFound);
            urls.push(match file.and_then(|file| check_part(file, *part).map(|_| file)) {
                Ok(file) => Ok(self.upload_url(ids(file), (file.size, file.parts), *part, base).await?),
                Err(error) => Err(error),
            });
        }
        Ok(urls)
    }

    async fn upload_url(
        &self,
        (package_id, file_id): (&str, &str),
        (size, parts): (u64, u32),
        part: u32,
        base: &str,
    ) -> Result<String> {
        let key = key((package_id, file_id), part)?;
        let grant = Grant::Put { limit: largest_part(size, parts, part) };
        Ok(self.store.presign(grant, &key, URL_LIFE, base).await?)
    }

    /// Where an encrypted part goes that comes through the API, and how many octets it may have.
    ///
    /// # Errors
    /// When there is no such file or part, the file is complete, or none can be added to the package.
    pub async fn proxied_part(
        &self,
        package: &Package,
        caller: &Caller,
        file_id: &str,
        part: u32,
    ) -> Result<(ObjectKey, u64)> {
        let file = self.changeable(package, caller, file_id).await?;
        if !file.is_afterthought(package, part) {
            check_part(&file, part)?;
        }
        if !self.db.touch_open(&package.id, now()).await? {
            return Err(closed());
        }
        Ok((key(ids(&file), part)?, largest_part(file.size, file.parts, part)))
    }

    /// The parts of a file that the store holds.
    ///
    /// # Errors
    /// When there is no such file.
    pub async fn parts(&self, package: &Package, caller: &Caller, file_id: &str) -> Result<Vec<StoredPart>> {
        let file = self.changeable(package, caller, file_id).await?;
        Ok(self.store.parts(&file.package_id, &file.id).await?)
    }

    /// Completes a file whose parts are all in the store, and answers with the file as it is then. Completing it again is no
    /// error.
    ///
    /// # Errors
    /// When parts are missing or implausible, there is no such file, the name is there already and must not be, or no
    /// file can be added to the package.
    pub async fn complete_file(
        &self,
        package: &Package,
        caller: &Caller,
        file_id: &str,
        report: UploadReport,
    ) -> Result<File> {
        let mut file = self.changeable(package, caller, file_id).await?;
        if file.complete {
            return Ok(file);
        }
        let announced = file.parts > 0;
        if !announced {
            file.parts = report.parts.filter(|&parts| parts > 0).ok_or_else(|| {
                Error::Invalid("a file created with 0 parts is completed with their number".to_owned())
            })?;
            file.size = report.size.unwrap_or(file.size);
            file.name = report.name.unwrap_or(file.name);
            check_new(&file.name, file.size, file.parts)?;
        }
        let stored = self.store.parts(&file.package_id, &file.id).await?;
        let stored = match stored.split_last() {
            Some((last, before)) if announced && file.is_afterthought(package, last.part) => before,
            _ => &stored,
        };
        check_stored(&file, stored, is_sealed(package))?;
        let change = self.db.complete_file(&file, MOST_VERSIONS, now()).await?;
        if change == Change::Done {
            return Ok(File { complete: true, ..file });
        }
        // Another request may have completed it in the meantime.
        let there = self.file(package, file_id).await?;
        if !there.complete {
            placed(change).map_err(|error| if change == Change::Missing { closed() } else { error })?;
        }
        Ok(there)
    }

    /// URLs for the download of parts `first` to `last` of a file, at most [`limits::URLS_PER_CALL`], for one who
    /// knows the checksum.
    ///
    /// # Errors
    /// When the checksum or password is wrong, or there is no such file or part.
    #[allow(clippy::too_many_arguments)]
    pub async fn download_urls(
        &self,
        package: &Package,
        caller: &Caller,
        file_id: &str,
        parts: (u32, u32),
        checksum: &str,
        password: Option<String>,
        address: &str,
        base: &str,
    ) -> Result<Vec<(u32, String)>> {
        let owns = self.unlock(package, caller, checksum, password).await?;
        let (file, urls) = self.sign_download(package, file_id, parts, base).await?;
        if !owns {
            if parts.0 == 1 {
                self.confirm(package, caller, address, Some(file_id)).await?;
            }
            self.picked_up(&file, last(&urls)).await?;
        }
        Ok(urls)
    }

    /// The part `part` of a file, where presigned URLs cannot be reached, for one who knows the checksum.
    ///
    /// # Errors
    /// When the checksum or password is wrong, or there is no such file or part.
    #[allow(clippy::too_many_arguments)]
    pub async fn download_part(
        &self,
        package: &Package,
        caller: &Caller,
        file_id: &str,
        part: u32,
        checksum: &str,
        password: Option<String>,
        address: &str,
    ) -> Result<ObjectKey> {
        let owns = self.unlock(package, caller, checksum, password).await?;
        let file = self.downloadable(package, file_id, (part, part)).await?;
        if !owns {
            if part == 1 {
                self.confirm(package, caller, address, Some(file_id)).await?;
            }
            self.picked_up(&file, Some(part)).await?;
        }
        key(ids(&file), part)
    }

    /// Checks what a reader knows, and says whether it is the package's sender.
    async fn unlock(
        &self,
        package: &Package,
        caller: &Caller,
        checksum: &str,
        password: Option<String>,
    ) -> Result<bool> {
        self.check_key(package, caller, checksum).await?;
        if !self.passes_door(package, caller).await? {
            self.check_password(package, password).await?;
        }
        Ok(matches!(caller, Caller::Account(a) if package.account_id.as_ref() == Some(&a.id)))
    }

    /// The same for the holder of a link's token.
    ///
    /// # Errors
    /// When there is no such file or part.
    pub async fn link_download_urls(
        &self,
        package: &Package,
        caller: &Caller,
        file_id: &str,
        parts: (u32, u32),
        address: &str,
        base: &str,
    ) -> Result<Vec<(u32, String)>> {
        if let Caller::Share(open) = caller
            && !self.shares_file(&open.share, &self.file(package, file_id).await?).await?
        {
            return Err(Error::NotFound);
        }
        if let Caller::Verified(recipient) = caller
            && !recipient.opens(file_id)
        {
            return Err(Error::NotFound);
        }
        let (file, urls) = self.sign_download(package, file_id, parts, base).await?;
        if last(&urls) == Some(file.parts) {
            match caller {
                Caller::Share(open) => self.count_download(open).await?,
                Caller::Verified(recipient) => self.note_download(recipient, file_id).await?,
                _ => {}
            }
        }
        if parts.0 == 1 {
            self.confirm(package, caller, address, Some(file_id)).await?;
        }
        self.picked_up(&file, last(&urls)).await?;
        Ok(urls)
    }

    async fn sign_download(
        &self,
        package: &Package,
        file_id: &str,
        (first, last): (u32, u32),
        base: &str,
    ) -> Result<(File, Vec<(u32, String)>)> {
        let file = self.downloadable(package, file_id, (first, last)).await?;
        let last = last.min(file.parts).min(first.saturating_add(limits::URLS_PER_CALL - 1));
        let mut urls = Vec::new();
        for part in first..=last {
            urls.push((part, self.store.presign(Grant::Get, &key(ids(&file), part)?, URL_LIFE, base).await?));
        }
        Ok((file, urls))
    }

    /// A complete file that has the first of these parts.
    async fn downloadable(
        &self,
        package: &Package,
        file_id: &str,
        (first, last): (u32, u32),
    ) -> Result<File> {
        let file = self.file(package, file_id).await?;
        if !file.complete {
            return Err(Error::NotFound);
        }
        if first == 0 || first > file.parts || last < first {
            return Err(Error::Invalid(format!("the file has parts 1 to {}", file.parts)));
        }
        Ok(file)
    }

    /// Notes that a file was fetched up to this part.
    async fn picked_up(&self, file: &File, part: Option<u32>) -> Result<()> {
        if part == Some(file.parts) {
            self.db.mark_picked_up(&file.package_id, &file.id).await?;
            self.db.advance_pickup(&file.package_id).await?;
        }
        Ok(())
    }
}

impl NewFile {
    /// A file to be announced. No two sealed names are equal, so in a sealed package an equal announcement is the same
    /// one, repeated because the answer was lost, and has the same id.
    ///
    /// # Errors
    /// When its name, size or number of parts cannot be, or a directory is named and there are none.
    pub fn announce(package: &Package, announced: Announced) -> Result<Self> {
        let Announced { name, size, parts, directory_id, name_tag, only_new } = announced;
        check_new(&name, size, parts)?;
        name_tag.as_deref().map_or(Ok(()), check_name_tag)?;
        let directory_id = directory_of(package, directory_id)?;
        let id = if is_sealed(package) {
            let directory = directory_id.as_deref().unwrap_or_default();
            id_of(&[&package.id, directory, &name, &size.to_string(), &parts.to_string()])
        } else {
            random_id()?
        };
        Ok(Self { id, name, size, parts, directory_id, name_tag, only_new, file_key: None })
    }
}

impl File {
    /// SendSafely's Node client cuts a file that is an exact multiple of its segments into one part more than it
    /// announced, an empty one, and sends it after completing the file. It must find a place, and is never read.
    fn is_afterthought(&self, package: &Package, part: u32) -> bool {
        !is_sealed(package) && self.parts > 0 && part == self.parts + 1
    }
}

/// The directory that is meant, where none named is the root: a package that is no workspace has none.
pub(super) fn directory_of(package: &Package, named: Option<String>) -> Result<Option<String>> {
    let named = named.filter(|id| !id.is_empty());
    if named.is_some() && !package.is_workspace() {
        return Err(Error::NotFound);
    }
    Ok(named.or_else(|| package.root_directory_id.clone()))
}

/// What came of giving a file a place.
pub(super) fn placed(change: Change) -> Result<()> {
    match change {
        Change::Done => Ok(()),
        Change::Missing | Change::Inside => Err(Error::NotFound),
        Change::Duplicate => Err(Error::DuplicateFile),
        Change::Full => Err(Error::Limit(format!(
            "a file has at most {MOST_VERSIONS} earlier versions: delete some of them first"
        ))),
        Change::NoRoom => Err(Error::Limit("the request has ended, or lets no more in".to_owned())),
    }
}

/// Who adds the files of a caller.
fn author(caller: &Caller) -> Author<'_> {
    match caller {
        Caller::Account(account) | Caller::Holder { account, .. } => {
            Author { id: Some(&account.id), email: &account.email }
        }
        Caller::Recipient(_)
        | Caller::Share(..)
        | Caller::Verified(_)
        | Caller::Dropzone { .. }
        | Caller::Anyone => Author { id: None, email: "" },
    }
}

/// What is said where no file is added any more.
pub(super) fn closed() -> Error {
    Error::Refused("the package is finalized, or has ended".to_owned())
}

pub(super) fn is_sealed(package: &Package) -> bool {
    package.suite.as_deref() == Some("sealed")
}

/// The last of these parts.
fn last(urls: &[(u32, String)]) -> Option<u32> {
    urls.last().map(|(part, _)| *part)
}

fn ids(file: &File) -> (&str, &str) {
    (&file.package_id, &file.id)
}

/// Octets that an encrypted part may have, of a file of so many octets and parts.
fn largest_part(size: u64, parts: u32, part: u32) -> u64 {
    let most = match parts {
        // Only for a file of known size is there less to allow than the largest part.
        0 => u64::MAX,
        parts if part > parts => ciphertext_at_most(0, 1),
        _ => ciphertext_at_most(size, 1),
    };
    most.min(limits::MAX_PART_CIPHERTEXT)
}

/// Where the part of a file, a package's id and its own, is stored.
pub(super) fn key((package_id, file_id): (&str, &str), part: u32) -> Result<ObjectKey> {
    ObjectKey::new(package_id, file_id, part).ok_or(Error::NotFound)
}

pub(super) fn prefix(package_id: &str, file_id: Option<&str>) -> Result<Prefix> {
    Prefix::new(package_id, file_id).ok_or(Error::NotFound)
}

fn check_new(name: &str, size: u64, parts: u32) -> Result<()> {
    check_file_name(name)?;
    if size > LARGEST_FILE || parts > limits::MAX_PARTS {
        return Err(Error::Limit(format!("a file has at most {} parts", limits::MAX_PARTS)));
    }
    Ok(())
}

/// The last part that `part` may be followed by, when the file takes `part` now.
fn check_part(file: &File, part: u32) -> Result<u32> {
    let last = if file.parts == 0 { limits::MAX_PARTS } else { file.parts };
    if file.complete {
        return Err(Error::Refused("the file is complete".to_owned()));
    }
    if part == 0 || part > last {
        return Err(Error::Invalid(format!("the file has parts 1 to {last}")));
    }
    Ok(last)
}

/// Every part is there and nothing else, and the sizes can be those of the announced file.
fn check_stored(file: &File, stored: &[StoredPart], sealed: bool) -> Result<()> {
    let there = stored.iter().filter(|stored| (1..=file.parts).contains(&stored.part)).count();
    if there < file.parts as usize {
        return Err(Error::Refused(format!("{there} of {} parts are uploaded", file.parts)));
    }
    let total: u64 = stored.iter().map(|stored| stored.size).sum();
    // Other suites may compress, so that only a sealed file is never smaller than its plaintext.
    let least = if sealed { file.size } else { u64::from(file.parts) };
    let most = ciphertext_at_most(file.size, file.parts);
    if stored.len() > there
        || stored.iter().any(|stored| stored.size == 0 || stored.size > limits::MAX_PART_CIPHERTEXT)
        || total < least
        || total > most
    {
        return Err(Error::Refused("the parts uploaded cannot be those of the announced file".to_owned()));
    }
    Ok(())
}

/// Octets of ciphertext that so much plaintext in so many parts can have: every suite's overhead is below 1/256
/// and 4 KiB a part.
fn ciphertext_at_most(size: u64, parts: u32) -> u64 {
    size.saturating_add(size / 256).saturating_add(u64::from(parts) * 4096)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(size: u64, parts: u32) -> File {
        File {
            id: "F".to_owned(),
            package_id: "P".to_owned(),
            name: "n".to_owned(),
            size,
            parts,
            created: 0,
            created_by: String::new(),
            created_by_id: None,
            complete: false,
            directory_id: None,
            version_of: None,
            name_tag: None,
            file_key: None,
            only_new: false,
        }
    }

    fn stored(sizes: &[u64]) -> Vec<StoredPart> {
        (1..).zip(sizes).map(|(part, &size)| StoredPart { part, size }).collect()
    }

    #[test]
    fn only_plausible_parts_complete_a_file() {
        assert!(check_stored(&file(0, 1), &stored(&[164]), true).is_ok());
        assert!(check_stored(&file(1000, 2), &stored(&[700, 600]), true).is_ok());
        assert!(check_stored(&file(1000, 2), &stored(&[700]), true).is_err());
        assert!(check_stored(&file(1000, 1), &stored(&[700, 600]), true).is_err());
        assert!(check_stored(&file(1000, 1), &stored(&[999]), true).is_err());
        assert!(check_stored(&file(1000, 1), &stored(&[999]), false).is_ok());
        assert!(check_stored(&file(1000, 2), &stored(&[1200, 0]), true).is_err());
        assert!(check_stored(&file(1000, 1), &stored(&[5100]), true).is_err());
    }
}
