//! Webhooks, and what they were told.

use bulla::api::webhook::{DeliveryStatus, EventType};
use sqlx::AnyConnection;

use super::outbox::insert;
use super::{Channel, Db, Delivery, Outcome, Queued, Result, Telling, Webhook};

const WEBHOOK: &str =
    "SELECT w.id, w.account_id, w.url, w.secret, w.events, w.description, w.created FROM webhooks w";

impl Db {
    /// Keeps a webhook of an account that then has at most `most`; false when it would have more.
    ///
    /// # Errors
    /// When the id exists, or the database fails.
    pub async fn insert_webhook(&self, new: &Webhook, most: u32) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        // Holds the account's row, so that of two at once the second counts the first.
        sqlx::query("UPDATE accounts SET email = email WHERE id = $1")
            .bind(&new.account_id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO webhooks (id, account_id, url, secret, events, description, created) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&new.id)
        .bind(&new.account_id)
        .bind(&new.url)
        .bind(&new.sealed_secret)
        .bind(names(&new.events))
        .bind(&new.description)
        .bind(new.created)
        .execute(&mut *transaction)
        .await?;
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM webhooks WHERE account_id = $1")
            .bind(&new.account_id)
            .fetch_one(&mut *transaction)
            .await?;
        if count > i64::from(most) {
            return Ok(false);
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// A webhook, unless its account is disabled.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhook(&self, id: &str) -> Result<Option<Webhook>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{WEBHOOK} JOIN accounts a ON a.id = w.account_id WHERE w.id = $1 AND a.disabled IS NULL"
        )))
        .bind(id)
        .fetch_optional(&self.pool)
        .await
    }

    /// The webhooks of an account, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhooks_of(&self, account_id: &str) -> Result<Vec<Webhook>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{WEBHOOK} WHERE w.account_id = $1 ORDER BY w.created, w.id"
        )))
        .bind(account_id)
        .fetch_all(&self.pool)
        .await
    }

    /// Deletes a webhook of an account, and what waits for it; false when it has no such one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_webhook(&self, account_id: &str, id: &str) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let done = sqlx::query("DELETE FROM webhooks WHERE id = $1 AND account_id = $2")
            .bind(id)
            .bind(account_id)
            .execute(&mut *transaction)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM outbox WHERE channel = $1 AND address = $2")
            .bind(Channel::Webhook.as_str())
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The last deliveries of a webhook, at most `most`, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliveries(&self, webhook_id: &str, most: u32) -> Result<Vec<Delivery>> {
        sqlx::query_as(
            "SELECT id, event, created, status, attempts, attempted, reason FROM deliveries \
             WHERE webhook_id = $1 ORDER BY position DESC LIMIT $2",
        )
        .bind(webhook_id)
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await
    }

    /// Puts on its way what an account is told.
    ///
    /// # Errors
    /// When an id exists, or the database fails.
    pub async fn tell(&self, tellings: &[Telling], now: i64) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        for telling in tellings {
            insert_telling(&mut transaction, telling, now).await?;
        }
        transaction.commit().await
    }

    /// Forgets deliveries of events before `since`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_deliveries(&self, since: i64) -> Result<()> {
        sqlx::query("DELETE FROM deliveries WHERE created < $1")
            .bind(since)
            .execute(&self.pool)
            .await
            .map(drop)
    }
}

/// Puts something on its way; what a webhook is told is noted with it, unless the webhook was deleted meanwhile.
pub(super) async fn insert_telling(
    connection: &mut AnyConnection,
    telling: &Telling,
    now: i64,
) -> Result<()> {
    let Telling { event, queued } = telling;
    insert(&mut *connection, queued, now).await?;
    if queued.channel != Channel::Webhook {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO deliveries (id, webhook_id, position, event, created, status, attempts, reason) \
         SELECT $1, w.id, (SELECT COALESCE(MAX(position), 0) + 1 FROM deliveries WHERE webhook_id = w.id), \
         $3, $4, $5, 0, '' FROM webhooks w WHERE w.id = $2",
    )
    .bind(&queued.id)
    .bind(&queued.address)
    .bind(event.as_str())
    .bind(now)
    .bind(DeliveryStatus::Waiting.as_str())
    .execute(connection)
    .await
    .map(drop)
}

/// Notes what came of the attempts to tell a webhook.
pub(super) async fn note(
    connection: &mut AnyConnection,
    queued: &Queued,
    outcome: &Outcome,
    now: i64,
) -> Result<()> {
    let (status, reason) = match outcome {
        Outcome::Delivered => (DeliveryStatus::Delivered, ""),
        Outcome::Waits(reason) => (DeliveryStatus::Waiting, reason.as_str()),
        Outcome::Failed(reason) => (DeliveryStatus::Failed, reason.as_str()),
    };
    sqlx::query(
        "UPDATE deliveries SET status = $2, reason = $3, attempted = CASE WHEN attempts < $4 THEN $5 ELSE attempted END, \
         attempts = $4 WHERE id = $1",
    )
    .bind(&queued.id)
    .bind(status.as_str())
    .bind(reason)
    .bind(queued.attempts)
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

/// Events as a column has them.
pub(super) fn names(events: &[EventType]) -> String {
    events.iter().map(|event| event.as_str()).collect::<Vec<_>>().join(",")
}
