//! Parts in a folder of this machine, and presigned URLs that this server serves itself.
//!
//! A part is first written to a temporary file in the same file system, synced, and then linked to its name,
//! which fails when the name is taken: a part is there whole or not at all, and is never replaced. The folder
//! is `objects/<package>/<file>/<part>`, temporary files stand in `objects/.incoming`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::task::{JoinHandle, spawn_blocking};

use super::{Grant, ObjectKey, Prefix, Result, Storage, StoredPart};
use crate::secrets::{Subkey, random_id};

/// Where the server serves presigned URLs.
pub const URL_PREFIX: &str = "/blob/";

/// Octets that are gathered before they go to the disk.
const BUFFER: usize = 1 << 20;
/// Temporary files that nobody wrote to for this long belong to no upload any more.
const STALE: Duration = Duration::from_secs(60 * 60);
const INCOMING: &str = ".incoming";

/// A folder of parts.
#[derive(Clone)]
pub struct Disk {
    root: PathBuf,
    signing: Subkey,
}

/// Why a part was not kept.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// More octets than the URL allows.
    #[error("the part is larger than its URL allows")]
    TooLarge,
    /// A part of another size is there already.
    #[error("the part is there already")]
    Exists,
    /// The disk failed.
    #[error(transparent)]
    Disk(#[from] io::Error),
}

impl Disk {
    /// The store in `root`, which is made when it is missing. `signing` signs its URLs. Temporary files of an
    /// earlier run are removed.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(root: PathBuf, signing: Subkey) -> Result<Self> {
        let incoming = root.join(INCOMING);
        fs::create_dir_all(&incoming)?;
        remove_older(&incoming, Duration::ZERO)?;
        Ok(Self { root, signing })
    }

    /// What a presigned URL grants, from its path behind [`URL_PREFIX`] and its query; `None` when it was not
    /// signed by this store or its time is over.
    pub fn verify(&self, path: &str, query: &str, now: SystemTime) -> Option<(ObjectKey, Grant)> {
        let key = ObjectKey::parse(path)?;
        let mut fields = query.split('&');
        let mut field = |name: &str| fields.next()?.strip_prefix(name)?.strip_prefix('=');
        let (method, limit) = (field("method")?, field("limit")?);
        let (expires, signature) = (field("expires")?, field("signature")?);
        let end = UNIX_EPOCH + Duration::from_secs(expires.parse().ok()?);
        let signed = self.signing.verify(&[method, &key.to_string(), limit, expires], signature);
        if !signed || fields.next().is_some() || now >= end {
            return None;
        }
        match method {
            "GET" => Some((key, Grant::Get)),
            "PUT" => Some((key, Grant::Put { limit: limit.parse().ok()? })),
            _ => None,
        }
    }

    /// Begins to receive a part of at most `limit` octets.
    pub fn receive(&self, key: ObjectKey, limit: u64) -> Receiving {
        Receiving { disk: self.clone(), key, limit, size: 0, gathered: Vec::new(), pending: Pending::Start }
    }

    /// A part, opened for reading, and its size; `None` when it is not there.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn read(&self, key: &ObjectKey) -> Result<Option<(File, u64)>> {
        let path = self.path(key);
        blocking(move || match File::open(path) {
            Ok(file) => {
                let size = file.metadata()?.len();
                Ok(Some((file, size)))
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        })
        .await
    }

    fn path(&self, key: &ObjectKey) -> PathBuf {
        self.root.join(&key.package).join(&key.file).join(key.part.to_string())
    }

    /// Links a finished temporary file to its name, unless the name is taken.
    fn keep(&self, temporary: &Temporary, key: &ObjectKey, size: u64) -> std::result::Result<(), PutError> {
        temporary.file.sync_all()?;
        let path = self.path(key);
        let package = self.root.join(&key.package);
        let folder = package.join(&key.file);
        fs::create_dir_all(&folder)?;
        match fs::hard_link(&temporary.path, &path) {
            Ok(()) => {}
            // The client repeats a part when the answer was lost.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                if fs::metadata(&path)?.len() != size {
                    return Err(PutError::Exists);
                }
            }
            Err(e) => return Err(e.into()),
        }
        for folder in [&folder, &package, &self.root] {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

/// A part on its way in. Dropped before [`Receiving::finish`], it leaves nothing.
pub struct Receiving {
    disk: Disk,
    key: ObjectKey,
    limit: u64,
    size: u64,
    gathered: Vec<Bytes>,
    pending: Pending,
}

/// The write under way: one at a time, while the next octets arrive.
enum Pending {
    Start,
    Write(JoinHandle<io::Result<Temporary>>),
}

impl Receiving {
    /// Takes the next octets of the part.
    ///
    /// # Errors
    /// When they exceed the limit, or the disk fails.
    pub async fn write(&mut self, octets: Bytes) -> std::result::Result<(), PutError> {
        self.size += octets.len() as u64;
        if self.size > self.limit {
            return Err(PutError::TooLarge);
        }
        self.gathered.push(octets);
        if self.gathered.iter().map(Bytes::len).sum::<usize>() >= BUFFER {
            self.flush().await?;
        }
        Ok(())
    }

    /// Keeps the part under its name. A part of the same size that is there already stays, and that is no
    /// error: it is the same part, sent again.
    ///
    /// # Errors
    /// When a part of another size is there, or the disk fails.
    pub async fn finish(mut self) -> std::result::Result<(), PutError> {
        self.flush().await?;
        let Pending::Write(write) = self.pending else {
            return Err(io::Error::other("nothing written").into());
        };
        let temporary = write.await.map_err(io::Error::other)??;
        let (disk, key, size) = (self.disk, self.key, self.size);
        spawn_blocking(move || disk.keep(&temporary, &key, size)).await.map_err(io::Error::other)?
    }

    async fn flush(&mut self) -> io::Result<()> {
        let gathered = std::mem::take(&mut self.gathered);
        let temporary = match std::mem::replace(&mut self.pending, Pending::Start) {
            Pending::Start => None,
            Pending::Write(write) => Some(write.await.map_err(io::Error::other)??),
        };
        let root = self.disk.root.clone();
        self.pending = Pending::Write(spawn_blocking(move || {
            let mut temporary = match temporary {
                Some(temporary) => temporary,
                None => Temporary::create(&root)?,
            };
            for octets in gathered {
                temporary.file.write_all(&octets)?;
            }
            Ok(temporary)
        }));
        Ok(())
    }
}

/// A temporary file that goes when it is dropped.
struct Temporary {
    path: PathBuf,
    file: File,
}

impl Temporary {
    fn create(root: &Path) -> io::Result<Self> {
        let path = root.join(INCOMING).join(random_id()?);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self { path, file })
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, "a temporary file could not be removed");
        }
    }
}

impl Storage for Disk {
    fn presign<'a>(
        &'a self,
        grant: Grant,
        key: &'a ObjectKey,
        valid_for: Duration,
        base: &'a str,
    ) -> BoxFuture<'a, Result<String>> {
        async move {
            let end = (SystemTime::now() + valid_for).duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
            let (key, expires) = (key.to_string(), end.as_secs().to_string());
            let (method, limit) = match grant {
                Grant::Get => ("GET", 0),
                Grant::Put { limit } => ("PUT", limit),
            };
            let signature = self.signing.tag(&[method, &key, &limit.to_string(), &expires]);
            let query = format!("method={method}&limit={limit}&expires={expires}&signature={signature}");
            Ok(format!("{base}{URL_PREFIX}{key}?{query}"))
        }
        .boxed()
    }

    fn put<'a>(&'a self, key: &'a ObjectKey, octets: Vec<u8>) -> BoxFuture<'a, Result<()>> {
        async move {
            let mut receiving = self.receive(key.clone(), octets.len() as u64);
            let kept = async {
                receiving.write(octets.into()).await?;
                receiving.finish().await
            };
            kept.await.map_err(|error| match error {
                PutError::Disk(error) => error,
                PutError::TooLarge | PutError::Exists => io::Error::other(error),
            })
        }
        .boxed()
    }

    fn parts<'a>(&'a self, package: &'a str, file: &'a str) -> BoxFuture<'a, Result<Vec<StoredPart>>> {
        async move {
            let Some(Prefix { package, file: Some(file) }) = Prefix::new(package, Some(file)) else {
                return Ok(Vec::new());
            };
            let folder = self.root.join(package).join(file);
            blocking(move || {
                let entries = match fs::read_dir(folder) {
                    Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
                    entries => entries?,
                };
                let mut parts = Vec::new();
                for entry in entries {
                    let entry = entry?;
                    let Some(part) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
                        continue;
                    };
                    parts.push(StoredPart { part, size: entry.metadata()?.len() });
                }
                parts.sort_unstable_by_key(|stored| stored.part);
                Ok(parts)
            })
            .await
        }
        .boxed()
    }

    /// Parts never change, so that two files can share one: each has a name of its own for it, and the disk keeps it
    /// as long as it has one.
    fn copy<'a>(&'a self, from: (&'a str, &'a str), to: (&'a str, &'a str)) -> BoxFuture<'a, Result<()>> {
        async move {
            let (parts, root) = (self.parts(from.0, from.1).await?, self.root.clone());
            let mut links = Vec::with_capacity(parts.len());
            for StoredPart { part, .. } in parts {
                let key = |(package, file)| {
                    ObjectKey::new(package, file, part).ok_or(io::Error::from(io::ErrorKind::InvalidInput))
                };
                links.push((self.path(&key(from)?), self.path(&key(to)?)));
            }
            let Some(folder) = links.first().and_then(|(_, to)| to.parent().map(Path::to_owned)) else {
                return Ok(());
            };
            blocking(move || {
                fs::create_dir_all(&folder)?;
                for (from, to) in links {
                    match fs::hard_link(from, to) {
                        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
                        _ => {}
                    }
                }
                for folder in folder.ancestors().take_while(|folder| folder.starts_with(&root)) {
                    File::open(folder)?.sync_all()?;
                }
                Ok(())
            })
            .await
        }
        .boxed()
    }

    fn delete<'a>(&'a self, prefix: &'a Prefix) -> BoxFuture<'a, Result<()>> {
        async move {
            let mut folder = self.root.join(&prefix.package);
            folder.extend(&prefix.file);
            blocking(move || match fs::remove_dir_all(folder) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
                _ => Ok(()),
            })
            .await
        }
        .boxed()
    }

    fn sweep(&self) -> BoxFuture<'_, Result<()>> {
        let folder = self.root.join(INCOMING);
        blocking(move || remove_older(&folder, STALE)).boxed()
    }
}

fn remove_older(folder: &Path, age: Duration) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let removed = match entry.metadata().and_then(|data| data.modified()) {
            Ok(modified) if modified.elapsed().unwrap_or_default() >= age => fs::remove_file(entry.path()),
            Ok(_) => Ok(()),
            Err(e) => Err(e),
        };
        match removed {
            // Its upload ended in the meantime.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            other => other?,
        }
    }
    Ok(())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}
