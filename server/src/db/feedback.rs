//! What clients report.

use super::{Db, Feedback, Result};

impl Db {
    /// Keeps a report, as the last of at most `most`: the oldest go.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_feedback(&self, new: &Feedback, most: u32) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "INSERT INTO feedback (id, position, at, sender, client, message, stacktrace, system_info) SELECT $1, \
             (SELECT COALESCE(MAX(position), 0) + 1 FROM feedback), $2, $3, $4, $5, $6, $7",
        )
        .bind(&new.id)
        .bind(new.at)
        .bind(&new.sender)
        .bind(&new.client)
        .bind(&new.message)
        .bind(&new.stacktrace)
        .bind(&new.system_info)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("DELETE FROM feedback WHERE position <= (SELECT MAX(position) FROM feedback) - $1")
            .bind(i64::from(most))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    /// Every report that is kept, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn feedback(&self) -> Result<Vec<Feedback>> {
        sqlx::query_as(
            "SELECT id, at, sender, client, message, stacktrace, system_info FROM feedback ORDER BY position, id",
        )
        .fetch_all(&self.pool)
        .await
    }

    /// Deletes every report, and says how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear_feedback(&self) -> Result<u64> {
        sqlx::query("DELETE FROM feedback").execute(&self.pool).await.map(|done| done.rows_affected())
    }
}
