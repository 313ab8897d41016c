//! Packages: made, finalized, opened, ended.

use std::time::Instant;

use bulla::api::limits;
use subtle::ConstantTimeEq;

use super::sessions::attempt;
use super::shares::LONGEST;
use super::state::{effective, is_draft};
use super::workspaces::check_workspace;
use super::{Caller, Domain, Error, Result, ShareVisit, now, recipients};
use crate::db::{Account, Directory, File, Finalization, NewPackage, Package, State};
use crate::secrets::{random_code, random_id, sha256_hex};

/// Life of a package in days when nobody says otherwise.
const DEFAULT_LIFE: u32 = 7;
/// Life of a package in days at most, but for none at all.
const LONGEST_LIFE: u32 = 36_500;
/// How long a link's token holds, in seconds.
const TOKEN_LIFE: i64 = 15 * 60;
/// How long one of a verified recipient does: long enough for a long download, which nobody breaks off to verify again.
const VERIFIED_LIFE: i64 = 12 * 60 * 60;
/// What stands in a token before the id of the package's owner, where it opens to others in other ways.
const OWNED: char = '_';
/// What stands in a token before the id of a download through a share.
const SHARED: char = '~';
/// What stands in a token before the id of a verified recipient, and between that and what it verified.
const VERIFIED: char = '+';

/// A package to be made.
#[derive(Clone, Debug, Default)]
pub struct PackageOrder {
    /// The suite that the client names.
    pub suite: Option<String>,
    /// Life in days; 0 is without end.
    pub life: Option<u32>,
    /// Whether it is a workspace.
    pub workspace: bool,
    /// The browser it is made with; empty when unknown.
    pub browser: &'static str,
    /// The system it is made on; empty when unknown.
    pub os: &'static str,
}

/// How a package is to be finalized.
#[derive(Clone, Debug)]
pub struct FinalizeOrder {
    /// The keyCode's checksum.
    pub checksum: String,
    /// Whether whoever has the link may open it.
    pub undisclosed: bool,
    /// The door's password.
    pub password: Option<String>,
    /// The proof of the password that locks the link.
    pub proof: Option<String>,
    /// The sender's address, as a Dropzone's sender gives it.
    pub unconfirmed_sender: Option<String>,
    /// A token of the Dropzone's owner that confirms the sender's address.
    pub confirmed_sender_token: Option<String>,
    /// The seal.
    pub seal: Option<String>,
    /// Whether the sender asks that PDF files be shown and not saved.
    pub read_only_pdf: bool,
    /// Whether recipients are written to, once they can open it.
    pub notify: bool,
}

/// What opening a link gives.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The package.
    pub package: Package,
    /// Its files; of a workspace the complete ones, without earlier versions.
    pub files: Vec<File>,
    /// The directories of a workspace, the root among them.
    pub directories: Vec<Directory>,
    /// The encrypted message.
    pub message: Option<String>,
    /// The seal.
    pub seal: Option<String>,
    /// A token for the link's other routes.
    pub token: String,
    /// How long the token holds, in seconds.
    pub token_life: u64,
    /// Who opened it: the recipient whose link it is, or anyone.
    pub caller: Caller,
}

/// How a link is to be opened.
#[derive(Clone, Debug)]
pub struct LinkOrder {
    /// The keyCode's checksum.
    pub checksum: String,
    /// The door's password, or the proof of a locked link.
    pub password: Option<String>,
    /// The code of the recipient whose link it is, or the statement of a verified one.
    pub recipient_code: Option<String>,
    /// The share through which it is opened.
    pub share: Option<ShareVisit>,
    /// Who is signed in, if anyone.
    pub account: Option<Account>,
    /// From where.
    pub address: String,
    /// The part of the address that one subscriber holds, against which wrong attempts are counted.
    pub subscriber: String,
}

impl Domain {
    /// Makes a package.
    ///
    /// # Errors
    /// When the life is longer than allowed, the suite is unknown, or a workspace would belong to nobody or have a life.
    pub async fn create_package(&self, caller: &Caller, order: PackageOrder) -> Result<Package> {
        let (account_id, dropzone, sender) = match caller {
            Caller::Account(account) => (Some(account.id.clone()), None, account.email.clone()),
            Caller::Dropzone { id, owner, .. } => {
                (owner.as_ref().map(|owner| owner.id.clone()), Some(id.clone()), String::new())
            }
            Caller::Recipient(_)
            | Caller::Share(..)
            | Caller::Verified(_)
            | Caller::Holder { .. }
            | Caller::Anyone => return Err(Error::NotFound),
        };
        if order.suite.as_deref().is_some_and(|suite| !["sealed", "openpgp-cfb"].contains(&suite)) {
            return Err(Error::Invalid("the suite is sealed or openpgp-cfb".to_owned()));
        }
        let (life, root_directory_id) = if order.workspace {
            check_workspace(caller, order.life)?;
            (0, Some(random_id()?))
        } else {
            (order.life.map_or_else(|| Ok(self.default_life()), |life| self.allowed_life(life))?, None)
        };
        let id = random_id()?;
        let new = NewPackage {
            id: id.clone(),
            code: random_code()?,
            server_secret: random_code()?,
            account_id,
            dropzone,
            sender,
            suite: order.suite,
            life,
            root_directory_id,
            browser: order.browser.to_owned(),
            os: order.os.to_owned(),
        };
        match caller {
            Caller::Dropzone { request: Some(request), .. } => self.insert_requested(request, &new).await?,
            _ => self.db.insert_package(&new, now()).await?,
        }
        self.db.package(&id).await?.ok_or(Error::NotFound)
    }

    /// Sets how many days a package lives, counted from when it was finalized; 0 is without end; and how many days before its
    /// end it reminds its recipients, 0 for never. What is none stays as it is.
    ///
    /// # Errors
    /// When the life is longer than allowed or over already, the reminder does not fall into it, or the package has ended.
    pub(super) async fn set_life(
        &self,
        package: &Package,
        life: Option<u32>,
        remind_days: Option<u32>,
    ) -> Result<()> {
        let life = life.map_or(Ok(package.life), |life| self.allowed_life(life))?;
        let remind_days = remind_days.unwrap_or(package.remind_days);
        if remind_days > 0 && remind_days >= life {
            return Err(Error::Invalid(
                "a reminder comes fewer days before the end of a package than it lives".to_owned(),
            ));
        }
        if self.db.set_life(&package.id, life, remind_days, now()).await? {
            return Ok(());
        }
        Err(Error::Refused("the package has ended, or would have ended already".to_owned()))
    }

    /// Life of a package in days when nobody says otherwise.
    pub fn default_life(&self) -> u32 {
        if self.rules.max_life == 0 { DEFAULT_LIFE } else { DEFAULT_LIFE.min(self.rules.max_life) }
    }

    fn allowed_life(&self, life: u32) -> Result<u32> {
        let most = if self.rules.max_life == 0 { LONGEST_LIFE } else { self.rules.max_life };
        if life > most || (life == 0 && self.rules.max_life > 0) {
            return Err(Error::Limit(format!("a package lives at most {most} days")));
        }
        Ok(life)
    }

    /// Deletes a package; with `draft_only` only one that is not finalized. Its content goes in the background.
    ///
    /// # Errors
    /// When it was deleted before, or is finalized and must not be.
    pub async fn delete_package(&self, package: &Package, draft_only: bool) -> Result<()> {
        if !self.db.delete_package(&package.id, draft_only, now()).await? {
            return Err(Error::NotFound);
        }
        self.ended.notify_one();
        Ok(())
    }

    /// Files a finalized package away from its sender's list. It opens as before. Doing so again is no error.
    ///
    /// # Errors
    /// When it is not finalized, or deleted.
    pub async fn archive_package(&self, package: &Package) -> Result<()> {
        if self.db.archive(&package.id, now()).await? {
            return Ok(());
        }
        Err(Error::Refused("only a finalized package is archived".to_owned()))
    }

    /// Takes a package out of the archive again. One that is not in it stays as it is.
    ///
    /// # Errors
    /// When it is deleted.
    pub async fn unarchive_package(&self, package: &Package) -> Result<()> {
        if self.db.unarchive(&package.id).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// The files of a package, in the order they were added.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn files(&self, package: &Package) -> Result<Vec<File>> {
        Ok(self.db.files(&package.id).await?)
    }

    /// The seal of a package.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seal(&self, package: &Package) -> Result<Option<String>> {
        Ok(self.db.seal(&package.id).await?)
    }

    /// Replaces the seal of an active package.
    ///
    /// # Errors
    /// When it is longer than [`limits::MAX_SEAL`], or the package is not active.
    pub async fn put_seal(&self, package: &Package, seal: &str) -> Result<()> {
        check_seal(seal)?;
        if package.is_workspace() {
            return Err(Error::Refused("a workspace has no seal".to_owned()));
        }
        if self.db.put_seal(&package.id, seal, now()).await? {
            return Ok(());
        }
        Err(Error::Refused("only a finalized package has a seal".to_owned()))
    }

    /// Keeps the encrypted message of a draft or of an active package.
    ///
    /// # Errors
    /// When it is longer than [`limits::MAX_MESSAGE`] or no base64, or the package has ended.
    pub async fn put_message(&self, package: &Package, message: &str) -> Result<()> {
        if message.len() > limits::MAX_MESSAGE {
            return Err(Error::Limit(format!("a message has at most {} octets", limits::MAX_MESSAGE)));
        }
        if message.is_empty() || !is_base64(message) {
            return Err(Error::Invalid("an encrypted message is base64".to_owned()));
        }
        if self.db.put_message(&package.id, message, now()).await? {
            return Ok(());
        }
        Err(Error::Refused("the package has ended".to_owned()))
    }

    /// The encrypted message, for one who knows the checksum.
    ///
    /// # Errors
    /// When the checksum is wrong, or there is no message.
    pub async fn message(
        &self,
        package: &Package,
        caller: &Caller,
        checksum: &str,
        address: &str,
    ) -> Result<String> {
        if !Self::reads_all(caller) {
            return Err(Error::NotFound);
        }
        self.check_key(package, caller, checksum).await?;
        let message = self.db.message(&package.id).await?.ok_or(Error::NotFound)?;
        self.confirm(package, caller, address, None).await?;
        Ok(message)
    }

    /// The encrypted message, for one who holds the link's token.
    ///
    /// # Errors
    /// When there is no message.
    pub async fn link_message(&self, package: &Package, caller: &Caller, address: &str) -> Result<String> {
        let message = self.db.message(&package.id).await?.ok_or(Error::NotFound)?;
        self.confirm(package, caller, address, None).await?;
        Ok(message)
    }

    /// Finalizes a draft, and answers with the package as it is then: it can be opened, until its life is over, or
    /// waits for approval first. Doing so again with the same checksum, seal and proof is no error: the answer may have
    /// been lost.
    ///
    /// # Errors
    /// [`Error::NotFinalizable`] with everything that stands against it.
    pub async fn finalize(
        &self,
        package: &Package,
        caller: &Caller,
        order: FinalizeOrder,
    ) -> Result<Package> {
        if package.is_workspace() {
            self.finalize_workspace(package, order).await?;
            return self.db.package(&package.id).await?.ok_or(Error::NotFound);
        }
        let checksum = order.checksum.to_ascii_lowercase();
        if matches!(effective(package, now()), State::Pending | State::Active) {
            let repeated = check_checksum(package, &checksum).is_ok()
                && package.proof_hash == order.proof.as_deref().map(sha256_hex);
            if repeated && self.db.seal(&package.id).await? == order.seal {
                return Ok(package.clone());
            }
            if matches!(caller, Caller::Dropzone { .. }) {
                return Err(Error::NotFound);
            }
        }
        let mut errors = Vec::new();
        if !is_checksum(&checksum) {
            errors.push(NO_CHECKSUM.to_owned());
        }
        if let Some(Err(error)) = order.seal.as_deref().map(check_seal) {
            errors.push(error.to_string());
        }
        let password = order.password.filter(|password| !password.is_empty());
        if let Some(proof) = &order.proof {
            if !is_proof(proof) {
                errors.push(NO_PROOF.to_owned());
            }
            if password.is_some() {
                errors.push("the link is locked already: it takes no other password".to_owned());
            }
        }
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let (token, address) = (given(&order.confirmed_sender_token), given(&order.unconfirmed_sender));
        let mut sender_confirmed = false;
        let sender = match (&package.dropzone, token, address) {
            (Some(dropzone), Some(token), _) => {
                let sender = self.confirmed_sender(dropzone, &token);
                sender_confirmed = sender.is_some();
                if !sender_confirmed {
                    errors.push("the token that confirms the sender does not hold".to_owned());
                }
                sender
            }
            (Some(_), None, Some(address)) => recipients::parse_email(&address)
                .map_err(|_| errors.push("the sender's address is no e-mail address".to_owned()))
                .ok(),
            _ => None,
        };
        let locked = password.is_some() || order.proof.is_some();
        errors.extend(self.against_requested(package, sender.as_deref(), locked).await?);
        if !is_draft(package.state) {
            errors.push("the package is finalized already, or has ended".to_owned());
        }
        let files = self.db.files(&package.id).await?;
        let incomplete = files.iter().filter(|file| !file.complete).count();
        if incomplete > 0 {
            errors.push(format!("{incomplete} of the files are not wholly uploaded"));
        }
        if files.is_empty() && !package.has_message {
            errors.push("the package has neither a file nor a message".to_owned());
        }
        if !order.undisclosed && !package.is_dropped() && self.db.recipients(&package.id).await?.is_empty() {
            errors.push("the package has no recipients".to_owned());
        }
        if !errors.is_empty() {
            return Err(Error::NotFinalizable(errors));
        }
        let password_hash = match password {
            Some(password) => Some(self.passwords.hash(password).await?),
            None => None,
        };
        let owner = match caller {
            Caller::Account(owner) | Caller::Dropzone { owner: Some(owner), .. } => Some(owner),
            _ => None,
        };
        let exempt = owner.is_some_and(|owner| self.rules.is_exempt(&owner.email));
        let end = Finalization {
            checksum_hash: sha256_hex(&checksum),
            password_hash,
            proof_hash: order.proof.as_deref().map(sha256_hex),
            undisclosed: order.undisclosed,
            sender,
            sender_confirmed,
            seal: order.seal,
            read_only_pdf: order.read_only_pdf,
            notify: order.notify,
            approval: self.rules.approval_applies(package),
            owner_needs_approval: package.is_dropped() && !exempt,
        };
        // Checked once more by the statement itself: the package may have changed since it was read.
        if self.db.finalize(&package.id, &end, now()).await? {
            return self.db.package(&package.id).await?.ok_or(Error::NotFound);
        }
        let why = if package.server_encrypted {
            "the checksum is not that of the keyCode under which the server encrypted, or the package changed in the \
             meantime"
        } else {
            "the package changed in the meantime"
        };
        Err(Error::NotFinalizable(vec![why.to_owned()]))
    }

    /// Opens a link: the checksum shows that the caller has the whole of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] unless the checksum is right; then what stands in the way.
    pub async fn open_link(&self, code: &str, order: LinkOrder) -> Result<Opened> {
        let subscriber = order.subscriber.clone();
        self.counting(code, &subscriber, self.try_open(code, order)).await
    }

    /// Does something with a link, and counts it against package and address where that showed that the caller does not know
    /// what it takes.
    pub(super) async fn counting<T>(
        &self,
        code: &str,
        subscriber: &str,
        attempt: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let instant = Instant::now();
        let waits = [(&self.checksum_attempts, code), (&self.address_attempts, subscriber)];
        if let Some(retry_after) = waits.iter().filter_map(|(limiter, key)| limiter.wait(key, instant)).max()
        {
            return Err(Error::TooManyAttempts { retry_after });
        }
        let done = attempt.await;
        if matches!(done, Err(Error::NotFound | Error::PasswordRequired)) {
            waits.iter().for_each(|(limiter, key)| limiter.count(key, instant));
        }
        done
    }

    async fn try_open(&self, code: &str, order: LinkOrder) -> Result<Opened> {
        let package = self.db.package_by_code(code).await?.ok_or(Error::NotFound)?;
        check_checksum(&package, &order.checksum)?;
        self.check_opens(&package)?;
        self.check_password(&package, order.password).await?;
        let owner = order.account.filter(|account| package.account_id.as_ref() == Some(&account.id));
        let opened = match (order.share, owner) {
            (None, Some(owner)) if package.only_shares => {
                self.opened_whole(package, Caller::Account(owner)).await?
            }
            _ if package.only_verified => {
                self.opened_verified(package, order.recipient_code.as_deref()).await?
            }
            (Some(visit), _) => self.opened_share(package, visit).await?,
            (None, _) if package.only_shares => return Err(Error::NotFound),
            (None, _) => {
                let caller = self.named(&package, order.recipient_code).await?;
                self.opened_whole(package, caller).await?
            }
        };
        if opened.message.is_some() {
            self.confirm(&opened.package, &opened.caller, &order.address, None).await?;
        }
        self.db.advance_pickup(&opened.package.id).await?;
        Ok(opened)
    }

    /// The recipient of a code. One that is nobody's any more says nothing: whoever has the link may open it.
    async fn named(&self, package: &Package, recipient_code: Option<String>) -> Result<Caller> {
        let Some(code) = recipient_code else { return Ok(Caller::Anyone) };
        let recipient = self.db.recipients(&package.id).await?.into_iter().find(|known| known.code == code);
        Ok(recipient.map_or(Caller::Anyone, Caller::Recipient))
    }

    /// What a link opens of a package, to its owner, a recipient or anyone.
    async fn opened_whole(&self, package: Package, caller: Caller) -> Result<Opened> {
        let mut files = self.db.files(&package.id).await?;
        if package.is_workspace() {
            files.retain(|file| file.complete && file.version_of.is_none());
        }
        let id = match &caller {
            Caller::Account(owner) => Some(format!("{OWNED}{}", owner.id)),
            Caller::Recipient(recipient) => Some(recipient.id.clone()),
            _ => None,
        };
        Ok(Opened {
            files,
            directories: self.db.directories(&package.id).await?,
            message: self.db.message(&package.id).await?,
            seal: self.db.seal(&package.id).await?,
            token: self.token(&package, now() + TOKEN_LIFE, id.as_deref()),
            token_life: TOKEN_LIFE.unsigned_abs(),
            caller,
            package,
        })
    }

    /// Gives the server's secret for the proof of a locked link: what the reader needs to unlock the rest.
    ///
    /// # Errors
    /// [`Error::PasswordRequired`] unless the proof is right, whether there is such a package or not; then what stands in
    /// the way. [`Error::Invalid`] for what is no proof.
    pub async fn unlock_link(&self, code: &str, proof: &str, subscriber: &str) -> Result<String> {
        if !is_proof(proof) {
            return Err(Error::Invalid(NO_PROOF.to_owned()));
        }
        let package = self.db.package_by_code(code).await?;
        // Counted before it is compared: many guesses at once do not pass together.
        attempt(&[(&self.address_attempts, subscriber), (&self.checksum_attempts, code)])?;
        let right = package.filter(|package| has_proof(package, proof));
        let package = right.ok_or(Error::PasswordRequired)?;
        self.address_attempts.take_back(subscriber);
        self.checksum_attempts.take_back(code);
        self.check_opens(&package)?;
        Ok(package.server_secret)
    }

    /// Checks that whoever has the whole link can open the package now.
    pub(super) fn check_opens(&self, package: &Package) -> Result<()> {
        match effective(package, now()) {
            State::Active if self.opens_by_link(package) => Ok(()),
            State::Expired => Err(Error::Expired),
            State::Deleted => Err(Error::Deleted),
            State::Active | State::Temp | State::InProgress | State::Pending => Err(Error::NotFound),
        }
    }

    /// What a share opens of a package: its files and the directories that they are in.
    async fn opened_share(&self, package: Package, visit: ShareVisit) -> Result<Opened> {
        let open = self.open_share(&package, visit).await?;
        let (files, directories) = self.shared_content(&package, &open.share).await?;
        Ok(Opened {
            files,
            directories,
            message: self.db.message(&package.id).await?,
            seal: self.db.seal(&package.id).await?,
            token: self.token(&package, now() + LONGEST, Some(&format!("{SHARED}{}", open.lease.id))),
            token_life: TOKEN_LIFE.unsigned_abs(),
            caller: Caller::Share(Box::new(open)),
            package,
        })
    }

    /// What opens of a package to a verified recipient.
    async fn opened_verified(&self, package: Package, statement: Option<&str>) -> Result<Opened> {
        let (recipient, stamp) = self.read_statement(&package, statement).await?;
        let mut files = self.db.files(&package.id).await?;
        files.retain(|file| recipient.opens(&file.id));
        let id = format!("{VERIFIED}{}{VERIFIED}{stamp}", recipient.id);
        Ok(Opened {
            files,
            directories: Vec::new(),
            message: self.db.message(&package.id).await?,
            seal: self.db.seal(&package.id).await?,
            token: self.token(&package, now() + VERIFIED_LIFE, Some(&id)),
            token_life: VERIFIED_LIFE.unsigned_abs(),
            caller: Caller::Verified(Box::new(recipient)),
            package,
        })
    }

    /// Checks a password against the package's door, if it has one, or the proof of a locked link.
    pub(super) async fn check_password(&self, package: &Package, password: Option<String>) -> Result<()> {
        if package.proof_hash.is_some() {
            let right = password.is_some_and(|proof| has_proof(package, &proof));
            return if right { Ok(()) } else { Err(Error::PasswordRequired) };
        }
        let Some(hash) = package.password_hash.clone() else { return Ok(()) };
        let password = password.ok_or(Error::PasswordRequired)?;
        if self.passwords.verify(password, hash).await? { Ok(()) } else { Err(Error::PasswordRequired) }
    }

    /// Whether the link of `code` asks for a password. Nothing is told of a package that cannot be opened.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link_needs_password(&self, code: &str) -> Result<bool> {
        let package = self.db.package_by_code(code).await?;
        Ok(package.is_some_and(|p| effective(&p, now()) == State::Active && p.is_guarded()))
    }

    /// The package of a link, and who it was opened by, for the holder of a token.
    ///
    /// # Errors
    /// When the token does not hold for it, or the package has ended.
    pub async fn with_token(&self, code: &str, token: &str) -> Result<(Package, Caller)> {
        let (end, rest) = token.split_once('.').ok_or(Error::TokenInvalid)?;
        let recipient_id = rest.split_once('.').map(|(_, id)| id);
        let end: i64 = end.parse().map_err(|_| Error::TokenInvalid)?;
        let package = self.db.package_by_code(code).await?.ok_or(Error::TokenInvalid)?;
        let genuine: bool = self.token(&package, end, recipient_id).as_bytes().ct_eq(token.as_bytes()).into();
        if !genuine || end <= now() {
            return Err(Error::TokenInvalid);
        }
        match effective(&package, now()) {
            State::Active => {}
            State::Expired => return Err(Error::Expired),
            _ => return Err(Error::Deleted),
        }
        let caller = match recipient_id {
            Some(id) if id.starts_with(VERIFIED) => {
                let known = id.trim_start_matches(VERIFIED).split_once(VERIFIED);
                let (id, stamp) = known.ok_or(Error::TokenInvalid)?;
                Caller::Verified(Box::new(self.still_verified(&package, id, stamp).await?))
            }
            Some(id) if id.starts_with(OWNED) => {
                let id = id.trim_start_matches(OWNED);
                let account = self.db.account(id).await?.filter(|account| !account.disabled);
                let owner = account.filter(|account| package.account_id.as_ref() == Some(&account.id));
                Caller::Account(owner.ok_or(Error::TokenInvalid)?)
            }
            // The token is older than the first secure share.
            _ if package.only_verified => return Err(Error::TokenInvalid),
            // The token is older than the first share.
            None | Some(_)
                if package.only_shares && !recipient_id.is_some_and(|id| id.starts_with(SHARED)) =>
            {
                return Err(Error::TokenInvalid);
            }
            None => Caller::Anyone,
            Some(id) if id.starts_with(SHARED) => {
                Caller::Share(Box::new(self.lease(&package, id.trim_start_matches(SHARED)).await?))
            }
            Some(id) => {
                let known = self.db.recipients(&package.id).await?.into_iter().find(|known| known.id == id);
                known.map_or(Caller::Anyone, Caller::Recipient)
            }
        };
        Ok((package, caller))
    }

    fn token(&self, package: &Package, end: i64, recipient_id: Option<&str>) -> String {
        let end = end.to_string();
        match recipient_id {
            None => format!("{end}.{}", self.tokens.tag(&[&package.id, &end])),
            Some(id) => format!("{end}.{}.{id}", self.tokens.tag(&[&package.id, &end, id])),
        }
    }
}

/// What is said of a checksum that is none.
pub(super) const NO_CHECKSUM: &str = "the checksum is not 64 hexadecimal digits";

/// Whether a text can be the checksum of a keyCode.
pub(super) fn is_checksum(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether `checksum` is the package's; compared in constant time.
pub(super) fn check_checksum(package: &Package, checksum: &str) -> Result<()> {
    let given = sha256_hex(&checksum.to_ascii_lowercase());
    let right = package.checksum_hash.as_deref();
    let equal = right.is_some_and(|right| right.as_bytes().ct_eq(given.as_bytes()).into());
    if equal { Ok(()) } else { Err(Error::NotFound) }
}

const NO_PROOF: &str = "the proof is not 64 lowercase hexadecimal digits";

/// Whether a text can be the proof of a locked link.
fn is_proof(text: &str) -> bool {
    is_checksum(text) && !text.bytes().any(|b| b.is_ascii_uppercase())
}

/// Whether `proof` is the one of the package's lock, if it has one; compared in constant time. The hash needs no salt and
/// no costs: a proof is as long as a key, and comes of a stretched password.
fn has_proof(package: &Package, proof: &str) -> bool {
    let given = sha256_hex(proof);
    package.proof_hash.as_deref().is_some_and(|right| right.as_bytes().ct_eq(given.as_bytes()).into())
}

fn check_seal(seal: &str) -> Result<()> {
    if seal.len() > limits::MAX_SEAL {
        return Err(Error::Limit(format!("a seal has at most {} octets", limits::MAX_SEAL)));
    }
    let base64url = seal.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if seal.is_empty() || !base64url {
        return Err(Error::Invalid("a seal is base64url".to_owned()));
    }
    Ok(())
}

fn is_base64(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=\r\n".contains(&b))
}
