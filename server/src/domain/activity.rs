//! The activity log: who did what with a package, when, and from where.

use bulla::api::webhook::{EventData, EventType};

use super::{Caller, Domain, Page, Paging, Result, is_sealed, now};
use crate::db::{Activity, Package, Telling};
use crate::secrets::random_id;

/// Seconds for which the same thing, done again by the same one from the same address, is one entry where that says
/// nothing new: parts are asked for 25 at a time, and clients repeat calls whose answers were lost.
const SAME: i64 = 60 * 60;

/// Something that can be done with a package.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    name: &'static str,
    words: &'static str,
    once: bool,
    /// What the package's owner is told when somebody else does it.
    tells: Option<EventType>,
}

impl Action {
    /// The package was made.
    pub const PACKAGE_CREATED: Self = Self::new("PACKAGE_CREATED", "Created the package");
    /// Its life was changed.
    pub const LIFE_CHANGED: Self = Self::new("LIFE_CHANGED", "Changed the life of the package in days to");
    /// A workspace got another label.
    pub const LABEL_CHANGED: Self = Self::new("LABEL_CHANGED", "Changed the label");
    /// A workspace got another checksum.
    pub const CHECKSUM_CHANGED: Self = Self::new("CHECKSUM_CHANGED", "Changed the checksum");
    /// It was finalized.
    pub const PACKAGE_FINALIZED: Self =
        Self::once("PACKAGE_FINALIZED", "Finalized the package").tells(EventType::PackageReceived);
    /// It was finalized, and waits for approval.
    pub const PACKAGE_NEEDS_APPROVAL: Self =
        Self::once("PACKAGE_NEEDS_APPROVAL", "Finalized the package, which waits for approval");
    /// It was approved, or recipients of it were.
    pub const PACKAGE_APPROVED: Self =
        Self::new("PACKAGE_APPROVED", "Approved the package and its recipients")
            .tells(EventType::PackageApproved);
    /// It was deleted.
    pub const PACKAGE_DELETED: Self = Self::new("PACKAGE_DELETED", "Deleted the package");
    /// Its sender archived it.
    pub const PACKAGE_ARCHIVED: Self = Self::new("PACKAGE_ARCHIVED", "Archived the package");
    /// Its sender took it out of the archive.
    pub const PACKAGE_UNARCHIVED: Self =
        Self::new("PACKAGE_UNARCHIVED", "Took the package out of the archive");
    /// Its life ended.
    pub const PACKAGE_EXPIRED: Self =
        Self::new("PACKAGE_EXPIRED", "The package expired").tells(EventType::PackageExpired);
    /// Nobody touched it, and it was never finalized.
    pub const PACKAGE_ABANDONED: Self =
        Self::new("PACKAGE_ABANDONED", "Deleted the package, as it was left unfinished");
    /// Its seal was replaced.
    pub const SEAL_REPLACED: Self = Self::new("SEAL_REPLACED", "Replaced the seal");
    /// A file was announced.
    pub const FILE_CREATED: Self = Self::once("FILE_CREATED", "Added a new file");
    /// All of a file is there.
    pub const FILE_UPLOADED: Self = Self::once("FILE_UPLOADED", "Uploaded the file");
    /// A file got another name.
    pub const FILE_RENAMED: Self = Self::new("FILE_RENAMED", "Renamed a file to");
    /// A file went to another directory.
    pub const FILE_MOVED: Self = Self::new("FILE_MOVED", "Moved the file");
    /// A file was copied into a workspace.
    pub const FILE_COPIED: Self = Self::new("FILE_COPIED", "Copied the file");
    /// A directory was made.
    pub const DIRECTORY_CREATED: Self = Self::new("DIRECTORY_CREATED", "Created the directory");
    /// A directory got another name.
    pub const DIRECTORY_RENAMED: Self = Self::new("DIRECTORY_RENAMED", "Renamed a directory to");
    /// A directory went into another one.
    pub const DIRECTORY_MOVED: Self = Self::new("DIRECTORY_MOVED", "Moved the directory");
    /// A directory was deleted, with all that lay in it.
    pub const DIRECTORY_DELETED: Self = Self::new("DIRECTORY_DELETED", "Deleted the directory");
    /// A file was deleted.
    pub const FILE_DELETED: Self = Self::new("FILE_DELETED", "Deleted the file");
    /// A file was asked for by somebody who reads the package.
    pub const FILE_DOWNLOADED: Self =
        Self::once("FILE_DOWNLOADED", "Downloaded the file").tells(EventType::FileDownloaded);
    /// The message was written.
    pub const MESSAGE_WRITTEN: Self = Self::new("MESSAGE_WRITTEN", "Wrote the message");
    /// The message was read.
    pub const MESSAGE_READ: Self = Self::once("MESSAGE_READ", "Read the message");
    /// A recipient was added.
    pub const RECIPIENT_ADDED: Self = Self::new("RECIPIENT_ADDED", "Added the recipient");
    /// A recipient was changed.
    pub const RECIPIENT_UPDATED: Self = Self::new("RECIPIENT_UPDATED", "Changed the recipient");
    /// A member of a workspace got another role.
    pub const ROLE_CHANGED: Self = Self::new("ROLE_CHANGED", "Changed the role of");
    /// A recipient was removed.
    pub const RECIPIENT_REMOVED: Self = Self::new("RECIPIENT_REMOVED", "Removed the recipient");
    /// A recipient verified who it is.
    pub const RECIPIENT_VERIFIED: Self = Self::once("RECIPIENT_VERIFIED", "Verified the recipient");
    /// It was shared by a ticket, or a file of it was.
    pub const SHARE_ADDED: Self = Self::new("SHARE_ADDED", "Shared by a ticket with");
    /// What a ticket opened is open to its holder no longer.
    pub const SHARE_REMOVED: Self = Self::new("SHARE_REMOVED", "Stopped sharing by a ticket with");
    /// A contact group's members were made recipients.
    pub const GROUP_ADDED: Self = Self::new("GROUP_ADDED", "Added the contact group");
    /// The recipients that a contact group brought were removed.
    pub const GROUP_REMOVED: Self = Self::new("GROUP_REMOVED", "Removed the contact group");
    /// The link was opened.
    pub const LINK_OPENED: Self =
        Self::once("LINK_OPENED", "Opened the link").tells(EventType::PackageOpened);
    /// Something of it was shared.
    pub const SHARE_CREATED: Self = Self::new("SHARE_CREATED", "Made the share");
    /// A share was changed.
    pub const SHARE_UPDATED: Self = Self::new("SHARE_UPDATED", "Changed the share");
    /// A share was deleted.
    pub const SHARE_DELETED: Self = Self::new("SHARE_DELETED", "Deleted the share");
    /// A recipient was added to a share.
    pub const SHARE_RECIPIENT_ADDED: Self =
        Self::new("SHARE_RECIPIENT_ADDED", "Added to a share the recipient");
    /// The link was opened through a share.
    pub const SHARE_OPENED: Self =
        Self::once("SHARE_OPENED", "Opened the share").tells(EventType::PackageOpened);

    const fn new(name: &'static str, words: &'static str) -> Self {
        Self { name, words, once: false, tells: None }
    }

    const fn once(name: &'static str, words: &'static str) -> Self {
        Self { name, words, once: true, tells: None }
    }

    const fn tells(self, event: EventType) -> Self {
        Self { tells: Some(event), ..self }
    }
}

/// Something that was done: an action, and to what of the package.
#[derive(Clone, Debug)]
pub struct Event {
    action: Action,
    target_id: String,
    detail: String,
}

impl Event {
    /// Something done to the package itself.
    pub fn on(package: &Package, action: Action) -> Self {
        Self::to(action, &package.id, "")
    }

    /// Something done to one of its files. The server knows no sealed file's name.
    pub fn on_file(package: &Package, action: Action, id: &str, name: &str) -> Self {
        Self::to(action, id, if is_sealed(package) { "" } else { name })
    }

    /// What opening the package's link was.
    pub fn opening(package: &Package, caller: &Caller) -> Self {
        match caller {
            Caller::Share(open) => Self::to(Action::SHARE_OPENED, &open.recipient.id, &open.share.title),
            _ => Self::on(package, Action::LINK_OPENED),
        }
    }

    /// Something done to what has this id, and is called this way.
    pub fn to(action: Action, target_id: &str, detail: &str) -> Self {
        Self { action, target_id: target_id.to_owned(), detail: detail.to_owned() }
    }
}

impl Domain {
    /// Keeps what the caller did with a package, and tells its owner where that wants to know.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn log(
        &self,
        package: &Package,
        caller: &Caller,
        address: &str,
        events: &[Event],
    ) -> Result<()> {
        let (account_id, actor) = match caller {
            Caller::Account(account) | Caller::Holder { account, .. } => {
                (Some(account.id.clone()), account.email.clone())
            }
            Caller::Recipient(recipient) => (None, recipient.email.clone()),
            Caller::Verified(recipient) => (None, recipient.called().to_owned()),
            Caller::Share(open) => (None, open.address().unwrap_or_default().to_owned()),
            Caller::Dropzone { .. } | Caller::Anyone => (None, String::new()),
        };
        let mut activities = Vec::with_capacity(events.len());
        for event in events {
            let activity = Activity {
                account_id: account_id.clone(),
                actor: actor.clone(),
                address: address.to_owned(),
                ..event.activity(&package.id)?
            };
            let told = self.told(package, &activity, event.action).await?;
            activities.push((activity, told));
        }
        // Events of one call are of one kind.
        let once = events.iter().all(|event| event.action.once);
        let since = if once { now() - SAME } else { i64::MAX };
        self.keep(&activities, since).await
    }

    /// Keeps what the server itself did with these packages.
    pub(super) async fn log_own(&self, package_ids: &[String], action: Action) -> Result<()> {
        let mut activities = Vec::with_capacity(package_ids.len());
        for id in package_ids {
            let activity = Event::to(action, id, "").activity(id)?;
            let told = match self.db.package(id).await? {
                Some(package) => self.told(&package, &activity, action).await?,
                None => Vec::new(),
            };
            activities.push((activity, told));
        }
        self.keep(&activities, i64::MAX).await
    }

    /// What goes out to a package's owner because of something that was done with it.
    async fn told(&self, package: &Package, activity: &Activity, action: Action) -> Result<Vec<Telling>> {
        let (Some(event), Some(owner)) = (action.tells, &package.account_id) else { return Ok(Vec::new()) };
        let own = activity.account_id.as_ref() == Some(owner);
        if own || (event == EventType::PackageReceived && !package.is_dropped()) {
            return Ok(Vec::new());
        }
        let data = EventData {
            package_id: Some(package.id.clone()),
            file_id: (activity.target_id != package.id).then(|| activity.target_id.clone()),
            by: Some(activity.actor.clone()).filter(|actor| !actor.is_empty()),
            ..EventData::default()
        };
        self.tellings(owner, event, &data).await
    }

    async fn keep(&self, activities: &[(Activity, Vec<Telling>)], since: i64) -> Result<()> {
        self.db.insert_activities(activities, since).await?;
        for (_, tellings) in activities {
            self.wake_for(tellings);
        }
        Ok(())
    }

    /// A page of what was done with a package, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn activities(&self, package: &Package, paging: Paging) -> Result<Page<Activity>> {
        let (entries, total) = self.db.activities(&package.id, paging.first, paging.most).await?;
        Ok(Page { entries, total, paging })
    }
}

impl Event {
    fn activity(&self, package_id: &str) -> Result<Activity> {
        Ok(Activity {
            id: random_id()?,
            package_id: package_id.to_owned(),
            at: now(),
            address: String::new(),
            account_id: None,
            actor: String::new(),
            action: self.action.name.to_owned(),
            description: self.action.words.to_owned(),
            target_id: self.target_id.clone(),
            detail: self.detail.clone(),
        })
    }
}

impl Activity {
    /// What was done, in words.
    pub fn in_words(&self) -> String {
        if self.detail.is_empty() {
            self.description.clone()
        } else {
            format!("{} {}", self.description, self.detail)
        }
    }
}
