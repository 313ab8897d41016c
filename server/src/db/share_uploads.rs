//! Uploads through a request whose blocks arrive as plaintext.

use bulla::api::share_upload::UploadMethod;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, FromRow, Row};

use super::records::truth;
use super::{Db, Result};

/// An upload: one file in a package of its own.
#[derive(Clone, Debug)]
pub struct ShareUpload {
    /// The package.
    pub package_id: String,
    /// The file.
    pub file_id: String,
    /// The request.
    pub request_id: String,
    /// Who uploads.
    pub account_id: String,
    /// SHA-256 of what stands in its URLs.
    pub token_hash: String,
    /// How blocks come.
    pub method: UploadMethod,
    /// Whether a body is a block, and not a form.
    pub raw: bool,
    /// The file's name; none until a form brings it.
    pub name: Option<String>,
    /// Its octets, where that was said.
    pub size: Option<u64>,
    /// Whether the request's owner is written to.
    pub notify: bool,
    /// MD5 of the blocks that came in their order.
    pub hashed: Hashed,
    /// When it was finished.
    pub finished: Option<i64>,
}

/// MD5 of the blocks that came in their order, as far as it is computed.
#[derive(Clone, Debug, Default)]
pub struct Hashed {
    /// How many blocks.
    pub blocks: u32,
    /// Their octets.
    pub size: u64,
    /// The state, sealed; none before the first block.
    pub state: Option<String>,
}

/// A block of an upload.
#[derive(Clone, Debug)]
pub struct ShareBlock {
    /// Its number, from 0.
    pub index: u32,
    /// Its place in the file.
    pub offset: u64,
    /// Its octets.
    pub size: u64,
    /// Its keyCode, encrypted to the request's public key.
    pub key_code: String,
    /// By which it is known when it comes again.
    pub tag: Option<String>,
    /// Whether it is in the store.
    pub stored: bool,
}

const UPLOAD: &str = "SELECT u.package_id, u.file_id, u.request_id, u.account_id, u.token_hash, u.method, u.raw, u.name, \
     u.size, u.notify, u.hashed, u.hashed_size, u.hash_state, u.finished FROM share_uploads u \
     JOIN packages p ON p.id = u.package_id WHERE p.ended IS NULL";
const BLOCK: &str =
    "SELECT position, start, size, key_code, tag, stored FROM share_upload_blocks WHERE package_id = $1";

/// A number that the database has as it was put there.
fn unsigned<T: TryFrom<i64> + Default>(row: &AnyRow, column: &str) -> sqlx::Result<T> {
    Ok(T::try_from(row.try_get(column)?).unwrap_or_default())
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl<'r> FromRow<'r, AnyRow> for ShareUpload {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        let (method, size): (String, Option<i64>) = (row.try_get("method")?, row.try_get("size")?);
        Ok(Self {
            package_id: row.try_get("package_id")?,
            file_id: row.try_get("file_id")?,
            request_id: row.try_get("request_id")?,
            account_id: row.try_get("account_id")?,
            token_hash: row.try_get("token_hash")?,
            method: UploadMethod::of(&method).unwrap_or_default(),
            raw: truth(row, "raw")?,
            name: row.try_get("name")?,
            size: size.map(i64::unsigned_abs),
            notify: truth(row, "notify")?,
            hashed: Hashed {
                blocks: unsigned(row, "hashed")?,
                size: unsigned(row, "hashed_size")?,
                state: row.try_get("hash_state")?,
            },
            finished: row.try_get("finished")?,
        })
    }
}

impl<'r> FromRow<'r, AnyRow> for ShareBlock {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            index: unsigned(row, "position")?,
            offset: unsigned(row, "start")?,
            size: unsigned(row, "size")?,
            key_code: row.try_get("key_code")?,
            tag: row.try_get("tag")?,
            stored: truth(row, "stored")?,
        })
    }
}

impl Db {
    /// Keeps a new upload, and marks its package.
    ///
    /// # Errors
    /// When the package has one, or the database fails.
    pub async fn insert_share_upload(&self, new: &ShareUpload, now: i64) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("UPDATE packages SET server_encrypted = 1 WHERE id = $1")
            .bind(&new.package_id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO share_uploads (package_id, file_id, request_id, account_id, token_hash, method, raw, name, \
             size, notify, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(&new.package_id)
        .bind(&new.file_id)
        .bind(&new.request_id)
        .bind(&new.account_id)
        .bind(&new.token_hash)
        .bind(new.method.as_str())
        .bind(i64::from(new.raw))
        .bind(&new.name)
        .bind(new.size.map(signed))
        .bind(i64::from(new.notify))
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await
    }

    /// The upload whose URLs hold what has this hash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_upload(&self, token_hash: &str) -> Result<Option<ShareUpload>> {
        sqlx::query_as(AssertSqlSafe(format!("{UPLOAD} AND u.token_hash = $1")))
            .bind(token_hash)
            .fetch_optional(&self.pool)
            .await
    }

    /// The latest upload that is not finished and alike: of the same file, by the same account, in the same way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn alike_share_upload(&self, new: &ShareUpload) -> Result<Option<ShareUpload>> {
        sqlx::query_as(AssertSqlSafe(format!(
            "{UPLOAD} AND u.account_id = $1 AND u.request_id = $2 AND u.name = $3 AND u.finished IS NULL \
             AND u.method = $4 AND COALESCE(u.size, -1) = $5 ORDER BY u.created DESC, u.package_id LIMIT 1"
        )))
        .bind(&new.account_id)
        .bind(&new.request_id)
        .bind(&new.name)
        .bind(new.method.as_str())
        .bind(new.size.map_or(-1, signed))
        .fetch_optional(&self.pool)
        .await
    }

    /// The same, which gets the new one's URLs and wishes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn resume_share_upload(&self, new: &ShareUpload) -> Result<Option<ShareUpload>> {
        let Some(found) = self.alike_share_upload(new).await? else { return Ok(None) };
        let done = sqlx::query(
            "UPDATE share_uploads SET token_hash = $2, raw = $3, notify = $4 \
             WHERE package_id = $1 AND finished IS NULL",
        )
        .bind(&found.package_id)
        .bind(&new.token_hash)
        .bind(i64::from(new.raw))
        .bind(i64::from(new.notify))
        .execute(&self.pool)
        .await?;
        Ok(Some(found).filter(|_| done.rows_affected() == 1))
    }

    /// Names the file of an upload that has no name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn name_share_upload(&self, package_id: &str, name: &str) -> Result<()> {
        sqlx::query("UPDATE share_uploads SET name = $2 WHERE package_id = $1 AND name IS NULL")
            .bind(package_id)
            .bind(name)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// A block of an upload.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_block(&self, package_id: &str, index: u32) -> Result<Option<ShareBlock>> {
        sqlx::query_as(AssertSqlSafe(format!("{BLOCK} AND position = $2")))
            .bind(package_id)
            .bind(i64::from(index))
            .fetch_optional(&self.pool)
            .await
    }

    /// A page of an upload's blocks, by their numbers, and how many there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_blocks(
        &self,
        package_id: &str,
        first: u32,
        most: u32,
    ) -> Result<(Vec<ShareBlock>, u64)> {
        let total: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM share_upload_blocks WHERE package_id = $1")
            .bind(package_id)
            .fetch_one(&self.pool)
            .await?;
        let blocks = sqlx::query_as(AssertSqlSafe(format!("{BLOCK} ORDER BY position LIMIT $2 OFFSET $3")))
            .bind(package_id)
            .bind(i64::from(most))
            .bind(i64::from(first))
            .fetch_all(&self.pool)
            .await?;
        Ok((blocks, total.unsigned_abs()))
    }

    /// Keeps what is known of a block, before and once it is in the store.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_share_block(&self, package_id: &str, block: &ShareBlock) -> Result<()> {
        sqlx::query(
            "INSERT INTO share_upload_blocks (package_id, position, start, size, key_code, tag, stored) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (package_id, position) DO UPDATE SET \
             start = $3, size = $4, key_code = $5, tag = $6, stored = $7",
        )
        .bind(package_id)
        .bind(i64::from(block.index))
        .bind(signed(block.offset))
        .bind(signed(block.size))
        .bind(&block.key_code)
        .bind(&block.tag)
        .bind(i64::from(block.stored))
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// Keeps how far an upload is hashed, unless another call did so since it was at `before` blocks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_share_hash(&self, package_id: &str, before: u32, hashed: &Hashed) -> Result<()> {
        sqlx::query(
            "UPDATE share_uploads SET hashed = $3, hashed_size = $4, hash_state = $5 \
             WHERE package_id = $1 AND hashed = $2 AND finished IS NULL",
        )
        .bind(package_id)
        .bind(i64::from(before))
        .bind(i64::from(hashed.blocks))
        .bind(signed(hashed.size))
        .bind(&hashed.state)
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// Notes that an upload is finished, and forgets what only its resuming needs: what its plaintext could be told by.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_share_upload(&self, package_id: &str, now: i64) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("UPDATE share_uploads SET finished = $2, hash_state = NULL WHERE package_id = $1")
            .bind(package_id)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE share_upload_blocks SET tag = NULL WHERE package_id = $1")
            .bind(package_id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }
}
