//! Shares: a share says who may open some files and directories of one package, until when and how often. It holds no
//! key: its links lead to the package's own, and whoever has one opens the package through the share alone.

use std::collections::{HashMap, HashSet};

use super::letters::Message;
use super::outbox::NOTIFICATION_LIFE;
use super::state::effective;
use super::text::{keyless, letter_text};
use super::{Domain, Error, Result, now, recipients};
use crate::db::{
    Account, Channel, Directory, Downloads, File, ItemsChange, Lease, Package, Queued, SentShare, Share,
    ShareRecipient, State,
};
use crate::secrets::random_id;

const DAY: i64 = 24 * 60 * 60;
/// How long a share lasts when nobody says otherwise, in seconds.
const DEFAULT_LIFE: i64 = 30 * DAY;
/// Items and recipients of a share at most.
const MOST_ITEMS: usize = 1000;
const MOST_RECIPIENTS: i64 = 1000;
/// Downloads that may begin for each that counts.
const ATTEMPTS: i64 = 5;
/// How long a download holds its place while nothing of it is asked for, in seconds.
const LEASE: i64 = 15 * 60;
/// How long a download lasts at most, in seconds.
pub(super) const LONGEST: i64 = DAY;

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
    /// How its recipients are told of it, if they are.
    pub notice: Option<ShareNotice>,
    /// Whether its owner is written to when something was downloaded.
    pub notify_on_download: bool,
}

/// How the recipients of a share are told of it by e-mail.
#[derive(Clone, Debug, Default)]
pub struct ShareNotice {
    /// The package's link, without a fragment.
    pub link: String,
    /// The subject; empty for one that says who has sent something.
    pub subject: String,
    /// What the owner writes; may be empty.
    pub body: String,
    /// Whether the owner gets the same.
    pub cc_sender: bool,
}

/// What changes of a share. What is none stays.
#[derive(Clone, Debug, Default)]
pub struct ShareChange {
    /// What its owner calls it.
    pub title: Option<String>,
    /// The ids of files and directories.
    pub items: Option<ItemsChange>,
    /// When it ends.
    pub end: Option<ShareEnd>,
    /// How often each recipient may download; none within without limit.
    pub max_downloads: Option<Option<u32>>,
    /// Whether it is for those alone who sign in.
    pub require_login: Option<bool>,
    /// Whether it is for those alone of whom name, e-mail address and company are known.
    pub require_user_info: Option<bool>,
    /// Whether its owner asks that it be looked at and not saved.
    pub view_only: Option<bool>,
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
    /// Who it is, as the visitor says.
    pub visitor: ShareRecipientOrder,
}

/// A share as it was opened.
#[derive(Clone, Debug)]
pub struct OpenShare {
    /// The share.
    pub share: Share,
    /// Who opened it.
    pub recipient: ShareRecipient,
    /// The download that began with it.
    pub lease: Lease,
}

impl OpenShare {
    /// The address of who opened it, where more than the visitor's word says so: a link of its own, or an account.
    pub fn address(&self) -> Option<&str> {
        let known = self.recipient.has_own_link() || self.share.require_login;
        Some(self.recipient.email.as_str()).filter(|email| known && !email.is_empty())
    }
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
        if package.only_verified {
            return Err(Error::Refused("the package opens to verified recipients alone".to_owned()));
        }
        let title = keyless(&order.title, "a share's title")?;
        if i64::try_from(order.recipients.len()).map_or(true, |count| count >= MOST_RECIPIENTS) {
            return Err(too_many_recipients());
        }
        let created = now();
        let share = Share {
            id: random_id()?,
            package_id: package.id.clone(),
            account_id: account.id.clone(),
            title,
            created,
            expires: end_of(order.end, created)?,
            deleted: None,
            max_downloads: limit_of(order.max_downloads)?,
            require_login: order.require_login,
            require_user_info: order.require_user_info,
            view_only: order.view_only,
            newest: order.newest,
            message: order
                .notice
                .as_ref()
                .map(|notice| letter_text(&notice.body, "a message"))
                .transpose()?,
            notify_on_download: order.notify_on_download,
        };
        let items = distinct(order.items)?;
        self.check_items(&package, &share, &items, false).await?;
        let anyone = ShareRecipient {
            id: share.id.clone(),
            counted_with: share.id.clone(),
            ..new_recipient(&share, ShareRecipientOrder::default())?
        };
        let mut whom = vec![anyone];
        for recipient in order.recipients {
            whom.push(new_recipient(&share, recipient)?);
        }
        let letters = match &order.notice {
            Some(notice) => self.notices(account, &share, &whom, notice).await?,
            None => Vec::new(),
        };
        self.db.insert_share(&share, &items, &whom, &letters).await?;
        self.queue(Channel::Email).notify_one();
        Ok(share)
    }

    /// Changes a share of a package that is active.
    ///
    /// # Errors
    /// As [`Domain::create_share`].
    pub async fn update_share(&self, share: Share, change: ShareChange) -> Result<Share> {
        let package = self.share_package(&share).await?;
        if effective(&package, now()) != State::Active {
            return Err(Error::NotFound);
        }
        let changed = ShareChange {
            items: match change.items {
                Some(ItemsChange { items, append }) => Some(ItemsChange { items: distinct(items)?, append }),
                None => None,
            },
            ..change
        };
        let ShareChange { title, items, end, max_downloads, require_login, require_user_info, view_only } =
            changed;
        let share = Share {
            title: title.map_or(Ok(share.title), |title| keyless(&title, "a share's title"))?,
            expires: end.map_or(Ok(share.expires), |end| end_of(end, now()))?,
            max_downloads: max_downloads.map_or(Ok(share.max_downloads), limit_of)?,
            require_login: require_login.unwrap_or(share.require_login),
            require_user_info: require_user_info.unwrap_or(share.require_user_info),
            view_only: view_only.unwrap_or(share.view_only),
            ..share
        };
        if let Some(ItemsChange { items, append }) = &items {
            self.check_items(&package, &share, items, *append).await?;
        }
        if self.db.update_share(&share, items.as_ref(), MOST_ITEMS).await? {
            return Ok(share);
        }
        // Else it was deleted meanwhile.
        self.db
            .share_by_id(&share.id)
            .await?
            .filter(|share| share.deleted.is_none())
            .ok_or(Error::NotFound)?;
        Err(too_many_items())
    }

    /// Checks that a share may cover these items, beside those that it covers when they are `more`.
    async fn check_items(
        &self,
        package: &Package,
        share: &Share,
        items: &[String],
        more: bool,
    ) -> Result<()> {
        let content = self.content(package).await?;
        if !content.has_all(items) {
            return Err(Error::NotFound);
        }
        let covered = content.covered(share, items.iter().cloned());
        let whole = more || content.files.iter().all(|file| covered.opens(file));
        if !whole && self.db.seal(&package.id).await?.is_some() {
            return Err(Error::Refused("a sealed package is shared whole".to_owned()));
        }
        Ok(())
    }

    /// What tells recipients of a share, and its owner when the notice says so.
    async fn notices(
        &self,
        owner: &Account,
        share: &Share,
        whom: &[ShareRecipient],
        notice: &ShareNotice,
    ) -> Result<Vec<Queued>> {
        if !self.sends_mail() {
            return Err(Error::Invalid("this server sends no e-mail".to_owned()));
        }
        let ShareNotice { link, subject, body, cc_sender } = notice;
        let subject = keyless(subject, "a subject")?;
        let to = |email: &str, language, link: &str, has_key| {
            let message = Message::Share { sender: &owner.email, subject: &subject, body, link, has_key };
            self.sealed_letter(email, language, message, now() + NOTIFICATION_LIFE)
        };
        let mut queued = Vec::new();
        for recipient in whom.iter().filter(|recipient| recipient.has_own_link()) {
            let link = share_link(link, share, Some(&recipient.id));
            let reader = self.db.reader(&share.package_id, &recipient.email).await?;
            let (language, has_key) =
                reader.map_or((None, false), |reader| (reader.language, reader.has_key));
            queued.push(to(&recipient.email, language, &link, has_key)?);
        }
        if *cc_sender {
            // It is what the others get.
            queued.push(to(&owner.email, owner.language, &share_link(link, share, None), false)?);
        }
        Ok(queued)
    }

    /// Tells a recipient of a share of it, as those are told who are there from the beginning.
    ///
    /// # Errors
    /// When this server sends no e-mail, or the database fails.
    pub async fn notify_share_recipient(
        &self,
        owner: &Account,
        share: &Share,
        recipient: &ShareRecipient,
        link: &str,
    ) -> Result<()> {
        let body = share.message.clone().unwrap_or_default();
        let notice = ShareNotice { link: link.to_owned(), body, ..ShareNotice::default() };
        for letter in self.notices(owner, share, std::slice::from_ref(recipient), &notice).await? {
            self.enqueue(letter).await?;
        }
        Ok(())
    }

    /// The package of a share.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_package(&self, share: &Share) -> Result<Package> {
        self.db.package(&share.package_id).await?.ok_or(Error::NotFound)
    }

    /// A share that an account may be led to: its own, and any of which it knows the id, while that lasts or, when `expired` says
    /// so, also when it has expired.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn known_share(&self, account: &Account, id: &str, expired: bool) -> Result<Share> {
        let share = self.db.share_by_id(id).await?.filter(|share| share.deleted.is_none());
        let seen = |share: &Share| share.account_id == account.id || expired || !share.has_expired(now());
        share.filter(seen).ok_or(Error::NotFound)
    }

    /// What was sent to an account by shares, newest first: what lasts, or what has expired when `expired` says so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_inbox(&self, account: &Account, expired: bool) -> Result<Vec<SentShare>> {
        let mut sent = self.db.shares_to(&account.email).await?;
        sent.retain(|sent| sent.share.has_expired(now()) == expired);
        Ok(sent)
    }

    /// What the owner of a share wrote to a recipient, for both of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anybody else, and when nothing was written.
    pub async fn share_message(&self, account: &Account, share: Share, alias: &str) -> Result<String> {
        let recipient = self.share_recipient(&share, alias).await?;
        let is_recipient = recipient.has_own_link() && recipient.email == account.email;
        let may = share.account_id == account.id || is_recipient;
        share.message.filter(|_| may).ok_or(Error::NotFound)
    }

    /// A recipient of a share.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn share_recipient(&self, share: &Share, id: &str) -> Result<ShareRecipient> {
        self.db.share_recipient(&share.id, id).await?.ok_or(Error::NotFound)
    }

    /// Makes whoever comes by the link for everybody and says who they are a recipient; the same one when they did before.
    ///
    /// # Errors
    /// When a text cannot be kept, something is missing, or the share has too many recipients.
    pub async fn introduce(&self, share: &Share, said: ShareRecipientOrder) -> Result<ShareRecipient> {
        let anyone = self.share_recipient(share, &share.id).await?;
        self.admitted(share, anyone, None, said).await
    }

    /// Counts a download through a share, once, and tells its owner who wants to know.
    pub(super) async fn count_download(&self, open: &OpenShare) -> Result<()> {
        let counted = self.db.count_lease(&open.lease).await?;
        if !counted || !open.share.notify_on_download || !self.sends_mail() {
            return Ok(());
        }
        let Some(owner) = self.db.account(&open.share.account_id).await? else { return Ok(()) };
        let message = Message::ShareDownloaded {
            title: &open.share.title,
            address: open.address(),
            said: &open.recipient.email,
        };
        self.queue_letter(&owner.email, owner.language, message, now() + NOTIFICATION_LIFE).await
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

    /// The e-mail address of an account, for whoever knows its id: those know it who have something from it, or for it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such account, or it is disabled.
    pub async fn address_of(&self, account: &str) -> Result<String> {
        let account = self.db.account(account).await?.filter(|account| !account.disabled);
        account.map(|account| account.email).ok_or(Error::NotFound)
    }

    /// The package that a file or directory is in, of an account that made it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is in none of the account's.
    pub async fn own_package_of_item(&self, account: &Account, item: &str) -> Result<Package> {
        let package = self.db.package(&self.package_of_item(item).await?).await?;
        package.filter(|package| package.account_id.as_ref() == Some(&account.id)).ok_or(Error::NotFound)
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
        let added = self.db.add_share_recipient(&recipient, MOST_RECIPIENTS).await?;
        if added { Ok(recipient) } else { Err(too_many_recipients()) }
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
        let alias = visit.alias.as_deref().unwrap_or(&share.id);
        let recipient = self.db.share_recipient(&share.id, alias).await?.ok_or(Error::NotFound)?;
        let recipient = self.admitted(&share, recipient, visit.account, visit.visitor).await?;
        let limit =
            share.max_downloads.map(|most| Downloads { most, attempts: most.saturating_mul(ATTEMPTS) });
        let (id, start) = (random_id()?, now());
        if !self.db.take_lease(&id, &recipient, limit, start + LEASE, start).await? {
            return Err(Error::Exhausted);
        }
        let lease = Lease { id, recipient_id: recipient.id.clone(), share_id: share.id.clone() };
        Ok(OpenShare { share, recipient, lease })
    }

    /// Who a visitor is, once the share knows of them what it asks for. That is kept: of a recipient with a link of its own it
    /// completes what was known, and whoever comes by the link for everybody becomes a recipient.
    async fn admitted(
        &self,
        share: &Share,
        recipient: ShareRecipient,
        account: Option<Account>,
        mut said: ShareRecipientOrder,
    ) -> Result<ShareRecipient> {
        let account = match account {
            None if share.require_login => return Err(Error::LoginRequired),
            account => account.filter(|_| share.require_login),
        };
        if let Some(account) = account {
            if !recipient.email.is_empty() && recipient.email != account.email {
                return Err(Error::NotFound);
            }
            said.email = account.email;
            said.first_name = or(said.first_name, account.first_name);
            said.last_name = or(said.last_name, account.last_name);
        } else if !share.require_user_info {
            return Ok(recipient);
        }
        let said = new_recipient(share, said)?;
        let known = ShareRecipient {
            email: or(recipient.email.clone(), said.email),
            first_name: or(recipient.first_name.clone(), said.first_name),
            last_name: or(recipient.last_name.clone(), said.last_name),
            company: or(recipient.company.clone(), said.company),
            ..recipient.clone()
        };
        let ShareRecipient { email, first_name, last_name, company, .. } = &known;
        if share.require_user_info
            && [email, first_name, last_name, company].iter().any(|text| text.is_empty())
        {
            return Err(Error::UserInfoRequired);
        }
        if recipient.id == share.id {
            let visitor = ShareRecipient { id: said.id, counted_with: share.id.clone(), ..known };
            return self.db.visit_share(&visitor, MOST_RECIPIENTS).await?.ok_or_else(too_many_recipients);
        }
        if known != recipient {
            self.db.complete_share_recipient(&known).await?;
        }
        Ok(known)
    }

    /// The download under way of this id, which goes on, with its share.
    ///
    /// # Errors
    /// When it has ended, or the share has.
    pub(super) async fn lease(&self, package: &Package, id: &str) -> Result<OpenShare> {
        let now = now();
        let lease = self.db.prolong_lease(id, now + LEASE, now).await?.ok_or(Error::TokenInvalid)?;
        let share =
            self.db.share_by_id(&lease.share_id).await?.filter(|share| share.package_id == package.id);
        let share = share.ok_or(Error::TokenInvalid)?;
        lasts(&share)?;
        let recipient = self.db.share_recipient(&share.id, &lease.recipient_id).await?;
        Ok(OpenShare { share, recipient: recipient.ok_or(Error::TokenInvalid)?, lease })
    }

    /// The files of a package that a share opens, and the directories that they are in.
    pub(super) async fn shared_content(
        &self,
        package: &Package,
        share: &Share,
    ) -> Result<(Vec<File>, Vec<Directory>)> {
        let content = self.content(package).await?;
        let covered = content.covered(share, self.db.share_items(&share.id).await?);
        let files: Vec<&File> = content.files.iter().filter(|file| covered.opens(file)).collect();
        let within: HashSet<&str> = files.iter().flat_map(|file| covered.above(file)).collect();
        let directories = content.directories.iter().filter(|known| within.contains(known.id.as_str()));
        Ok((files.iter().map(|&file| file.clone()).collect(), directories.cloned().collect()))
    }

    /// Whether a share opens a file of its package.
    pub(super) async fn shares_file(&self, share: &Share, file: &File) -> Result<bool> {
        let mut files = vec![file.clone()];
        if share.newest {
            files.extend(self.db.file_versions(&file.package_id, &file.id).await?);
        }
        let directories = match file.directory_id {
            Some(_) => self.db.directories(&file.package_id).await?,
            None => Vec::new(),
        };
        let content = Content { files, directories };
        Ok(content.covered(share, self.db.share_items(&share.id).await?).opens(file))
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
    /// Whether files or directories of all these ids are in it.
    fn has_all(&self, ids: &[String]) -> bool {
        let files = self.files.iter().map(|file| &file.id);
        let known: HashSet<_> = files.chain(self.directories.iter().map(|directory| &directory.id)).collect();
        ids.iter().all(|id| known.contains(id))
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

    /// What a share with these items stands for.
    fn covered(&self, share: &Share, items: impl IntoIterator<Item = String>) -> Covered<'_> {
        let items: HashSet<String> = items.into_iter().collect();
        let older = self.files.iter().filter(|file| share.newest && items.contains(&file.id));
        let newest = older.filter_map(|file| file.version_of.as_deref()).collect();
        let parents =
            self.directories.iter().map(|known| (known.id.as_str(), known.parent_id.as_deref())).collect();
        Covered { of_newest: share.newest, items, newest, parents }
    }
}

/// What the items of a share stand for: a directory for what is in it now, without earlier versions.
struct Covered<'a> {
    /// Whether an item stands for the newest version of a file.
    of_newest: bool,
    items: HashSet<String>,
    /// The files of which an item is an earlier version.
    newest: HashSet<&'a str>,
    /// Of each directory, the one it is in.
    parents: HashMap<&'a str, Option<&'a str>>,
}

impl<'a> Covered<'a> {
    /// Whether a file is opened.
    fn opens(&self, file: &'a File) -> bool {
        let earlier = file.version_of.is_some();
        let by_itself = self.items.contains(&file.id) && !(self.of_newest && earlier);
        let by_version = !earlier && self.newest.contains(file.id.as_str());
        by_itself || by_version || (!earlier && self.above(file).any(|id| self.items.contains(id)))
    }

    /// The ids of the directories that a file is in, from its own upwards.
    fn above(&self, file: &'a File) -> impl Iterator<Item = &'a str> {
        let parent = |id: &&'a str| self.parents.get(*id).copied().flatten();
        // No directory is within itself; the count makes sure that this ends.
        std::iter::successors(file.directory_id.as_deref(), parent).take(self.parents.len())
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
    let (email, id) = (order.email.trim(), random_id()?);
    Ok(ShareRecipient {
        counted_with: id.clone(),
        id,
        share_id: share.id.clone(),
        email: if email.is_empty() { String::new() } else { recipients::parse_email(email)? },
        first_name: keyless(&order.first_name, "a name")?,
        last_name: keyless(&order.last_name, "a name")?,
        company: keyless(&order.company, "a company")?,
        attempts: 0,
        downloads: 0,
        opened: None,
    })
}

/// The link of a share: the package's with the share, and the recipient whose link it is. Neither has a fragment.
pub fn share_link(package_link: &str, share: &Share, alias: Option<&str>) -> String {
    let alias = alias.filter(|alias| *alias != share.id).map(|alias| format!("&alias={alias}"));
    format!("{package_link}&share={}{}", share.id, alias.unwrap_or_default())
}

/// When a share ends that was given this end at `now`.
fn end_of(end: ShareEnd, now: i64) -> Result<Option<i64>> {
    match end {
        ShareEnd::Usual => Ok(Some(now + DEFAULT_LIFE)),
        ShareEnd::At(end) if end > now => Ok(Some(end)),
        ShareEnd::At(_) => Err(Error::Invalid("the share would have ended already".to_owned())),
        ShareEnd::Never => Ok(None),
    }
}

/// How often each recipient may download, at least once.
fn limit_of(most: Option<u32>) -> Result<Option<i64>> {
    if most == Some(0) {
        return Err(Error::Invalid("a share is downloaded once at least".to_owned()));
    }
    Ok(most.map(i64::from))
}

/// The ids of a share's items, each once, in their order.
fn distinct(items: Vec<String>) -> Result<Vec<String>> {
    if items.is_empty() || items.len() > MOST_ITEMS {
        return Err(too_many_items());
    }
    let mut seen = HashSet::new();
    Ok(items.into_iter().filter(|item| seen.insert(item.clone())).collect())
}

fn too_many_items() -> Error {
    Error::Limit(format!("a share has 1 to {MOST_ITEMS} items"))
}

fn too_many_recipients() -> Error {
    Error::Limit(format!("a share has less than {MOST_RECIPIENTS} recipients"))
}

/// The first of two texts that is not empty, if either.
fn or(text: String, other: String) -> String {
    if text.is_empty() { other } else { text }
}
