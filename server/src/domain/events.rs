//! What accounts are told of: who hears of what others do, and by which ways.

use bulla::api::webhook::{Delivered, EventData, EventType};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Domain, Error, Result, now};
use crate::db::{Channel, Telling};

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
        let mut webhooks = self.db.webhooks_of(account_id).await?;
        webhooks.retain(|webhook| webhook.events.contains(&event));
        if webhooks.is_empty() {
            return Ok(Vec::new());
        }
        let at = OffsetDateTime::from_unix_timestamp(now()).map_err(|e| Error::Internal(e.into()))?;
        let timestamp = at.format(&Rfc3339).map_err(|e| Error::Internal(e.into()))?;
        let body = Delivered { r#type: event, timestamp, data: data.clone() };
        let body = serde_json::to_string(&body).map_err(|e| Error::Internal(e.into()))?;
        let telling =
            |id: &str| Ok(Telling { event, queued: self.sealed(Channel::Webhook, id, &body, now() + LIFE)? });
        webhooks.iter().map(|webhook| telling(&webhook.id)).collect()
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
