//! Persistence.
//!
//! Statements are plain SQL that SQLite and PostgreSQL both run: `$N` placeholders, `BIGINT` for numbers and
//! truth values, `ON CONFLICT`. Every change of state is one guarded statement, or a transaction whose first
//! statement is a guarded write that locks the package's row.

mod accounts;
mod activities;
mod directories;
mod dropzones;
mod feedback;
mod file_requests;
mod files;
mod groups;
mod lists;
mod outbox;
mod packages;
mod public_keys;
mod recipients;
mod records;
mod secure_shares;
mod sessions;
mod share_infos;
mod share_requests;
mod share_uploads;
mod shares;
mod sweep;
mod tickets;
mod users;
mod webhooks;
mod workspaces;

use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, Executor};

pub use directories::{DirectoryLimits, EntryOrder};
pub use file_requests::{FileRequest, Incoming, RequestTerms, Requested};
pub use files::{Author, FileLimits};
pub use lists::{Contents, Listing, Search, Status};
pub use packages::Finalization;
pub use records::{
    Account, Activity, Addressee, ApiKey, Change, Channel, Confirmation, Delivery, Directory, Dropzone,
    Feedback, File, Group, GroupMember, NewFile, NewPackage, Outcome, Package, PhoneNumber, Pickup, Pin,
    PublicKey, Queued, Reader, Recipient, Role, Seen, Session, State, Telling, Unsynced, User, Webhook,
    WrappedKeyCode,
};
pub use secure_shares::{ProviderSignIn, SecureShare, VerifiedDownload, VerifiedRecipient};
pub use sessions::CodeOwner;
pub use share_infos::{NewShare, ShareInfo, ShareKind, Shared, SharesOf};
pub use share_requests::{
    Approved, Asked, NewRequest, RequestFilter, RequestStatus, RequestsOf, ShareRequest,
};
pub use share_uploads::{Hashed, ShareBlock, ShareUpload};
pub use shares::{Downloads, ItemsChange, Lease, SentShare, Share, ShareRecipient};
pub use sweep::Ended;
pub use tickets::ShareItem;
pub use users::NewUser;
pub use workspaces::{Page, WorkspaceOrder};

/// What the database answers when it fails.
pub type Result<T> = std::result::Result<T, sqlx::Error>;

/// How long a statement waits for another process's lock.
const BUSY: Duration = Duration::from_secs(10);

/// The database.
#[derive(Clone, Debug)]
pub struct Db {
    pool: AnyPool,
}

impl Db {
    /// Connects to `sqlite:PATH`, making the file when it is missing, and brings its tables up to date.
    ///
    /// # Errors
    /// When the URL names no SQLite database, the database cannot be opened, or a migration fails.
    pub async fn connect(url: &str) -> Result<Self> {
        if !url.starts_with("sqlite:") {
            let message = "only sqlite: databases are supported";
            return Err(sqlx::Error::Configuration(message.into()));
        }
        sqlx::any::install_default_drivers();
        let separator = if url.contains('?') { '&' } else { '?' };
        let options = AnyConnectOptions::from_str(&format!("{url}{separator}mode=rwc"))?;
        let pool = AnyPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(BUSY)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    // The write-ahead log with full syncs: what was acknowledged survives a power loss.
                    for pragma in [
                        "PRAGMA busy_timeout = 10000",
                        "PRAGMA journal_mode = WAL",
                        "PRAGMA synchronous = FULL",
                        "PRAGMA foreign_keys = ON",
                        "PRAGMA secure_delete = ON",
                    ] {
                        connection.execute(pragma).await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await?;
        sqlx::migrate!("./migrations").run(&pool).await?;
        Ok(Self { pool })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await.map(drop)
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
