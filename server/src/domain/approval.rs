//! Approval: where the operator names approvers, packages wait for one of them, unless every recipient is exempt.

use super::{Caller, Domain, Error, Listed, Page, Paging, Result, Rules, now};
use crate::db::{Listing, Package, State};

use super::state::effective;

impl Rules {
    /// Whether what this package's sender sends has to be approved: an approver's own packages need nobody else.
    pub(super) fn approval_applies(&self, package: &Package) -> bool {
        let own = package.sender_id().is_some() && self.approvers.contains(&package.sender);
        !self.approvers.is_empty() && !own
    }

    /// Whether the address is of a domain that needs no approval.
    pub(super) fn is_exempt(&self, email: &str) -> bool {
        email
            .rsplit_once('@')
            .is_some_and(|(_, domain)| self.approval_exempt.iter().any(|exempt| exempt == domain))
    }
}

impl Package {
    /// Whether it has to be approved, or has recipients that have to be, before it or they can open it.
    pub fn needs_approval(&self) -> bool {
        match effective(self, now()) {
            State::Pending => true,
            State::Temp | State::InProgress | State::Active => self.has_unapproved,
            State::Expired | State::Deleted => false,
        }
    }
}

impl Domain {
    /// The addresses of those who approve packages.
    pub fn approvers(&self) -> &[String] {
        &self.rules.approvers
    }

    /// Whether the link alone opens a package once it is active. A workspace fills up after it was made, with what nobody
    /// agreed to: where its sender's packages need approval, it opens to its approved members alone.
    pub(super) fn opens_by_link(&self, package: &Package) -> bool {
        !(package.is_workspace() && self.rules.approval_applies(package))
    }

    /// Checks that a ticket lets nobody in whom an approver would have to agree to: where they have to, a ticket is for addresses
    /// that are exempt, or for a package that was approved for whoever has its link.
    pub(super) fn check_needs_no_approval(&self, package: &Package, receiver: &str) -> Result<()> {
        let open = package.undisclosed && self.opens_by_link(package);
        if receiver.is_empty()
            || open
            || !self.rules.approval_applies(package)
            || self.rules.is_exempt(receiver)
        {
            return Ok(());
        }
        Err(Error::Refused("an approver has to agree to this receiver: add it to the recipients".to_owned()))
    }

    /// Approves a package and all its recipients. A package that waited can be opened from now on, and its life
    /// begins. Answers with it as it is then.
    ///
    /// # Errors
    /// When it does not wait for approval.
    pub async fn approve_package(&self, package: &Package) -> Result<Package> {
        if !self.db.approve(&package.id, now()).await? {
            return Err(Error::NotFound);
        }
        self.db.package(&package.id).await?.ok_or(Error::NotFound)
    }

    /// The packages that wait for approval, for an approver.
    ///
    /// # Errors
    /// When the caller is none.
    pub async fn waiting_packages(&self, caller: &Caller, paging: Paging) -> Result<Page<Listed>> {
        if !self.is_approver(caller) {
            return Err(Error::NotFound);
        }
        self.list(Listing::Waiting(now()), paging).await
    }
}
