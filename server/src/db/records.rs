//! What the tables hold.

use bulla::api::account::Language;
use bulla::api::webhook::{DeliveryStatus, EventType};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

/// Where a package is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Made, and still without content.
    Temp,
    /// Has content, and is not finalized.
    InProgress,
    /// Finalized, and waiting for approval.
    Pending,
    /// Finalized.
    Active,
    /// Its life has ended.
    Expired,
    /// Deleted by its sender.
    Deleted,
}

impl State {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Temp => "temp",
            Self::InProgress => "in_progress",
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
        }
    }
}

/// How far recipients have come with a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pickup {
    /// Nobody has opened it.
    Waiting,
    /// Opened, and not every file was fetched.
    InProgress,
    /// Every file was fetched.
    Complete,
}

impl Pickup {
    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InProgress => "in_progress",
            Self::Complete => "complete",
        }
    }
}

/// What somebody may do in a workspace. A later one may all that an earlier one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Adds files and directories, and changes the files it added.
    Contributor,
    /// Changes everything in it, its label and its checksum, and who else may.
    Manager,
    /// Deletes it, and names other owners.
    Owner,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Contributor, Self::Manager, Self::Owner];

    /// As the database and the API have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "VIEWER",
            Self::Contributor => "CONTRIBUTOR",
            Self::Manager => "MANAGER",
            Self::Owner => "OWNER",
        }
    }
}

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// The e-mail address.
    pub email: String,
    /// The first name; empty when unknown.
    pub first_name: String,
    /// The last name; empty when unknown.
    pub last_name: String,
    /// The phone number (ITU-T E.164) with its plus sign, when known.
    pub phone: Option<String>,
    /// The language in which it is written to; the server's when none.
    pub language: Option<Language>,
    /// Of which events it is told by e-mail; of the usual ones when none.
    pub mail_events: Option<Vec<EventType>>,
    /// Whether it administers this installation.
    pub admin: bool,
    /// Whether an administrator shut it out.
    pub disabled: bool,
}

impl<'r> FromRow<'r, AnyRow> for Account {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("account_id")?,
            email: row.try_get("email")?,
            first_name: row.try_get("first_name")?,
            last_name: row.try_get("last_name")?,
            phone: row.try_get("phone")?,
            language: language(row)?,
            mail_events: events(row, "mail_events")?,
            admin: truth(row, "admin")?,
            disabled: truth(row, "disabled")?,
        })
    }
}

/// An account, as whoever administers accounts sees it, and as signing in needs it.
#[derive(Clone, Debug)]
pub struct User {
    /// The account.
    pub account: Account,
    /// The password, as an Argon2id hash; none while the account has only API keys.
    pub password_hash: Option<String>,
    /// When it was made.
    pub created: i64,
}

impl<'r> FromRow<'r, AnyRow> for User {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            account: Account::from_row(row)?,
            password_hash: row.try_get("password_hash")?,
            created: row.try_get("created")?,
        })
    }
}

/// A session of somebody who signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// SHA-256 of what the cookie holds.
    pub id: String,
    /// Whose it is.
    pub account: Account,
    /// When it began.
    pub created: i64,
}

impl<'r> FromRow<'r, AnyRow> for Session {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: Account::from_row(row)?,
            created: row.try_get("created")?,
        })
    }
}

/// What a pin stands for.
#[derive(Clone, Debug)]
pub struct Pin {
    /// The account; none for an address that has none yet.
    pub account_id: Option<String>,
    /// The address.
    pub email: String,
    /// Whether it sets another password, and does nothing else.
    pub resets: bool,
}

impl<'r> FromRow<'r, AnyRow> for Pin {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            account_id: row.try_get("account_id")?,
            email: row.try_get("email")?,
            resets: truth(row, "resets")?,
        })
    }
}

/// The way by which something goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// E-mail.
    Email,
    /// A text to a phone.
    Sms,
    /// A request to a webhook.
    Webhook,
}

impl Channel {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Email, Self::Sms, Self::Webhook];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Webhook => "webhook",
        }
    }
}

/// What is on its way to somebody.
#[derive(Clone, Debug)]
pub struct Queued {
    /// Its id.
    pub id: String,
    /// By which way.
    pub channel: Channel,
    /// To whom: an e-mail address, a phone number (ITU-T E.164) with its plus sign, or a webhook's id.
    pub address: String,
    /// What it says, sealed under the server's key.
    pub sealed: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is not worth sending any more.
    pub expires: i64,
}

impl<'r> FromRow<'r, AnyRow> for Queued {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            channel: one_of(row, "channel", &Channel::ALL, Channel::as_str)?,
            address: row.try_get("address")?,
            sealed: row.try_get("sealed")?,
            attempts: row.try_get("attempts")?,
            expires: row.try_get("expires")?,
        })
    }
}

/// What an account is told of an event, by one way.
#[derive(Clone, Debug)]
pub struct Telling {
    /// The event.
    pub event: EventType,
    /// What goes out.
    pub queued: Queued,
}

/// What came of an attempt to send.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It is through.
    Delivered,
    /// It waits for another attempt.
    Waits(String),
    /// It is not tried again.
    Failed(String),
}

/// A program that is told of events.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub account_id: String,
    /// Where it is.
    pub url: String,
    /// What is signed with, sealed under the server's key.
    pub sealed_secret: String,
    /// What it is told of.
    pub events: Vec<EventType>,
    /// What its owner calls it.
    pub description: String,
    /// When it was made.
    pub created: i64,
}

impl<'r> FromRow<'r, AnyRow> for Webhook {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account_id: row.try_get("account_id")?,
            url: row.try_get("url")?,
            sealed_secret: row.try_get("secret")?,
            events: events(row, "events")?.unwrap_or_default(),
            description: row.try_get("description")?,
            created: row.try_get("created")?,
        })
    }
}

/// Something that a webhook was to be told, and what came of it.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its id.
    pub id: String,
    /// What it was about.
    pub event: EventType,
    /// When that happened.
    pub created: i64,
    /// What came of it.
    pub status: DeliveryStatus,
    /// How often it was tried.
    pub attempts: i64,
    /// When that was last.
    pub attempted: Option<i64>,
    /// Why the last attempt failed; empty when none did.
    pub reason: String,
}

impl<'r> FromRow<'r, AnyRow> for Delivery {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            event: one_of(row, "event", &EventType::ALL, EventType::as_str)?,
            created: row.try_get("created")?,
            status: one_of(row, "status", &DeliveryStatus::ALL, DeliveryStatus::as_str)?,
            attempts: row.try_get("attempts")?,
            attempted: row.try_get("attempted")?,
            reason: row.try_get("reason")?,
        })
    }
}

/// A recipient of a package, as it is written to.
#[derive(Clone, Debug)]
pub struct Addressee {
    /// The recipient's id.
    pub recipient_id: String,
    /// The e-mail address.
    pub email: String,
    /// The language that its account chose, when it has one and it did.
    pub language: Option<Language>,
    /// Whether the package's keyCode is wrapped to a key of its account.
    pub has_key: bool,
}

impl<'r> FromRow<'r, AnyRow> for Addressee {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            recipient_id: row.try_get("id")?,
            email: row.try_get("email")?,
            language: language(row)?,
            has_key: row.try_get::<i64, _>("keys")? > 0,
        })
    }
}

/// An account that may have a key to a package.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The language that it chose, if it did.
    pub language: Option<Language>,
    /// Whether it has a place in the package, and the keyCode is wrapped to a key of its.
    pub has_key: bool,
}

impl<'r> FromRow<'r, AnyRow> for Reader {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self { language: language(row)?, has_key: row.try_get::<i64, _>("keys")? > 0 })
    }
}

/// A public key of an account.
#[derive(Clone, Debug, FromRow)]
pub struct PublicKey {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub account_id: String,
    /// The key, armored (RFC 9580, section 6.2).
    pub armored: String,
    /// What its owner calls it.
    pub description: String,
    /// When it came.
    pub created: i64,
}

/// A package's keyCode, encrypted to a public key.
#[derive(Clone, Debug, FromRow)]
pub struct WrappedKeyCode {
    /// The package.
    pub package_id: String,
    /// The keyCode, an armored message.
    pub key_code: String,
    /// What its sender signed it with.
    pub signature: Option<String>,
}

/// A keyCode that waits to be wrapped to one more key of the same account.
#[derive(Clone, Debug, FromRow)]
pub struct Unsynced {
    /// The package.
    pub package_id: String,
    /// The keyCode, encrypted to the key that asks.
    pub key_code: String,
    /// What its sender signed it with.
    pub signature: Option<String>,
    /// The key that lacks it.
    pub public_key_id: String,
}

/// An API key.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// The public half.
    pub api_key: String,
    /// The secret half, sealed under the server's key.
    pub sealed_secret: String,
    /// Whose it is.
    pub account: Account,
    /// What its owner calls it.
    pub description: String,
    /// When it was made.
    pub created: i64,
    /// When it was last used, to the minute.
    pub used: Option<i64>,
    /// When it was revoked.
    pub revoked: Option<i64>,
}

impl<'r> FromRow<'r, AnyRow> for ApiKey {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            api_key: row.try_get("api_key")?,
            sealed_secret: row.try_get("sealed_secret")?,
            account: Account::from_row(row)?,
            description: row.try_get("description")?,
            created: row.try_get("created")?,
            used: row.try_get("used")?,
            revoked: row.try_get("revoked")?,
        })
    }
}

/// Whether a request was seen before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Now for the first time.
    Fresh,
    /// Before.
    Before {
        /// What it was used for.
        used_for: String,
        /// When, in seconds since 1970.
        at: i64,
    },
}

/// A package to be made.
#[derive(Clone, Debug)]
pub struct NewPackage {
    /// Its id.
    pub id: String,
    /// The code of its link.
    pub code: String,
    /// The server's half of the passphrase.
    pub server_secret: String,
    /// The account that it belongs to: its sender's, or the owner's of the Dropzone; none from the open Dropzone.
    pub account_id: Option<String>,
    /// The Dropzone through which it is sent.
    pub dropzone: Option<String>,
    /// The sender's address; empty when unknown.
    pub sender: String,
    /// The suite that the client named.
    pub suite: Option<String>,
    /// Life in days; 0 is without end.
    pub life: u32,
    /// Of a workspace, the id of its root directory.
    pub root_directory_id: Option<String>,
    /// The browser it is made with; empty when unknown.
    pub browser: String,
    /// The system it is made on; empty when unknown.
    pub os: String,
}

/// A package, without its message and seal.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its id.
    pub id: String,
    /// The code of its link.
    pub code: String,
    /// The server's half of the passphrase; empty once the content is gone.
    pub server_secret: String,
    /// The account that it belongs to: its sender's, or the owner's of the Dropzone; none from the open Dropzone.
    pub account_id: Option<String>,
    /// The Dropzone through which it is sent.
    pub dropzone: Option<String>,
    /// The sender's address; empty when unknown.
    pub sender: String,
    /// The suite that the client named.
    pub suite: Option<String>,
    /// Life in days; 0 is without end.
    pub life: u32,
    /// Where it is in its life.
    pub state: State,
    /// How far recipients have come.
    pub pickup: Pickup,
    /// When it was made.
    pub created: i64,
    /// When it was last touched.
    pub updated: i64,
    /// When it was finalized.
    pub finalized: Option<i64>,
    /// When it expires.
    pub expires: Option<i64>,
    /// SHA-256 of the checksum.
    pub checksum_hash: Option<String>,
    /// The door's password, as an Argon2id hash.
    pub password_hash: Option<String>,
    /// SHA-256 of the proof of the password that locks the link.
    pub proof_hash: Option<String>,
    /// Whether whoever has the link may open it.
    pub undisclosed: bool,
    /// Whether there is a message.
    pub has_message: bool,
    /// Of a workspace, the id of its root directory.
    pub root_directory_id: Option<String>,
    /// The name of a workspace; empty when it has none.
    pub label: String,
    /// When its sender archived it.
    pub archived: Option<i64>,
    /// The browser it was made with; empty when unknown.
    pub browser: String,
    /// The system it was made on; empty when unknown.
    pub os: String,
    /// Whether its sender asked that PDF files be shown and not saved.
    pub read_only_pdf: bool,
    /// Whether its sender asked that recipients be written to.
    pub notify: bool,
    /// How many days before its end it reminds its recipients while nobody opened it; 0 for never.
    pub remind_days: u32,
    /// Whether the owner of the Dropzone knows that the sender's address is the sender's.
    pub sender_confirmed: bool,
    /// Whether it opens by link through its shares alone.
    pub only_shares: bool,
    /// Whether it opens to its owner and to verified recipients alone.
    pub only_verified: bool,
    /// Whether anything in it reached the server as plaintext: it is not end-to-end encrypted then.
    pub server_encrypted: bool,
    /// Whether there are recipients that an approver has to agree to first.
    pub has_unapproved: bool,
}

impl Package {
    /// Whether it is a workspace.
    pub fn is_workspace(&self) -> bool {
        self.root_directory_id.is_some()
    }

    /// Whether a password guards the door, or locks the link.
    pub fn is_guarded(&self) -> bool {
        self.password_hash.is_some() || self.proof_hash.is_some()
    }
}

impl<'r> FromRow<'r, AnyRow> for Package {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            code: row.try_get("code")?,
            server_secret: row.try_get("server_secret")?,
            account_id: row.try_get("account_id")?,
            dropzone: row.try_get("dropzone")?,
            sender: row.try_get("sender")?,
            suite: row.try_get("suite")?,
            life: number(row, "life")?,
            state: one_of(
                row,
                "state",
                &[
                    State::Temp,
                    State::InProgress,
                    State::Pending,
                    State::Active,
                    State::Expired,
                    State::Deleted,
                ],
                State::as_str,
            )?,
            pickup: one_of(
                row,
                "pickup",
                &[Pickup::Waiting, Pickup::InProgress, Pickup::Complete],
                Pickup::as_str,
            )?,
            created: row.try_get("created")?,
            updated: row.try_get("updated")?,
            finalized: row.try_get("finalized")?,
            expires: row.try_get("expires")?,
            checksum_hash: row.try_get("checksum_hash")?,
            password_hash: row.try_get("password_hash")?,
            proof_hash: row.try_get("proof_hash")?,
            undisclosed: truth(row, "undisclosed")?,
            has_message: truth(row, "has_message")?,
            root_directory_id: row.try_get("root_directory_id")?,
            label: row.try_get("label")?,
            archived: row.try_get("archived")?,
            browser: row.try_get("browser")?,
            os: row.try_get("os")?,
            read_only_pdf: truth(row, "read_only_pdf")?,
            notify: truth(row, "notify")?,
            remind_days: number(row, "remind_days")?,
            sender_confirmed: truth(row, "sender_confirmed")?,
            only_shares: truth(row, "only_shares")?,
            only_verified: truth(row, "only_verified")?,
            server_encrypted: truth(row, "server_encrypted")?,
            has_unapproved: truth(row, "has_unapproved")?,
        })
    }
}

/// A file to be made.
#[derive(Clone, Debug, Default)]
pub struct NewFile {
    /// Its id.
    pub id: String,
    /// The name as stored.
    pub name: String,
    /// Plaintext size in bytes.
    pub size: u64,
    /// How many parts will be uploaded; 0 while unknown.
    pub parts: u32,
    /// The directory of a workspace.
    pub directory_id: Option<String>,
    /// What takes the name's place where names are compared.
    pub name_tag: Option<String>,
    /// Of a copy, its key, encrypted.
    pub file_key: Option<String>,
    /// Whether it is refused where the name is there already.
    pub only_new: bool,
}

/// A file.
#[derive(Clone, Debug)]
pub struct File {
    /// Its id.
    pub id: String,
    /// The package it is in.
    pub package_id: String,
    /// The name as stored.
    pub name: String,
    /// Plaintext size in bytes.
    pub size: u64,
    /// How many parts there are; 0 while unknown.
    pub parts: u32,
    /// When it was made.
    pub created: i64,
    /// The address of who added it; empty when unknown.
    pub created_by: String,
    /// The account of who added it; none from a Dropzone.
    pub created_by_id: Option<String>,
    /// Whether every part is there.
    pub complete: bool,
    /// The directory of a workspace.
    pub directory_id: Option<String>,
    /// Of an earlier version, the file that took its place.
    pub version_of: Option<String>,
    /// What takes the name's place where names are compared.
    pub name_tag: Option<String>,
    /// Of a copy, its key, encrypted.
    pub file_key: Option<String>,
    /// Whether it is refused where the name is there already.
    pub only_new: bool,
}

/// A directory of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Directory {
    /// Its id.
    pub id: String,
    /// The directory it is in; none for the root.
    pub parent_id: Option<String>,
    /// The name as stored; empty for the root.
    pub name: String,
    /// What takes the name's place where names are compared.
    pub name_tag: Option<String>,
    /// When it was made.
    pub created: i64,
}

/// What came of a change in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Done.
    Done,
    /// The package has ended, or it or what is named is not there.
    Missing,
    /// The name is there already.
    Duplicate,
    /// There would be more, or it would be deeper, than may be.
    Full,
    /// The request that it goes through has ended, or lets no more in.
    NoRoom,
    /// A directory would be in itself.
    Inside,
}

impl<'r> FromRow<'r, AnyRow> for File {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            package_id: row.try_get("package_id")?,
            name: row.try_get("name")?,
            size: number(row, "size")?,
            parts: number(row, "parts")?,
            created: row.try_get("created")?,
            created_by: row.try_get("created_by")?,
            created_by_id: row.try_get("created_by_id")?,
            complete: truth(row, "complete")?,
            directory_id: row.try_get("directory_id")?,
            version_of: row.try_get("version_of")?,
            name_tag: row.try_get("name_tag")?,
            file_key: row.try_get("file_key")?,
            only_new: truth(row, "only_new")?,
        })
    }
}

/// A recipient of a package.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Its id in the package.
    pub id: String,
    /// The package.
    pub package_id: String,
    /// The e-mail address.
    pub email: String,
    /// The link code of this recipient.
    pub code: String,
    /// What it may do, if the package is a workspace.
    pub role: Role,
    /// Whether an approver has to agree first.
    pub needs_approval: bool,
}

impl<'r> FromRow<'r, AnyRow> for Recipient {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            package_id: row.try_get("package_id")?,
            email: row.try_get("email")?,
            code: row.try_get("code")?,
            role: role(row)?,
            needs_approval: truth(row, "needs_approval")?,
        })
    }
}

/// One opening of a message or file by a recipient.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// Who opened it.
    pub recipient_id: String,
    /// From where.
    pub address: String,
    /// When.
    pub at: i64,
    /// Whether it was the message.
    pub is_message: bool,
    /// The file, when it was one.
    pub file_id: Option<String>,
}

impl<'r> FromRow<'r, AnyRow> for Confirmation {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            recipient_id: row.try_get("recipient_id")?,
            address: row.try_get("address")?,
            at: row.try_get("at")?,
            is_message: truth(row, "is_message")?,
            file_id: row.try_get("file_id")?,
        })
    }
}

/// The role in column `role`.
pub(super) fn role(row: &AnyRow) -> sqlx::Result<Role> {
    one_of(row, "role", &Role::ALL, Role::as_str)
}

/// A phone number of a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneNumber {
    /// Whose it is.
    pub recipient_id: String,
    /// The calling code of the country.
    pub country_code: u16,
    /// The digits behind it.
    pub number: String,
}

impl<'r> FromRow<'r, AnyRow> for PhoneNumber {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            recipient_id: row.try_get("recipient_id")?,
            country_code: number(row, "country_code")?,
            number: row.try_get("number")?,
        })
    }
}

/// A contact group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// The account that made it.
    pub account_id: String,
    /// What it is called.
    pub name: String,
    /// Whether every account may use it.
    pub enterprise: bool,
}

impl<'r> FromRow<'r, AnyRow> for Group {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account_id: row.try_get("account_id")?,
            name: row.try_get("name")?,
            enterprise: truth(row, "enterprise")?,
        })
    }
}

/// A member of a contact group.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct GroupMember {
    /// Its id in the group.
    pub id: String,
    /// The group.
    pub group_id: String,
    /// The e-mail address.
    pub email: String,
}

/// A Dropzone of an account's.
#[derive(Clone, Debug)]
pub struct Dropzone {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub account: Account,
    /// When it was made.
    pub created: i64,
    /// When it was revoked.
    pub revoked: Option<i64>,
}

impl<'r> FromRow<'r, AnyRow> for Dropzone {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account: Account::from_row(row)?,
            created: row.try_get("created")?,
            revoked: row.try_get("revoked")?,
        })
    }
}

/// What a client reports of its own failure.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Feedback {
    /// Its id.
    pub id: String,
    /// When it came.
    pub at: i64,
    /// The address of the account that sent it; empty when it came through a Dropzone.
    pub sender: String,
    /// The name of the client.
    pub client: String,
    /// What happened.
    pub message: String,
    /// Where in the client.
    pub stacktrace: String,
    /// On what system.
    pub system_info: String,
}

/// Something that was done with a package.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Activity {
    /// Its id.
    pub id: String,
    /// With which package.
    pub package_id: String,
    /// When.
    pub at: i64,
    /// From where; empty when the server did it.
    pub address: String,
    /// The account that did it.
    pub account_id: Option<String>,
    /// The address of who did it; empty for nobody known.
    pub actor: String,
    /// What was done, for programs.
    pub action: String,
    /// What was done, in words, but for the detail.
    pub description: String,
    /// What it was done to.
    pub target_id: String,
    /// The name or address of that; empty when there is none to tell.
    pub detail: String,
}

pub(super) fn truth(row: &AnyRow, column: &str) -> sqlx::Result<bool> {
    Ok(row.try_get::<i64, _>(column)? != 0)
}

/// The language that an account chose.
pub(super) fn language(row: &AnyRow) -> sqlx::Result<Option<Language>> {
    let tag: Option<String> = row.try_get("language")?;
    tag.map(|tag| tag.parse().map_err(|_| unexpected("language"))).transpose()
}

/// Events by their names, with commas between.
fn events(row: &AnyRow, column: &str) -> sqlx::Result<Option<Vec<EventType>>> {
    let names: Option<String> = row.try_get(column)?;
    let read = |name: &str| name.parse().map_err(|_| unexpected(column));
    names.map(|names| names.split(',').filter(|name| !name.is_empty()).map(read).collect()).transpose()
}

fn number<T: TryFrom<i64>>(row: &AnyRow, column: &str) -> sqlx::Result<T> {
    T::try_from(row.try_get::<i64, _>(column)?).map_err(|_| unexpected(column))
}

pub(super) fn one_of<T: Copy>(
    row: &AnyRow,
    column: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> sqlx::Result<T> {
    let text: String = row.try_get(column)?;
    all.iter().copied().find(|value| name(*value) == text).ok_or_else(|| unexpected(column))
}

fn unexpected(column: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: "unexpected value".into() }
}
