//! E-mail on its way.

use sqlx::AnyConnection;

use super::{Db, QueuedMail, Result};

/// How many mails are taken at once at most.
const BATCH: i64 = 100;

impl Db {
    /// Puts an e-mail on its way.
    ///
    /// # Errors
    /// When the id exists, or the database fails.
    pub async fn insert_mail(&self, mail: &QueuedMail, now: i64) -> Result<()> {
        insert(&mut *self.pool.acquire().await?, mail, now).await
    }

    /// Puts on their way what tells recipients, each named by its id, of their package, but for those that were told
    /// before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_notifications(&self, new: &[(String, QueuedMail)], now: i64) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        for (recipient_id, mail) in new {
            let done = sqlx::query("UPDATE recipients SET notified = $2 WHERE id = $1 AND notified IS NULL")
                .bind(recipient_id)
                .bind(now)
                .execute(&mut *transaction)
                .await?;
            if done.rows_affected() == 1 {
                insert(&mut transaction, mail, now).await?;
            }
        }
        transaction.commit().await
    }

    /// E-mail whose time has come, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mails_due(&self, now: i64) -> Result<Vec<QueuedMail>> {
        sqlx::query_as(
            "SELECT id, email, sealed, attempts, expires FROM mails WHERE due <= $1 ORDER BY due, id LIMIT $2",
        )
        .bind(now)
        .bind(BATCH)
        .fetch_all(&self.pool)
        .await
    }

    /// Counts an attempt to send an e-mail, and lets it wait for the next until `again`; false when somebody else
    /// took it, or it is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempt_mail(&self, mail: &QueuedMail, again: i64) -> Result<bool> {
        sqlx::query("UPDATE mails SET attempts = attempts + 1, due = $3 WHERE id = $1 AND attempts = $2")
            .bind(&mail.id)
            .bind(mail.attempts)
            .bind(again)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// Takes an e-mail off its way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_mail(&self, id: &str) -> Result<()> {
        sqlx::query("DELETE FROM mails WHERE id = $1").bind(id).execute(&self.pool).await.map(drop)
    }
}

async fn insert(connection: &mut AnyConnection, mail: &QueuedMail, now: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO mails (id, email, sealed, attempts, due, expires) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&mail.id)
    .bind(&mail.email)
    .bind(&mail.sealed)
    .bind(mail.attempts)
    .bind(now)
    .bind(mail.expires)
    .execute(connection)
    .await
    .map(drop)
}
