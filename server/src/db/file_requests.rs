//! Requests, and what goes through them.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, FromRow, Row};

use super::accounts::ACCOUNT;
use super::packages::{PACKAGE, hold_draft, put_package};
use super::records::truth;
use super::{Account, Db, NewPackage, Package, Queued, Result, outbox};

/// A request: a Dropzone with terms and a public key of its own.
#[derive(Clone, Debug)]
pub struct FileRequest {
    /// Its id, which stands in its link.
    pub id: String,
    /// Whose it is.
    pub account_id: String,
    /// The public key to which senders encrypt, armored.
    pub public_key: String,
    /// The private key, encrypted to the owner's devices.
    pub wrapped_key: String,
    /// What one of them signed the public key with.
    pub signature: String,
    /// Its terms.
    pub terms: RequestTerms,
    /// When it was made.
    pub created: i64,
    /// When its owner deleted it.
    pub deleted: Option<i64>,
}

/// What a request asks for, until when and how much.
#[derive(Clone, Debug, Default)]
pub struct RequestTerms {
    /// What its owner calls it.
    pub title: String,
    /// What is asked for.
    pub message: String,
    /// When it ends; none without end.
    pub expires: Option<i64>,
    /// How many packages go through it at most; none without limit.
    pub max_packages: Option<i64>,
    /// How many files, in all.
    pub max_files: Option<i64>,
    /// How many octets before encryption, in all.
    pub max_bytes: Option<i64>,
    /// Whether senders say their names and addresses.
    pub require_user_info: bool,
    /// Whether the owner is told of what comes in.
    pub notify_on_upload: bool,
    /// Until when; none as long as something comes in.
    pub track_until: Option<i64>,
    /// By how many e-mails at most; none without limit.
    pub send_frequency: Option<i64>,
    /// How many hours are between two of them at least.
    pub send_interval: Option<i64>,
}

const REQUEST: &str = "SELECT q.id, q.account_id, q.public_key, q.wrapped_key, q.signature, q.title, q.message, \
     q.created, q.expires, q.deleted, q.max_packages, q.max_files, q.max_bytes, q.require_user_info, \
     q.notify_on_upload, q.track_until, q.send_frequency, q.send_interval FROM requests q";
/// The packages `p` that count for a request `$1`: those that came in, and those that still may.
const COUNTED: &str = "FROM request_packages g JOIN packages p ON p.id = g.package_id WHERE g.request_id = $1 \
     AND (p.finalized IS NOT NULL OR p.state IN ('temp', 'in_progress'))";
/// Requests `q` of an account `$1` that were not deleted, or through which something came in that is there.
const LISTED: &str = "q.account_id = $1 AND (q.deleted IS NULL OR EXISTS (SELECT 1 FROM request_packages g \
     JOIN packages p ON p.id = g.package_id WHERE g.request_id = q.id AND p.state IN ('pending', 'active')))";
/// The packages `p` that came in through a request `$1` and are there.
const RECEIVED: &str = "JOIN request_packages g ON g.package_id = p.id WHERE g.request_id = $1 \
     AND p.finalized IS NOT NULL AND p.state <> 'deleted'";

impl<'r> FromRow<'r, AnyRow> for FileRequest {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            account_id: row.try_get("account_id")?,
            public_key: row.try_get("public_key")?,
            wrapped_key: row.try_get("wrapped_key")?,
            signature: row.try_get("signature")?,
            terms: RequestTerms {
                title: row.try_get("title")?,
                message: row.try_get("message")?,
                expires: row.try_get("expires")?,
                max_packages: row.try_get("max_packages")?,
                max_files: row.try_get("max_files")?,
                max_bytes: row.try_get("max_bytes")?,
                require_user_info: truth(row, "require_user_info")?,
                notify_on_upload: truth(row, "notify_on_upload")?,
                track_until: row.try_get("track_until")?,
                send_frequency: row.try_get("send_frequency")?,
                send_interval: row.try_get("send_interval")?,
            },
            created: row.try_get("created")?,
            deleted: row.try_get("deleted")?,
        })
    }
}

impl FileRequest {
    /// Whether its end has come.
    pub fn has_expired(&self, now: i64) -> bool {
        self.terms.expires.is_some_and(|end| end <= now)
    }
}

/// What a package that goes through a request has beside itself.
#[derive(Clone, Debug, FromRow)]
pub struct Requested {
    /// The package.
    pub package_id: String,
    /// The request.
    pub request_id: String,
    /// The keyCode, encrypted to the request's public key.
    pub key_code: Option<String>,
    /// The sender's name, as the sender gave it.
    pub name: String,
}

/// A package that came in.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The package.
    pub package: Package,
    /// The keyCode, encrypted to the request's public key.
    pub key_code: String,
    /// The sender's name, as the sender gave it.
    pub name: String,
    /// How many files it has.
    pub files: i64,
    /// Their octets before encryption.
    pub size: i64,
}

impl<'r> FromRow<'r, AnyRow> for Incoming {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            package: Package::from_row(row)?,
            key_code: row.try_get("key_code")?,
            name: row.try_get("name")?,
            files: row.try_get("files")?,
            size: row.try_get("size")?,
        })
    }
}

impl Db {
    /// Keeps a request of an account that then has at most `most`; false when it would have more.
    ///
    /// # Errors
    /// When the id exists, or the database fails.
    pub async fn insert_file_request(&self, new: &FileRequest, most: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        // Holds the account's row, so that of two at once the second counts the first.
        sqlx::query("UPDATE accounts SET email = email WHERE id = $1")
            .bind(&new.account_id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO requests (id, account_id, public_key, wrapped_key, signature, title, message, created, \
             expires, max_packages, max_files, max_bytes, require_user_info, notify_on_upload, track_until, \
             send_frequency, send_interval) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        )
        .bind(&new.id)
        .bind(&new.account_id)
        .bind(&new.public_key)
        .bind(&new.wrapped_key)
        .bind(&new.signature)
        .bind(&new.terms.title)
        .bind(&new.terms.message)
        .bind(new.created)
        .bind(new.terms.expires)
        .bind(new.terms.max_packages)
        .bind(new.terms.max_files)
        .bind(new.terms.max_bytes)
        .bind(i64::from(new.terms.require_user_info))
        .bind(i64::from(new.terms.notify_on_upload))
        .bind(new.terms.track_until)
        .bind(new.terms.send_frequency)
        .bind(new.terms.send_interval)
        .execute(&mut *transaction)
        .await?;
        let count: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM requests WHERE account_id = $1 AND deleted IS NULL")
                .bind(&new.account_id)
                .fetch_one(&mut *transaction)
                .await?;
        if count > most {
            return Ok(false);
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Gives a request other terms; false when it was deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_file_request(&self, changed: &FileRequest) -> Result<bool> {
        sqlx::query(
            "UPDATE requests SET title = $2, message = $3, expires = $4, max_packages = $5, max_files = $6, \
             max_bytes = $7, require_user_info = $8, notify_on_upload = $9, track_until = $10, \
             send_frequency = $11, send_interval = $12 WHERE id = $1 AND deleted IS NULL",
        )
        .bind(&changed.id)
        .bind(&changed.terms.title)
        .bind(&changed.terms.message)
        .bind(changed.terms.expires)
        .bind(changed.terms.max_packages)
        .bind(changed.terms.max_files)
        .bind(changed.terms.max_bytes)
        .bind(i64::from(changed.terms.require_user_info))
        .bind(i64::from(changed.terms.notify_on_upload))
        .bind(changed.terms.track_until)
        .bind(changed.terms.send_frequency)
        .bind(changed.terms.send_interval)
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected() == 1)
    }

    /// Marks a request as deleted; false when it was before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_file_request(&self, id: &str, now: i64) -> Result<bool> {
        sqlx::query("UPDATE requests SET deleted = $2 WHERE id = $1 AND deleted IS NULL")
            .bind(id)
            .bind(now)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// A request, also one that has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn file_request(&self, id: &str) -> Result<Option<FileRequest>> {
        sqlx::query_as(AssertSqlSafe(format!("{REQUEST} WHERE q.id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// The account whose a request is, unless it is shut out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn requester(&self, request: &FileRequest) -> Result<Option<Account>> {
        sqlx::query_as(AssertSqlSafe(format!(
            "SELECT {ACCOUNT} FROM accounts a WHERE a.id = $1 AND a.disabled IS NULL"
        )))
        .bind(&request.account_id)
        .fetch_optional(&self.pool)
        .await
    }

    /// A page of an account's requests, the newest first, and how many there are. Those that were deleted are among them as
    /// long as something is there that came in through them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn file_requests_of(
        &self,
        account_id: &str,
        first: u32,
        most: u32,
    ) -> Result<(Vec<FileRequest>, u64)> {
        let count = format!("SELECT COUNT(*) FROM requests q WHERE {LISTED}");
        let total: i64 =
            sqlx::query_scalar(AssertSqlSafe(count)).bind(account_id).fetch_one(&self.pool).await?;
        let page = format!("{REQUEST} WHERE {LISTED} ORDER BY q.created DESC, q.id LIMIT $2 OFFSET $3");
        let requests = sqlx::query_as(AssertSqlSafe(page))
            .bind(account_id)
            .bind(i64::from(most))
            .bind(i64::from(first))
            .fetch_all(&self.pool)
            .await?;
        Ok((requests, total.unsigned_abs()))
    }

    /// How many packages came in through a request, also those that were deleted since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_incoming(&self, id: &str) -> Result<u64> {
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT COUNT(*) {COUNTED} AND p.finalized IS NOT NULL"
        )))
        .bind(id)
        .fetch_one(&self.pool)
        .await?;
        Ok(count.unsigned_abs())
    }

    /// Keeps a new package that goes through a request; false when the request has ended, or has no room for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_requested(&self, request_id: &str, new: &NewPackage, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_request(&mut transaction, request_id, now).await? {
            return Ok(false);
        }
        put_package(&mut transaction, new, now).await?;
        sqlx::query("INSERT INTO request_packages (package_id, request_id) VALUES ($1, $2)")
            .bind(&new.id)
            .bind(request_id)
            .execute(&mut *transaction)
            .await?;
        let fits: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT COUNT(*) FROM requests q WHERE q.id = $1 \
             AND (q.max_packages IS NULL OR q.max_packages >= (SELECT COUNT(*) {COUNTED}))"
        )))
        .bind(request_id)
        .fetch_one(&mut *transaction)
        .await?;
        if fits == 1 {
            transaction.commit().await?;
        }
        Ok(fits == 1)
    }

    /// What a package has beside itself that goes through a request.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn requested(&self, package_id: &str) -> Result<Option<Requested>> {
        sqlx::query_as(
            "SELECT package_id, request_id, key_code, name FROM request_packages WHERE package_id = $1",
        )
        .bind(package_id)
        .fetch_optional(&self.pool)
        .await
    }

    /// Keeps the keyCode of a draft that goes through a request, and its sender's name; false when it is no such draft.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_requested(
        &self,
        package_id: &str,
        key_code: &str,
        name: &str,
        now: i64,
    ) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_draft(&mut transaction, package_id, now).await? {
            return Ok(false);
        }
        let done = sqlx::query("UPDATE request_packages SET key_code = $2, name = $3 WHERE package_id = $1")
            .bind(package_id)
            .bind(key_code)
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// A page of the packages that came in through a request, the newest first, and how many there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incoming(&self, request_id: &str, first: u32, most: u32) -> Result<(Vec<Incoming>, u64)> {
        let total: i64 =
            sqlx::query_scalar(AssertSqlSafe(format!("SELECT COUNT(*) FROM packages p {RECEIVED}")))
                .bind(request_id)
                .fetch_one(&self.pool)
                .await?;
        let of_package = PACKAGE.strip_suffix(" FROM packages p").unwrap_or(PACKAGE);
        let page = format!(
            "{of_package}, COALESCE(g.key_code, '') AS key_code, g.name, \
             (SELECT COUNT(*) FROM files f WHERE f.package_id = p.id AND f.ended IS NULL) AS files, \
             (SELECT CAST(COALESCE(SUM(f.size), 0) AS BIGINT) FROM files f WHERE f.package_id = p.id \
             AND f.ended IS NULL) AS size \
             FROM packages p {RECEIVED} ORDER BY p.finalized DESC, p.id LIMIT $2 OFFSET $3"
        );
        let packages = sqlx::query_as(AssertSqlSafe(page))
            .bind(request_id)
            .bind(i64::from(most))
            .bind(i64::from(first))
            .fetch_all(&self.pool)
            .await?;
        Ok((packages, total.unsigned_abs()))
    }

    /// Notes that the owner is told of a package that came in, once for each package, and puts the e-mail on its way: now,
    /// or, where the request says how long to wait, then. Nothing is put there while another one waits, nor after the
    /// last one that the request allows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notice(
        &self,
        request: &FileRequest,
        package_id: &str,
        mail: &Queued,
        now: i64,
    ) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        let fresh =
            sqlx::query("UPDATE request_packages SET noticed = 1 WHERE package_id = $1 AND noticed = 0")
                .bind(package_id)
                .execute(&mut *transaction)
                .await?;
        // Whoever changes this row holds it, so that of two at once the second sees what the first has put on its way.
        let held: Option<(i64, Option<i64>)> =
            sqlx::query_as("UPDATE requests SET notices = notices WHERE id = $1 RETURNING notices, noticed")
                .bind(&request.id)
                .fetch_optional(&mut *transaction)
                .await?;
        let Some((notices, latest)) = held.filter(|_| fresh.rows_affected() == 1) else { return Ok(()) };
        let waits = latest.is_some_and(|latest| latest > now);
        if !waits && request.terms.send_frequency.is_none_or(|most| notices < most) {
            let pause = request.terms.send_interval.unwrap_or_default().saturating_mul(60 * 60);
            let due = latest.map_or(now, |latest| latest.saturating_add(pause).max(now));
            sqlx::query("UPDATE requests SET notices = notices + 1, noticed = $2 WHERE id = $1")
                .bind(&request.id)
                .bind(due)
                .execute(&mut *transaction)
                .await?;
            outbox::insert(&mut transaction, mail, due).await?;
        }
        transaction.commit().await
    }
}

/// Holds the row of a request until the transaction ends; false when it has ended.
async fn hold_request(connection: &mut AnyConnection, id: &str, now: i64) -> Result<bool> {
    sqlx::query(
        "UPDATE requests SET title = title WHERE id = $1 AND deleted IS NULL AND (expires IS NULL OR expires > $2)",
    )
    .bind(id)
    .bind(now)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Whether a package, whose row the transaction holds, goes through no request, or through one that lasts and has room for
/// its files.
pub(super) async fn request_has_room(
    connection: &mut AnyConnection,
    package_id: &str,
    now: i64,
) -> Result<bool> {
    let request: Option<String> =
        sqlx::query_scalar("SELECT request_id FROM request_packages WHERE package_id = $1")
            .bind(package_id)
            .fetch_optional(&mut *connection)
            .await?;
    let Some(request) = request else { return Ok(true) };
    if !hold_request(connection, &request, now).await? {
        return Ok(false);
    }
    let fits: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
        "SELECT COUNT(*) FROM requests q, (SELECT COUNT(*) AS files, COALESCE(SUM(f.size), 0) AS size FROM files f \
         WHERE f.ended IS NULL AND f.package_id IN (SELECT p.id {COUNTED})) t \
         WHERE q.id = $1 AND (q.max_files IS NULL OR q.max_files >= t.files) \
         AND (q.max_bytes IS NULL OR q.max_bytes >= t.size)"
    )))
    .bind(request)
    .fetch_one(connection)
    .await?;
    Ok(fits == 1)
}
