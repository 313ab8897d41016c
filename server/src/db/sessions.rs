//! Sessions, and the codes and pins that stand for somebody for a short time.

use super::accounts::ACCOUNT;
use super::{Db, Pin, Result, Session};

/// Whom a code is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeOwner {
    /// An account, by its id, which is given an API key.
    Account(String),
    /// A recipient that verifies itself.
    Recipient {
        /// Its id.
        id: String,
        /// In which of its ways.
        way: String,
    },
}

impl CodeOwner {
    /// As the columns `account_id`, `recipient_id` and `way` have it.
    fn columns(&self) -> (Option<&str>, Option<&str>, &str) {
        match self {
            Self::Account(id) => (Some(id), None, ""),
            Self::Recipient { id, way } => (None, Some(id), way),
        }
    }
}

impl Db {
    /// Begins a session, and ends the one that it takes the place of.
    ///
    /// # Errors
    /// When the id exists, or the database fails.
    pub async fn insert_session(
        &self,
        id: &str,
        account_id: &str,
        instead_of: Option<&str>,
        now: i64,
    ) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("INSERT INTO sessions (id, account_id, created, used) VALUES ($1, $2, $3, $3)")
            .bind(id)
            .bind(account_id)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        if let Some(old) = instead_of {
            sqlx::query("DELETE FROM sessions WHERE id = $1").bind(old).execute(&mut *transaction).await?;
        }
        transaction.commit().await
    }

    /// A session that was used after `used_after` and began after `created_after`, of an account that is not
    /// disabled. That it is used now is noted to the minute.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(
        &self,
        id: &str,
        used_after: i64,
        created_after: i64,
        now: i64,
    ) -> Result<Option<Session>> {
        let session: Option<Session> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT s.id, s.created, {ACCOUNT} FROM sessions s JOIN accounts a ON a.id = s.account_id \
             WHERE s.id = $1 AND s.used > $2 AND s.created > $3 AND a.disabled IS NULL"
        )))
        .bind(id)
        .bind(used_after)
        .bind(created_after)
        .fetch_optional(&self.pool)
        .await?;
        if session.is_some() {
            sqlx::query("UPDATE sessions SET used = $2 WHERE id = $1 AND used <= $3")
                .bind(id)
                .bind(now)
                .bind(now - 60)
                .execute(&self.pool)
                .await?;
        }
        Ok(session)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_session(&self, id: &str) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE id = $1").bind(id).execute(&self.pool).await.map(drop)
    }

    /// Keeps a code, and forgets those that its owner had.
    ///
    /// # Errors
    /// When the id exists, or the database fails.
    pub async fn insert_code(&self, id: &str, owner: &CodeOwner, code: &str, expires: i64) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        let (account_id, recipient_id, way) = owner.columns();
        sqlx::query("DELETE FROM codes WHERE account_id = $1 OR (recipient_id = $2 AND way = $3)")
            .bind(account_id)
            .bind(recipient_id)
            .bind(way)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO codes (id, account_id, recipient_id, way, code, attempts, expires) \
             VALUES ($1, $2, $3, $4, $5, 0, $6)",
        )
        .bind(id)
        .bind(account_id)
        .bind(recipient_id)
        .bind(way)
        .bind(code)
        .bind(expires)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await
    }

    /// Counts an attempt at a code, and answers with the code and its owner; `None` when there is no such code,
    /// it has expired, or was attempted `most` times already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempt_code(&self, id: &str, most: i64, now: i64) -> Result<Option<(String, CodeOwner)>> {
        let done = sqlx::query(
            "UPDATE codes SET attempts = attempts + 1 WHERE id = $1 AND expires > $2 AND attempts < $3",
        )
        .bind(id)
        .bind(now)
        .bind(most)
        .execute(&self.pool)
        .await?;
        if done.rows_affected() != 1 {
            return Ok(None);
        }
        let code: Option<(String, Option<String>, Option<String>, String)> =
            sqlx::query_as("SELECT code, account_id, recipient_id, way FROM codes WHERE id = $1")
                .bind(id)
                .fetch_optional(&self.pool)
                .await?;
        Ok(match code {
            Some((code, Some(account_id), _, _)) => Some((code, CodeOwner::Account(account_id))),
            Some((code, None, Some(id), way)) => Some((code, CodeOwner::Recipient { id, way })),
            _ => None,
        })
    }

    /// Takes a code, which then is gone; false when it was gone before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_code(&self, id: &str) -> Result<bool> {
        sqlx::query("DELETE FROM codes WHERE id = $1")
            .bind(id)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// Keeps a pin.
    ///
    /// # Errors
    /// When the id exists, or the database fails.
    pub async fn insert_pin(&self, id: &str, pin: &Pin, expires: i64) -> Result<()> {
        sqlx::query("INSERT INTO pins (id, account_id, email, resets, expires) VALUES ($1, $2, $3, $4, $5)")
            .bind(id)
            .bind(&pin.account_id)
            .bind(&pin.email)
            .bind(i64::from(pin.resets))
            .bind(expires)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Takes a pin, which then is gone; `None` when there is no such pin, or it has expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_pin(&self, id: &str, now: i64) -> Result<Option<Pin>> {
        let pin: Option<Pin> =
            sqlx::query_as("SELECT account_id, email, resets FROM pins WHERE id = $1 AND expires > $2")
                .bind(id)
                .bind(now)
                .fetch_optional(&self.pool)
                .await?;
        let done = sqlx::query("DELETE FROM pins WHERE id = $1").bind(id).execute(&self.pool).await?;
        Ok(pin.filter(|_| done.rows_affected() == 1))
    }

    /// Forgets sessions, codes and pins whose time is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_sessions(&self, used_after: i64, created_after: i64, now: i64) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE used <= $1 OR created <= $2")
            .bind(used_after)
            .bind(created_after)
            .execute(&self.pool)
            .await?;
        sqlx::query("DELETE FROM codes WHERE expires <= $1").bind(now).execute(&self.pool).await?;
        sqlx::query("DELETE FROM pins WHERE expires <= $1").bind(now).execute(&self.pool).await.map(drop)
    }
}
