//! Packages, their messages and their seals.

use sqlx::AnyConnection;

use super::directories::put_directory;
use super::{Db, Directory, NewPackage, Package, Pickup, Result, State};

pub(super) const PACKAGE: &str = "SELECT p.id, p.code, p.server_secret, p.account_id, p.dropzone, p.sender, p.suite, \
     p.life, p.state, p.pickup, p.created, p.updated, p.finalized, p.expires, p.checksum_hash, \
     p.password_hash, p.proof_hash, p.undisclosed, p.root_directory_id, p.label, p.archived, p.browser, p.os, p.read_only_pdf, p.notify, p.remind_days, \
     p.sender_confirmed, p.only_shares, p.only_verified, p.server_encrypted, \
     CASE WHEN EXISTS (SELECT 1 FROM contents c WHERE c.package_id = p.id AND c.message IS NOT NULL) \
     THEN 1 ELSE 0 END AS has_message, \
     CASE WHEN EXISTS (SELECT 1 FROM recipients r WHERE r.package_id = p.id AND r.needs_approval = 1) \
     THEN 1 ELSE 0 END AS has_unapproved FROM packages p";

/// What finalizing writes.
#[derive(Clone, Debug)]
pub struct Finalization {
    /// SHA-256 of the checksum.
    pub checksum_hash: String,
    /// The door's password, as an Argon2id hash.
    pub password_hash: Option<String>,
    /// SHA-256 of the proof of the password that locks the link.
    pub proof_hash: Option<String>,
    /// Whether whoever has the link may open it.
    pub undisclosed: bool,
    /// The sender's address, when it was not known before.
    pub sender: Option<String>,
    /// Whether that is known to be the sender's.
    pub sender_confirmed: bool,
    /// The seal.
    pub seal: Option<String>,
    /// Whether the sender asks that PDF files be shown and not saved.
    pub read_only_pdf: bool,
    /// Whether the sender asks that recipients be written to.
    pub notify: bool,
    /// Whether it waits for approval if it is open to whoever has the link, or a recipient needs approval.
    pub approval: bool,
    /// Whether the owner of its Dropzone needs approval as a recipient does.
    pub owner_needs_approval: bool,
}

impl Db {
    /// Keeps a new package, in state temporary; or a new workspace, active, with its root directory.
    ///
    /// # Errors
    /// When the id or code exists, or the database fails.
    pub async fn insert_package(&self, new: &NewPackage, now: i64) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        put_package(&mut transaction, new, now).await?;
        transaction.commit().await
    }

    /// The package of an id or of a link's code.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn package(&self, id_or_code: &str) -> Result<Option<Package>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{PACKAGE} WHERE p.id = $1 OR p.code = $1")))
            .bind(id_or_code)
            .fetch_optional(&self.pool)
            .await
    }

    /// The package of a link's code.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn package_by_code(&self, code: &str) -> Result<Option<Package>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{PACKAGE} WHERE p.code = $1")))
            .bind(code)
            .fetch_optional(&self.pool)
            .await
    }

    /// Marks a draft or a workspace as touched; false when no file can be added to it any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_open(&self, id: &str, now: i64) -> Result<bool> {
        hold_open(&mut *self.pool.acquire().await?, id, now).await
    }

    /// Marks a draft as one that the server encrypts files for, under the keyCode with this checksum's hash; false when it is none,
    /// or did so under another one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_intake(&self, id: &str, checksum_hash: &str, now: i64) -> Result<bool> {
        sqlx::query(
            "UPDATE packages SET server_encrypted = 1, intake_checksum_hash = $2, updated = $3 WHERE id = $1 \
             AND state IN ('temp', 'in_progress') AND root_directory_id IS NULL \
             AND (intake_checksum_hash IS NULL OR intake_checksum_hash = $2) \
             AND NOT EXISTS (SELECT 1 FROM request_packages g WHERE g.package_id = packages.id)",
        )
        .bind(id)
        .bind(checksum_hash)
        .bind(now)
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected() == 1)
    }

    /// Says whether the server may encrypt more files for a secure share's package: it did before, the package is active, and has no
    /// seal.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_late_intake(&self, id: &str, now: i64) -> Result<bool> {
        hold_taking_in(&mut *self.pool.acquire().await?, id, now).await
    }

    /// Sets the life of a package that is no workspace and a draft, or finalized and not past its end, and when it reminds its
    /// recipients; a finalized one then expires `life` days after it was finalized. False when it is neither, or would have
    /// expired already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_life(&self, id: &str, life: u32, remind_days: u32, now: i64) -> Result<bool> {
        sqlx::query(
            "UPDATE packages SET life = $2, remind_days = $4, reminded = NULL, updated = $3, \
             expires = CASE WHEN state IN ('pending', 'active') AND $2 > 0 THEN finalized + $2 * 86400 ELSE NULL END \
             WHERE id = $1 AND root_directory_id IS NULL AND (state IN ('temp', 'in_progress') \
             OR (state IN ('pending', 'active') AND (expires IS NULL OR expires > $3) \
             AND ($2 = 0 OR finalized + $2 * 86400 > $3)))",
        )
        .bind(id)
        .bind(i64::from(life))
        .bind(now)
        .bind(i64::from(remind_days))
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected() == 1)
    }

    /// Packages of accounts that nobody opened and whose recipients are to be reminded of them, at most `most`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reminders_due(&self, most: u32, now: i64) -> Result<Vec<Package>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{PACKAGE} WHERE p.state = 'active' AND p.pickup = 'waiting' AND p.reminded IS NULL AND p.remind_days > 0 \
             AND p.account_id IS NOT NULL AND p.dropzone IS NULL \
             AND p.expires > $1 AND p.expires - p.remind_days * 86400 <= $1 ORDER BY p.expires LIMIT $2"
        )))
        .bind(now)
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await
    }

    /// Finalizes a draft whose files are all complete and that holds a file or a message, and that has
    /// recipients or needs none, as for the owner of its Dropzone; and, where it goes through a request, whose keyCode is
    /// encrypted to that, while it lasts. False when it is no such draft.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finalize(&self, id: &str, end: &Finalization, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_draft(&mut transaction, id, now).await? {
            return Ok(false);
        }
        let done = sqlx::query(
            "UPDATE packages SET state = CASE WHEN $8 = 1 AND ($4 = 1 OR $9 = 1 OR EXISTS (SELECT 1 FROM recipients r \
             WHERE r.package_id = $1 AND r.needs_approval = 1)) THEN 'pending' ELSE 'active' END, \
             checksum_hash = $2, password_hash = $3, proof_hash = $12, undisclosed = $4, \
             sender = COALESCE($5, sender), sender_confirmed = $10, finalized = $6, read_only_pdf = $7, notify = $11, \
             expires = CASE WHEN life > 0 THEN $6 + life * 86400 ELSE NULL END \
             WHERE id = $1 AND (intake_checksum_hash IS NULL OR intake_checksum_hash = $2) \
             AND NOT EXISTS (SELECT 1 FROM files f WHERE f.package_id = $1 AND f.ended IS NULL AND f.complete = 0) \
             AND (EXISTS (SELECT 1 FROM files f WHERE f.package_id = $1 AND f.ended IS NULL) \
             OR EXISTS (SELECT 1 FROM contents c WHERE c.package_id = $1 AND c.message IS NOT NULL)) \
             AND ($4 = 1 OR (dropzone IS NOT NULL AND account_id IS NOT NULL) \
             OR EXISTS (SELECT 1 FROM recipients r WHERE r.package_id = $1)) \
             AND NOT EXISTS (SELECT 1 FROM request_packages g JOIN requests q ON q.id = g.request_id \
             WHERE g.package_id = $1 AND (g.key_code IS NULL OR q.deleted IS NOT NULL OR q.expires <= $6))",
        )
        .bind(id)
        .bind(&end.checksum_hash)
        .bind(&end.password_hash)
        .bind(i64::from(end.undisclosed))
        .bind(&end.sender)
        .bind(now)
        .bind(i64::from(end.read_only_pdf))
        .bind(i64::from(end.approval))
        .bind(i64::from(end.owner_needs_approval))
        .bind(i64::from(end.sender_confirmed))
        .bind(i64::from(end.notify))
        .bind(&end.proof_hash)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        if let Some(seal) = &end.seal {
            put_content(&mut transaction, id, "seal", seal).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Keeps the message of a draft or of an active package; false when it is neither.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_message(&self, id: &str, message: &str, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let held = hold_unended(&mut transaction, id, now).await?;
        if held {
            put_content(&mut transaction, id, "message", message).await?;
            transaction.commit().await?;
        }
        Ok(held)
    }

    /// Keeps a new seal of an active package; false when it is not active.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_seal(&self, id: &str, seal: &str, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let held = hold_active(&mut transaction, id, now).await?;
        if held {
            put_content(&mut transaction, id, "seal", seal).await?;
            transaction.commit().await?;
        }
        Ok(held)
    }

    /// The message.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn message(&self, id: &str) -> Result<Option<String>> {
        let row: Option<(Option<String>,)> =
            sqlx::query_as("SELECT message FROM contents WHERE package_id = $1")
                .bind(id)
                .fetch_optional(&self.pool)
                .await?;
        Ok(row.and_then(|(message,)| message))
    }

    /// The seal.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seal(&self, id: &str) -> Result<Option<String>> {
        let row: Option<(Option<String>,)> =
            sqlx::query_as("SELECT seal FROM contents WHERE package_id = $1")
                .bind(id)
                .fetch_optional(&self.pool)
                .await?;
        Ok(row.and_then(|(seal,)| seal))
    }

    /// Deletes a package; false when it was deleted before. With `draft_only` only one that is not finalized.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_package(&self, id: &str, draft_only: bool, now: i64) -> Result<bool> {
        let from = if draft_only { "state IN ('temp', 'in_progress')" } else { "state <> 'deleted'" };
        // What had expired keeps the time of its end, so that its content goes no later.
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "UPDATE packages SET state = 'deleted', updated = $2, ended = COALESCE(ended, $2) \
             WHERE id = $1 AND {from}"
        )))
        .bind(id)
        .bind(now)
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected() == 1)
    }

    /// Approves a package that waits, which is active from now on, and all recipients; false when there was nothing
    /// to approve.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn approve(&self, id: &str, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let opened = sqlx::query(
            "UPDATE packages SET state = 'active', updated = $2, finalized = $2, \
             expires = CASE WHEN life > 0 THEN $2 + life * 86400 ELSE NULL END \
             WHERE id = $1 AND state = 'pending' AND (expires IS NULL OR expires > $2)",
        )
        .bind(id)
        .bind(now)
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        if opened == 0 && !hold_active(&mut transaction, id, now).await? {
            return Ok(false);
        }
        let agreed = sqlx::query(
            "UPDATE recipients SET needs_approval = 0 WHERE package_id = $1 AND needs_approval = 1",
        )
        .bind(id)
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        transaction.commit().await?;
        Ok(opened + agreed > 0)
    }

    /// Archives a finalized package, at the first time; false when it is not finalized, or deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn archive(&self, id: &str, now: i64) -> Result<bool> {
        sqlx::query(
            "UPDATE packages SET archived = COALESCE(archived, $2) WHERE id = $1 AND state IN ('active', 'expired')",
        )
        .bind(id)
        .bind(now)
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected() == 1)
    }

    /// Takes a package out of the archive; false when it is deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unarchive(&self, id: &str) -> Result<bool> {
        sqlx::query("UPDATE packages SET archived = NULL WHERE id = $1 AND state <> 'deleted'")
            .bind(id)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// Moves pickup of an active package, but not of a workspace, forward: to in progress, or to complete once every file was fetched.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn advance_pickup(&self, id: &str) -> Result<()> {
        sqlx::query(
            "UPDATE packages SET pickup = CASE WHEN EXISTS (SELECT 1 FROM files f WHERE f.package_id = $1 \
             AND f.ended IS NULL AND f.picked_up = 0) THEN $2 ELSE $3 END \
             WHERE id = $1 AND state = 'active' AND pickup <> $3 AND root_directory_id IS NULL",
        )
        .bind(id)
        .bind(Pickup::InProgress.as_str())
        .bind(Pickup::Complete.as_str())
        .execute(&self.pool)
        .await
        .map(drop)
    }
}

/// Keeps a new package, as [`Db::insert_package`].
pub(super) async fn put_package(connection: &mut AnyConnection, new: &NewPackage, now: i64) -> Result<()> {
    let root = new.root_directory_id.as_deref();
    let state = if root.is_some() { State::Active } else { State::Temp };
    sqlx::query(
        "INSERT INTO packages (id, code, server_secret, account_id, dropzone, sender, suite, life, state, \
         pickup, created, updated, finalized, undisclosed, root_directory_id, browser, os) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10, $10, $11, 0, $12, $13, $14)",
    )
    .bind(&new.id)
    .bind(&new.code)
    .bind(&new.server_secret)
    .bind(&new.account_id)
    .bind(&new.dropzone)
    .bind(&new.sender)
    .bind(&new.suite)
    .bind(i64::from(new.life))
    .bind(state.as_str())
    .bind(now)
    .bind(root.map(|_| now))
    .bind(root)
    .bind(&new.browser)
    .bind(&new.os)
    .execute(&mut *connection)
    .await?;
    let Some(root) = root else { return Ok(()) };
    let root =
        Directory { id: root.to_owned(), parent_id: None, name: String::new(), name_tag: None, created: now };
    put_directory(connection, &new.id, &root).await
}

/// Marks a draft as having content, and holds its row until the transaction ends; false when it is no draft.
pub(super) async fn hold_draft(connection: &mut AnyConnection, id: &str, now: i64) -> Result<bool> {
    sqlx::query(
        "UPDATE packages SET state = 'in_progress', updated = $2 \
         WHERE id = $1 AND state IN ('temp', 'in_progress')",
    )
    .bind(id)
    .bind(now)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Marks what files can be added to, a draft or a workspace, as having content, and holds its row until the
/// transaction ends; false when it is neither.
pub(super) async fn hold_open(connection: &mut AnyConnection, id: &str, now: i64) -> Result<bool> {
    sqlx::query(
        "UPDATE packages SET state = CASE WHEN state = 'temp' THEN 'in_progress' ELSE state END, updated = $2 \
         WHERE id = $1 AND (state IN ('temp', 'in_progress') \
         OR (state = 'active' AND root_directory_id IS NOT NULL))",
    )
    .bind(id)
    .bind(now)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Touches an active package, and holds its row until the transaction ends; false when it is not active.
pub(super) async fn hold_active(connection: &mut AnyConnection, id: &str, now: i64) -> Result<bool> {
    sqlx::query(
        "UPDATE packages SET updated = $2 \
         WHERE id = $1 AND state = 'active' AND (expires IS NULL OR expires > $2)",
    )
    .bind(id)
    .bind(now)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Holds the row of an active package without a seal that opens to verified recipients alone, and for which the server encrypted
/// before, until the transaction ends; false when it is none.
pub(super) async fn hold_taking_in(connection: &mut AnyConnection, id: &str, now: i64) -> Result<bool> {
    sqlx::query(
        "UPDATE packages SET updated = $2 \
         WHERE id = $1 AND state = 'active' AND (expires IS NULL OR expires > $2) \
         AND server_encrypted = 1 AND only_verified = 1 AND root_directory_id IS NULL \
         AND NOT EXISTS (SELECT 1 FROM contents c WHERE c.package_id = $1 AND c.seal IS NOT NULL)",
    )
    .bind(id)
    .bind(now)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Holds the row of a draft, as [`hold_draft`], or of an active package, as [`hold_active`]; false when it is neither.
pub(super) async fn hold_unended(connection: &mut AnyConnection, id: &str, now: i64) -> Result<bool> {
    Ok(hold_draft(connection, id, now).await? || hold_active(connection, id, now).await?)
}

async fn put_content(
    connection: &mut AnyConnection,
    id: &str,
    column: &'static str,
    text: &str,
) -> Result<()> {
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "INSERT INTO contents (package_id, {column}) VALUES ($1, $2) \
         ON CONFLICT (package_id) DO UPDATE SET {column} = excluded.{column}"
    )))
    .bind(id)
    .bind(text)
    .execute(connection)
    .await
    .map(drop)
}
