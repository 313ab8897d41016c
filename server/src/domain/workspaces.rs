//! Workspaces as a whole: listed, named, given a link.

use bulla::api::limits;

use super::names::check_label;
use super::packages::{NO_CHECKSUM, check_checksum, is_checksum};
use super::{Caller, Domain, Error, FinalizeOrder, Result, Sorting, now};
use crate::db::{Account, Finalization, Package, WorkspaceOrder};
use crate::secrets::sha256_hex;

/// What workspaces can be ordered by; the first is the default.
const ORDERS: [(&str, WorkspaceOrder); 4] = [
    ("name", WorkspaceOrder::Label),
    ("packageLabel", WorkspaceOrder::Label),
    ("packageTimestamp", WorkspaceOrder::Created),
    ("packageUpdateTimestamp", WorkspaceOrder::Updated),
];

/// What is to change of a package.
#[derive(Clone, Debug, Default)]
pub struct PackageChange {
    /// Life in days; 0 is without end. A workspace has none.
    pub life: Option<u32>,
    /// The label of a workspace.
    pub label: Option<String>,
    /// The checksum of a workspace's keyCode.
    pub checksum: Option<String>,
}

impl Domain {
    /// The active workspaces that an account has a role in, and how many there are: up to `most`, [`limits::PAGE`] when
    /// not said, behind the first so many.
    ///
    /// # Errors
    /// When more are wanted, or nothing is ordered by that.
    pub async fn workspaces(
        &self,
        account: &Account,
        first: u32,
        most: Option<u32>,
        sorting: &Sorting,
    ) -> Result<(Vec<Package>, u64)> {
        let most = most.unwrap_or(limits::PAGE);
        if !(1..=limits::PAGE).contains(&most) {
            return Err(Error::Limit(format!("a page has 1 to {} rows", limits::PAGE)));
        }
        let page = sorting.page(&ORDERS, first, most)?;
        Ok(self.db.workspaces(&account.id, &account.email, page).await?)
    }

    /// Changes the life of a package, or the label and checksum of a workspace: all that is named, or nothing.
    ///
    /// # Errors
    /// When one of them cannot be, or the package has ended.
    pub async fn update_package(&self, package: &Package, change: PackageChange) -> Result<()> {
        let PackageChange { life, label, checksum } = change;
        if !package.is_workspace() {
            if label.is_some() || checksum.is_some() {
                return Err(Error::Refused(
                    "only a workspace has a label, and its checksum changes".to_owned(),
                ));
            }
            return match life {
                Some(life) => self.set_life(package, life).await,
                None => Ok(()),
            };
        }
        if life.is_some() {
            return Err(without_life());
        }
        label.as_deref().map_or(Ok(()), check_label)?;
        if checksum.as_deref().is_some_and(|checksum| !is_checksum(checksum)) {
            return Err(Error::Invalid(NO_CHECKSUM.to_owned()));
        }
        let hash = checksum.map(|checksum| sha256_hex(&checksum.to_ascii_lowercase()));
        if self.db.update_workspace(&package.id, label.as_deref(), hash.as_deref(), now()).await? {
            return Ok(());
        }
        Err(Error::Refused("the workspace was deleted".to_owned()))
    }

    /// Gives a workspace a checksum, and with that a link. It can be done again, with another one.
    pub(super) async fn finalize_workspace(&self, package: &Package, order: FinalizeOrder) -> Result<()> {
        let mut errors = Vec::new();
        if !is_checksum(&order.checksum) {
            errors.push(NO_CHECKSUM.to_owned());
        }
        if order.seal.is_some() {
            errors.push("a workspace has no seal".to_owned());
        }
        if !errors.is_empty() {
            return Err(Error::NotFinalizable(errors));
        }
        let password_hash = match order.password.filter(|password| !password.is_empty()) {
            Some(password) => Some(self.passwords.hash(password).await?),
            None => None,
        };
        let end = Finalization {
            checksum_hash: sha256_hex(&order.checksum.to_ascii_lowercase()),
            password_hash,
            undisclosed: order.undisclosed,
            sender: None,
            seal: None,
        };
        if self.db.finalize_workspace(&package.id, &end, now()).await? {
            return Ok(());
        }
        Err(Error::NotFinalizable(vec!["the workspace was deleted".to_owned()]))
    }

    /// Checks what a reader shows of the keyCode. A workspace that has no checksum yet has nothing to compare with: who
    /// has a role in it is let in by that.
    pub(super) async fn check_key(&self, package: &Package, caller: &Caller, checksum: &str) -> Result<()> {
        let unset = package.is_workspace() && package.checksum_hash.is_none();
        if unset && self.role(package, caller).await?.is_some() {
            return Ok(());
        }
        check_checksum(package, checksum)
    }
}

/// Refuses a workspace that would belong to nobody, or end.
pub(super) fn check_workspace(account_id: Option<&str>, life: Option<u32>) -> Result<()> {
    if account_id.is_none() {
        return Err(Error::Refused("a workspace needs an account to belong to".to_owned()));
    }
    if life.is_some_and(|life| life > 0) { Err(without_life()) } else { Ok(()) }
}

fn without_life() -> Error {
    Error::Refused("a workspace has no life: it lasts until it is deleted".to_owned())
}
