//! Request shares: requests that a program makes. It has no private key to give them, so each takes the key of a request that its
//! owner made on a device before: that one is the folder into which things come.

use std::collections::HashSet;

use super::file_requests::{MOST_REQUESTS, checked_terms};
use super::letters::Message;
use super::outbox::NOTIFICATION_LIFE;
use super::text::{keyless, letter_text};
use super::{Domain, Error, Result, now, parse_email};
use crate::db::{Account, FileRequest, Queued, RequestTerms};
use crate::secrets::random_id;

/// Whom a request is sent to at most.
const MOST_ADDRESSES: usize = 1000;

/// The request whose key another one takes.
#[derive(Clone, Debug)]
pub enum Folder {
    /// By its id.
    Id(String),
    /// By its title.
    Title(String),
}

/// Whom a request is sent to by e-mail, and what that says. Without its fragment its link lets nobody send.
#[derive(Clone, Debug)]
pub struct RequestNotice {
    /// The addresses.
    pub emails: Vec<String>,
    /// The subject; empty for one that says who asks.
    pub subject: String,
    /// What the owner writes; may be empty.
    pub body: String,
    /// Whether the owner gets the same.
    pub cc_sender: bool,
    /// Where requests are, without an id.
    pub page: String,
}

impl Domain {
    /// Makes a request with the key of another one of the account's, and writes to those who shall send.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the account has no such request, or deleted it; when a term, an address or a text cannot be kept, the
    /// account has too many requests, or this server sends no e-mail and should.
    pub async fn share_request(
        &self,
        account: &Account,
        folder: &Folder,
        terms: RequestTerms,
        notice: Option<RequestNotice>,
    ) -> Result<FileRequest> {
        let known = match folder {
            Folder::Id(id) => self.own_file_request(account, id).await?,
            Folder::Title(title) => {
                let most = u32::try_from(MOST_REQUESTS).unwrap_or(u32::MAX);
                let (requests, _) = self.db.file_requests_of(&account.id, 0, most).await?;
                let mut named = requests.into_iter().filter(|known| known.terms.title == *title);
                // Those that were made of it have its key.
                let first = named.next().ok_or(Error::NotFound)?;
                if named.any(|other| other.public_key != first.public_key) {
                    return Err(Error::Refused("several requests have that title".to_owned()));
                }
                first
            }
        };
        if known.deleted.is_some() {
            return Err(Error::NotFound);
        }
        let request = FileRequest { id: random_id()?, terms: checked_terms(terms)?, created: now(), ..known };
        let letters = match notice {
            Some(notice) => self.invitations(account, &request, notice)?,
            None => Vec::new(),
        };
        if !self.db.insert_file_request(&request, MOST_REQUESTS).await? {
            return Err(Error::Limit(format!("an account has at most {MOST_REQUESTS} requests")));
        }
        for letter in letters {
            self.enqueue(letter).await?;
        }
        Ok(request)
    }

    fn invitations(
        &self,
        owner: &Account,
        request: &FileRequest,
        notice: RequestNotice,
    ) -> Result<Vec<Queued>> {
        if !self.sends_mail() {
            return Err(Error::Invalid("this server sends no e-mail".to_owned()));
        }
        let RequestNotice { emails, subject, body, cc_sender, page } = notice;
        if emails.len() > MOST_ADDRESSES {
            return Err(Error::Limit(format!("a request is sent to at most {MOST_ADDRESSES} addresses")));
        }
        let addresses =
            emails.iter().map(|email| parse_email(email.trim())).collect::<Result<HashSet<_>>>()?;
        let (subject, body) = (keyless(&subject, "a subject")?, letter_text(&body, "a message")?);
        let link = format!("{page}?request={}", request.id);
        let letter = |email: &str, language| {
            let message =
                Message::Asked { sender: &owner.email, subject: &subject, body: &body, link: &link };
            self.sealed_letter(email, language, message, now() + NOTIFICATION_LIFE)
        };
        let mut letters = addresses.iter().map(|email| letter(email, None)).collect::<Result<Vec<_>>>()?;
        if cc_sender {
            letters.push(letter(&owner.email, owner.language)?);
        }
        Ok(letters)
    }
}
