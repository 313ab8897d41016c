//! Accounts and their API keys.

use bulla::api::account::Settings;
use data_encoding::BASE64URL_NOPAD;

use super::text::short_text;
use super::{Domain, Error, Result, now, recipients};
use crate::db::{Account, ApiKey, Db};
use crate::secrets::{ServerKey, Subkey, random, random_code, random_id};

/// API keys in force of one account at most, when it makes them itself.
const MOST_KEYS: usize = 100;

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
        Self::issue(db, &key.derive("api secrets"), account, "").await
    }

    async fn issue(db: &Db, secrets: &Subkey, account: Account, description: &str) -> Result<Self> {
        let api_key = BASE64URL_NOPAD.encode(&random::<16>()?);
        let api_secret = random_code()?;
        let sealed = secrets.seal(&api_key, &api_secret)?;
        db.insert_key(&api_key, &sealed, &account.id, description, now()).await?;
        Ok(Self { email: account.email, api_key, api_secret })
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

    /// The API keys of an account that are in force, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys(&self, account: &Account) -> Result<Vec<ApiKey>> {
        Ok(self.db.keys_of(&account.id).await?)
    }

    /// Makes an API key for an account.
    ///
    /// # Errors
    /// When the description cannot be kept, or the account has 100 keys in force.
    pub async fn create_key(&self, account: Account, description: &str) -> Result<NewKey> {
        let description = short_text(description, "a key's description")?;
        if self.db.keys_of(&account.id).await?.len() >= MOST_KEYS {
            return Err(Error::Limit(format!("an account has at most {MOST_KEYS} API keys")));
        }
        NewKey::issue(&self.db, &self.api_secrets, account, &description).await
    }

    /// Replaces how an account is written to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_settings(&self, account: &Account, settings: &Settings) -> Result<()> {
        Ok(self.db.set_settings(&account.id, settings).await?)
    }

    /// Revokes an API key of an account.
    ///
    /// # Errors
    /// When the account has no such key in force.
    pub async fn revoke_key(&self, account: &Account, api_key: &str) -> Result<()> {
        if self.db.revoke_key_of(&account.id, api_key, now()).await? { Ok(()) } else { Err(Error::NotFound) }
    }
}
