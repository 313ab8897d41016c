//! Recipients and what they opened.

use super::packages::{hold_active, hold_draft};
use super::{Confirmation, Db, Recipient, Result, Role};

const RECIPIENT: &str = "SELECT r.id, r.email, r.code, r.role FROM recipients r WHERE r.package_id = $1";

impl Db {
    /// Adds recipients to a draft or active package that then has at most `most`; those already there stay as
    /// they are. False when it is neither, or would have more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_recipients(
        &self,
        package_id: &str,
        new: &[Recipient],
        most: u32,
        now: i64,
    ) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let held = hold_draft(&mut transaction, package_id, now).await?
            || hold_active(&mut transaction, package_id, now).await?;
        if !held {
            return Ok(false);
        }
        for recipient in new {
            sqlx::query(
                "INSERT INTO recipients (id, package_id, position, email, code, role) VALUES ($1, $2, \
                 (SELECT COALESCE(MAX(position), 0) + 1 FROM recipients WHERE package_id = $2), $3, $4, $5) \
                 ON CONFLICT (package_id, email) DO NOTHING",
            )
            .bind(&recipient.id)
            .bind(package_id)
            .bind(&recipient.email)
            .bind(&recipient.code)
            .bind(recipient.role.as_str())
            .execute(&mut *transaction)
            .await?;
        }
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM recipients WHERE package_id = $1")
            .bind(package_id)
            .fetch_one(&mut *transaction)
            .await?;
        if count > i64::from(most) {
            return Ok(false);
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// The recipients of a package, in the order they were added.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recipients(&self, package_id: &str) -> Result<Vec<Recipient>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{RECIPIENT} ORDER BY r.position")))
            .bind(package_id)
            .fetch_all(&self.pool)
            .await
    }

    /// Removes a recipient from a draft or active package; false when there is no such recipient, or its role is no
    /// longer `role`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_recipient(&self, package_id: &str, id: &str, role: Role, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let held = hold_draft(&mut transaction, package_id, now).await?
            || hold_active(&mut transaction, package_id, now).await?;
        if !held {
            return Ok(false);
        }
        let done = sqlx::query("DELETE FROM recipients WHERE id = $1 AND package_id = $2 AND role = $3")
            .bind(id)
            .bind(package_id)
            .bind(role.as_str())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Keeps that a recipient opened something.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_confirmation(&self, id: &str, new: &Confirmation) -> Result<()> {
        sqlx::query(
            "INSERT INTO confirmations (id, recipient_id, address, at, is_message) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(&new.recipient_id)
        .bind(&new.address)
        .bind(new.at)
        .bind(i64::from(new.is_message))
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// What the recipients of a package opened, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn confirmations(&self, package_id: &str) -> Result<Vec<Confirmation>> {
        sqlx::query_as(
            "SELECT c.recipient_id, c.address, c.at, c.is_message FROM confirmations c \
             JOIN recipients r ON r.id = c.recipient_id WHERE r.package_id = $1 ORDER BY c.at",
        )
        .bind(package_id)
        .fetch_all(&self.pool)
        .await
    }
}
