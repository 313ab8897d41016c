//! Accounts and their API keys.

use data_encoding::BASE64URL_NOPAD;

use super::{Domain, Error, Result, now, recipients};
use crate::db::{Account, ApiKey, Db};
use crate::secrets::{ServerKey, random, random_code, random_id};

/// A new API key. The secret is shown once: the server keeps it sealed under its own key, because signatures
/// can only be checked with it.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Whose it is.
    pub email: String,
    /// The public half.
    pub api_key: String,
    /// The secret half.
    pub api_secret: String,
}

impl NewKey {
    /// Makes a key for the account of `email`, and the account when there is none.
    ///
    /// # Errors
    /// When `email` is no e-mail address or its account is disabled, or the database fails.
    pub async fn create(db: &Db, key: &ServerKey, email: &str) -> Result<Self> {
        let email = recipients::parse_email(email)?;
        let account = db.ensure_account(&random_id()?, &email, now()).await?;
        if account.disabled {
            return Err(Error::Refused("the account is disabled".to_owned()));
        }
        let api_key = BASE64URL_NOPAD.encode(&random::<16>()?);
        let api_secret = random_code()?;
        let sealed = key.derive("api secrets").seal(&api_key, &api_secret)?;
        db.insert_key(&api_key, &sealed, &account.id, "", now()).await?;
        Ok(Self { email, api_key, api_secret })
    }
}

impl Domain {
    /// The account behind an API key in force, and the key's secret.
    ///
    /// # Errors
    /// When the database fails, or the secret was sealed under another server key.
    pub async fn key(&self, api_key: &str) -> Result<Option<(Account, String)>> {
        let Some(ApiKey { api_key, sealed_secret, account, .. }) = self.db.key(api_key).await? else {
            return Ok(None);
        };
        let secret = self.api_secrets.open(&api_key, &sealed_secret);
        let secret =
            secret.ok_or_else(|| Error::Internal("an API secret is not of this server key".into()))?;
        Ok(Some((account, secret)))
    }
}
