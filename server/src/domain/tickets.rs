//! Tickets: signed, expiring statements of who may open what.
//!
//! A ticket is `payload.tag`: base64url of a JSON object, and its tag (HMAC-SHA256) under a key of the server's own. The server
//! alone checks tickets, since it alone serves what they open, so that nobody needs a public key for them. A ticket opens
//! nothing by itself: what it leads to is encrypted, and its holder needs the keyCode besides.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::share_infos::only_shares;
use super::state::effective;
use super::{Domain, Error, Result, now, parse_email};
use crate::db::{Account, Package, ShareInfo, ShareItem, ShareKind, State};
use crate::secrets::random_id;

const DAY: u32 = 24 * 60 * 60;
/// Seconds for which a ticket holds when nobody says otherwise, at least, and at most.
const LIFE: u32 = 30 * DAY;
const SHORTEST_LIFE: u32 = 60;
const LONGEST_LIFE: u32 = 366 * DAY;
/// Octets of a ticket at most.
const LONGEST: usize = 2048;

/// A ticket to be issued.
#[derive(Clone, Debug, Default)]
pub struct TicketOrder {
    /// The file that it opens; none for the whole package.
    pub file_id: Option<String>,
    /// The address of the one who may use it; none for whoever holds it.
    pub receiver: Option<String>,
    /// For how many seconds it holds; none for 30 days.
    pub life: Option<u32>,
}

/// A ticket whose tag holds. It may have expired, or have been revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its id.
    pub id: String,
    /// The account that issued it.
    pub owner_id: String,
    /// The package.
    pub package_id: String,
    /// The file; none for the whole package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_id: Option<String>,
    /// The address of the one who may use it; none for whoever holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver: Option<String>,
    /// When it expires, in seconds since 1970.
    pub expires: i64,
}

impl Ticket {
    /// For whom it is.
    pub fn kind(&self) -> ShareKind {
        if self.receiver.is_some() { ShareKind::Private } else { ShareKind::Public }
    }

    /// The ticket that a share info was made of.
    pub fn of(share: &ShareInfo) -> Self {
        Self {
            id: share.ticket_id.clone(),
            owner_id: share.owner_id.clone(),
            package_id: share.item.package_id.clone(),
            file_id: share.item.file_id.clone(),
            receiver: (share.kind == ShareKind::Private).then(|| share.receiver.clone()),
            expires: share.expires,
        }
    }
}

impl Domain {
    /// Issues a ticket for a package, or for one file of it. It opens something once a share info is made of it.
    ///
    /// # Errors
    /// When the package is not active or opens through shares alone, there is no such file, the address is none, or it would hold for less than a minute or
    /// more than 366 days.
    pub async fn issue_ticket(
        &self,
        package: &Package,
        owner: &Account,
        order: TicketOrder,
    ) -> Result<(Ticket, ShareItem)> {
        if effective(package, now()) != State::Active {
            return Err(Error::Refused("only a package that can be opened is shared by tickets".to_owned()));
        }
        if package.only_shares {
            return Err(only_shares());
        }
        let life = order.life.unwrap_or(LIFE);
        if !(SHORTEST_LIFE..=LONGEST_LIFE).contains(&life) {
            return Err(Error::Invalid(format!(
                "a ticket holds for {SHORTEST_LIFE} to {LONGEST_LIFE} seconds"
            )));
        }
        let file_id = order.file_id.filter(|id| !id.is_empty());
        if let Some(id) = &file_id
            && !self.file(package, id).await?.complete
        {
            return Err(Error::NotFound);
        }
        let receiver = order.receiver.filter(|address| !address.is_empty());
        let ticket = Ticket {
            id: random_id()?,
            owner_id: owner.id.clone(),
            package_id: package.id.clone(),
            file_id,
            receiver: receiver.map(|address| parse_email(&address)).transpose()?,
            expires: now() + i64::from(life),
        };
        let item = self.share_item(&ticket);
        self.db.put_share_item(&item).await?;
        Ok((ticket, item))
    }

    /// A ticket as it is handed out.
    ///
    /// # Errors
    /// Never, but for what cannot be written as JSON.
    pub fn write_ticket(&self, ticket: &Ticket) -> Result<String> {
        let json = serde_json::to_vec(ticket).map_err(|e| Error::Internal(e.into()))?;
        let payload = BASE64URL_NOPAD.encode(&json);
        let tag = self.share_tickets.tag(&[&payload]);
        Ok(format!("{payload}.{tag}"))
    }

    /// Reads a ticket that this server issued.
    ///
    /// # Errors
    /// When it is none.
    pub fn read_ticket(&self, text: &str) -> Result<Ticket> {
        let genuine = text
            .split_once('.')
            .filter(|(payload, tag)| text.len() <= LONGEST && self.share_tickets.verify(&[payload], tag));
        genuine
            .and_then(|(payload, _)| BASE64URL_NOPAD.decode(payload.as_bytes()).ok())
            .and_then(|json| serde_json::from_slice(&json).ok())
            .ok_or_else(|| Error::Invalid("that is no ticket of this server".to_owned()))
    }

    /// What a ticket is for. The lookup hash is a tag of the package's id and the file's under a key of the server's own: the
    /// same for every ticket of an item, and nothing that could be guessed or led back to it.
    pub(super) fn share_item(&self, ticket: &Ticket) -> ShareItem {
        let file = ticket.file_id.as_deref().unwrap_or_default();
        ShareItem {
            lookup_hash: self.lookup_hashes.tag(&[&ticket.package_id, file]),
            package_id: ticket.package_id.clone(),
            file_id: ticket.file_id.clone(),
        }
    }
}
