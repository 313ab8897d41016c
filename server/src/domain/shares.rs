//! Shares: a share says who may open some files and directories of one package, until when and how often. It holds no
//! key: its links lead to the package's own, and whoever has one opens the package through the share alone.

use super::state::effective;
use super::text::{check_keyless, short_text};
use super::{Domain, Error, Result, now, recipients};
use crate::db::{Account, Directory, Downloads, File, Lease, Package, Share, ShareRecipient, State};
use crate::secrets::random_id;

const DAY: i64 = 24 * 60 * 60;
/// How long a share lasts when nobody says otherwise, in seconds.
const DEFAULT_LIFE: i64 = 30 * DAY;
/// Items and recipients of a share at most.
const MOST_ITEMS: usize = 1000;
const MOST_RECIPIENTS: usize = 1000;
/// Downloads that may begin for each that counts.
const ATTEMPTS: i64 = 5;
/// How long a download holds its place while nothing of it is asked for, in seconds.
const LEASE: i64 = 15 * 60;
/// How long a download lasts at most, in seconds.
const LONGEST: i64 = DAY;

/// When a share ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShareEnd {
    /// After 30 days.
    #[default]
    Usual,
    /// Then, in seconds since 1970.
    At(i64),
    /// Not at all.
    Never,
}

/// Whom a share is for. Texts may be empty.
#[derive(Clone, Debug, Default)]
pub struct ShareRecipientOrder {
    /// The e-mail address.
    pub email: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The company.
    pub company: String,
}

/// The terms of a share to be made.
#[derive(Clone, Debug, Default)]
pub struct ShareTerms {
    /// What its owner calls it.
    pub title: String,
    /// The ids of files and directories of one package.
    pub items: Vec<String>,
    /// Whom it is for; whoever has the link may besides.
    pub recipients: Vec<ShareRecipientOrder>,
    /// When it ends.
    pub end: ShareEnd,
    /// How often each recipient may download, at least once; none without limit.
    pub max_downloads: Option<u32>,
    /// Whether it is for those alone who sign in.
    pub require_login: bool,
    /// Whether it is for those alone of whom name, e-mail address and company are known.
    pub require_user_info: bool,
    /// Whether its owner asks that it be looked at and not saved.
    pub view_only: bool,
    /// Whether an item stands for the newest version of a file, by the id of any of them.
    pub newest: bool,
}

/// An item of a share.
#[derive(Clone, Debug)]
pub enum SharedItem {
    /// A file.
    File {
        /// By which id it was shared.
        id: String,
        /// The file, in the version that the share opens.
        file: File,
    },
    /// A directory.
    Directory(Directory),
}

/// Who comes through which share.
#[derive(Clone, Debug)]
pub struct ShareVisit {
    /// The share.
    pub share: String,
    /// The recipient; none is whoever is not told apart.
    pub alias: Option<String>,
    /// Who is signed in.
    pub account: Option<Account>,
}

/// A share as it was opened.
#[derive(Clone, Debug)]
pub(super) struct OpenShare {
    /// The share.
    pub share: Share,
    /// The download that began with it.
    pub lease: Lease,
    /// After how many seconds it ends at the latest.
    pub life: i64,
}

impl Domain {
    /// Makes a share of an account's package. From then on the package opens by link through its shares alone.
    ///
    /// # Errors
    /// [`Error::NotFound`] unless every item is a file or directory of that package and the package the account's and
    /// active; when a text cannot be kept, there are too many items or recipients, the end is over, or a sealed package
    /// would be shared in part: a reader who misses a file of its seal takes it for tampered with.
    pub async fn create_share(&self, account: &Account, package: &str, order: ShareTerms) -> Result<Share> {
        let package = self.db.package(package).await?.ok_or(Error::NotFound)?;
        let owns = package.account_id.as_ref() == Some(&account.id);
        if !owns || effective(&package, now()) != State::Active {
            return Err(Error::NotFound);
        }
        let title = keyless(&order.title, "a share's title")?;
        if order.items.is_empty() || order.items.len() > MOST_ITEMS {
            return Err(Error::Limit(format!("a share has 1 to {MOST_ITEMS} items")));
        }
        if order.recipients.len() >= MOST_RECIPIENTS {
            return Err(Error::Limit(format!("a share has less than {MOST_RECIPIENTS} recipients")));
        }
        let created = now();
        let expires = match order.end {
            ShareEnd::Usual => Some(created + DEFAULT_LIFE),
            ShareEnd::At(end) if end > created => Some(end),
            ShareEnd::At(_) => return Err(Error::Invalid("the share would have ended already".to_owned())),
            ShareEnd::Never => None,
        };
        if order.max_downloads == Some(0) {
            return Err(Error::Invalid("a share is downloaded once at least".to_owned()));
        }
        let share = Share {
            id: random_id()?,
            package_id: package.id.clone(),
            account_id: account.id.clone(),
            title,
            created,
            expires,
            deleted: None,
            max_downloads: order.max_downloads.map(i64::from),
            require_login: order.require_login,
            require_user_info: order.require_user_info,
            view_only: order.view_only,
            newest: order.newest,
        };
        let mut items: Vec<String> = Vec::new();
        for item in order.items {
            if !items.contains(&item) {
                items.push(item);
            }
        }
        let content = self.content(&package).await?;
        if !items.iter().all(|item| content.has(item)) {
            return Err(Error::NotFound);
        }
        let whole = content.files.iter().all(|file| content.covers(&share, &items, file));
        if !whole && self.db.seal(&package.id).await?.is_some() {
            return Err(Error::Refused("a sealed package is shared whole".to_owned()));
        }
        let anyone =
            ShareRecipient { id: share.id.clone(), ..new_recipient(&share, ShareRecipientOrder::default())? };
        let mut whom = vec![anyone];
        for recipient in order.recipients {
            whom.push(new_recipient(&share, recipient)?);
        }
        self.db.insert_share(&share, &items, &whom).await?;
        Ok(share)
    }

    /// A share of an account, also one that has ended.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the account has no such share, or deleted it.
    pub async fn own_share(&self, account: &Account, id: &str) -> Result<Share> {
        let share = self.db.share_by_id(id).await?.filter(|share| share.deleted.is_none());
        share.filter(|share| share.account_id == account.id).ok_or(Error::NotFound)
    }

    /// The shares of an account, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shares(&self, account: &Account) -> Result<Vec<Share>> {
        Ok(self.db.shares_of(&account.id).await?)
    }

    /// The id of the package that a file or directory is in.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is in none.
    pub async fn package_of_item(&self, item: &str) -> Result<String> {
        self.db.package_of_item(item).await?.ok_or(Error::NotFound)
    }

    /// A share's items that are there still.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shared_items(&self, share: &Share) -> Result<Vec<SharedItem>> {
        let package = self.db.package(&share.package_id).await?.ok_or(Error::NotFound)?;
        let content = self.content(&package).await?;
        let items = self.db.share_items(&share.id).await?;
        Ok(items.into_iter().filter_map(|item| content.item(share, item)).collect())
    }

    /// The recipients of a share; the first one, whose id is the share's, stands for all who are not told apart.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_recipients(&self, share: &Share) -> Result<Vec<ShareRecipient>> {
        Ok(self.db.share_recipients(&share.id).await?)
    }

    /// Adds a recipient, with a link and counters of its own.
    ///
    /// # Errors
    /// When a text cannot be kept, or the share has too many recipients.
    pub async fn add_share_recipient(
        &self,
        share: &Share,
        order: ShareRecipientOrder,
    ) -> Result<ShareRecipient> {
        let recipient = new_recipient(share, order)?;
        let most = i64::try_from(MOST_RECIPIENTS).unwrap_or(i64::MAX);
        if self.db.add_share_recipient(&recipient, most).await? {
            return Ok(recipient);
        }
        Err(Error::Limit(format!("a share has less than {MOST_RECIPIENTS} recipients")))
    }

    /// Deletes a share; what goes on through it ends at once. The package stays, and is not opened by its plain link.
    ///
    /// # Errors
    /// When it was deleted before.
    pub async fn delete_share(&self, share: &Share) -> Result<()> {
        if self.db.delete_share(&share.id, now()).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Opens a share of a package for one who holds the package's link, and begins a download.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the package has no such share, or the share no such recipient; then what stands in the
    /// way.
    pub(super) async fn open_share(&self, package: &Package, visit: ShareVisit) -> Result<OpenShare> {
        let share = self.db.share_by_id(&visit.share).await?.filter(|share| share.package_id == package.id);
        let share = share.ok_or(Error::NotFound)?;
        lasts(&share)?;
        let alias = visit.alias.unwrap_or_else(|| share.id.clone());
        let recipient =
            self.db.share_recipients(&share.id).await?.into_iter().find(|known| known.id == alias);
        let recipient = recipient.ok_or(Error::NotFound)?;
        if share.require_login {
            let account = visit.account.ok_or(Error::LoginRequired)?;
            if !recipient.email.is_empty() && recipient.email != account.email {
                return Err(Error::NotFound);
            }
        }
        let ShareRecipient { email, first_name, last_name, company, .. } = &recipient;
        if share.require_user_info
            && [email, first_name, last_name, company].iter().any(|text| text.is_empty())
        {
            return Err(Error::UserInfoRequired);
        }
        let limit =
            share.max_downloads.map(|most| Downloads { most, attempts: most.saturating_mul(ATTEMPTS) });
        let (id, start) = (random_id()?, now());
        if !self.db.take_lease(&id, &recipient.id, limit, start + LEASE, start).await? {
            return Err(Error::Exhausted);
        }
        let lease = Lease { id, recipient_id: recipient.id, share_id: share.id.clone() };
        Ok(OpenShare { share, lease, life: LONGEST })
    }

    /// The download under way of this id, which goes on, and its share.
    ///
    /// # Errors
    /// When it has ended, or the share has.
    pub(super) async fn lease(&self, package: &Package, id: &str) -> Result<(Share, Lease)> {
        let now = now();
        let lease = self.db.prolong_lease(id, now + LEASE, now).await?.ok_or(Error::TokenInvalid)?;
        let share =
            self.db.share_by_id(&lease.share_id).await?.filter(|share| share.package_id == package.id);
        let share = share.ok_or(Error::TokenInvalid)?;
        lasts(&share)?;
        Ok((share, lease))
    }

    /// Counts a download, once the end of a file was handed out through it.
    pub(super) async fn count_download(&self, lease: &Lease) -> Result<()> {
        Ok(self.db.count_lease(lease).await?)
    }

    /// The files of a package that a share opens, and the directories that they are in.
    pub(super) async fn shared_content(
        &self,
        package: &Package,
        share: &Share,
    ) -> Result<(Vec<File>, Vec<Directory>)> {
        let (content, items) = (self.content(package).await?, self.db.share_items(&share.id).await?);
        let files: Vec<&File> =
            content.files.iter().filter(|file| content.covers(share, &items, file)).collect();
        let within = |directory: &&Directory| {
            files.iter().any(|file| content.above(file).any(|id| *id == directory.id))
        };
        let directories = content.directories.iter().filter(within).cloned().collect();
        Ok((files.into_iter().cloned().collect(), directories))
    }

    async fn content(&self, package: &Package) -> Result<Content> {
        let mut files = self.db.files(&package.id).await?;
        files.retain(|file| file.complete);
        Ok(Content { files, directories: self.db.directories(&package.id).await? })
    }
}

/// What is in a package: complete files, earlier versions among them, and directories.
struct Content {
    files: Vec<File>,
    directories: Vec<Directory>,
}

impl Content {
    /// Whether a file or directory of this id is in it.
    fn has(&self, id: &str) -> bool {
        self.files.iter().any(|file| file.id == id)
            || self.directories.iter().any(|directory| directory.id == id)
    }

    /// What a share opens by the id of one of its items.
    fn item(&self, share: &Share, id: String) -> Option<SharedItem> {
        if let Some(directory) = self.directories.iter().find(|directory| directory.id == id) {
            return Some(SharedItem::Directory(directory.clone()));
        }
        let named = self.files.iter().find(|file| file.id == id)?;
        let newest = named.version_of.as_ref().filter(|_| share.newest);
        let file = newest.map_or(Some(named), |newest| self.files.iter().find(|file| file.id == *newest))?;
        Some(SharedItem::File { id, file: file.clone() })
    }

    /// Whether a share with these items opens a file. A directory stands for what is in it now, without earlier versions.
    fn covers(&self, share: &Share, items: &[String], file: &File) -> bool {
        let named = |id: &String| items.contains(id);
        let by_itself = named(&file.id) && !(share.newest && file.version_of.is_some());
        let by_version = share.newest
            && file.version_of.is_none()
            && self.files.iter().any(|older| older.version_of.as_ref() == Some(&file.id) && named(&older.id));
        by_itself || by_version || (file.version_of.is_none() && self.above(file).any(named))
    }

    /// The ids of the directories that a file is in, from its own upwards.
    fn above<'a>(&'a self, file: &'a File) -> impl Iterator<Item = &'a String> {
        let parent = |id: &&'a String| {
            let known = self.directories.iter().find(|directory| directory.id == **id);
            known.and_then(|directory| directory.parent_id.as_ref())
        };
        // No directory is within itself; the count makes sure that this ends.
        std::iter::successors(file.directory_id.as_ref(), parent).take(self.directories.len())
    }
}

/// Whether a share can be used.
fn lasts(share: &Share) -> Result<()> {
    if share.deleted.is_some() {
        return Err(Error::Deleted);
    }
    if share.has_expired(now()) { Err(Error::Expired) } else { Ok(()) }
}

fn new_recipient(share: &Share, order: ShareRecipientOrder) -> Result<ShareRecipient> {
    let email = order.email.trim();
    Ok(ShareRecipient {
        id: random_id()?,
        share_id: share.id.clone(),
        email: if email.is_empty() { String::new() } else { recipients::parse_email(email)? },
        first_name: keyless(&order.first_name, "a name")?,
        last_name: keyless(&order.last_name, "a name")?,
        company: keyless(&order.company, "a company")?,
        attempts: 0,
        downloads: 0,
    })
}

/// A short text that holds no key: neither a keyCode nor a link with a fragment.
///
/// # Errors
/// When it may hold one, or cannot be kept.
fn keyless(text: &str, what: &str) -> Result<String> {
    check_keyless(text, what)?;
    short_text(text, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_a_key_is_refused() {
        for fine in ["Report #3", "see https://example.com/receive/?packageCode=x", "a # b", ""] {
            assert!(keyless(fine, "it").is_ok(), "{fine}");
        }
        for bad in ["keyCode=abc", "KEYCODE=x", "see https://example.com/receive/?packageCode=x#k", "x://y#"]
        {
            assert!(keyless(bad, "it").is_err(), "{bad}");
        }
    }
}
