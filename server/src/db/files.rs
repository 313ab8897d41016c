//! Files.

use super::packages::{hold_active, hold_draft};
use super::{Db, File, NewFile, Result};

const FILE: &str = "SELECT f.id, f.package_id, f.name, f.size, f.parts, f.created, f.created_by, f.complete \
     FROM files f WHERE f.ended IS NULL AND f.package_id = $1";

impl Db {
    /// Adds files to a draft that then holds at most `most`; false when it is no draft or would hold more. A file
    /// whose id is there already stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_files(
        &self,
        package_id: &str,
        created_by: &str,
        new: &[NewFile],
        most: u32,
        now: i64,
    ) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_draft(&mut transaction, package_id, now).await? {
            return Ok(false);
        }
        let (count, last): (i64, i64) = sqlx::query_as(
            "SELECT COUNT(*), COALESCE(MAX(position), 0) FROM files WHERE package_id = $1 AND ended IS NULL",
        )
        .bind(package_id)
        .fetch_one(&mut *transaction)
        .await?;
        if count + new.len() as i64 > i64::from(most) {
            return Ok(false);
        }
        for (file, position) in new.iter().zip(last + 1..) {
            sqlx::query(
                "INSERT INTO files (id, package_id, position, name, size, parts, created, created_by, complete, \
                 picked_up) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0) ON CONFLICT (id) DO NOTHING",
            )
            .bind(&file.id)
            .bind(package_id)
            .bind(position)
            .bind(&file.name)
            .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
            .bind(i64::from(file.parts))
            .bind(now)
            .bind(created_by)
            .execute(&mut *transaction)
            .await?;
        }
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

    /// Marks a file of a draft as complete, with what is known of it by now; false when the package is no draft
    /// or the file is gone or complete.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn complete_file(&self, file: &File, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_draft(&mut transaction, &file.package_id, now).await? {
            return Ok(false);
        }
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
        transaction.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends a file of a draft or of an active package; false when there is no such file.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_file(&self, package_id: &str, id: &str, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let held = hold_draft(&mut transaction, package_id, now).await?
            || hold_active(&mut transaction, package_id, now).await?;
        if !held {
            return Ok(false);
        }
        let done =
            sqlx::query("UPDATE files SET ended = $3 WHERE id = $1 AND package_id = $2 AND ended IS NULL")
                .bind(id)
                .bind(package_id)
                .bind(now)
                .execute(&mut *transaction)
                .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() == 1)
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
