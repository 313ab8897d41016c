//! Share requests: an account asks another one for what that shares, by a ticket or a lookup hash that it was told. Approving
//! makes a share info; the keyCode, wrapped to the keys of the one who asked, comes along, since the server has none.

use bulla::api::webhook::{EventData, EventType};

use super::share_infos::{MOST_SHARES, shared};
use super::text::keyless;
use super::{Domain, Error, Paging, Result, WrapOrder, now, parse_email, public_keys};
use crate::db::{
    Account, Approved, Asked, NewRequest, Package, PublicKey, RequestFilter, RequestStatus, RequestsOf,
    ShareItem, ShareKind, ShareRequest,
};
use crate::secrets::random_id;

/// Requests of one account that wait, at most.
const MOST_PENDING: u32 = 500;
/// How often what is asked for may have been refused, so that it can be asked for again.
const REFUSALS: u32 = 1;

/// A share request to be made.
#[derive(Clone, Debug, Default)]
pub struct RequestOrder {
    /// The address of the account that is asked.
    pub owner: String,
    /// A ticket for what is asked for, whether or not it holds.
    pub ticket: Option<String>,
    /// The lookup hash of what is asked for.
    pub lookup_hash: Option<String>,
    /// What the request says.
    pub message: Option<String>,
}

/// How a request is approved.
#[derive(Clone, Debug, Default)]
pub struct ApprovalOrder {
    /// A ticket for what was asked for, for the one who asked.
    pub ticket: String,
    /// Where it is opened.
    pub link: Option<String>,
    /// The keyCode, wrapped to keys of the one who asked, each by its id.
    pub key_codes: Vec<(String, WrapOrder)>,
}

impl Domain {
    /// Asks an account for what it shares. What was refused once can be asked for once more.
    ///
    /// # Errors
    /// [`Error::NotFound`] when that account shares no such thing, without saying why; when it is the caller's own, was asked for
    /// already, or 500 requests of the caller wait; and when the message holds a key.
    pub async fn request_share(&self, account: &Account, order: RequestOrder) -> Result<()> {
        let message = keyless(order.message.as_deref().unwrap_or_default(), "a message")?;
        let owner = parse_email(&order.owner)?;
        let named = self.named_item(order.ticket.as_deref(), order.lookup_hash.as_deref()).await?;
        let (item, _) = named.ok_or(Error::NotFound)?;
        let owner = self.db.user(&owner).await?.ok_or(Error::NotFound)?.account;
        if owner.id == account.id {
            return Err(Error::Invalid("nobody asks itself".to_owned()));
        }
        self.shareable(&owner.id, &item.package_id).await?.ok_or(Error::NotFound)?;
        self.db.put_share_item(&item).await?;
        let (owner_id, requester_id) = (owner.id, account.id.clone());
        let new = NewRequest { id: random_id()?, item, owner_id, requester_id, message };
        match self.db.put_request(&new, REFUSALS, MOST_PENDING, now()).await? {
            Asked::Done(id) => {
                let data = EventData {
                    package_id: Some(new.item.package_id),
                    file_id: new.item.file_id,
                    request_id: Some(id),
                    approved: None,
                    by: Some(account.email.clone()),
                };
                self.tell(&new.owner_id, EventType::RequestReceived, &data).await
            }
            Asked::Full => Err(Error::Limit(format!("at most {MOST_PENDING} requests of an account wait"))),
            Asked::Stands(stands) => Err(Error::Refused(
                match stands.status {
                    RequestStatus::Pending => "this was asked for already, and waits for an answer",
                    RequestStatus::Approved => "this was asked for already, and approved",
                    RequestStatus::Declined => "this was declined twice, and is not asked for again",
                }
                .to_owned(),
            )),
        }
    }

    /// A page of the requests that an account has to answer or answered, or of those that it made: the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_requests(
        &self,
        of: RequestsOf<'_>,
        filter: &RequestFilter,
        paging: Paging,
    ) -> Result<Vec<ShareRequest>> {
        Ok(self.db.requests(of, filter, (paging.first, paging.most)).await?)
    }

    /// The public keys of whoever made a request that waits for the account's answer, oldest first.
    ///
    /// # Errors
    /// When no such request waits for it.
    pub async fn requester_keys(&self, account: &Account, id: &str) -> Result<Vec<PublicKey>> {
        let request = self.asked_of(account, id).await?;
        Ok(self.db.public_keys_of(&request.requester_id).await?)
    }

    /// Approves a request that waits for the account's answer: makes a share info for the one who asked, and keeps what was
    /// wrapped to its keys. Answers with the package, what was shared, and that one's address.
    ///
    /// # Errors
    /// When there is no such request, the ticket is not one of the account's own for that item and the one who asked, a key is
    /// another's, and as [`Domain::share`].
    pub async fn approve_request(
        &self,
        account: &Account,
        id: &str,
        order: ApprovalOrder,
    ) -> Result<(Package, ShareItem, String)> {
        let request = self.asked_of(account, id).await?;
        let ticket = self.read_ticket(&order.ticket)?;
        let fits = ticket.owner_id == account.id
            && ticket.kind() == ShareKind::Private
            && ticket.receiver.as_ref() == Some(&request.requester_email)
            && self.share_item(&ticket).lookup_hash == request.item.lookup_hash;
        if !fits {
            return Err(Error::Invalid(
                "the ticket is not the caller's own for what was asked for and for whoever asked".to_owned(),
            ));
        }
        let receiver = request.requester_email.clone();
        let (package, new) = self.new_share(&ticket, receiver, (None, order.link.as_deref())).await?;
        let keys = self.db.public_keys_of(&request.requester_id).await?;
        let mut wrapped = Vec::with_capacity(order.key_codes.len());
        for (key_id, order) in order.key_codes {
            if !keys.iter().any(|key| key.id == key_id) {
                return Err(Error::Invalid("a keyCode is wrapped to a key of whoever asked".to_owned()));
            }
            wrapped.push((key_id, public_keys::checked(&package, order)?));
        }
        match self.db.approve_request(&request.id, &new, &wrapped, MOST_SHARES, now()).await? {
            Approved::Done => {
                self.tell_answer(&request, true).await?;
                Ok((package, request.item, request.requester_email))
            }
            Approved::NotPending => Err(answered()),
            Approved::NotShared(outcome) => shared(outcome).and(Err(Error::NotFound)),
        }
    }

    /// Refuses a request that waits for the account's answer.
    ///
    /// # Errors
    /// When there is no such request, or it was answered.
    pub async fn decline_request(&self, account: &Account, id: &str) -> Result<()> {
        let request = self.asked_of(account, id).await?;
        if !self.db.decline_request(&request.id).await? {
            return Err(answered());
        }
        self.tell_answer(&request, false).await
    }

    /// Tells whoever made a request that it was answered.
    async fn tell_answer(&self, request: &ShareRequest, approved: bool) -> Result<()> {
        let item = request.item.clone();
        let data = EventData {
            package_id: approved.then_some(item.package_id),
            file_id: item.file_id.filter(|_| approved),
            request_id: Some(request.id.clone()),
            approved: Some(approved),
            by: Some(request.owner_email.clone()),
        };
        self.tell(&request.requester_id, EventType::RequestAnswered, &data).await
    }

    /// Deletes a request that the account made or that was made to it. What was shared for it stays shared.
    ///
    /// # Errors
    /// When there is no such request.
    pub async fn delete_request(&self, account: &Account, id: &str) -> Result<()> {
        if self.db.delete_request(id, &account.id).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// A request that waits for the account's answer.
    async fn asked_of(&self, account: &Account, id: &str) -> Result<ShareRequest> {
        let request = self.db.request(id).await?.filter(|request| request.owner_id == account.id);
        let request = request.ok_or(Error::NotFound)?;
        if request.status == RequestStatus::Pending { Ok(request) } else { Err(answered()) }
    }
}

fn answered() -> Error {
    Error::Refused("the request was answered already".to_owned())
}
