//! The directories of workspaces.

use sqlx::AnyConnection;

use super::packages::hold_active;
use super::{Change, Db, Directory, Page, Result};

const DIRECTORY: &str =
    "SELECT d.id, d.parent_id, d.name, d.name_tag, d.created FROM directories d WHERE d.package_id = $1";

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

    /// Makes a directory in another one of an active workspace.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_directory(
        &self,
        package_id: &str,
        new: &Directory,
        limits: DirectoryLimits,
    ) -> Result<Change> {
        let mut transaction = self.pool.begin().await?;
        if !hold_active(&mut transaction, package_id, new.created).await? {
            return Ok(Change::Missing);
        }
        let parent_id = new.parent_id.as_deref().unwrap_or_default();
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
        if is_taken(&mut transaction, new).await? {
            return Ok(Change::Duplicate);
        }
        put_directory(&mut transaction, package_id, new).await?;
        transaction.commit().await?;
        Ok(Change::Done)
    }

    /// Renames a directory of an active workspace, but not the root, and gives it its new tag.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rename_directory(
        &self,
        package_id: &str,
        id: &str,
        (name, name_tag): (String, Option<String>),
        now: i64,
    ) -> Result<Change> {
        let mut transaction = self.pool.begin().await?;
        if !hold_active(&mut transaction, package_id, now).await? {
            return Ok(Change::Missing);
        }
        let Some(found) = below_root(&mut transaction, package_id, id).await? else {
            return Ok(Change::Missing);
        };
        if !place(&mut transaction, &Directory { name, name_tag, ..found }).await? {
            return Ok(Change::Duplicate);
        }
        transaction.commit().await?;
        Ok(Change::Done)
    }

    /// Moves a directory of an active workspace, but not the root, with all in it into another one, where it has a new tag.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn move_directory(
        &self,
        package_id: &str,
        id: &str,
        (target_id, name_tag): (&str, Option<String>),
        limits: DirectoryLimits,
        now: i64,
    ) -> Result<Change> {
        let mut transaction = self.pool.begin().await?;
        if !hold_active(&mut transaction, package_id, now).await? {
            return Ok(Change::Missing);
        }
        let above = path(&mut transaction, package_id, target_id).await?;
        let Some(found) = below_root(&mut transaction, package_id, id).await? else {
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
        let moved = Directory { parent_id: Some(target_id.to_owned()), name_tag, ..found };
        if !place(&mut transaction, &moved).await? {
            return Ok(Change::Duplicate);
        }
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
            || below_root(&mut transaction, package_id, id).await?.is_none()
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
    new: &Directory,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO directories (id, package_id, parent_id, name, name_tag, created) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&new.id)
    .bind(package_id)
    .bind(&new.parent_id)
    .bind(&new.name)
    .bind(&new.name_tag)
    .bind(new.created)
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

/// A directory that is not the root.
async fn below_root(connection: &mut AnyConnection, package_id: &str, id: &str) -> Result<Option<Directory>> {
    sqlx::query_as(sqlx::AssertSqlSafe(format!("{DIRECTORY} AND d.id = $2 AND d.parent_id IS NOT NULL")))
        .bind(package_id)
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// Gives a directory another parent and name; false where another one has that name, as names are compared.
async fn place(connection: &mut AnyConnection, directory: &Directory) -> Result<bool> {
    if is_taken(connection, directory).await? {
        return Ok(false);
    }
    sqlx::query("UPDATE directories SET parent_id = $2, name = $3, name_tag = $4 WHERE id = $1")
        .bind(&directory.id)
        .bind(&directory.parent_id)
        .bind(&directory.name)
        .bind(&directory.name_tag)
        .execute(connection)
        .await?;
    Ok(true)
}

/// Whether another directory beside this one has its name, as names are compared.
async fn is_taken(connection: &mut AnyConnection, directory: &Directory) -> Result<bool> {
    let Directory { id, parent_id, name, name_tag, .. } = directory;
    let equal = if name_tag.is_some() { "name_tag = $3" } else { "name_tag IS NULL AND name = $3" };
    let (count,): (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT COUNT(*) FROM directories WHERE parent_id = $1 AND id <> $2 AND {equal}"
    )))
    .bind(parent_id)
    .bind(id)
    .bind(name_tag.as_ref().unwrap_or(name))
    .fetch_one(connection)
    .await?;
    Ok(count > 0)
}
