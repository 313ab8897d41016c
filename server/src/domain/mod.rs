//! The rules: who may do what with which package, and what follows. Knows neither HTTP nor SQL.

mod access;
mod accounts;
mod activity;
mod approval;
mod bearer;
mod codes;
mod directories;
mod dropzones;
mod error;
mod events;
mod feedback;
mod file_requests;
mod files;
mod groups;
mod intake;
mod letters;
mod limiter;
mod lists;
mod names;
mod openpgp;
mod outbox;
mod packages;
mod paging;
mod password;
mod phones;
mod public_keys;
mod recipients;
mod reminders;
mod request_shares;
mod secure_shares;
mod sessions;
mod share_infos;
mod share_requests;
mod share_uploads;
mod shares;
mod state;
mod sweep;
mod text;
mod thumbnails;
mod tickets;
mod users;
mod verification;
mod webhooks;
mod workspaces;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

pub use access::{Access, Caller, SignedBy};
pub use accounts::NewKey;
pub use activity::{Action, Event};
pub use bearer::{BEARER_LIFE, BearerToken, Scope};
pub use codes::{KeyIssue, NewPin};
pub use directories::{DirectoryContents, FileWithVersions, Sorting};
pub use dropzones::create_dropzone;
pub use error::{Error, Result};
pub use feedback::FeedbackOrder;
pub use file_requests::IncomingOrder;
pub use files::{Announced, UploadReport};
pub use groups::GroupEntry;
pub use intake::{Intake, Taken, TakenStatus};
pub use limiter::Limiter;
pub use lists::{Found, Listed};
pub use packages::{FinalizeOrder, LinkOrder, Opened, PackageOrder};
pub use paging::{Page, Paging};
pub use password::Passwords;
pub use phones::parse_phone;
pub use public_keys::WrapOrder;
pub use recipients::{RecipientEntry, parse_email};
pub use request_shares::{Folder, RequestNotice};
pub use secure_shares::{SecureShareOrder, VerifiedRecipientOrder, Way};
pub use sessions::NewSession;
pub use share_infos::{ShareOrder, Unshared};
pub use share_requests::{ApprovalOrder, RequestOrder};
pub use share_uploads::{Block, PreparedUpload, UploadOrder};
pub use shares::{
    OpenShare, ShareChange, ShareEnd, ShareNotice, ShareRecipientOrder, ShareTerms, ShareVisit, SharedItem,
    share_link,
};
pub use state::StateNames;
pub use tickets::{Ticket, TicketOrder};
pub use users::{UserOrder, random_password, reset_password, set_disabled, set_phone};
pub use verification::{Begun, Proven, Verifying, Visitor};
pub use webhooks::WebhookOrder;
pub use workspaces::{CopyOrder, PackageChange};

use bulla::api::account::Language;
use files::is_sealed;
use share_uploads::{BLOCKS_AT_ONCE, Claims};
use tokio::sync::{Notify, Semaphore};

use crate::db::Db;
use crate::mail::Mailer;
use crate::oidc::Providers;
use crate::scan::Scanner;
use crate::secrets::{ServerKey, Subkey};
use crate::sms::Texter;
use crate::storage::Storage;
use crate::webhook::Herald;

/// What the rules go by.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// The longest life of a package in days; 0 is without end.
    pub max_life: u32,
    /// The origin that people use, where it is known.
    pub public_url: Option<String>,
    /// The language of those who chose none.
    pub language: Language,
    /// Whether anyone may make an account.
    pub registration: bool,
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
    mailer: Option<Arc<dyn Mailer>>,
    texter: Option<Arc<dyn Texter>>,
    providers: Providers,
    herald: Option<Arc<dyn Herald>>,
    scanner: Option<Arc<dyn Scanner>>,
    api_secrets: Subkey,
    tokens: Subkey,
    bearers: Subkey,
    codes: Subkey,
    outbox_key: Subkey,
    webhook_secrets: Subkey,
    senders: Subkey,
    share_tickets: Subkey,
    share_uploads: Subkey,
    share_blocks: Claims,
    block_room: Semaphore,
    lookup_hashes: Subkey,
    ways: Subkey,
    statements: Subkey,
    sign_in_secrets: Subkey,
    passwords: Passwords,
    checksum_attempts: Limiter,
    address_attempts: Limiter,
    sign_ins_soon: Limiter,
    sign_ins: Limiter,
    codes_sent: Limiter,
    reminders: Limiter,
    pins_sent: Limiter,
    pins_asked_from: Limiter,
    creations: Limiter,
    reports: Limiter,
    event_mails: Limiter,
    intakes: Semaphore,
    ended: Notify,
    mails_queued: Notify,
    texts_queued: Notify,
    notices_queued: Notify,
}

impl Domain {
    /// The rules over a database and a store. Secrets at rest and tokens are under keys from `key`.
    pub fn new(db: Db, store: Arc<dyn Storage>, key: &ServerKey, rules: Rules) -> Self {
        Self {
            db,
            store,
            rules,
            mailer: None,
            texter: None,
            providers: Providers::default(),
            herald: None,
            scanner: None,
            api_secrets: key.derive("api secrets"),
            tokens: key.derive("link tokens"),
            bearers: key.derive("bearer tokens"),
            codes: key.derive("codes"),
            outbox_key: key.derive("mails"),
            webhook_secrets: key.derive("webhook secrets"),
            senders: key.derive("confirmed senders"),
            share_tickets: key.derive("share tickets"),
            share_uploads: key.derive("share uploads"),
            share_blocks: Claims::default(),
            block_room: Semaphore::new(BLOCKS_AT_ONCE),
            lookup_hashes: key.derive("lookup hashes"),
            ways: key.derive("ways to verify"),
            statements: key.derive("statements of verified recipients"),
            sign_in_secrets: key.derive("sign-ins with providers"),
            passwords: Passwords::new(),
            checksum_attempts: Limiter::new(limiter::PER_PACKAGE),
            address_attempts: Limiter::new(limiter::PER_ADDRESS),
            sign_ins_soon: Limiter::new(limiter::SIGN_INS_SOON),
            sign_ins: Limiter::new(limiter::SIGN_INS),
            codes_sent: Limiter::new(limiter::CODES),
            reminders: Limiter::new(limiter::REMINDERS),
            pins_sent: Limiter::new(limiter::PINS),
            pins_asked_from: Limiter::new(limiter::PINS_FROM),
            creations: Limiter::new(limiter::CREATIONS),
            reports: Limiter::new(limiter::REPORTS),
            event_mails: Limiter::new(limiter::EVENT_MAILS),
            intakes: Semaphore::new(intake::AT_ONCE),
            ended: Notify::new(),
            mails_queued: Notify::new(),
            texts_queued: Notify::new(),
            notices_queued: Notify::new(),
        }
    }

    /// The same, with a way to send e-mail.
    pub fn with_mailer(self, mailer: Arc<dyn Mailer>) -> Self {
        Self { mailer: Some(mailer), ..self }
    }

    /// The same, with a way to send texts to phones.
    pub fn with_texter(self, texter: Arc<dyn Texter>) -> Self {
        Self { texter: Some(texter), ..self }
    }

    /// The same, with OpenID providers.
    pub fn with_providers(self, providers: Providers) -> Self {
        Self { providers, ..self }
    }

    /// The same, with a way to tell programs.
    pub fn with_herald(self, herald: Arc<dyn Herald>) -> Self {
        Self { herald: Some(herald), ..self }
    }

    /// The same, with what looks for malware in plaintext.
    pub fn with_scanner(self, scanner: Arc<dyn Scanner>) -> Self {
        Self { scanner: Some(scanner), ..self }
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
