//! Intake: files that arrive as plaintext, from callers that cannot encrypt. Each is shown to a scanner, where there is one, and
//! encrypted at once, part by part, under a keyCode that is handed back and forgotten. What was taken in so is not end-to-end
//! encrypted, and its package says so from then on.

use std::time::Duration;

use bulla::api::limits;
use bulla::format::cfb;
use bulla::keys::{Checksum, KeyClass, KeyCode, PackageCode, Passphrase, ServerSecret};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::files::{is_sealed, key, prefix};
use super::packages::check_checksum;
use super::state::{effective, is_open};
use super::{Announced, Caller, Domain, Error, Result, UploadReport, now};
use crate::db::{NewFile, Package, State};
use crate::scan::{Scan, Verdict};
use crate::secrets::{random_id, sha256_hex};

/// Files that are taken in at once at most; others wait. Each has a part of it in memory.
pub(super) const AT_ONCE: usize = 32;
/// How long the next octets of a file may take to come, and all of them.
const SILENCE: Duration = Duration::from_secs(30);
const WHOLE: Duration = Duration::from_secs(60 * 60);

/// The key under which files are taken in. It is gone with this value.
pub struct Intake {
    key_code: KeyCode,
    passphrase: Passphrase,
    checksum: Checksum,
    /// Whether the package was finalized before: a file is then there whole, or not at all.
    late: bool,
}

impl Intake {
    /// The keyCode, to be handed back.
    pub fn key_code(&self) -> &str {
        self.key_code.expose()
    }

    /// The checksum with which the package is finalized.
    pub fn checksum(&self) -> &str {
        self.checksum.expose()
    }

    /// What files of a package are encrypted with under this keyCode.
    async fn under(key_code: KeyCode, package: &Package, late: bool) -> Result<Self> {
        let secret = ServerSecret::parse(&package.server_secret).map_err(internal)?;
        let code = PackageCode::parse(&package.code).map_err(internal)?;
        let derived = spawn_blocking(move || {
            let checksum = Checksum::derive(&key_code, &code);
            let passphrase = Passphrase::new(&secret, &key_code);
            Self { key_code, passphrase, checksum, late }
        });
        derived.await.map_err(|error| Error::Internal(error.into()))
    }
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenStatus {
    /// It is in the package.
    Done,
    /// The scanner found something in it. Nothing of it is kept.
    VirusFound,
    /// It could not be taken in. Nothing of it is kept.
    Failed,
}

/// A file that came, and what became of it.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its id; nobody's unless it is in the package.
    pub id: String,
    /// Its name, as the caller gave it.
    pub name: String,
    /// What became of it.
    pub status: TakenStatus,
    /// Octets of it that came.
    pub size: u64,
    /// Why it is not in the package.
    pub message: Option<String>,
    /// Whether its octets came to their end. Where they did not, nothing behind them can be read.
    pub whole: bool,
}

/// Why a file is not taken in.
struct Refused(TakenStatus, String);

fn failed(why: impl Into<String>) -> Refused {
    Refused(TakenStatus::Failed, why.into())
}

impl Domain {
    /// Begins to take files into a package that is not finalized: under the keyCode given, or a new one. The package is marked.
    ///
    /// # Errors
    /// When the package is a workspace, sealed or finalized, or the keyCode is none, or is not that of what was taken in before.
    pub async fn begin_intake(&self, package: &Package, key_code: Option<&str>) -> Result<Intake> {
        check_takes_in(package)?;
        let key_code = match key_code.filter(|text| !text.is_empty()) {
            Some(text) => read_key_code(text)?,
            None => KeyCode::generate(KeyClass::OpenPgpCfb).map_err(internal)?,
        };
        let intake = Intake::under(key_code, package, false).await?;
        let hash = sha256_hex(intake.checksum.expose());
        if !is_open(package) || !self.db.begin_intake(&package.id, &hash, now()).await? {
            let message = "the package is finalized, has ended, or holds what is under another keyCode";
            return Err(Error::Refused(message.to_owned()));
        }
        Ok(intake)
    }

    /// Begins to take files into a secure share's package, which is finalized, under its own keyCode.
    ///
    /// # Errors
    /// When the package is a workspace, sealed, encrypted by its sender, came through a Dropzone or has ended, or the keyCode is none,
    /// or not the package's.
    pub async fn begin_late_intake(&self, package: &Package, key_code: &str) -> Result<Intake> {
        check_takes_in(package)?;
        if package.is_dropped() {
            return Err(Error::Refused("what others sent stays as they sent it".to_owned()));
        }
        if effective(package, now()) != State::Active {
            return Err(Error::Refused("the package has ended".to_owned()));
        }
        if !package.server_encrypted {
            // It would not be end-to-end encrypted any more.
            return Err(Error::Refused(
                "whoever encrypted the files of this package encrypts what is added".to_owned(),
            ));
        }
        let intake = Intake::under(read_key_code(key_code)?, package, true).await?;
        check_checksum(package, intake.checksum())
            .map_err(|_| Error::Refused("that is not the keyCode of the package".to_owned()))?;
        if !self.db.begin_late_intake(&package.id, now()).await? {
            return Err(Error::Refused("the package has ended, or has a seal".to_owned()));
        }
        Ok(intake)
    }

    /// Takes a file in. The package knows nothing of it before all of it came and the scanner found nothing; what goes wrong is said
    /// of it, and leaves others alone.
    pub async fn take_in<E>(
        &self,
        package: &Package,
        caller: &Caller,
        intake: &Intake,
        name: String,
        octets: impl Stream<Item = std::result::Result<Bytes, E>> + Send,
    ) -> Taken {
        // Only ever closed with the domain.
        let _turn = self.intakes.acquire().await;
        let mut incoming = Incoming { octets: std::pin::pin!(octets), size: 0, whole: false };
        let new = match announce(package, &name) {
            Ok(new) => new,
            Err(error) => return left_out(name, incoming, error.to_string()).await,
        };
        let id = new.id.clone();
        let work = self.try_take_in((package, caller), intake, new, &mut incoming);
        let outcome =
            tokio::time::timeout(WHOLE, work).await.unwrap_or_else(|_| Err(failed("it took too long")));
        let (status, message) = match outcome {
            Ok(()) => (TakenStatus::Done, None),
            Err(Refused(status, message)) => {
                self.forget(package, &id).await;
                incoming.drain().await;
                (status, Some(message))
            }
        };
        Taken { id, name, status, size: incoming.size, message, whole: incoming.whole }
    }

    /// Reads a file that is not taken in, and forgets it; `why` is told.
    pub async fn leave_out<E>(
        &self,
        name: String,
        octets: impl Stream<Item = std::result::Result<Bytes, E>> + Send,
        why: String,
    ) -> Taken {
        left_out(name, Incoming { octets: std::pin::pin!(octets), size: 0, whole: false }, why).await
    }

    async fn try_take_in<E>(
        &self,
        (package, caller): (&Package, &Caller),
        intake: &Intake,
        mut new: NewFile,
        incoming: &mut Incoming<'_, impl Stream<Item = std::result::Result<Bytes, E>>>,
    ) -> std::result::Result<(), Refused> {
        let mut scan = match &self.scanner {
            Some(scanner) => Some(scanner.begin().await.map_err(|error| not_scanned(&error))?),
            None => None,
        };
        let mut waiting = Zeroizing::new(Vec::with_capacity(part_size(1)));
        while let Some(mut octets) = incoming.next().await? {
            if let Some(scan) = &mut scan {
                scan.show(octets.clone()).await.map_err(|error| not_scanned(&error))?;
            }
            while !octets.is_empty() {
                // Only what something follows is no last part: no part but that of an empty file is empty.
                if waiting.len() == part_size(new.parts + 1) {
                    let next = Zeroizing::new(Vec::with_capacity(part_size(new.parts + 2)));
                    self.store_part(package, &mut new, intake, std::mem::replace(&mut waiting, next)).await?;
                }
                let room = part_size(new.parts + 1) - waiting.len();
                waiting.extend_from_slice(&octets.split_to(room.min(octets.len())));
            }
        }
        self.store_part(package, &mut new, intake, waiting).await?;
        check_verdict(scan).await?;
        new.size = incoming.size;
        if intake.late {
            return self.add_complete_file(package, caller, &new).await.map_err(refused);
        }
        let created =
            self.create_files(package, caller, std::slice::from_ref(&new)).await.map_err(refused)?;
        created.into_iter().collect::<Result<()>>().map_err(refused)?;
        self.complete_file(package, caller, &new.id, UploadReport::default()).await.map_err(refused)?;
        Ok(())
    }

    /// Encrypts and stores the next part of a file.
    async fn store_part(
        &self,
        package: &Package,
        new: &mut NewFile,
        intake: &Intake,
        octets: Zeroizing<Vec<u8>>,
    ) -> std::result::Result<(), Refused> {
        new.parts += 1;
        if new.parts > limits::MAX_PARTS {
            return Err(failed("the file is too large"));
        }
        let passphrase = intake.passphrase.clone();
        let encrypted = spawn_blocking(move || cfb::encrypt_part(&passphrase, &octets)).await;
        let encrypted = encrypted.map_err(|error| refused(Error::Internal(error.into())))?;
        let encrypted = encrypted.map_err(|error| refused(Error::Internal(error.into())))?;
        let key = key((&package.id, &new.id), new.parts).map_err(refused)?;
        self.store.put(&key, encrypted).await.map_err(|error| match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                failed("the server has no room")
            }
            _ => refused(Error::Internal(error.into())),
        })
    }

    /// Deletes what was stored of a file that is not taken in, and its place in the package where it got one.
    async fn forget(&self, package: &Package, id: &str) {
        let gone = async {
            if !self.db.delete_file(&package.id, id, now()).await? {
                self.store.delete(&prefix(&package.id, Some(id))?).await?;
            }
            Ok::<_, Error>(())
        };
        if let Err(error) = gone.await {
            tracing::error!(?error, "a file that was not taken in could not be deleted");
        }
    }
}

/// Checks that files can reach the package as plaintext at all.
fn check_takes_in(package: &Package) -> Result<()> {
    if package.is_workspace() {
        return Err(Error::Refused("a workspace takes in no plaintext".to_owned()));
    }
    if is_sealed(package) {
        // Its seal is made by whoever holds the key.
        return Err(Error::Refused("plaintext is taken in by packages of suite openpgp-cfb".to_owned()));
    }
    Ok(())
}

fn read_key_code(text: &str) -> Result<KeyCode> {
    let key_code = KeyCode::parse(text).ok().filter(|key_code| key_code.class() == KeyClass::OpenPgpCfb);
    key_code.ok_or_else(|| Error::Invalid("that is no keyCode of suite openpgp-cfb".to_owned()))
}

fn internal(error: bulla::Error) -> Error {
    Error::Internal(error.into())
}

/// A file under its name, whose id is its own until it has a place in the package.
fn announce(package: &Package, name: &str) -> Result<NewFile> {
    let (directory_id, name_tag) = (None, None);
    let name = name.to_owned();
    NewFile::announce(package, Announced { name, size: 0, parts: 0, directory_id, name_tag, only_new: false })
}

/// Reads a file to its end, of which nothing is kept.
async fn left_out<E>(
    name: String,
    mut incoming: Incoming<'_, impl Stream<Item = std::result::Result<Bytes, E>>>,
    why: String,
) -> Taken {
    incoming.drain().await;
    let (id, status) = (random_id().unwrap_or_default(), TakenStatus::Failed);
    Taken { id, name, status, size: incoming.size, message: Some(why), whole: incoming.whole }
}

/// The octets of a file, as they come.
struct Incoming<'a, S> {
    octets: std::pin::Pin<&'a mut S>,
    size: u64,
    whole: bool,
}

impl<E, S: Stream<Item = std::result::Result<Bytes, E>>> Incoming<'_, S> {
    /// The next ones; none at the end.
    async fn next(&mut self) -> std::result::Result<Option<Bytes>, Refused> {
        if self.whole {
            return Ok(None);
        }
        match tokio::time::timeout(SILENCE, self.octets.next()).await {
            Err(_) => Err(failed("the upload stalled")),
            Ok(Some(Err(_))) => Err(failed("the upload broke off")),
            Ok(Some(Ok(octets))) => {
                self.size += octets.len() as u64;
                Ok(Some(octets))
            }
            Ok(None) => {
                self.whole = true;
                Ok(None)
            }
        }
    }

    /// Reads what is left, so that what is behind it is found.
    async fn drain(&mut self) {
        let rest = async { while matches!(self.next().await, Ok(Some(_))) {} };
        // Whoever sends for longer than a file may take goes without.
        let _late = tokio::time::timeout(WHOLE, rest).await;
    }
}

/// Octets of plaintext in a part, as SendSafely's clients cut files.
fn part_size(part: u32) -> usize {
    (if part == 1 { cfb::FIRST_PART } else { cfb::PART }) as usize
}

async fn check_verdict(scan: Option<Box<dyn Scan>>) -> std::result::Result<(), Refused> {
    let Some(scan) = scan else { return Ok(()) };
    match scan.verdict().await.map_err(|error| not_scanned(&error))? {
        Verdict::Clean => Ok(()),
        Verdict::Found(name) => Err(Refused(TakenStatus::VirusFound, format!("the scanner found {name}"))),
    }
}

/// What was not scanned is not taken in.
fn not_scanned(error: &std::io::Error) -> Refused {
    tracing::error!(%error, "a file could not be scanned");
    failed("the file could not be scanned")
}

fn refused(error: Error) -> Refused {
    match error {
        Error::Internal(cause) => {
            tracing::error!(%cause, "a file could not be taken in");
            failed("the server could not take the file in")
        }
        error => failed(error.to_string()),
    }
}
