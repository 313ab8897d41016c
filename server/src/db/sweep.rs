//! What the background task asks for.

use super::{Db, Result};

/// How many packages or files one sweep takes at most.
const BATCH: i64 = 500;

/// Content that has to go: a package's, or one file's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The package.
    pub package_id: String,
    /// The file; none when the whole package ended.
    pub file_id: Option<String>,
}

impl Db {
    /// Marks finalized packages past their end as expired, and says which.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn expire_due(&self, now: i64) -> Result<Vec<String>> {
        sqlx::query_scalar(
            "UPDATE packages SET state = 'expired', updated = $1, ended = $1 \
             WHERE state IN ('pending', 'active') AND expires <= $1 RETURNING id",
        )
        .bind(now)
        .fetch_all(&self.pool)
        .await
    }

    /// Deletes drafts that nobody touched since the given times, without content and with some, and says which.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn abandon(&self, empty_since: i64, draft_since: i64, now: i64) -> Result<Vec<String>> {
        sqlx::query_scalar(
            "UPDATE packages SET state = 'deleted', updated = $3, ended = $3 \
             WHERE (state = 'temp' AND updated <= $1) OR (state = 'in_progress' AND updated <= $2) \
             RETURNING id",
        )
        .bind(empty_since)
        .bind(draft_since)
        .bind(now)
        .fetch_all(&self.pool)
        .await
    }

    /// Ends uploads into workspaces that were begun before `since` and are not complete.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn abandon_uploads(&self, since: i64, now: i64) -> Result<u64> {
        sqlx::query(
            "UPDATE files SET ended = $2 \
             WHERE complete = 0 AND ended IS NULL AND directory_id IS NOT NULL AND created <= $1",
        )
        .bind(since)
        .bind(now)
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected())
    }

    /// Content that ended and is still there, and content to look for a second time: an upload that was under
    /// way at the end may have arrived until `grace` seconds later.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn to_purge(&self, grace: i64, now: i64) -> Result<Vec<Ended>> {
        let due = "ended IS NOT NULL AND (purged IS NULL OR (purged < ended + $1 AND ended + $1 <= $2))";
        let rows: Vec<(String, Option<String>)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT id AS package_id, NULL AS file_id FROM packages WHERE {due} \
             UNION ALL SELECT package_id, id AS file_id FROM files WHERE {due} LIMIT $3"
        )))
        .bind(grace)
        .bind(now)
        .bind(BATCH)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|(package_id, file_id)| Ended { package_id, file_id }).collect())
    }

    /// Notes that the content is gone from the store, and takes the rest of it out of the database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purged(&self, ended: &Ended, now: i64) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        if let Some(file_id) = &ended.file_id {
            sqlx::query(
                "UPDATE files SET purged = $2, name = '', name_tag = NULL, file_key = NULL WHERE id = $1",
            )
            .bind(file_id)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
            sqlx::query("UPDATE activities SET detail = '' WHERE target_id = $1")
                .bind(file_id)
                .execute(&mut *transaction)
                .await?;
        } else {
            sqlx::query(
                "UPDATE packages SET purged = $2, server_secret = '', password_hash = NULL WHERE id = $1",
            )
            .bind(&ended.package_id)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
            for statement in [
                "DELETE FROM contents WHERE package_id = $1",
                "DELETE FROM wrapped_key_codes WHERE package_id = $1",
                "DELETE FROM share_upload_blocks WHERE package_id = $1",
                "DELETE FROM share_uploads WHERE package_id = $1",
                "UPDATE request_packages SET key_code = NULL, name = '' WHERE package_id = $1",
                "DELETE FROM share_infos WHERE lookup_hash IN (SELECT lookup_hash FROM share_items WHERE package_id = $1)",
                "DELETE FROM share_requests WHERE lookup_hash IN (SELECT lookup_hash FROM share_items WHERE package_id = $1)",
                "DELETE FROM share_items WHERE package_id = $1",
                "DELETE FROM phones WHERE recipient_id IN (SELECT id FROM recipients WHERE package_id = $1)",
            ] {
                sqlx::query(statement).bind(&ended.package_id).execute(&mut *transaction).await?;
            }
        }
        transaction.commit().await
    }

    /// Forgets requests seen before `since`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_requests(&self, since: i64) -> Result<u64> {
        sqlx::query("DELETE FROM requests_seen WHERE seen < $1")
            .bind(since)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected())
    }
}
