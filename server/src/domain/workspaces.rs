//! Workspaces as a whole: listed, named, given a link; and files copied into them.

use bulla::api::limits;

use super::files::{MOST_VERSIONS, directory_of, placed};
use super::names::{check_label, check_name_tag};
use super::packages::{NO_CHECKSUM, check_checksum, is_checksum};
use super::{Access, Caller, Domain, Error, FinalizeOrder, Result, Sorting, now};
use crate::db::{Account, File, Finalization, NewFile, Package, WorkspaceOrder};
use crate::secrets::{random_id, sha256_hex};

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
    /// How many days before its end it reminds its recipients while nobody opened it; 0 for never. A workspace has none.
    pub remind_days: Option<u32>,
    /// The label of a workspace.
    pub label: Option<String>,
    /// The checksum of a workspace's keyCode.
    pub checksum: Option<String>,
}

/// How a file is to be copied.
#[derive(Clone, Debug, Default)]
pub struct CopyOrder {
    /// The workspace that it goes to.
    pub target_id: String,
    /// The directory there; none for the root.
    pub directory_id: Option<String>,
    /// What the copy is read with, encrypted.
    pub file_key: Option<String>,
    /// What takes the name's place where names are compared.
    pub name_tag: Option<String>,
    /// Whether it is refused where the name is there already.
    pub only_new: bool,
    /// The password of the package that it comes from.
    pub password: Option<String>,
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

    /// Changes the life of a package and its reminder, or the label and checksum of a workspace: all that is named, or nothing.
    ///
    /// # Errors
    /// When one of them cannot be, or the package has ended.
    pub async fn update_package(&self, package: &Package, change: PackageChange) -> Result<()> {
        let PackageChange { life, remind_days, label, checksum } = change;
        if !package.is_workspace() {
            if label.is_some() || checksum.is_some() {
                return Err(Error::Refused(
                    "only a workspace has a label, and its checksum changes".to_owned(),
                ));
            }
            return match (life, remind_days) {
                (None, None) => Ok(()),
                _ => self.set_life(package, life, remind_days).await,
            };
        }
        if life.is_some() || remind_days.is_some() {
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
        if order.proof.is_some() {
            errors.push("a workspace has no locked link".to_owned());
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
            proof_hash: None,
            undisclosed: order.undisclosed,
            sender: None,
            seal: None,
            read_only_pdf: order.read_only_pdf,
            notify: order.notify,
            approval: false,
            owner_needs_approval: false,
            sender_confirmed: false,
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

    /// Copies a complete file, or an earlier version of one, into a workspace that the caller may add files to, without
    /// its octets leaving the store. Answers with that workspace and the copy.
    ///
    /// # Errors
    /// When there is no such file, workspace or directory, the caller may not, the password is wrong, a key is missing
    /// that the copy's readers need, or the name is there already and must not be.
    pub async fn copy_file(
        &self,
        package: &Package,
        caller: &Caller,
        id: &str,
        order: CopyOrder,
    ) -> Result<(Package, File)> {
        let file = self.file(package, id).await?;
        if !file.complete {
            return Err(Error::NotFound);
        }
        if !self.passes_door(package, caller).await? {
            self.check_password(package, order.password.clone()).await?;
        }
        let target = self.authorize(Access::Contribute, caller, &order.target_id).await?;
        if !target.is_workspace() {
            return Err(Error::Refused("files are copied into workspaces".to_owned()));
        }
        let new = copy_of(&file, &target, order)?;
        let id = new.id.clone();
        for created in self.create_files(&target, caller, &[new]).await? {
            created?;
        }
        let copied = self.complete_copy(&file, &target, &id).await;
        if copied.is_err() {
            self.db.delete_file(&target.id, &id, now()).await?;
            self.ended.notify_one();
        }
        copied?;
        let copy = self.file(&target, &id).await?;
        Ok((target, copy))
    }

    async fn complete_copy(&self, file: &File, target: &Package, id: &str) -> Result<()> {
        self.store.copy((&file.package_id, &file.id), (&target.id, id)).await?;
        // What was deleted in the meantime may have been copied in part.
        let parts = self.store.parts(&target.id, id).await?;
        if parts.len() < file.parts as usize {
            return Err(Error::NotFound);
        }
        let copy = self.file(target, id).await?;
        placed(self.db.complete_file(&copy, MOST_VERSIONS, now()).await?)
    }
}

/// The copy as it is announced. Its id is its own: a sealed name is that of the file, and need not be new.
fn copy_of(file: &File, target: &Package, order: CopyOrder) -> Result<NewFile> {
    order.name_tag.as_deref().map_or(Ok(()), check_name_tag)?;
    let within = file.package_id == target.id;
    let file_key = order.file_key.filter(|key| !key.is_empty());
    if let Some(key) = &file_key {
        check_file_key(key)?;
    } else if !within {
        return Err(Error::Invalid("a copy in another package needs its fileKey".to_owned()));
    }
    Ok(NewFile {
        id: random_id()?,
        name: file.name.clone(),
        size: file.size,
        parts: file.parts,
        directory_id: directory_of(target, order.directory_id)?,
        name_tag: order.name_tag,
        only_new: order.only_new,
        file_key: file_key.or_else(|| file.file_key.clone()),
    })
}

/// Refuses an encrypted key that cannot be one. What is in it is between the clients.
fn check_file_key(key: &str) -> Result<()> {
    if key.len() > limits::MAX_FILE_KEY {
        return Err(Error::Limit(format!("a file key has at most {} octets", limits::MAX_FILE_KEY)));
    }
    if !key.bytes().all(|b| b.is_ascii_graphic() || b" \r\n".contains(&b)) {
        return Err(Error::Invalid("an encrypted file key is text".to_owned()));
    }
    Ok(())
}

/// Refuses a workspace that would belong to nobody, or end.
pub(super) fn check_workspace(caller: &Caller, life: Option<u32>) -> Result<()> {
    if !matches!(caller, Caller::Account(_)) {
        return Err(Error::Refused("a workspace needs an account to belong to".to_owned()));
    }
    if life.is_some_and(|life| life > 0) { Err(without_life()) } else { Ok(()) }
}

fn without_life() -> Error {
    Error::Refused("a workspace has no life: it lasts until it is deleted".to_owned())
}
