//! Recipients and what they opened.

use sqlx::AnyConnection;

use super::packages::hold_unended;
use super::{Addressee, Confirmation, Db, PhoneNumber, Reader, Recipient, Result, Role};

const RECIPIENT: &str = "SELECT r.id, r.package_id, r.email, r.code, r.role, r.needs_approval FROM recipients r \
     WHERE r.package_id = $1";

impl Db {
    /// Adds recipients to a draft or active package that then has at most `most`; those already there stay as
    /// they are, but no longer go with a group. False when it is neither, or would have more.
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
        if !hold_unended(&mut transaction, package_id, now).await? {
            return Ok(false);
        }
        insert(&mut transaction, package_id, new).await?;
        if count(&mut transaction, package_id).await? > i64::from(most) {
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

    /// Whom to write to of a package: its recipients, but for those who wait for approval.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn addressees(&self, package_id: &str) -> Result<Vec<Addressee>> {
        sqlx::query_as(
            "SELECT r.id, r.email, a.language, (SELECT COUNT(*) FROM wrapped_key_codes w \
             JOIN public_keys k ON k.id = w.public_key_id \
             WHERE w.package_id = r.package_id AND k.account_id = a.id) AS keys \
             FROM recipients r LEFT JOIN accounts a ON a.email = r.email AND a.disabled IS NULL \
             WHERE r.package_id = $1 AND r.needs_approval = 0 ORDER BY r.position",
        )
        .bind(package_id)
        .fetch_all(&self.pool)
        .await
    }

    /// The account of an address that is written to of a share of a package, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reader(&self, package_id: &str, email: &str) -> Result<Option<Reader>> {
        sqlx::query_as(
            "SELECT a.language, (SELECT COUNT(*) FROM wrapped_key_codes w \
             JOIN public_keys k ON k.id = w.public_key_id \
             JOIN recipients r ON r.package_id = w.package_id AND r.email = a.email AND r.needs_approval = 0 \
             WHERE w.package_id = $1 AND k.account_id = a.id) AS keys \
             FROM accounts a WHERE a.email = $2 AND a.disabled IS NULL",
        )
        .bind(package_id)
        .bind(email)
        .fetch_optional(&self.pool)
        .await
    }

    /// Removes a recipient from a draft or active package; false when there is no such recipient, or its role is no
    /// longer `role`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_recipient(&self, package_id: &str, id: &str, role: Role, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_unended(&mut transaction, package_id, now).await? {
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

    /// Keeps that a recipient opened something, unless it did from the same address after `since`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_confirmation(&self, id: &str, new: &Confirmation, since: i64) -> Result<()> {
        sqlx::query(
            "INSERT INTO confirmations (id, recipient_id, address, at, is_message, file_id) \
             SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM confirmations \
             WHERE recipient_id = $2 AND address = $3 AND at > $7 AND is_message = $5 \
             AND COALESCE(file_id, '') = COALESCE($6, ''))",
        )
        .bind(id)
        .bind(&new.recipient_id)
        .bind(&new.address)
        .bind(new.at)
        .bind(i64::from(new.is_message))
        .bind(&new.file_id)
        .bind(since)
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// Keeps a phone number of a recipient of a draft or active package, as the last of at most `most`; false when
    /// there is no such recipient or package.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_phone(&self, package_id: &str, new: &PhoneNumber, most: u32, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_unended(&mut transaction, package_id, now).await? {
            return Ok(false);
        }
        let done = sqlx::query(
            "INSERT INTO phones (recipient_id, country_code, number, position) SELECT r.id, $3, $4, \
             (SELECT COALESCE(MAX(position), 0) + 1 FROM phones WHERE recipient_id = $2) \
             FROM recipients r WHERE r.package_id = $1 AND r.id = $2 \
             ON CONFLICT (recipient_id, country_code, number) DO UPDATE SET position = excluded.position",
        )
        .bind(package_id)
        .bind(&new.recipient_id)
        .bind(i64::from(new.country_code))
        .bind(&new.number)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        sqlx::query(
            "DELETE FROM phones WHERE recipient_id = $1 AND position <= \
             (SELECT MAX(position) FROM phones WHERE recipient_id = $1) - $2",
        )
        .bind(&new.recipient_id)
        .bind(i64::from(most))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The phone numbers of the recipients of packages, the last used first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn phones(&self, package_ids: &[&str]) -> Result<Vec<PhoneNumber>> {
        let statement = "SELECT n.recipient_id, n.country_code, n.number FROM phones n \
             JOIN recipients r ON r.id = n.recipient_id WHERE r.package_id IN (?) ORDER BY n.position DESC";
        self.of_all(statement, package_ids).await
    }

    /// What the recipients of packages opened, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn confirmations(&self, package_ids: &[&str]) -> Result<Vec<Confirmation>> {
        let statement = "SELECT c.recipient_id, c.address, c.at, c.is_message, c.file_id FROM confirmations c \
             JOIN recipients r ON r.id = c.recipient_id WHERE r.package_id IN (?) ORDER BY c.at";
        self.of_all(statement, package_ids).await
    }
}

/// Adds recipients that no group brings, also where one did, in a transaction that holds the package's row.
async fn insert(connection: &mut AnyConnection, package_id: &str, new: &[Recipient]) -> Result<()> {
    insert_or(connection, package_id, new, None, "UPDATE SET group_id = NULL").await
}

/// Adds recipients that a group brings, but for those already there, in a transaction that holds the package's row.
pub(super) async fn insert_by_group(
    connection: &mut AnyConnection,
    package_id: &str,
    new: &[Recipient],
    group_id: &str,
) -> Result<()> {
    insert_or(connection, package_id, new, Some(group_id), "NOTHING").await
}

async fn insert_or(
    connection: &mut AnyConnection,
    package_id: &str,
    new: &[Recipient],
    group_id: Option<&str>,
    otherwise: &'static str,
) -> Result<()> {
    let statement = format!(
        "INSERT INTO recipients (id, package_id, position, email, code, role, needs_approval, group_id) VALUES ($1, $2, \
         (SELECT COALESCE(MAX(position), 0) + 1 FROM recipients WHERE package_id = $2), $3, $4, $5, $6, $7) \
         ON CONFLICT (package_id, email) DO {otherwise}"
    );
    for recipient in new {
        sqlx::query(sqlx::AssertSqlSafe(statement.clone()))
            .bind(&recipient.id)
            .bind(package_id)
            .bind(&recipient.email)
            .bind(&recipient.code)
            .bind(recipient.role.as_str())
            .bind(i64::from(recipient.needs_approval))
            .bind(group_id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// How many recipients a package has.
pub(super) async fn count(connection: &mut AnyConnection, package_id: &str) -> Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM recipients WHERE package_id = $1")
        .bind(package_id)
        .fetch_one(connection)
        .await
}
