//! What the tables hold.

use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

/// Where a package is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Made, and still without content.
    Temp,
    /// Has content, and is not finalized.
    InProgress,
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
    /// Whether it administers this installation.
    pub admin: bool,
}

impl<'r> FromRow<'r, AnyRow> for Account {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("account_id")?,
            email: row.try_get("email")?,
            first_name: row.try_get("first_name")?,
            last_name: row.try_get("last_name")?,
            admin: truth(row, "admin")?,
        })
    }
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
    /// When it was made.
    pub created: i64,
    /// When it was revoked.
    pub revoked: Option<i64>,
}

impl<'r> FromRow<'r, AnyRow> for ApiKey {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            api_key: row.try_get("api_key")?,
            sealed_secret: row.try_get("sealed_secret")?,
            account: Account::from_row(row)?,
            created: row.try_get("created")?,
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
    /// The account that sends it; none from a Dropzone.
    pub account_id: Option<String>,
    /// The Dropzone through which it is sent.
    pub dropzone: Option<String>,
    /// The sender's address; empty when unknown.
    pub sender: String,
    /// The suite that the client named.
    pub suite: Option<String>,
    /// Life in days; 0 is without end.
    pub life: u32,
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
    /// The account that sends it; none from a Dropzone.
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
    /// Whether whoever has the link may open it.
    pub undisclosed: bool,
    /// Whether there is a message.
    pub has_message: bool,
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
                &[State::Temp, State::InProgress, State::Active, State::Expired, State::Deleted],
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
            undisclosed: truth(row, "undisclosed")?,
            has_message: truth(row, "has_message")?,
        })
    }
}

/// A file to be made.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Its id.
    pub id: String,
    /// The name as stored.
    pub name: String,
    /// Plaintext size in bytes.
    pub size: u64,
    /// How many parts will be uploaded; 0 while unknown.
    pub parts: u32,
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
    /// Whether every part is there.
    pub complete: bool,
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
            complete: truth(row, "complete")?,
        })
    }
}

/// A recipient of a package.
#[derive(Clone, Debug, FromRow)]
pub struct Recipient {
    /// Its id in the package.
    pub id: String,
    /// The e-mail address.
    pub email: String,
    /// The link code of this recipient.
    pub code: String,
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
}

impl<'r> FromRow<'r, AnyRow> for Confirmation {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            recipient_id: row.try_get("recipient_id")?,
            address: row.try_get("address")?,
            at: row.try_get("at")?,
            is_message: truth(row, "is_message")?,
        })
    }
}

fn truth(row: &AnyRow, column: &str) -> sqlx::Result<bool> {
    Ok(row.try_get::<i64, _>(column)? != 0)
}

fn number<T: TryFrom<i64>>(row: &AnyRow, column: &str) -> sqlx::Result<T> {
    T::try_from(row.try_get::<i64, _>(column)?).map_err(|_| unexpected(column))
}

fn one_of<T: Copy>(row: &AnyRow, column: &str, all: &[T], name: fn(T) -> &'static str) -> sqlx::Result<T> {
    let text: String = row.try_get(column)?;
    all.iter().copied().find(|value| name(*value) == text).ok_or_else(|| unexpected(column))
}

fn unexpected(column: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: "unexpected value".into() }
}
