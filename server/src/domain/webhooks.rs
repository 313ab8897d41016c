//! Webhooks: programs that an account has told what others do with its packages.

use bulla::api::limits::{MAX_WEBHOOK_URL, PAGE};
use bulla::api::webhook::EventType;
use data_encoding::BASE64;

use super::text::short_text;
use super::{Domain, Error, Result, now};
use crate::db::{Account, Delivery, Webhook};
use crate::secrets::{random, random_id};
use crate::webhook::SECRET_PREFIX;

/// Webhooks of an account at most.
const MOST_WEBHOOKS: u32 = 20;

/// A webhook to be made.
#[derive(Clone, Debug)]
pub struct WebhookOrder {
    /// Where it is.
    pub url: String,
    /// What it is told of.
    pub events: Vec<EventType>,
    /// What its owner calls it.
    pub description: String,
}

impl Domain {
    /// Makes a webhook, and answers with the secret that goes with it.
    ///
    /// # Errors
    /// When nobody can be told at that URL, there is no event, the description cannot be kept, or the account has 20
    /// webhooks.
    pub async fn create_webhook(&self, account: &Account, order: WebhookOrder) -> Result<(Webhook, String)> {
        if order.url.len() > MAX_WEBHOOK_URL {
            return Err(Error::Limit(format!("a webhook's URL has at most {MAX_WEBHOOK_URL} octets")));
        }
        let herald = self.herald.as_ref().ok_or_else(|| Error::Internal("there is no way to tell".into()))?;
        herald.check(&order.url).map_err(|reason| Error::Invalid(reason.to_owned()))?;
        let events: Vec<EventType> =
            EventType::ALL.into_iter().filter(|event| order.events.contains(event)).collect();
        if events.is_empty() {
            return Err(Error::Invalid("a webhook is told of one event at least".to_owned()));
        }
        let id = random_id()?;
        let secret = format!("{SECRET_PREFIX}{}", BASE64.encode(&random::<32>()?));
        let webhook = Webhook {
            account_id: account.id.clone(),
            url: order.url,
            sealed_secret: self.webhook_secrets.seal(&id, &secret)?,
            events,
            description: short_text(&order.description, "a webhook's description")?,
            created: now(),
            id,
        };
        if self.db.insert_webhook(&webhook, MOST_WEBHOOKS).await? {
            return Ok((webhook, secret));
        }
        Err(Error::Limit(format!("an account has at most {MOST_WEBHOOKS} webhooks")))
    }

    /// The webhooks of an account, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhooks(&self, account: &Account) -> Result<Vec<Webhook>> {
        Ok(self.db.webhooks_of(&account.id).await?)
    }

    /// Deletes a webhook. It is told nothing more.
    ///
    /// # Errors
    /// When the account has no such webhook.
    pub async fn delete_webhook(&self, account: &Account, id: &str) -> Result<()> {
        if self.db.delete_webhook(&account.id, id).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// The last 100 things that a webhook was to be told, the newest first, and what came of them.
    ///
    /// # Errors
    /// When the account has no such webhook.
    pub async fn deliveries(&self, account: &Account, id: &str) -> Result<Vec<Delivery>> {
        let webhook = self.db.webhook(id).await?.filter(|webhook| webhook.account_id == account.id);
        let webhook = webhook.ok_or(Error::NotFound)?;
        Ok(self.db.deliveries(&webhook.id, PAGE).await?)
    }
}
