//! Accounts, API keys, and the requests already seen.

use super::{Account, ApiKey, Db, Result, Seen};

/// The columns of an account.
pub(super) const ACCOUNT: &str = "a.id AS account_id, a.email, a.first_name, a.last_name, a.phone, \
     a.language, a.mail_events, a.admin, CASE WHEN a.disabled IS NULL THEN 0 ELSE 1 END AS disabled";

impl Db {
    /// The account of an e-mail address, made under `id` when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ensure_account(&self, id: &str, email: &str, now: i64) -> Result<Account> {
        sqlx::query(
            "INSERT INTO accounts (id, email, created) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING",
        )
        .bind(id)
        .bind(email)
        .bind(now)
        .execute(&self.pool)
        .await?;
        sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {ACCOUNT} FROM accounts a WHERE a.email = $1")))
            .bind(email)
            .fetch_one(&self.pool)
            .await
    }

    /// Keeps a new API key.
    ///
    /// # Errors
    /// When the key exists, the account does not, or the database fails.
    pub async fn insert_key(
        &self,
        api_key: &str,
        sealed: &str,
        account_id: &str,
        description: &str,
        now: i64,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO api_keys (api_key, account_id, sealed_secret, description, created) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(api_key)
        .bind(account_id)
        .bind(sealed)
        .bind(description)
        .bind(now)
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// An API key, unless it is unknown or revoked, or its account is disabled.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn key(&self, api_key: &str) -> Result<Option<ApiKey>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{} WHERE k.api_key = $1 AND k.revoked IS NULL AND a.disabled IS NULL",
            keys()
        )))
        .bind(api_key)
        .fetch_optional(&self.pool)
        .await
    }

    /// Notes that an API key was used, to the minute.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn key_used(&self, api_key: &str, now: i64) -> Result<()> {
        sqlx::query("UPDATE api_keys SET used = $2 WHERE api_key = $1 AND (used IS NULL OR used <= $3)")
            .bind(api_key)
            .bind(now)
            .bind(now - 60)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Every API key, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys(&self) -> Result<Vec<ApiKey>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{} ORDER BY k.created, k.api_key", keys())))
            .fetch_all(&self.pool)
            .await
    }

    /// The API keys of an account that are in force, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys_of(&self, account_id: &str) -> Result<Vec<ApiKey>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{} WHERE k.account_id = $1 AND k.revoked IS NULL ORDER BY k.created, k.api_key",
            keys()
        )))
        .bind(account_id)
        .fetch_all(&self.pool)
        .await
    }

    /// Revokes an API key of an account; false when the account has no such key in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_key_of(&self, account_id: &str, api_key: &str, now: i64) -> Result<bool> {
        sqlx::query(
            "UPDATE api_keys SET revoked = $3 WHERE api_key = $2 AND account_id = $1 AND revoked IS NULL",
        )
        .bind(account_id)
        .bind(api_key)
        .bind(now)
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected() == 1)
    }

    /// Revokes an API key; false when there is no such key in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_key(&self, api_key: &str, now: i64) -> Result<bool> {
        sqlx::query("UPDATE api_keys SET revoked = $2 WHERE api_key = $1 AND revoked IS NULL")
            .bind(api_key)
            .bind(now)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// Notes that `id` was seen for `used_for`, or says for what it was seen before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn see(&self, id: &str, used_for: &str, now: i64) -> Result<Seen> {
        let done = sqlx::query(
            "INSERT INTO requests_seen (id, used_for, seen) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        )
        .bind(id)
        .bind(used_for)
        .bind(now)
        .execute(&self.pool)
        .await?;
        if done.rows_affected() == 1 {
            return Ok(Seen::Fresh);
        }
        let (used_for, at) = sqlx::query_as("SELECT used_for, seen FROM requests_seen WHERE id = $1")
            .bind(id)
            .fetch_one(&self.pool)
            .await?;
        Ok(Seen::Before { used_for, at })
    }
}

fn keys() -> String {
    format!(
        "SELECT k.api_key, k.sealed_secret, k.description, k.created, k.used, k.revoked, {ACCOUNT} \
         FROM api_keys k JOIN accounts a ON a.id = k.account_id"
    )
}
