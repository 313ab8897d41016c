//! Who may do what: the one place that decides.

use std::time::Instant;

use bulla::api::limits;

use super::state::{effective, is_draft};
use super::{Domain, Error, Result, now};
use crate::db::{Account, Group, Package, Recipient, Seen, State};
use crate::secrets::sha256_hex;

/// Who asks.
#[derive(Clone, Debug)]
pub enum Caller {
    /// An account, by a signed request.
    Account(Account),
    /// A recipient, by a link that is its own.
    Recipient(Recipient),
    /// Anyone, through a Dropzone.
    Dropzone {
        /// Its id.
        id: String,
        /// Whose it is; nobody's is the open one.
        owner: Option<Account>,
    },
    /// Anyone at all.
    Anyone,
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
    /// The package's sender may, or the owner of the Dropzone it came through, and the Dropzone until the package is finalized.
    Draft,
    /// As [`Access::Draft`], and a Dropzone once it is finalized and lasts: it may have lost the answer, and repeats
    /// the call. What the call answers then is the rule of [`Domain::finalize`].
    Finalize,
    /// The package's sender may.
    Owner,
    /// An approver may, while the package or a recipient of it waits for approval.
    Approver,
    /// As [`Access::Reader`], and an approver while the package or a recipient of it waits for approval.
    Review,
    /// The package's sender may, and whoever administers this installation.
    Auditor,
    /// The package's sender may, and a Dropzone until the package is finalized; while it is active, so may an
    /// account among its recipients, and for a package that needs no recipients any account that knows its code.
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
    /// Notes a signed request: a signature holds only for the first method seen with it, and a request with a
    /// nonce only once.
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
        let used_for = format!("{}{}", request.method, if request.nonce.is_some() { " once" } else { "" });
        let id = format!("signature {}", request.signature.to_ascii_lowercase());
        match self.db.see(&id, &used_for, now()).await? {
            Seen::Fresh => Ok(()),
            Seen::Before(before) if before == used_for && request.nonce.is_none() => Ok(()),
            Seen::Before(_) => Err(replayed),
        }
    }

    /// The package named in a route, when the caller may use the route on it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such package or the caller may not, without saying which.
    pub async fn authorize(&self, access: Access, caller: &Caller, id_or_code: &str) -> Result<Package> {
        let package = self.db.package(id_or_code).await?.ok_or(Error::NotFound)?;
        let state = effective(&package, now());
        let owns =
            matches!(caller, Caller::Account(account) if package.account_id.as_ref() == Some(&account.id));
        let its_dropzone =
            matches!(caller, Caller::Dropzone { id, .. } if package.dropzone.as_ref() == Some(id));
        let through_dropzone = its_dropzone && is_draft(state);
        let may = match access {
            Access::Draft => owns || through_dropzone,
            Access::Finalize => {
                owns || through_dropzone || (its_dropzone && matches!(state, State::Pending | State::Active))
            }
            Access::Owner => owns,
            Access::Auditor => owns || matches!(caller, Caller::Account(account) if account.admin),
            Access::Approver => self.reviews(caller, &package),
            Access::Review => {
                owns || through_dropzone
                    || self.reviews(caller, &package)
                    || self.reads(caller, &package, state, id_or_code).await?
            }
            Access::Reader => {
                owns || through_dropzone || self.reads(caller, &package, state, id_or_code).await?
            }
            Access::Anyone
            | Access::Account
            | Access::Admin
            | Access::Sender
            | Access::LinkToken
            | Access::Presigned => false,
        };
        if may { Ok(package) } else { Err(Error::NotFound) }
    }

    /// Whether the caller approves packages.
    pub fn is_approver(&self, caller: &Caller) -> bool {
        matches!(caller, Caller::Account(account) if self.rules.approvers.contains(&account.email))
    }

    /// Whether the caller has to see the package to approve it.
    pub fn reviews(&self, caller: &Caller, package: &Package) -> bool {
        let finalized = matches!(package.state, State::Pending | State::Active);
        finalized && package.needs_approval() && self.is_approver(caller)
    }

    /// Whether an account may see what the account `user_id` sent: its own, and any as an administrator.
    ///
    /// # Errors
    /// When it may not.
    pub fn may_list(&self, account: &Account, user_id: &str) -> Result<()> {
        if account.id == user_id || account.admin { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Whether an account may make such a group: one for every account is for administrators to make.
    ///
    /// # Errors
    /// When it may not.
    pub(super) fn may_make_group(&self, account: &Account, enterprise: bool) -> Result<()> {
        if enterprise && !account.admin {
            return Err(Error::Refused("only an administrator makes a group for every account".to_owned()));
        }
        Ok(())
    }

    /// A group that an account may change: its own, or, as an administrator, one for every account.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub(super) async fn changeable_group(&self, account: &Account, id: &str) -> Result<Group> {
        let group = self.db.group(id).await?.ok_or(Error::NotFound)?;
        let may = if group.enterprise { account.admin } else { group.account_id == account.id };
        if may { Ok(group) } else { Err(Error::NotFound) }
    }

    /// A group that an account may put on packages: its own, or one for every account.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub(super) async fn usable_group(&self, account: &Account, id: &str) -> Result<Group> {
        let group = self.db.group(id).await?.ok_or(Error::NotFound)?;
        if group.enterprise || group.account_id == account.id { Ok(group) } else { Err(Error::NotFound) }
    }

    async fn reads(&self, caller: &Caller, package: &Package, state: State, by: &str) -> Result<bool> {
        let Caller::Account(account) = caller else { return Ok(false) };
        if state != State::Active {
            return Ok(false);
        }
        if package.undisclosed && by == package.code {
            return Ok(true);
        }
        let recipients = self.db.recipients(&package.id).await?;
        Ok(recipients.iter().any(|recipient| recipient.email == account.email && !recipient.needs_approval))
    }

    /// Counts a package made without an account against the caller's address.
    ///
    /// # Errors
    /// When the address made too many.
    pub fn count_creation(&self, address: &str) -> Result<()> {
        self.creations.admit(address, Instant::now())
    }

    /// Counts a report against the caller's address.
    ///
    /// # Errors
    /// When too many came from there.
    pub(super) fn count_feedback(&self, address: &str) -> Result<()> {
        self.reports.admit(address, Instant::now())
    }

    /// Whether a timestamp, in seconds since 1970, is within the window of signed requests.
    pub fn is_recent(timestamp: i64) -> bool {
        now().abs_diff(timestamp) <= limits::TIMESTAMP_WINDOW
    }
}
