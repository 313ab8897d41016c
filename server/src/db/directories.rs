//! The directories of workspaces.

use sqlx::AnyConnection;

use super::packages::hold_active;
use super::{Change, Db, Directory, Page, Result};

const DIRECTORY: &str =
    "SELECT d.id, d.parent_id, d.name, d.created FROM directories d WHERE d.package_id = $1";

/// A directory `$1` and all below it, each with how many levels down it is, from 1.
const BELOW: &str = "WITH RECURSIVE below (id, level) AS (SELECT id, CAST(1 AS BIGINT) FROM directories \
     WHERE id = $1 UNION ALL SELECT d.id, below.level + 1 FROM directories d JOIN below ON d.parent_id = below.id)";

/// What the contents of a directory are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryOrder {
    /// Their names.
    Name,
    /// When they were added.
    Created,
    /// The size of files; directories have none, and are ordered by name.
    Size,
}

/// How many directories a workspace has at most, and how many levels of them below its root.
#[derive(Clone, Copy, Debug)]
pub struct DirectoryLimits {
    /// Directories in all, the root among them.
    pub count: u32,
    /// Levels below the root.
    pub depth: u32,
}

impl Db {
    /// One directory of a workspace.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn directory(&self, package_id: &str, id: &str) -> Result<Option<Directory>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{DIRECTORY} AND d.id = $2")))
            .bind(package_id)
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// Every directory of a workspace, the root among them, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn directories(&self, package_id: &str) -> Result<Vec<Directory>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{DIRECTORY} ORDER BY LOWER(d.name), d.id")))
            .bind(package_id)
            .fetch_all(&self.pool)
            .await
    }

    /// The directories in a directory.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn subdirectories(
        &self,
        package_id: &str,
        parent_id: &str,
        page: Page<EntryOrder>,
    ) -> Result<Vec<Directory>> {
        let column = match page.order {
            EntryOrder::Name | EntryOrder::Size => "LOWER(d.name)",
            EntryOrder::Created => "d.created",
        };
        let statement = format!("{DIRECTORY} AND d.parent_id = $2 {}", page.clause(column, "d.id"));
        sqlx::query_as(sqlx::AssertSqlSafe(statement))
            .bind(package_id)
            .bind(parent_id)
            .fetch_all(&self.pool)
            .await
    }

    /// Makes the directory `id` in the directory `parent_id` of an active workspace.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_directory(
        &self,
        package_id: &str,
        (id, name, parent_id): (&str, &str, &str),
        limits: DirectoryLimits,
        now: i64,
    ) -> Result<Change> {
        let mut transaction = self.pool.begin().await?;
        if !hold_active(&mut transaction, package_id, now).await? {
            return Ok(Change::Missing);
        }
        let above = path(&mut transaction, package_id, parent_id).await?;
        if above.is_empty() {
            return Ok(Change::Missing);
        }
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM directories WHERE package_id = $1")
            .bind(package_id)
            .fetch_one(&mut *transaction)
            .await?;
        if above.len() > limits.depth as usize || count >= i64::from(limits.count) {
            return Ok(Change::Full);
        }
        if has(&mut transaction, parent_id, name).await? {
            return Ok(Change::Duplicate);
        }
        put_directory(&mut transaction, package_id, (id, name, Some(parent_id)), now).await?;
        transaction.commit().await?;
        Ok(Change::Done)
    }

    /// Renames a directory of an active workspace, but not the root.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rename_directory(&self, package_id: &str, id: &str, name: &str, now: i64) -> Result<Change> {
        let mut transaction = self.pool.begin().await?;
        if !hold_active(&mut transaction, package_id, now).await? {
            return Ok(Change::Missing);
        }
        let Some((parent_id, before)) = place(&mut transaction, package_id, id).await? else {
            return Ok(Change::Missing);
        };
        if before != name && has(&mut transaction, &parent_id, name).await? {
            return Ok(Change::Duplicate);
        }
        sqlx::query("UPDATE directories SET name = $2 WHERE id = $1")
            .bind(id)
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Change::Done)
    }

    /// Moves a directory of an active workspace, but not the root, with all in it into another one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn move_directory(
        &self,
        package_id: &str,
        id: &str,
        target_id: &str,
        limits: DirectoryLimits,
        now: i64,
    ) -> Result<Change> {
        let mut transaction = self.pool.begin().await?;
        if !hold_active(&mut transaction, package_id, now).await? {
            return Ok(Change::Missing);
        }
        let above = path(&mut transaction, package_id, target_id).await?;
        let Some((parent_id, name)) = place(&mut transaction, package_id, id).await? else {
            return Ok(Change::Missing);
        };
        if above.is_empty() {
            return Ok(Change::Missing);
        }
        if above.iter().any(|above| above == id) {
            return Ok(Change::Inside);
        }
        let (levels,): (i64,) =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("{BELOW} SELECT COALESCE(MAX(level), 0) FROM below")))
                .bind(id)
                .fetch_one(&mut *transaction)
                .await?;
        if above.len() as i64 - 1 + levels > i64::from(limits.depth) {
            return Ok(Change::Full);
        }
        if parent_id != target_id && has(&mut transaction, target_id, &name).await? {
            return Ok(Change::Duplicate);
        }
        sqlx::query("UPDATE directories SET parent_id = $2 WHERE id = $1")
            .bind(id)
            .bind(target_id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Change::Done)
    }

    /// Removes a directory of an active workspace, but not the root, with all in it, and ends the files; false when
    /// there is no such directory.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_directory(&self, package_id: &str, id: &str, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_active(&mut transaction, package_id, now).await?
            || place(&mut transaction, package_id, id).await?.is_none()
        {
            return Ok(false);
        }
        let below = format!("IN ({BELOW} SELECT id FROM below)");
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "UPDATE files SET ended = COALESCE(ended, $2), directory_id = NULL WHERE directory_id {below}"
        )))
        .bind(id)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM directories WHERE id {below}")))
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// Keeps a new directory; without a parent it is a root.
pub(super) async fn put_directory(
    connection: &mut AnyConnection,
    package_id: &str,
    (id, name, parent_id): (&str, &str, Option<&str>),
    now: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO directories (id, package_id, parent_id, name, created) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(package_id)
    .bind(parent_id)
    .bind(name)
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

/// A directory and all above it, in any order; nothing when there is no such directory.
pub(super) async fn path(connection: &mut AnyConnection, package_id: &str, id: &str) -> Result<Vec<String>> {
    sqlx::query_scalar(
        "WITH RECURSIVE above (id, parent_id) AS (SELECT id, parent_id FROM directories \
         WHERE id = $1 AND package_id = $2 UNION ALL SELECT d.id, d.parent_id FROM directories d \
         JOIN above ON d.id = above.parent_id) SELECT id FROM above",
    )
    .bind(id)
    .bind(package_id)
    .fetch_all(connection)
    .await
}

/// The parent and the name of a directory that is not the root.
async fn place(
    connection: &mut AnyConnection,
    package_id: &str,
    id: &str,
) -> Result<Option<(String, String)>> {
    sqlx::query_as(
        "SELECT parent_id, name FROM directories \
         WHERE id = $1 AND package_id = $2 AND parent_id IS NOT NULL",
    )
    .bind(id)
    .bind(package_id)
    .fetch_optional(connection)
    .await
}

/// Whether a directory has one of that name in it.
async fn has(connection: &mut AnyConnection, parent_id: &str, name: &str) -> Result<bool> {
    let (count,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM directories WHERE parent_id = $1 AND name = $2")
            .bind(parent_id)
            .bind(name)
            .fetch_one(connection)
            .await?;
    Ok(count > 0)
}
