//! Requests: a request is a link with which others, without an account, send its owner files. It is a Dropzone with terms,
//! and with a public key of its own, whose hash stands in the link: to that key they wrap, and only its owner unwraps.

use bulla::api::limits;

use super::letters::Message;
use super::outbox::NOTIFICATION_LIFE;
use super::text::{check_keyless, long_text, short_text};
use super::{Caller, Domain, Error, Page, Paging, Result, WrapOrder, now, openpgp, public_keys};
use crate::db::{Account, Channel, FileRequest, Incoming, NewPackage, Package, RequestTerms, State};
use crate::secrets::random_id;

/// Requests of one account at most.
pub(super) const MOST_REQUESTS: i64 = 1000;
/// How long a request lasts when nobody says otherwise, in seconds.
const DEFAULT_LIFE: i64 = 30 * 24 * 60 * 60;
/// Hours between two e-mails at most.
const LONGEST_INTERVAL: i64 = 366 * 24;

/// A request to be made.
#[derive(Clone, Debug)]
pub struct IncomingOrder {
    /// The public key to which senders encrypt, armored.
    pub public_key: String,
    /// The private key, encrypted to its owner's devices: an armored message, and what one of them signed the public key
    /// with, base64url.
    pub wrapped_key: WrapOrder,
    /// Its terms.
    pub terms: RequestTerms,
}

impl Domain {
    /// The terms of a request when nobody says otherwise.
    pub fn usual_terms() -> RequestTerms {
        RequestTerms { expires: Some(now() + DEFAULT_LIFE), ..RequestTerms::default() }
    }

    /// Makes a request of an account.
    ///
    /// # Errors
    /// When a key is none or too large, a term cannot be kept, or the account has 1000 requests.
    pub async fn create_file_request(&self, account: &Account, order: IncomingOrder) -> Result<FileRequest> {
        if order.public_key.len() > limits::MAX_PUBLIC_KEY {
            return Err(Error::Limit(format!("a public key has at most {} octets", limits::MAX_PUBLIC_KEY)));
        }
        openpgp::check_public_key(&order.public_key)?;
        let WrapOrder { key_code: wrapped_key, signature } = public_keys::checked_order(order.wrapped_key)?;
        let request = FileRequest {
            id: random_id()?,
            account_id: account.id.clone(),
            public_key: order.public_key,
            wrapped_key,
            signature: signature.ok_or_else(|| Error::Invalid("the signature is missing".to_owned()))?,
            terms: checked_terms(order.terms)?,
            created: now(),
            deleted: None,
        };
        if self.db.insert_file_request(&request, MOST_REQUESTS).await? {
            return Ok(request);
        }
        Err(Error::Limit(format!("an account has at most {MOST_REQUESTS} requests")))
    }

    /// The requests of an account, the newest first, each with how many packages came in through it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn file_requests(&self, account: &Account, paging: Paging) -> Result<Page<(FileRequest, u64)>> {
        let (requests, total) = self.db.file_requests_of(&account.id, paging.first, paging.most).await?;
        let mut entries = Vec::with_capacity(requests.len());
        for request in requests {
            let count = self.db.count_incoming(&request.id).await?;
            entries.push((request, count));
        }
        Ok(Page { entries, total, paging })
    }

    /// A request of an account, also one that has ended or was deleted.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the account has no such request.
    pub async fn own_file_request(&self, account: &Account, id: &str) -> Result<FileRequest> {
        self.db
            .file_request(id)
            .await?
            .filter(|request| request.account_id == account.id)
            .ok_or(Error::NotFound)
    }

    /// How many packages came in through a request, also those that were deleted since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_incoming(&self, request: &FileRequest) -> Result<u64> {
        Ok(self.db.count_incoming(&request.id).await?)
    }

    /// Gives a request other terms, and answers with it as it is then.
    ///
    /// # Errors
    /// When a term cannot be kept, or the request was deleted.
    pub async fn change_file_request(
        &self,
        request: FileRequest,
        terms: RequestTerms,
    ) -> Result<FileRequest> {
        // An end that was there already may stay.
        let terms = if terms.expires == request.terms.expires {
            RequestTerms { expires: terms.expires, ..checked_terms(RequestTerms { expires: None, ..terms })? }
        } else {
            checked_terms(terms)?
        };
        let changed = FileRequest { terms, ..request };
        if self.db.update_file_request(&changed).await? { Ok(changed) } else { Err(Error::NotFound) }
    }

    /// Deletes a request: nothing comes in through it any more. What came in stays.
    ///
    /// # Errors
    /// When it was deleted before.
    pub async fn delete_file_request(&self, request: &FileRequest) -> Result<()> {
        if self.db.delete_file_request(&request.id, now()).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// What came in through a request and is there, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incoming(&self, request: &FileRequest, paging: Paging) -> Result<Page<Incoming>> {
        let (entries, total) = self.db.incoming(&request.id, paging.first, paging.most).await?;
        Ok(Page { entries, total, paging })
    }

    /// A request that lasts, and whose it is; none where there is no such one, or its owner is shut out.
    ///
    /// # Errors
    /// When it has ended.
    pub(super) async fn lasting_file_request(&self, id: &str) -> Result<Option<(FileRequest, Account)>> {
        let Some(request) = self.db.file_request(id).await? else { return Ok(None) };
        let Some(owner) = self.db.requester(&request).await? else { return Ok(None) };
        if request.deleted.is_some() {
            return Err(Error::Refused("the request was deleted".to_owned()));
        }
        if request.has_expired(now()) {
            return Err(Error::Refused("the request has expired".to_owned()));
        }
        Ok(Some((request, owner)))
    }

    /// Keeps a new package that goes through a request.
    pub(super) async fn insert_requested(&self, request: &FileRequest, new: &NewPackage) -> Result<()> {
        if self.db.insert_requested(&request.id, new, now()).await? {
            return Ok(());
        }
        Err(Error::Limit("the request has ended, or lets no more in".to_owned()))
    }

    /// Keeps the keyCode of a draft that goes through a request, wrapped to the request's key, and the sender's name.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the package goes through none; when the keyCode is no armored message or too large, the
    /// name cannot be kept, or the package is finalized.
    pub async fn put_requested(&self, package: &Package, key_code: String, name: &str) -> Result<()> {
        self.db.requested(&package.id).await?.ok_or(Error::NotFound)?;
        let WrapOrder { key_code, .. } = public_keys::checked_order(WrapOrder { key_code, signature: None })?;
        let name = short_text(name, "a name")?;
        if self.db.put_requested(&package.id, &key_code, &name, now()).await? {
            return Ok(());
        }
        Err(Error::Refused("the package is finalized, or has ended".to_owned()))
    }

    /// What stands against finalizing a package that goes through a request.
    pub(super) async fn against_requested(
        &self,
        package: &Package,
        sender: Option<&str>,
        locked: bool,
    ) -> Result<Vec<String>> {
        let Some(requested) = self.db.requested(&package.id).await? else { return Ok(Vec::new()) };
        let request = self.db.file_request(&requested.request_id).await?.ok_or(Error::NotFound)?;
        let mut against = Vec::new();
        if requested.key_code.is_none() {
            against.push("the keyCode is not wrapped to the request's key".to_owned());
        }
        if request.terms.require_user_info && (sender.is_none() || requested.name.is_empty()) {
            against.push("the request asks for the sender's name and e-mail address".to_owned());
        }
        if locked {
            against.push(
                "what goes through a request takes no password: its owner would not have it".to_owned(),
            );
        }
        Ok(against)
    }

    /// Tells the owner of a request, once, of a package that came in through it, where the request asks for that. `page`
    /// is where the owner sees it.
    ///
    /// # Errors
    /// When the database fails. Doing it again then tells it.
    pub async fn notice_incoming(&self, package: &Package, page: &str) -> Result<()> {
        if !self.sends_mail() || package.state != State::Active {
            return Ok(());
        }
        let Some(requested) = self.db.requested(&package.id).await? else { return Ok(()) };
        let request = self.db.file_request(&requested.request_id).await?.ok_or(Error::NotFound)?;
        let Some(owner) = self.db.requester(&request).await? else { return Ok(()) };
        let now = now();
        let over = request.terms.track_until.is_some_and(|end| end <= now);
        if !request.terms.notify_on_upload || over {
            return Ok(());
        }
        let message = Message::Incoming { title: &request.terms.title, page };
        let pause = request.terms.send_interval.unwrap_or_default().saturating_mul(60 * 60);
        let mail = self.sealed_letter(
            &owner.email,
            owner.language,
            message,
            now.saturating_add(pause + NOTIFICATION_LIFE),
        )?;
        self.db.notice(&request, &package.id, &mail, now).await?;
        self.queue(Channel::Email).notify_one();
        Ok(())
    }
}

impl Caller {
    /// The request that the caller comes through, and whose it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it comes through none.
    pub fn request(&self) -> Result<(&FileRequest, &Account)> {
        match self {
            Self::Dropzone { owner: Some(owner), request: Some(request), .. } => Ok((request, owner)),
            _ => Err(Error::NotFound),
        }
    }
}

pub(super) fn checked_terms(terms: RequestTerms) -> Result<RequestTerms> {
    for text in [&terms.title, &terms.message] {
        check_keyless(text, "the text")?;
    }
    if terms.expires.is_some_and(|end| end <= now()) {
        return Err(Error::Invalid("the request would have ended already".to_owned()));
    }
    if terms.send_frequency.is_some_and(|most| most < 0)
        || terms.send_interval.is_some_and(|hours| !(0..=LONGEST_INTERVAL).contains(&hours))
    {
        return Err(Error::Invalid(format!(
            "e-mails are as many as you like, with at most {LONGEST_INTERVAL} hours between two of them"
        )));
    }
    Ok(RequestTerms {
        title: short_text(&terms.title, "a request's title")?,
        message: long_text(&terms.message, "a request's message")?,
        ..terms
    })
}
