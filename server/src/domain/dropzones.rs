//! Dropzones: entrances for senders without an account.

use super::{Caller, Domain, Error, Result, now, parse_email};
use crate::db::{Account, Db, Dropzone, Package};
use crate::secrets::random_id;

/// How long a confirmed sender's token holds, in seconds.
const TOKEN_LIFE: i64 = 60 * 60;

/// Makes a Dropzone for the account of `email`, and the account when there is none.
///
/// # Errors
/// When `email` is no e-mail address, or the database fails.
pub async fn create_dropzone(db: &Db, email: &str) -> Result<Dropzone> {
    let account = db.ensure_account(&random_id()?, &parse_email(email)?, now()).await?;
    let new = Dropzone { id: random_id()?, account, created: now(), revoked: None };
    db.insert_dropzone(&new).await?;
    Ok(new)
}

impl Domain {
    /// Whoever comes through a Dropzone in force, or a request; none where there is no such one.
    ///
    /// # Errors
    /// When it is a request that has ended.
    pub async fn entrance(&self, id: &str) -> Result<Option<Caller>> {
        let (owner, request) = match self.db.dropzone(id).await? {
            Some(dropzone) => (dropzone.account, None),
            None => match self.lasting_file_request(id).await? {
                Some((request, owner)) => (owner, Some(Box::new(request))),
                None => return Ok(None),
            },
        };
        Ok(Some(Caller::Dropzone { id: id.to_owned(), owner: Some(owner), request }))
    }

    /// A token that says, to whoever finalizes a package of this Dropzone, that `email` is the sender's, and for how
    /// many seconds it holds. The Dropzone's owner stands for that.
    ///
    /// # Errors
    /// When the account has no such Dropzone, or that is no e-mail address.
    pub async fn confirm_sender(&self, account: &Account, id: &str, email: &str) -> Result<(String, u64)> {
        let dropzone = self.db.dropzone(id).await?.filter(|dropzone| dropzone.account.id == account.id);
        let dropzone = dropzone.ok_or(Error::NotFound)?;
        let (end, email) = ((now() + TOKEN_LIFE).to_string(), parse_email(email)?);
        let tag = self.senders.tag(&[&dropzone.id, &end, &email]);
        Ok((format!("{end}.{tag}.{email}"), TOKEN_LIFE.unsigned_abs()))
    }

    /// The address that a token confirms for a Dropzone; none when it does not hold there, or no longer.
    pub(super) fn confirmed_sender(&self, dropzone_id: &str, token: &str) -> Option<String> {
        let (end, rest) = token.split_once('.')?;
        let (tag, email) = rest.split_once('.')?;
        let genuine = self.senders.verify(&[dropzone_id, end, email], tag);
        let lasts = end.parse().is_ok_and(|end: i64| end > now());
        (genuine && lasts).then(|| email.to_owned())
    }
}

impl Package {
    /// The package's link, without the fragment that holds the keyCode.
    pub fn link(&self, origin: &str) -> String {
        format!("{origin}/receive/?thread={}&packageCode={}", self.id, self.code)
    }

    /// Whether it was sent to the owner of a Dropzone, which needs no other recipients.
    pub fn is_dropped(&self) -> bool {
        self.dropzone.is_some() && self.account_id.is_some()
    }

    /// The account that sent it; none when it came through a Dropzone, whoever that belongs to.
    pub fn sender_id(&self) -> Option<&str> {
        self.account_id.as_deref().filter(|_| self.dropzone.is_none())
    }
}
