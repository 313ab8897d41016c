//! Who may do what: the one place that decides.

use std::time::Instant;

use bulla::api::limits;

use super::state::{effective, is_draft};
use super::{Domain, Error, OpenShare, Result, now};
use crate::db::{
    Account, File, FileRequest, Group, Package, PublicKey, Recipient, Role, Seen, State, VerifiedRecipient,
};
use crate::secrets::sha256_hex;

/// Seconds within which a signature without a nonce holds for other methods too. A client whose timestamps have
/// whole seconds and which GETs a package and DELETEs it within one signs both alike.
const SAME_MOMENT: i64 = 5;
/// What is noted behind the method of a request with a nonce.
const ONCE: &str = " once";

/// Who asks.
#[derive(Clone, Debug)]
pub enum Caller {
    /// An account, by a signed request or a session.
    Account(Account),
    /// A recipient, by a link that is its own.
    Recipient(Recipient),
    /// An account that reads of a package what tickets open to it, and nothing else: see [`Domain::authorize_holder`].
    Holder {
        /// The account.
        account: Account,
        /// The ids of the files.
        files: Vec<String>,
    },
    /// Whoever comes through a share.
    Share(Box<OpenShare>),
    /// A recipient that verified who it is.
    Verified(Box<VerifiedRecipient>),
    /// Anyone, through a Dropzone.
    Dropzone {
        /// Its id.
        id: String,
        /// Whose it is; nobody's is the open one.
        owner: Option<Account>,
        /// The request that it is, if it is one.
        request: Option<Box<FileRequest>>,
    },
    /// Anyone at all.
    Anyone,
}

/// The rule of a route. A workspace goes by the caller's [`Role`] in it, whoever made it being an owner; no Dropzone
/// has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, schemars::JsonSchema)]
pub enum Access {
    /// Anyone may.
    Anyone,
    /// Anyone may, without a signature: the call itself asks for a password, a code or a pin, or hands out nothing.
    Unsigned,
    /// Whoever has an account may.
    Account,
    /// Whoever administers this installation may.
    Admin,
    /// Whoever has an account may, and a Dropzone.
    Sender,
    /// The package's sender may, or the owner of the Dropzone it came through, and the Dropzone until the package is
    /// finalized. In a workspace an owner may.
    Draft,
    /// In a workspace whoever has a role may, and without a password whoever reads it: see [`Access::Reader`]. Elsewhere
    /// as [`Access::Draft`].
    View,
    /// In a workspace contributors, managers and owners may; contributors change only the files they added. Elsewhere as [`Access::Draft`].
    Contribute,
    /// In a workspace managers and owners may. Elsewhere as [`Access::Draft`].
    Manage,
    /// As [`Access::Manage`], and a Dropzone once the package is finalized and lasts: it may have lost the answer, and repeats
    /// the call.
    Finalize,
    /// The package's sender may; in a workspace an owner.
    Owner,
    /// An approver may, while the package or a recipient of it waits for approval.
    Approver,
    /// As [`Access::Reader`], and an approver while the package or a recipient of it waits for approval.
    Review,
    /// The package's sender may, and whoever administers this installation.
    Auditor,
    /// The package's sender may, and a Dropzone until the package is finalized; while it is active, so may an
    /// account among its recipients, or with a ticket for it, or, for that file alone, for a file of it, in a workspace
    /// with any role, and for a package that needs no recipients any
    /// account that knows its id or code: neither can be guessed, and both stand in its link. A workspace is read so by
    /// its code alone.
    Reader,
    /// The package's sender may, and while it is active an account among its recipients, or with a ticket for all of it,
    /// in a workspace with any role.
    Member,
    /// Whoever opened the link less than 15 minutes ago may, with the token that it was given, while the package is active.
    LinkToken,
    /// Whoever holds a URL signed by the store may, for an hour.
    Presigned,
}

impl Access {
    /// Whether the rule lets a Dropzone in anywhere.
    pub const fn may_be_a_dropzones(self) -> bool {
        match self {
            Self::Sender
            | Self::Draft
            | Self::View
            | Self::Contribute
            | Self::Manage
            | Self::Finalize
            | Self::Review
            | Self::Reader => true,
            Self::Anyone
            | Self::Unsigned
            | Self::Account
            | Self::Admin
            | Self::Owner
            | Self::Approver
            | Self::Auditor
            | Self::Member
            | Self::LinkToken
            | Self::Presigned => false,
        }
    }
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
            Seen::Fresh => {}
            Seen::Before { used_for: before, at } if request.nonce.is_none() => {
                let same = before == used_for;
                let at_once = !before.ends_with(ONCE) && now() - at <= SAME_MOMENT;
                if !(same || at_once) {
                    return Err(replayed);
                }
            }
            Seen::Before { .. } => return Err(replayed),
        }
        Ok(self.db.key_used(request.api_key, now()).await?)
    }

    /// The package named in a route, when the caller may use the route on it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such package or the caller may not, without saying which.
    pub async fn authorize(&self, access: Access, caller: &Caller, id_or_code: &str) -> Result<Package> {
        let package = self.db.package(id_or_code).await?.ok_or(Error::NotFound)?;
        let state = effective(&package, now());
        let its_dropzone =
            matches!(caller, Caller::Dropzone { id, .. } if package.dropzone.as_ref() == Some(id));
        let through_dropzone = its_dropzone && is_draft(state);
        let role = self.role(&package, caller).await?;
        let owns = role == Some(Role::Owner);
        let at_least = |least: Role| {
            if package.is_workspace() { role >= Some(least) } else { owns || through_dropzone }
        };
        let may = match access {
            Access::Draft => owns || through_dropzone,
            Access::View if package.is_workspace() => {
                let open = !package.is_guarded();
                role.is_some() || (open && self.reads(caller, &package, role, id_or_code))
            }
            Access::Auditor => owns || matches!(caller, Caller::Account(account) if account.admin),
            Access::Approver => self.reviews(caller, &package),
            Access::Review => {
                through_dropzone
                    || self.reviews(caller, &package)
                    || self.reads(caller, &package, role, id_or_code)
            }
            Access::View => owns || through_dropzone,
            Access::Contribute => at_least(Role::Contributor),
            Access::Manage => at_least(Role::Manager),
            Access::Finalize => {
                at_least(Role::Manager) || (its_dropzone && matches!(state, State::Pending | State::Active))
            }
            Access::Owner => owns,
            Access::Reader => through_dropzone || self.reads(caller, &package, role, id_or_code),
            Access::Member => role.is_some(),
            Access::Anyone
            | Access::Unsigned
            | Access::Account
            | Access::Admin
            | Access::Sender
            | Access::LinkToken
            | Access::Presigned => false,
        };
        if may { Ok(package) } else { Err(Error::NotFound) }
    }

    /// The package named in a route that reads, for an account that tickets let read single files of it, and what the account
    /// is from there on. A ticket for the whole package makes of its holder what recipients are: see [`Domain::role`].
    ///
    /// # Errors
    /// As [`Domain::authorize`].
    pub async fn authorize_holder(
        &self,
        access: Access,
        caller: &Caller,
        id: &str,
    ) -> Result<(Package, Caller)> {
        let (Access::Reader | Access::Review, Caller::Account(account)) = (access, caller) else {
            return Err(Error::NotFound);
        };
        let package = self.db.package(id).await?.filter(|package| !package.only_verified);
        let package = package.ok_or(Error::NotFound)?;
        let opened = self.db.opened_by_tickets(&package.id, &account.email, now()).await?;
        let files: Vec<String> = opened.into_iter().flatten().collect();
        if files.is_empty() || effective(&package, now()) != State::Active {
            return Err(Error::NotFound);
        }
        Ok((package, Caller::Holder { account: account.clone(), files }))
    }

    /// Whether the caller, who may read the package, may read this file of it.
    pub(super) fn reads_file(caller: &Caller, id: &str) -> bool {
        !matches!(caller, Caller::Holder { files, .. } if !files.iter().any(|file| file == id))
    }

    /// Whether the caller, who may read the package, may read all of it, and is told what leads to all of it.
    pub fn reads_all(caller: &Caller) -> bool {
        !matches!(caller, Caller::Holder { .. })
    }

    /// Whether the caller approves packages.
    pub fn is_approver(&self, caller: &Caller) -> bool {
        matches!(caller, Caller::Account(account) if self.rules.approvers.contains(&account.email))
    }

    /// Whether the caller has to see the package to approve it.
    pub fn reviews(&self, caller: &Caller, package: &Package) -> bool {
        let finalized = matches!(package.state, State::Pending | State::Active);
        finalized && !package.only_verified && package.needs_approval() && self.is_approver(caller)
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

    /// What the caller is in a package: an owner who made it, and while it is active what it was made as a
    /// recipient that needs no approval any more. A recipient of a package that is no workspace is a viewer, and so is who
    /// holds a ticket for all of a package. One that opens to verified recipients alone is nobody else's but its owner's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn role(&self, package: &Package, caller: &Caller) -> Result<Option<Role>> {
        let Caller::Account(account) = caller else { return Ok(None) };
        if package.account_id.as_ref() == Some(&account.id) {
            return Ok(Some(Role::Owner));
        }
        if effective(package, now()) != State::Active || package.only_verified {
            return Ok(None);
        }
        if let Some(role) = self.db.role(&package.id, &account.email).await? {
            return Ok(Some(if package.is_workspace() { role } else { Role::Viewer }));
        }
        let opened = self.db.opened_by_tickets(&package.id, &account.email, now()).await?;
        Ok(opened.contains(&None).then_some(Role::Viewer))
    }

    /// Whether the caller reads a package that it named `by` its id or code. Whoever had a place in a workspace knows its
    /// id for good, so that only the code, which stands in the link alone, opens one to others.
    fn reads(&self, caller: &Caller, package: &Package, role: Option<Role>, by: &str) -> bool {
        let has_link = !package.is_workspace() || by == package.code;
        let with_link =
            package.undisclosed && !package.only_shares && has_link && matches!(caller, Caller::Account(_));
        let open = effective(package, now()) == State::Active && self.opens_by_link(package);
        role.is_some() || (open && with_link)
    }

    /// Whether the caller goes past the package's password: its sender does, and whoever has a role in a workspace.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn passes_door(&self, package: &Package, caller: &Caller) -> Result<bool> {
        let role = self.role(package, caller).await?;
        Ok(role == Some(Role::Owner) || (package.is_workspace() && role.is_some()))
    }

    /// Whether the caller, who may see the package, is told what opens its content: behind a password, and before it is
    /// approved, its sender alone is, and whoever has a role in a workspace.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sees_content(&self, package: &Package, caller: &Caller) -> Result<bool> {
        let shut = package.is_guarded() || package.state == State::Pending;
        Ok(!shut || self.passes_door(package, caller).await?)
    }

    /// A file that the caller, who satisfied [`Access::Contribute`], may change: a contributor to a workspace changes
    /// what it added, and nothing else.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such file or the caller may not.
    pub(super) async fn changeable(&self, package: &Package, caller: &Caller, id: &str) -> Result<File> {
        let file = self.file(package, id).await?;
        let changes = self.changes(package, caller).await?;
        if changes(&file) { Ok(file) } else { Err(Error::NotFound) }
    }

    /// The same for many files: says of each whether the caller may change it.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn changes<'a>(
        &self,
        package: &'a Package,
        caller: &'a Caller,
    ) -> Result<impl Fn(&File) -> bool + Send + Sync + 'a> {
        let all = !package.is_workspace() || self.role(package, caller).await? >= Some(Role::Manager);
        Ok(move |file: &File| {
            all || matches!(caller, Caller::Account(account) if file.created_by_id.as_ref() == Some(&account.id))
        })
    }

    /// Whether the caller, a manager or owner, may make of a recipient with role `from` one with role `to`, or, with
    /// `from` alone, remove it: owners are made and unmade by owners.
    ///
    /// # Errors
    /// [`Error::Refused`] when it may not.
    pub(super) async fn check_appoints(
        &self,
        package: &Package,
        caller: &Caller,
        from: Role,
        to: Role,
    ) -> Result<()> {
        if from.max(to) < Role::Owner || self.role(package, caller).await? == Some(Role::Owner) {
            return Ok(());
        }
        Err(Error::Refused("only an owner decides who is an owner".to_owned()))
    }

    /// Whether the caller, who may read the package, may wrap its keyCode to a key: to its own; the package's sender,
    /// in a workspace a manager or owner, to those of the package's recipients, of those who hold tickets for it and of its
    /// sender; and a Dropzone that is no request to its owner's.
    pub(super) async fn may_wrap(&self, caller: &Caller, package: &Package, key: &PublicKey) -> Result<bool> {
        let account = match caller {
            Caller::Account(account) => account,
            // What goes through a request has a key of its own: see `Domain::put_requested`.
            Caller::Dropzone { request: Some(_), .. } => return Ok(false),
            Caller::Dropzone { owner, .. } => {
                return Ok(owner.as_ref().is_some_and(|owner| owner.id == key.account_id));
            }
            Caller::Holder { account, .. } => return Ok(key.account_id == account.id),
            Caller::Recipient(_) | Caller::Share(..) | Caller::Verified(_) | Caller::Anyone => {
                return Ok(false);
            }
        };
        if key.account_id == account.id {
            return Ok(true);
        }
        if self.role(package, caller).await? < Some(Role::Manager) {
            return Ok(false);
        }
        let Some(owner) = self.db.account(&key.account_id).await? else { return Ok(false) };
        let sends = package.account_id.as_ref() == Some(&owner.id);
        let mut recipients = self.db.recipients(&package.id).await?.into_iter();
        let receives = recipients.any(|recipient| recipient.email == owner.email)
            || !self.db.opened_by_tickets(&package.id, &owner.email, now()).await?.is_empty();
        Ok(!owner.disabled && (sends || receives))
    }

    /// Counts a package made without an account against the caller's address.
    ///
    /// # Errors
    /// When the address made too many.
    pub fn count_creation(&self, address: &str) -> Result<()> {
        self.creations.attempt(address, Instant::now())
    }

    /// Counts a report against the caller's address.
    ///
    /// # Errors
    /// When too many came from there.
    pub(super) fn count_feedback(&self, address: &str) -> Result<()> {
        self.reports.attempt(address, Instant::now())
    }

    /// Whether a timestamp, in seconds since 1970, is within the window of signed requests.
    pub fn is_recent(timestamp: i64) -> bool {
        now().abs_diff(timestamp) <= limits::TIMESTAMP_WINDOW
    }
}
