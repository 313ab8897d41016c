//! What is on its way to people and programs.

use sqlx::AnyConnection;

use super::webhooks::note;
use super::{Channel, Db, Outcome, Queued, Result};

/// How many are taken at once at most.
const BATCH: i64 = 100;

impl Db {
    /// Puts something on its way.
    ///
    /// # Errors
    /// When the id exists, or the database fails.
    pub async fn enqueue(&self, queued: &Queued, now: i64) -> Result<()> {
        insert(&mut *self.pool.acquire().await?, queued, now).await
    }

    /// Puts on their way what tells recipients, each named by its id, of their package, but for those that were told
    /// before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_notifications(&self, new: &[(String, Queued)], now: i64) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        for (recipient_id, queued) in new {
            let done = sqlx::query("UPDATE recipients SET notified = $2 WHERE id = $1 AND notified IS NULL")
                .bind(recipient_id)
                .bind(now)
                .execute(&mut *transaction)
                .await?;
            if done.rows_affected() == 1 {
                insert(&mut transaction, queued, now).await?;
            }
        }
        transaction.commit().await
    }

    /// Puts on their way what reminds a package's recipients of it, unless that was done before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_reminders(&self, package_id: &str, mails: &[Queued], now: i64) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        let done = sqlx::query("UPDATE packages SET reminded = $2 WHERE id = $1 AND reminded IS NULL")
            .bind(package_id)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        if done.rows_affected() == 1 {
            for queued in mails {
                insert(&mut transaction, queued, now).await?;
            }
        }
        transaction.commit().await
    }

    /// What is due by one way, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox_due(&self, channel: Channel, now: i64) -> Result<Vec<Queued>> {
        sqlx::query_as(
            "SELECT id, channel, address, sealed, attempts, expires FROM outbox \
             WHERE channel = $1 AND due <= $2 ORDER BY due, id LIMIT $3",
        )
        .bind(channel.as_str())
        .bind(now)
        .bind(BATCH)
        .fetch_all(&self.pool)
        .await
    }

    /// Counts an attempt to send, and lets it wait for the next until `again`; false when somebody else
    /// took it, or it is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempt_queued(&self, queued: &Queued, again: i64) -> Result<bool> {
        sqlx::query("UPDATE outbox SET attempts = attempts + 1, due = $3 WHERE id = $1 AND attempts = $2")
            .bind(&queued.id)
            .bind(queued.attempts)
            .bind(again)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// Keeps what came of the attempts to send: what does not wait for another is taken off its way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle(&self, queued: &Queued, outcome: &Outcome, now: i64) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        if !matches!(outcome, Outcome::Waits(_)) {
            sqlx::query("DELETE FROM outbox WHERE id = $1")
                .bind(&queued.id)
                .execute(&mut *transaction)
                .await?;
        }
        if queued.channel == Channel::Webhook {
            note(&mut transaction, queued, outcome, now).await?;
        }
        transaction.commit().await
    }
}

pub(super) async fn insert(connection: &mut AnyConnection, queued: &Queued, now: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO outbox (id, channel, address, sealed, attempts, due, expires) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&queued.id)
    .bind(queued.channel.as_str())
    .bind(&queued.address)
    .bind(&queued.sealed)
    .bind(queued.attempts)
    .bind(now)
    .bind(queued.expires)
    .execute(connection)
    .await
    .map(drop)
}
