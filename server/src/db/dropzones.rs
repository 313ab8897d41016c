//! Dropzones.

use super::accounts::ACCOUNT;
use super::{Db, Dropzone, Result};

impl Db {
    /// Keeps a new Dropzone of an account's.
    ///
    /// # Errors
    /// When the id exists, the account does not, or the database fails.
    pub async fn insert_dropzone(&self, new: &Dropzone) -> Result<()> {
        sqlx::query("INSERT INTO dropzones (id, account_id, created) VALUES ($1, $2, $3)")
            .bind(&new.id)
            .bind(&new.account.id)
            .bind(new.created)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// A Dropzone, unless it is unknown or revoked, or its owner is shut out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dropzone(&self, id: &str) -> Result<Option<Dropzone>> {
        let statement =
            format!("{} WHERE d.id = $1 AND d.revoked IS NULL AND a.disabled IS NULL", dropzones());
        sqlx::query_as(sqlx::AssertSqlSafe(statement)).bind(id).fetch_optional(&self.pool).await
    }

    /// Every Dropzone, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dropzones(&self) -> Result<Vec<Dropzone>> {
        let statement = format!("{} ORDER BY d.created, d.id", dropzones());
        sqlx::query_as(sqlx::AssertSqlSafe(statement)).fetch_all(&self.pool).await
    }

    /// Revokes a Dropzone; false when there is no such one in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_dropzone(&self, id: &str, now: i64) -> Result<bool> {
        sqlx::query("UPDATE dropzones SET revoked = $2 WHERE id = $1 AND revoked IS NULL")
            .bind(id)
            .bind(now)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }
}

fn dropzones() -> String {
    format!(
        "SELECT d.id, d.created, d.revoked, {ACCOUNT} FROM dropzones d JOIN accounts a ON a.id = d.account_id"
    )
}
