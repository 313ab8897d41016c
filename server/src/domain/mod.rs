//! The rules: who may do what with which package, and what follows. Knows neither HTTP nor SQL.

mod access;
mod accounts;
mod activity;
mod approval;
mod dropzones;
mod error;
mod feedback;
mod files;
mod groups;
mod limiter;
mod lists;
mod packages;
mod paging;
mod password;
mod phones;
mod recipients;
mod state;
mod sweep;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

pub use access::{Access, Caller, SignedBy};
pub use accounts::NewKey;
pub use activity::{Action, Event};
pub use dropzones::create_dropzone;
pub use error::{Error, Result};
pub use feedback::FeedbackOrder;
pub use files::UploadReport;
pub use groups::GroupEntry;
pub use limiter::Limiter;
pub use lists::{Found, Listed};
pub use packages::{FinalizeOrder, LinkOrder, Opened, PackageOrder};
pub use paging::{Page, Paging};
pub use password::Passwords;
pub use phones::parse_phone;
pub use recipients::{RecipientEntry, parse_email};
pub use state::StateNames;

use files::is_sealed;
use tokio::sync::Notify;

use crate::db::Db;
use crate::secrets::{ServerKey, Subkey};
use crate::storage::Storage;

/// What the rules go by.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// The longest life of a package in days; 0 is without end.
    pub max_life: u32,
    /// The addresses of those who approve packages; nobody has to when it is empty.
    pub approvers: Vec<String>,
    /// The domains whose addresses need no approval.
    pub approval_exempt: Vec<String>,
}

/// The rules over one database and one store.
pub struct Domain {
    db: Db,
    store: Arc<dyn Storage>,
    rules: Rules,
    api_secrets: Subkey,
    tokens: Subkey,
    senders: Subkey,
    passwords: Passwords,
    checksum_attempts: Limiter,
    address_attempts: Limiter,
    creations: Limiter,
    reports: Limiter,
    ended: Notify,
}

impl Domain {
    /// The rules over a database and a store. Secrets at rest and tokens are under keys from `key`.
    pub fn new(db: Db, store: Arc<dyn Storage>, key: &ServerKey, rules: Rules) -> Self {
        Self {
            db,
            store,
            rules,
            api_secrets: key.derive("api secrets"),
            tokens: key.derive("link tokens"),
            senders: key.derive("confirmed senders"),
            passwords: Passwords::new(),
            checksum_attempts: Limiter::new(limiter::PER_PACKAGE),
            address_attempts: Limiter::new(limiter::PER_ADDRESS),
            creations: Limiter::new(limiter::CREATIONS),
            reports: Limiter::new(limiter::REPORTS),
            ended: Notify::new(),
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.db.ping().await?)
    }
}

/// Seconds since 1970.
pub fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX))
}
