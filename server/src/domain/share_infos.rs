//! Share infos: tickets in somebody's hands. Whoever issued a ticket makes a share info of it for whom it names; and whoever
//! may use a ticket makes one of it for itself. A share info opens what its ticket says until it expires, or one of the two
//! deletes it.

use super::text::{keyless, keyless_url};
use super::{Access, Caller, Domain, Error, Paging, Result, Ticket, now};
use crate::db::{Account, NewShare, Package, ShareInfo, ShareItem, ShareKind, Shared, SharesOf};
use crate::secrets::random;

/// Share infos of a package at most.
pub(super) const MOST_SHARES: u32 = 1000;

/// A share info to be made.
#[derive(Clone, Debug, Default)]
pub struct ShareOrder {
    /// The ticket.
    pub ticket: String,
    /// For whom, as the caller understands the ticket.
    pub kind: Option<ShareKind>,
    /// What the sender says.
    pub message: Option<String>,
    /// Where it is opened.
    pub link: Option<String>,
}

/// Share infos that were deleted.
#[derive(Clone, Debug)]
pub struct Unshared {
    /// The package that they were about.
    pub package: Package,
    /// What was shared.
    pub item: ShareItem,
    /// The addresses in whose hands they were; empty for the share itself of a ticket that names nobody.
    pub receivers: Vec<String>,
}

impl Domain {
    /// Makes a share info of a ticket: for whom it names, by the account that issued it; and for oneself, by an account that
    /// may use it. Made again, message and link are replaced.
    ///
    /// # Errors
    /// When there is no such ticket, it has expired or was revoked, message or link hold a key, the receiver would have to be
    /// approved, the package cannot be opened by tickets or has 1000 share infos; and [`Error::NotFound`] for accounts that the ticket does
    /// not name.
    pub async fn share(&self, account: &Account, order: ShareOrder) -> Result<(Package, ShareInfo)> {
        let ticket = self.read_ticket(&order.ticket)?;
        let owns = ticket.owner_id == account.id;
        let receiver = match &ticket.receiver {
            Some(named) if owns || *named == account.email => named.clone(),
            Some(_) => return Err(Error::NotFound),
            None if owns => String::new(),
            None => account.email.clone(),
        };
        if order.kind.is_some_and(|kind| kind != ticket.kind()) {
            return Err(Error::Invalid(
                "a ticket that names its receiver is private, and one that does not is public".to_owned(),
            ));
        }
        let (package, new) =
            self.new_share(&ticket, receiver, (order.message.as_deref(), order.link.as_deref())).await?;
        shared(self.db.put_share_info(&new, MOST_SHARES, now()).await?)?;
        let share = self.db.share_info(&ticket.id, &new.receiver).await?.ok_or(Error::NotFound)?;
        Ok((package, share))
    }

    /// The share info to be made of a ticket, and its package.
    pub(super) async fn new_share(
        &self,
        ticket: &Ticket,
        receiver: String,
        (message, link): (Option<&str>, Option<&str>),
    ) -> Result<(Package, NewShare)> {
        if ticket.expires <= now() {
            return Err(Error::Refused("the ticket has expired".to_owned()));
        }
        let message = keyless(message.unwrap_or_default(), "a message")?;
        let link = link.filter(|link| !link.is_empty()).map(|link| keyless_url(link, "the link"));
        let link = link.transpose()?.unwrap_or_default();
        let package = self.shareable(&ticket.owner_id, &ticket.package_id).await?.ok_or(Error::NotFound)?;
        self.check_needs_no_approval(&package, &receiver)?;
        let [a, b, c, d, e, f, g] = random::<7>()?;
        let new = NewShare {
            // 53 bits: what every number of JSON holds (RFC 8259, section 6).
            id: i64::from_be_bytes([0, a & 0x1F, b, c, d, e, f, g]),
            ticket_id: ticket.id.clone(),
            item: self.share_item(ticket),
            owner_id: ticket.owner_id.clone(),
            kind: ticket.kind(),
            receiver,
            message,
            link,
            expires: ticket.expires,
        };
        Ok((package, new))
    }

    /// A page of what was shared by tickets of an account, or of what an address received by tickets and can open: the newest
    /// first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_infos(
        &self,
        of: SharesOf<'_>,
        kind: ShareKind,
        lookup_hash: Option<&str>,
        paging: Paging,
    ) -> Result<Vec<ShareInfo>> {
        Ok(self.db.share_infos(of, kind, lookup_hash, (paging.first, paging.most), now()).await?)
    }

    /// Deletes share infos of a ticket, of an item by its lookup hash, or of both together. Whoever issued a ticket deletes all of it,
    /// and revokes it: nobody makes a share info of it any more. Whoever received it deletes its own. None when there was
    /// nothing to delete.
    ///
    /// # Errors
    /// When neither is named, or there is no such ticket.
    pub async fn delete_shares(
        &self,
        account: &Account,
        ticket: Option<&str>,
        lookup_hash: Option<&str>,
    ) -> Result<Option<Unshared>> {
        let item = self.named_item(ticket, lookup_hash).await?;
        let Some((item, ticket)) = item else { return Ok(None) };
        if let Some(ticket) = ticket.as_ref().filter(|ticket| ticket.owner_id == account.id) {
            self.db.revoke_ticket(&item.package_id, &ticket.id, ticket.expires).await?;
        }
        let by = (account.id.as_str(), account.email.as_str());
        let id = ticket.as_ref().map(|ticket| ticket.id.as_str());
        let receivers = self.db.delete_share_infos(&item, by, id).await?;
        let package = self.db.package(&item.package_id).await?;
        Ok(package.filter(|_| !receivers.is_empty()).map(|package| Unshared { package, item, receivers }))
    }

    /// The item that a ticket or a lookup hash names, or both, and the ticket. None when a lookup hash names nothing.
    ///
    /// # Errors
    /// When neither is given, the ticket is none, or the two are for different items.
    pub(super) async fn named_item(
        &self,
        ticket: Option<&str>,
        lookup_hash: Option<&str>,
    ) -> Result<Option<(ShareItem, Option<Ticket>)>> {
        let given = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        match (given(ticket), given(lookup_hash)) {
            (None, None) => Err(Error::Invalid("auth_ticket or lookup_hash is missing".to_owned())),
            (None, Some(hash)) => Ok(self.db.share_item(&hash).await?.map(|item| (item, None))),
            (Some(text), hash) => {
                let ticket = self.read_ticket(&text)?;
                let item = self.share_item(&ticket);
                if hash.is_some_and(|hash| hash != item.lookup_hash) {
                    return Err(Error::Invalid("lookup_hash is not that of auth_ticket".to_owned()));
                }
                Ok(Some((item, Some(ticket))))
            }
        }
    }

    /// The package that an account may share by tickets: one that it manages, and that does not open through shares alone. None
    /// when it may not, or there is none.
    pub(super) async fn shareable(&self, account_id: &str, package_id: &str) -> Result<Option<Package>> {
        let account = self.db.account(account_id).await?.filter(|account| !account.disabled);
        let Some(account) = account else { return Ok(None) };
        match self.authorize(Access::Manage, &Caller::Account(account), package_id).await {
            Ok(package) => Ok(Some(package).filter(|package| !package.only_shares)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Why tickets open nothing of a package that has had a share: its limits would be none.
pub(super) fn only_shares() -> Error {
    Error::Refused("the package opens through its shares alone".to_owned())
}

/// What came of keeping a share info.
pub(super) fn shared(outcome: Shared) -> Result<()> {
    match outcome {
        Shared::Done => Ok(()),
        Shared::Ended => Err(Error::Refused("the package cannot be opened, or has ended".to_owned())),
        Shared::OnlyShares => Err(only_shares()),
        Shared::Revoked => Err(Error::Refused("the ticket was revoked".to_owned())),
        Shared::Full => Err(Error::Limit(format!("a package has at most {MOST_SHARES} share infos"))),
    }
}
