//! Files.

use sqlx::AnyConnection;

use super::directories::path;
use super::file_requests::request_has_room;
use super::packages::{hold_open, hold_taking_in, hold_unended};
use super::{Change, Db, EntryOrder, File, NewFile, Page, Result};

const FILE: &str = "SELECT f.id, f.package_id, f.name, f.size, f.parts, f.created, f.created_by, f.created_by_id, \
     f.complete, f.directory_id, f.version_of, f.name_tag, f.file_key, f.only_new \
     FROM files f WHERE f.ended IS NULL AND f.package_id = $1";

/// Who adds a file.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    /// The account; none from a Dropzone.
    pub id: Option<&'a str>,
    /// The address; empty when unknown.
    pub email: &'a str,
}

/// How many files a package has at most, and how many earlier versions each of them.
#[derive(Clone, Copy, Debug)]
pub struct FileLimits {
    /// Files in all, earlier versions among them.
    pub count: u32,
    /// Earlier versions of one file.
    pub versions: u32,
}

impl Db {
    /// Adds files to a draft or a workspace, and says of each what came of it; nothing when it is neither or would
    /// hold too many. A file whose id is there already stays as it is. None is added where a request has no room for all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_files(
        &self,
        package_id: &str,
        by: Author<'_>,
        new: &[NewFile],
        limits: FileLimits,
        now: i64,
    ) -> Result<Option<Vec<Change>>> {
        let mut transaction = self.pool.begin().await?;
        if !hold_open(&mut transaction, package_id, now).await? {
            return Ok(None);
        }
        let Some(next) = next_position(&mut transaction, package_id, new.len(), limits.count).await? else {
            return Ok(None);
        };
        let mut changes = Vec::with_capacity(new.len());
        for (file, position) in new.iter().zip(next..) {
            let name = Name::of_new(file);
            let change = if !is_directory(&mut transaction, package_id, &file.directory_id).await? {
                Change::Missing
            } else {
                room(&mut transaction, package_id, name, limits.versions).await?
            };
            changes.push(change);
            if change == Change::Done {
                put_file(&mut transaction, package_id, by, (file, position), false, now).await?;
            }
        }
        if !request_has_room(&mut transaction, package_id, now).await? {
            return Ok(Some(vec![Change::NoRoom; new.len()]));
        }
        transaction.commit().await?;
        Ok(Some(changes))
    }

    /// Adds a file whose parts are all stored to a secure share's package that [`Self::begin_late_intake`] marked; false when it takes
    /// none any more, or would hold more than `most`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_complete_file(
        &self,
        package_id: &str,
        by: Author<'_>,
        new: &NewFile,
        most: u32,
        now: i64,
    ) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_taking_in(&mut transaction, package_id, now).await? {
            return Ok(false);
        }
        let Some(position) = next_position(&mut transaction, package_id, 1, most).await? else {
            return Ok(false);
        };
        put_file(&mut transaction, package_id, by, (new, position), true, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The files of a package, in the order they were added.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn files(&self, package_id: &str) -> Result<Vec<File>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{FILE} ORDER BY f.position")))
            .bind(package_id)
            .fetch_all(&self.pool)
            .await
    }

    /// One file of a package.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn file(&self, package_id: &str, id: &str) -> Result<Option<File>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{FILE} AND f.id = $2")))
            .bind(package_id)
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// The complete files in a directory, without earlier versions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn directory_files(
        &self,
        package_id: &str,
        directory_id: &str,
        page: Page<EntryOrder>,
    ) -> Result<Vec<File>> {
        let column = match page.order {
            EntryOrder::Name => "LOWER(f.name)",
            EntryOrder::Created => "f.created",
            EntryOrder::Size => "f.size",
        };
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{FILE} AND f.directory_id = $2 AND f.complete = 1 AND f.version_of IS NULL {}",
            page.clause(column, "f.id")
        )))
        .bind(package_id)
        .bind(directory_id)
        .fetch_all(&self.pool)
        .await
    }

    /// The earlier versions of the files in a directory, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn directory_versions(&self, package_id: &str, directory_id: &str) -> Result<Vec<File>> {
        self.versions(package_id, "directory_id", directory_id).await
    }

    /// The earlier versions of a file, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn file_versions(&self, package_id: &str, id: &str) -> Result<Vec<File>> {
        self.versions(package_id, "version_of", id).await
    }

    async fn versions(&self, package_id: &str, column: &'static str, id: &str) -> Result<Vec<File>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{FILE} AND f.{column} = $2 AND f.version_of IS NOT NULL ORDER BY f.position DESC"
        )))
        .bind(package_id)
        .bind(id)
        .fetch_all(&self.pool)
        .await
    }

    /// Marks a file of a draft or workspace as complete, with what is known of it by now. In a workspace it takes the
    /// place of the file of that name, which becomes its latest earlier version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn complete_file(&self, file: &File, versions: u32, now: i64) -> Result<Change> {
        let mut transaction = self.pool.begin().await?;
        if !hold_open(&mut transaction, &file.package_id, now).await? {
            return Ok(Change::Missing);
        }
        let name = Name::of(file);
        let change = room(&mut transaction, &file.package_id, name, versions).await?;
        if change != Change::Done {
            return Ok(change);
        }
        let replaced = named(&mut transaction, &file.package_id, name).await?;
        let done = sqlx::query(
            "UPDATE files SET complete = 1, name = $3, size = $4, parts = $5 \
             WHERE id = $1 AND package_id = $2 AND complete = 0 AND ended IS NULL",
        )
        .bind(&file.id)
        .bind(&file.package_id)
        .bind(&file.name)
        .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
        .bind(i64::from(file.parts))
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() != 1 {
            return Ok(Change::Missing);
        }
        if let (Some(replaced), Some(_)) = (replaced, &file.directory_id) {
            sqlx::query(
                "UPDATE files SET version_of = $2 WHERE (id = $1 OR version_of = $1) AND ended IS NULL",
            )
            .bind(replaced)
            .bind(&file.id)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(Change::Done)
    }

    /// Gives a complete file of a draft or workspace, no earlier version, another name, and perhaps directory, unless
    /// the name is there already. Its earlier versions go with it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn place_file(&self, file: &File, now: i64) -> Result<Change> {
        let mut transaction = self.pool.begin().await?;
        if !hold_open(&mut transaction, &file.package_id, now).await?
            || !is_directory(&mut transaction, &file.package_id, &file.directory_id).await?
        {
            return Ok(Change::Missing);
        }
        let there = named(&mut transaction, &file.package_id, Name::of(file)).await?;
        if there.is_some_and(|there| there != file.id) {
            return Ok(Change::Duplicate);
        }
        let done = sqlx::query(
            "UPDATE files SET name = $3, name_tag = $4 \
             WHERE id = $1 AND package_id = $2 AND complete = 1 AND version_of IS NULL AND ended IS NULL",
        )
        .bind(&file.id)
        .bind(&file.package_id)
        .bind(&file.name)
        .bind(&file.name_tag)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() != 1 {
            return Ok(Change::Missing);
        }
        sqlx::query(
            "UPDATE files SET directory_id = $2 WHERE (id = $1 OR version_of = $1) AND ended IS NULL",
        )
        .bind(&file.id)
        .bind(&file.directory_id)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Change::Done)
    }

    /// Ends a file of a draft or of an active package, with its earlier versions; false when there is no such file.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_file(&self, package_id: &str, id: &str, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_unended(&mut transaction, package_id, now).await? {
            return Ok(false);
        }
        let done = sqlx::query(
            "UPDATE files SET ended = $3 WHERE (id = $1 OR version_of = $1) AND package_id = $2 AND ended IS NULL",
        )
        .bind(id)
        .bind(package_id)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes that the last part of a file was asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_picked_up(&self, package_id: &str, id: &str) -> Result<()> {
        sqlx::query("UPDATE files SET picked_up = 1 WHERE id = $1 AND package_id = $2 AND picked_up = 0")
            .bind(id)
            .bind(package_id)
            .execute(&self.pool)
            .await
            .map(drop)
    }
}

/// A name where it stands, as names are compared.
#[derive(Clone, Copy)]
struct Name<'a> {
    directory_id: Option<&'a str>,
    name: &'a str,
    tag: Option<&'a str>,
    only_new: bool,
}

impl<'a> Name<'a> {
    fn of(file: &'a File) -> Self {
        Self {
            directory_id: file.directory_id.as_deref(),
            name: &file.name,
            tag: file.name_tag.as_deref(),
            only_new: file.only_new,
        }
    }

    fn of_new(file: &'a NewFile) -> Self {
        Self {
            directory_id: file.directory_id.as_deref(),
            name: &file.name,
            tag: file.name_tag.as_deref(),
            only_new: file.only_new,
        }
    }
}

/// The complete file of that name, where there is one.
async fn named(connection: &mut AnyConnection, package_id: &str, name: Name<'_>) -> Result<Option<String>> {
    let equal = if name.tag.is_some() { "name_tag = $3" } else { "name_tag IS NULL AND name = $3" };
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "SELECT id FROM files WHERE package_id = $1 AND COALESCE(directory_id, '') = $2 AND {equal} \
         AND complete = 1 AND version_of IS NULL AND ended IS NULL ORDER BY position DESC LIMIT 1"
    )))
    .bind(package_id)
    .bind(name.directory_id.unwrap_or_default())
    .bind(name.tag.unwrap_or(name.name))
    .fetch_optional(connection)
    .await
}

/// Whether a file may get that name: [`Change::Duplicate`] where it must be new and is not, [`Change::Full`] where
/// that would make an earlier version too many.
async fn room(
    connection: &mut AnyConnection,
    package_id: &str,
    name: Name<'_>,
    versions: u32,
) -> Result<Change> {
    let versioned = name.directory_id.is_some();
    if !versioned && !name.only_new {
        return Ok(Change::Done);
    }
    let Some(there) = named(connection, package_id, name).await? else { return Ok(Change::Done) };
    if name.only_new {
        return Ok(Change::Duplicate);
    }
    let (count,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM files WHERE version_of = $1 AND ended IS NULL")
            .bind(there)
            .fetch_one(connection)
            .await?;
    Ok(if count < i64::from(versions) { Change::Done } else { Change::Full })
}

/// Whether the package has that directory; always, when none is named.
async fn is_directory(connection: &mut AnyConnection, package_id: &str, id: &Option<String>) -> Result<bool> {
    match id {
        Some(id) => Ok(!path(connection, package_id, id).await?.is_empty()),
        None => Ok(true),
    }
}

/// The position behind the last file of a package, unless it would hold more than `most` files with `more` of them.
async fn next_position(
    connection: &mut AnyConnection,
    package_id: &str,
    more: usize,
    most: u32,
) -> Result<Option<i64>> {
    let (count, last): (i64, i64) = sqlx::query_as(
        "SELECT COUNT(*), COALESCE(MAX(position), 0) FROM files WHERE package_id = $1 AND ended IS NULL",
    )
    .bind(package_id)
    .fetch_one(connection)
    .await?;
    Ok((count + more as i64 <= i64::from(most)).then_some(last + 1))
}

async fn put_file(
    connection: &mut AnyConnection,
    package_id: &str,
    by: Author<'_>,
    (file, position): (&NewFile, i64),
    complete: bool,
    now: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO files (id, package_id, position, name, size, parts, created, created_by, created_by_id, \
         complete, picked_up, directory_id, name_tag, file_key, only_new) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $14, 0, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING",
    )
    .bind(&file.id)
    .bind(package_id)
    .bind(position)
    .bind(&file.name)
    .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
    .bind(i64::from(file.parts))
    .bind(now)
    .bind(by.email)
    .bind(by.id)
    .bind(&file.directory_id)
    .bind(&file.name_tag)
    .bind(&file.file_key)
    .bind(i64::from(file.only_new))
    .bind(i64::from(complete))
    .execute(connection)
    .await
    .map(drop)
}
