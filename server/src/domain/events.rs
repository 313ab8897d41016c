//! What accounts are told of: who hears of what others do, and by which ways.

use std::time::Instant;

use bulla::api::webhook::{Delivered, EventData, EventType};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::letters::Message;
use super::{Domain, Error, Result, now};
use crate::db::{Account, Channel, Queued, Telling};

/// Seconds for which something is worth telling.
const LIFE: i64 = 3 * 24 * 60 * 60;

impl Domain {
    /// What goes out when something happens that an account is told of.
    pub(super) async fn tellings(
        &self,
        account_id: &str,
        event: EventType,
        data: &EventData,
    ) -> Result<Vec<Telling>> {
        let account = self.db.account(account_id).await?.filter(|account| !account.disabled);
        let Some(account) = account else { return Ok(Vec::new()) };
        let mut webhooks = self.db.webhooks_of(account_id).await?;
        webhooks.retain(|webhook| webhook.events.contains(&event));
        let mut queued = Vec::new();
        if !webhooks.is_empty() {
            let body = notice(event, data)?;
            for webhook in webhooks {
                queued.push(self.sealed(Channel::Webhook, &webhook.id, &body, now() + LIFE)?);
            }
        }
        if !self.told_by_request(event, data).await? {
            queued.extend(self.event_mail(&account, event, data)?);
        }
        Ok(queued.into_iter().map(|queued| Telling { event, queued }).collect())
    }

    /// Whether a request's terms, and not the account's settings, decide who is written to: of what comes in through it.
    async fn told_by_request(&self, event: EventType, data: &EventData) -> Result<bool> {
        let (EventType::PackageReceived | EventType::PackageApproved, Some(package)) =
            (event, &data.package_id)
        else {
            return Ok(false);
        };
        Ok(self.db.requested(package).await?.is_some())
    }

    /// The e-mail about an event, where the account wants one and was not just told the same of the same package.
    fn event_mail(&self, account: &Account, event: EventType, data: &EventData) -> Result<Option<Queued>> {
        let Some(origin) = self.rules.public_url.as_deref().filter(|_| self.sends_mail()) else {
            return Ok(None);
        };
        let wanted = account.told_by_mail().contains(&event);
        let package = data.package_id.as_deref().unwrap_or_default();
        let key = format!("{} {} {package}", account.id, event.as_str());
        if !wanted || self.event_mails.attempt(&key, Instant::now()).is_err() {
            return Ok(None);
        }
        let page = match event {
            EventType::RequestReceived => format!("{origin}/packages/?list=requests"),
            _ if package.is_empty() => format!("{origin}/packages/"),
            _ => format!("{origin}/packages/?id={package}"),
        };
        let message = Message::Event {
            event,
            by: data.by.as_deref(),
            approved: data.approved == Some(true),
            page: &page,
            settings: &format!("{origin}/account/"),
        };
        Ok(Some(self.sealed_letter(&account.email, account.language, message, now() + LIFE)?))
    }

    /// Tells an account of something that is in no package's log.
    pub(super) async fn tell(&self, account_id: &str, event: EventType, data: &EventData) -> Result<()> {
        let tellings = self.tellings(account_id, event, data).await?;
        self.db.tell(&tellings, now()).await?;
        self.wake_for(&tellings);
        Ok(())
    }

    /// Has these sent.
    pub(super) fn wake_for(&self, tellings: &[Telling]) {
        for telling in tellings {
            self.queue(telling.queued.channel).notify_one();
        }
    }
}

impl Account {
    /// The events of which it is told by e-mail.
    pub fn told_by_mail(&self) -> &[EventType] {
        self.mail_events.as_deref().unwrap_or(&EventType::USUAL)
    }
}

/// What a webhook is told.
fn notice(event: EventType, data: &EventData) -> Result<String> {
    let at = OffsetDateTime::from_unix_timestamp(now()).map_err(|e| Error::Internal(e.into()))?;
    let timestamp = at.format(&Rfc3339).map_err(|e| Error::Internal(e.into()))?;
    let body = Delivered { r#type: event, timestamp, data: data.clone() };
    serde_json::to_string(&body).map_err(|e| Error::Internal(e.into()))
}
