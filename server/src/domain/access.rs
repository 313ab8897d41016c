//! Who may do what: the one place that decides.

use std::time::Instant;

use bulla::api::{OPEN_DROPZONE, limits};

use super::state::{effective, is_draft};
use super::{Domain, Error, Result, now};
use crate::db::{Account, Package, Seen, State};
use crate::secrets::sha256_hex;

/// Seconds within which a signature without a nonce holds for other methods too. A client whose timestamps have
/// whole seconds and which GETs a package and DELETEs it within one signs both alike.
const SAME_MOMENT: i64 = 5;
/// What is noted behind the method of a request with a nonce.
const ONCE: &str = " once";

/// Who asks.
#[derive(Clone, Debug)]
pub enum Caller {
    /// An account, by a signed request.
    Account(Account),
    /// Anyone, through the open Dropzone.
    Dropzone,
    /// Anyone at all.
    Anyone,
}

impl Caller {
    /// Whether this is the package's sender.
    pub fn owns(&self, package: &Package) -> bool {
        matches!(self, Self::Account(account) if package.account_id.as_ref() == Some(&account.id))
    }

    /// Whether the package's files are told without its password: to its sender, and to all where there is none.
    pub fn sees_files(&self, package: &Package) -> bool {
        package.password_hash.is_none() || self.owns(package)
    }
}

/// The rule of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone may.
    Anyone,
    /// Whoever has an account may.
    Account,
    /// Whoever administers this installation may.
    Admin,
    /// Whoever has an account may, and a Dropzone.
    Sender,
    /// The package's sender may, and a Dropzone until the package is finalized.
    Draft,
    /// As [`Access::Draft`], and a Dropzone while the package is active: it may have lost the answer, and repeats
    /// the call. What the call answers then is the rule of [`Domain::finalize`].
    Finalize,
    /// The package's sender may.
    Owner,
    /// The package's sender may, and a Dropzone until the package is finalized; while it is active, so may an
    /// account among its recipients, and for a package that needs no recipients any account that knows its id or
    /// code: neither can be guessed, and both stand in its link.
    Reader,
    /// Whoever holds a token of the link may, while the package is active.
    LinkToken,
    /// Whoever holds a URL signed by the store may.
    Presigned,
}

/// What a signed request says of itself, once its signature holds.
#[derive(Clone, Copy, Debug)]
pub struct SignedBy<'a> {
    /// The API key.
    pub api_key: &'a str,
    /// The signature.
    pub signature: &'a str,
    /// The method with which it came.
    pub method: &'a str,
    /// The nonce, when there is one.
    pub nonce: Option<&'a str>,
}

impl Domain {
    /// Notes a signed request: a request with a nonce holds only once, a signature without one only for the first
    /// method seen with it, but for the moment after.
    ///
    /// # Errors
    /// When it was seen before otherwise, or the database fails.
    pub async fn accept_once(&self, request: SignedBy<'_>) -> Result<()> {
        let replayed = Error::Unauthenticated("the request was sent before");
        if let Some(nonce) = request.nonce {
            let id = format!("nonce {}", sha256_hex(&format!("{} {nonce}", request.api_key)));
            if self.db.see(&id, request.method, now()).await? != Seen::Fresh {
                return Err(replayed);
            }
        }
        // The nonce is signed right behind the body, so a nonce could be moved into the body of a replay: its
        // signature is then the same.
        let used_for = format!("{}{}", request.method, if request.nonce.is_some() { ONCE } else { "" });
        let id = format!("signature {}", request.signature.to_ascii_lowercase());
        match self.db.see(&id, &used_for, now()).await? {
            Seen::Fresh => Ok(()),
            Seen::Before { used_for: before, at } if request.nonce.is_none() => {
                let same = before == used_for;
                let at_once = !before.ends_with(ONCE) && now() - at <= SAME_MOMENT;
                if same || at_once { Ok(()) } else { Err(replayed) }
            }
            Seen::Before { .. } => Err(replayed),
        }
    }

    /// The package named in a route, when the caller may use the route on it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such package or the caller may not, without saying which.
    pub async fn authorize(&self, access: Access, caller: &Caller, id_or_code: &str) -> Result<Package> {
        let package = self.db.package(id_or_code).await?.ok_or(Error::NotFound)?;
        let state = effective(&package, now());
        let owns = caller.owns(&package);
        let its_dropzone =
            matches!(caller, Caller::Dropzone) && package.dropzone.as_deref() == Some(OPEN_DROPZONE);
        let through_dropzone = its_dropzone && is_draft(state);
        let may = match access {
            Access::Draft => owns || through_dropzone,
            Access::Finalize => owns || through_dropzone || (its_dropzone && state == State::Active),
            Access::Owner => owns,
            Access::Reader => owns || through_dropzone || self.reads(caller, &package, state).await?,
            Access::Anyone
            | Access::Account
            | Access::Admin
            | Access::Sender
            | Access::LinkToken
            | Access::Presigned => false,
        };
        if may { Ok(package) } else { Err(Error::NotFound) }
    }

    async fn reads(&self, caller: &Caller, package: &Package, state: State) -> Result<bool> {
        let Caller::Account(account) = caller else { return Ok(false) };
        if state != State::Active {
            return Ok(false);
        }
        if package.undisclosed {
            return Ok(true);
        }
        let recipients = self.db.recipients(&package.id).await?;
        Ok(recipients.iter().any(|recipient| recipient.email == account.email))
    }

    /// Counts a package made without an account against the caller's address.
    ///
    /// # Errors
    /// When the address made too many.
    pub fn count_creation(&self, address: &str) -> Result<()> {
        let now = Instant::now();
        if let Some(retry_after) = self.creations.wait(address, now) {
            return Err(Error::TooManyAttempts { retry_after });
        }
        self.creations.count(address, now);
        Ok(())
    }

    /// Whether a timestamp, in seconds since 1970, is within the window of signed requests.
    pub fn is_recent(timestamp: i64) -> bool {
        now().abs_diff(timestamp) <= limits::TIMESTAMP_WINDOW
    }
}
