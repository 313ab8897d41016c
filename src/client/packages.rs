//! Packages as accounts see them: listed, looked at, changed.

use std::future::Future;

use super::answers::{Answer, Digits};
use super::dates::Date;
use super::groups::Group;
use super::paging::{Order, Page, PageOf, query};
use super::recipients::Recipient;
use super::{Client, Clock, Http, Method, not_the_api};
use crate::api::activity::ReadActivityLog;
use crate::api::list::SearchPackages;
use crate::api::package::{Finalize, UpdatePackage};
use crate::json::{Invalid, Json, Read, read_struct};
use crate::{Error, Result};

const NO_BODY: Option<&()> = None;

/// How far a package has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It is not finalized, or waits for an approver.
    Draft,
    /// It can be opened.
    Active,
    /// Its life has ended.
    Expired,
    /// It was deleted.
    Deleted,
}

/// How much of a package its recipients have fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pickup {
    /// Nothing.
    None,
    /// Some of it.
    Some,
    /// Everything.
    All,
}

/// The state of a package, from the API document's `packageState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// How far it has come.
    pub phase: Phase,
    /// How much of it was fetched.
    pub pickup: Pickup,
}

impl Read for State {
    fn read(json: &Json) -> Result<Self, Invalid> {
        let (phase, pickup) = match i64::read(json)? {
            -2 | 0 => (Phase::Draft, Pickup::None),
            4 => (Phase::Active, Pickup::None),
            5 => (Phase::Active, Pickup::Some),
            3 => (Phase::Active, Pickup::All),
            1 => (Phase::Expired, Pickup::None),
            6 => (Phase::Expired, Pickup::Some),
            2 => (Phase::Expired, Pickup::All),
            -3 => (Phase::Deleted, Pickup::None),
            -4 => (Phase::Deleted, Pickup::Some),
            -1 => (Phase::Deleted, Pickup::All),
            _ => return Err(Invalid::HERE),
        };
        Ok(Self { phase, pickup })
    }
}

/// A package or a workspace, as lists have it.
#[derive(Clone, Debug)]
pub struct PackageSummary {
    /// The id under which the API addresses it.
    pub id: String,
    /// The code that stands in share links.
    pub code: String,
    /// The address of who made it.
    pub sender: String,
    /// The account of who made it; empty when it has none.
    pub sender_id: String,
    /// The state.
    pub state: State,
    /// When it was made, in seconds since 1970; of a workspace, when it last changed.
    pub updated: Option<u64>,
    /// Life in days; 0 is without end.
    pub life: u32,
    /// Whether there is a message.
    pub has_message: bool,
    /// The recipients' addresses, the first ones of them.
    pub recipients: Vec<String>,
    /// How many recipients there are.
    pub recipient_count: u64,
    /// How many files there are.
    pub file_count: u64,
    /// The names of the files as stored, the first ones of them.
    pub file_names: Vec<String>,
    /// Whether it waits for an approver.
    pub needs_approval: bool,
    /// Of a workspace, the label as stored.
    pub label: String,
}

impl Read for PackageSummary {
    fn read(json: &Json) -> Result<Self, Invalid> {
        let recipients: Vec<String> = json.get_or_default("recipients")?;
        let file_names: Vec<String> = json.get_or_default("filenames")?;
        let count = |key, found: usize| Ok(json.get::<Option<u64>>(key)?.unwrap_or(found as u64));
        Ok(Self {
            id: json.get("packageId")?,
            code: json.get("packageCode")?,
            sender: json.get_or_default("packageUserName")?,
            sender_id: json.get_or_default("packageUserId")?,
            state: json.get("packageState")?,
            updated: json.get::<Date>("packageUpdateTimestamp")?.0,
            life: json.get_or_default("packageLife")?,
            has_message: json.get_or_default("packageContainsMessage")?,
            recipient_count: count("recipientCount", recipients.len())?,
            file_count: count("fileCount", file_names.len())?,
            recipients,
            file_names,
            needs_approval: json.get_or_default("needsApproval")?,
            label: json.get_or_default("packageLabel")?,
        })
    }
}

read_struct! {
    /// What the server knows of a package or a workspace.
    #[derive(Clone, Debug)]
    pub struct PackageDetails {
        /// The id under which the API addresses it.
        pub id: String = get "packageId",
        /// The code that stands in share links.
        pub code: String = get "packageCode",
        /// The server's half of the passphrase; empty while it is held back.
        pub server_secret: String = get_or_default "serverSecret",
        /// The address of who made it.
        pub sender: String = get_or_default "packageSender",
        /// Whether that is known to be the sender's; false for what somebody wrote into a Dropzone.
        pub sender_confirmed: bool = get_or_default "senderConfirmed",
        /// The state.
        pub state: State = get "packageState",
        /// Life in days; 0 is without end.
        pub life: u32 = get_or_default "life",
        /// When it expires, in seconds since 1970; `None` while it is a draft, and for what does not.
        pub expires: Option<u64> = get "expires",
        /// The recipients, for those who may see them.
        pub recipients: Vec<Recipient> = get_or_default "recipients",
        /// The contact groups that were put on it, for those who may see them.
        pub groups: Vec<Group> = get_or_default "contactGroups",
        /// The files; of a workspace those in its root.
        pub files: Vec<StoredName> = get_or_default "files",
        /// Where the caller is a recipient, its link code.
        pub recipient_code: Option<String> = get "recipientCode",
        /// Whether there is a message.
        pub has_message: bool = get_or_default "packageContainsMessage",
        /// Whether a password guards the door.
        pub password_required: bool = get_or_default "passwordRequired",
        /// Whether it waits for an approver.
        pub needs_approval: bool = get_or_default "needsApproval",
        /// Who may approve it, while it waits, for those who may see that.
        pub approvers: Vec<String> = get_or_default "approverList",
        /// How many days before its end it reminds its recipients while nobody opened it; 0 for never.
        pub remind_days: u32 = get_or_default "remindDays",
        /// Whether the sender asks that PDF files be looked at and not saved.
        pub read_only_pdf: bool = get_or_default "readOnlyPdf",
        /// Whether anything in it reached the server as plaintext and was encrypted there.
        pub server_encrypted: bool = get_or_default "serverEncrypted",
        /// Whether it was archived.
        pub is_archived: bool = get_or_default "isArchived",
        /// Whether it is a workspace.
        pub is_workspace: bool = get_or_default "isVDR",
        /// Of a workspace, its root directory.
        pub root_directory_id: Option<String> = get "rootDirectoryId",
        /// Of a workspace, the label as stored.
        pub label: Option<String> = get "label",
        /// Of a workspace, the caller's role.
        pub role: Option<String> = get "roleName",
        /// When it was made, as the document writes it.
        created_text: Date = get_or_default "packageTimestamp",
    }
}

impl PackageDetails {
    /// When it was made, in seconds since 1970.
    pub fn created(&self) -> Option<u64> {
        self.created_text.0
    }
}

read_struct! {
    /// A file as information lists it.
    #[derive(Clone, Debug)]
    pub struct StoredName {
        /// The file's id.
        pub id: String = get "fileId",
        /// The name as stored: plain, or sealed file info.
        pub name: String = get "fileName",
        /// Plaintext size in bytes.
        pub size: Digits = get "fileSize",
    }
}

/// One thing that was done with a package.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The entry's id.
    pub id: String,
    /// When, in seconds since 1970.
    pub time: Option<u64>,
    /// From which address; empty when the server did it.
    pub ip_address: String,
    /// With what: a file, a recipient, or the package itself.
    pub target_id: String,
    /// What, for programs: `FILE_CREATED`, ...
    pub action: String,
    /// What, in words.
    pub description: String,
    /// Who: an e-mail address; empty for nobody known.
    pub email: String,
}

impl Read for Activity {
    fn read(json: &Json) -> Result<Self, Invalid> {
        let by: Option<By> = json.get("user")?;
        Ok(Self {
            id: json.get("activityLogId")?,
            time: json.get::<Date>("timestamp")?.0,
            ip_address: json.get_or_default("ipAddress")?,
            target_id: json.get_or_default("targetId")?,
            action: json.get_or_default("action")?,
            description: json.get_or_default("actionDescription")?,
            email: by.map(|by| by.email).unwrap_or_default(),
        })
    }
}

read_struct! {
    struct By {
        email: String = get_or_default "userEmail",
    }
}

impl<N: Http + Clock> Client<N> {
    /// One page of a list of packages: `sent`, `received`, `archived`, `approvals` or `workspaces`.
    async fn packages(&self, path: &str, page: Page, order: &Order) -> Result<PageOf<PackageSummary>> {
        let answer: Json = self.api(Method::Get, &format!("{path}{}", query(page, order)?), NO_BODY).await?;
        PageOf::read(&answer, "packages", page.index).map_err(not_the_api)
    }

    /// The packages that the caller sent, drafts with content among them, or those that another account did.
    pub async fn sent(&self, by: Option<&str>, page: Page) -> Result<PageOf<PackageSummary>> {
        let path = by.map_or_else(|| "/package/".to_owned(), |user| format!("/package/sent/{user}/"));
        self.packages(&path, page, &Order::default()).await
    }

    /// The packages that were sent to the caller.
    pub async fn received(&self, page: Page) -> Result<PageOf<PackageSummary>> {
        self.packages("/package/received/", page, &Order::default()).await
    }

    /// The packages that the caller archived.
    pub async fn archived(&self, page: Page) -> Result<PageOf<PackageSummary>> {
        self.packages("/package/archived/", page, &Order::default()).await
    }

    /// The packages that wait for the caller's approval (ours).
    pub async fn approvals(&self, page: Page) -> Result<PageOf<PackageSummary>> {
        self.packages("/package/approvals/", page, &Order::default()).await
    }

    /// Packages of the whole installation, for administrators.
    pub async fn search(&self, page: Page, filters: &SearchPackages) -> Result<PageOf<PackageDetails>> {
        let path = format!("/package/organization/search/{}", query(page, &Order::default())?);
        let answer: Json = self.api(Method::Post, &path, Some(filters)).await?;
        PageOf::read(&answer, "packages", page.index).map_err(not_the_api)
    }

    /// What was done with a package, the newest first.
    pub async fn activity(&self, id: &str, row_index: u32) -> Result<PageOf<Activity>> {
        let request = ReadActivityLog { row_index };
        let path = format!("/package/{id}/activityLog/");
        let answer: Json = self.api(Method::Post, &path, Some(&request)).await?;
        PageOf::read(&answer, "activityLogEntries", row_index).map_err(not_the_api)
    }

    /// Lets a package, or recipients of it, through that wait for approval (ours).
    pub fn approve(&self, id: &str) -> impl Future<Output = Result<()>> {
        self.api(Method::Post, &format!("/package/{id}/approve/"), NO_BODY)
    }

    /// Puts a package into the list of archived ones (ours).
    pub fn archive(&self, id: &str) -> impl Future<Output = Result<()>> {
        self.api(Method::Post, &format!("/package/{id}/archive/"), NO_BODY)
    }

    /// Takes a package out of the list of archived ones (ours).
    pub fn unarchive(&self, id: &str) -> impl Future<Output = Result<()>> {
        self.api(Method::Post, &format!("/package/{id}/unarchive/"), NO_BODY)
    }

    /// The workspaces that the caller has a role in.
    pub async fn workspaces(&self, page: Page, order: &Order) -> Result<PageOf<PackageSummary>> {
        self.packages("/package/workspaces/", page, order).await
    }

    /// What the server knows of a package, addressed by its id or its code.
    pub fn package(&self, id: &str) -> impl Future<Output = Result<PackageDetails>> {
        self.api(Method::Get, &format!("/package/{id}/"), NO_BODY)
    }

    /// Gives a workspace its link, or a new password; answers with the link without its fragment.
    pub async fn finalize_workspace(&self, id: &str, request: &Finalize) -> Result<String> {
        let answer: Answer =
            self.api(Method::Post, &format!("/package/{id}/finalize/"), Some(request)).await?;
        answer.message.ok_or_else(|| Error::new(crate::ErrorCode::Server, "the server gave no link"))
    }

    /// Names a workspace anew.
    pub async fn set_label(&self, id: &str, label: String) -> Result<()> {
        let update = UpdatePackage { label: Some(label), ..UpdatePackage::default() };
        self.update_package(id, &update).await
    }
}
