//! Shares, what they cover, whom they are for, and how often they were used.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row};

use super::records::truth;
use super::{Db, Result};

/// A share: who may open some files and directories of a package, until when and how often.
#[derive(Clone, Debug)]
pub struct Share {
    /// Its id.
    pub id: String,
    /// The package.
    pub package_id: String,
    /// Whose it is.
    pub account_id: String,
    /// What its owner calls it.
    pub title: String,
    /// When it was made.
    pub created: i64,
    /// When it ends; none without end.
    pub expires: Option<i64>,
    /// When its owner deleted it.
    pub deleted: Option<i64>,
    /// How often each recipient may download; none without limit.
    pub max_downloads: Option<i64>,
    /// Whether it is for those alone who sign in.
    pub require_login: bool,
    /// Whether it is for those alone of whom name, e-mail address and company are known.
    pub require_user_info: bool,
    /// Whether its owner asks that it be looked at and not saved.
    pub view_only: bool,
    /// Whether an item stands for the newest version of a file.
    pub newest: bool,
}

const SHARE: &str = "SELECT s.id, s.package_id, s.account_id, s.title, s.created, s.expires, s.deleted, \
     s.max_downloads, s.require_login, s.require_user_info, s.view_only, s.newest FROM shares s";

impl<'r> FromRow<'r, AnyRow> for Share {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            package_id: row.try_get("package_id")?,
            account_id: row.try_get("account_id")?,
            title: row.try_get("title")?,
            created: row.try_get("created")?,
            expires: row.try_get("expires")?,
            deleted: row.try_get("deleted")?,
            max_downloads: row.try_get("max_downloads")?,
            require_login: truth(row, "require_login")?,
            require_user_info: truth(row, "require_user_info")?,
            view_only: truth(row, "view_only")?,
            newest: truth(row, "newest")?,
        })
    }
}

impl Share {
    /// Whether its end has come.
    pub fn has_expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|end| end <= now)
    }
}

/// A recipient of a share. The one whose id is the share's stands for all who are not told apart.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct ShareRecipient {
    /// Its id: an alias of the share.
    pub id: String,
    /// The share.
    pub share_id: String,
    /// The e-mail address; empty when unknown.
    pub email: String,
    /// The first name; empty when unknown.
    pub first_name: String,
    /// The last name; empty when unknown.
    pub last_name: String,
    /// The company; empty when unknown.
    pub company: String,
    /// Downloads that began.
    pub attempts: i64,
    /// Downloads that count.
    pub downloads: i64,
}

/// A download under way.
#[derive(Clone, Debug, FromRow)]
pub struct Lease {
    /// Its id.
    pub id: String,
    /// The recipient.
    pub recipient_id: String,
    /// The recipient's share.
    pub share_id: String,
}

/// How often a recipient may.
#[derive(Clone, Copy, Debug)]
pub struct Downloads {
    /// Downloads that count or may yet.
    pub most: i64,
    /// Downloads that began.
    pub attempts: i64,
}

impl Db {
    /// Keeps a share with its items and recipients. From now on the package opens by link through its shares alone.
    ///
    /// # Errors
    /// When an id exists, or the database fails.
    pub async fn insert_share(
        &self,
        share: &Share,
        items: &[String],
        recipients: &[ShareRecipient],
    ) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("UPDATE packages SET only_shares = 1 WHERE id = $1")
            .bind(&share.package_id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO shares (id, package_id, account_id, title, created, expires, max_downloads, \
             require_login, require_user_info, view_only, newest) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(&share.id)
        .bind(&share.package_id)
        .bind(&share.account_id)
        .bind(&share.title)
        .bind(share.created)
        .bind(share.expires)
        .bind(share.max_downloads)
        .bind(i64::from(share.require_login))
        .bind(i64::from(share.require_user_info))
        .bind(i64::from(share.view_only))
        .bind(i64::from(share.newest))
        .execute(&mut *transaction)
        .await?;
        for (position, item) in (0_i64..).zip(items) {
            sqlx::query("INSERT INTO shared_items (share_id, item_id, position) VALUES ($1, $2, $3)")
                .bind(&share.id)
                .bind(item)
                .bind(position)
                .execute(&mut *transaction)
                .await?;
        }
        for recipient in recipients {
            put_recipient(&mut transaction, recipient).await?;
        }
        transaction.commit().await
    }

    /// A share, also one that ended or was deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_by_id(&self, id: &str) -> Result<Option<Share>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{SHARE} WHERE s.id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// The shares of an account that were not deleted, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shares_of(&self, account_id: &str) -> Result<Vec<Share>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{SHARE} WHERE s.account_id = $1 AND s.deleted IS NULL ORDER BY s.created DESC, s.id"
        )))
        .bind(account_id)
        .fetch_all(&self.pool)
        .await
    }

    /// Notes that a share was deleted; false when it was before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_share(&self, id: &str, now: i64) -> Result<bool> {
        sqlx::query("UPDATE shares SET deleted = $2 WHERE id = $1 AND deleted IS NULL")
            .bind(id)
            .bind(now)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// The package that a file or directory is in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn package_of_item(&self, id: &str) -> Result<Option<String>> {
        sqlx::query_scalar(
            "SELECT package_id FROM files WHERE id = $1 UNION SELECT package_id FROM directories WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await
    }

    /// The ids of a share's items, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_items(&self, share_id: &str) -> Result<Vec<String>> {
        sqlx::query_scalar("SELECT item_id FROM shared_items WHERE share_id = $1 ORDER BY position")
            .bind(share_id)
            .fetch_all(&self.pool)
            .await
    }

    /// The recipients of a share, in the order they were added, the one for all first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_recipients(&self, share_id: &str) -> Result<Vec<ShareRecipient>> {
        sqlx::query_as(
            "SELECT id, share_id, email, first_name, last_name, company, attempts, downloads \
             FROM share_recipients WHERE share_id = $1 ORDER BY position",
        )
        .bind(share_id)
        .fetch_all(&self.pool)
        .await
    }

    /// Adds a recipient to a share that has fewer than `most`, and says whether it did.
    ///
    /// # Errors
    /// When the id exists, or the database fails.
    pub async fn add_share_recipient(&self, recipient: &ShareRecipient, most: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        // Locks the share's row.
        sqlx::query("UPDATE shares SET title = title WHERE id = $1")
            .bind(&recipient.share_id)
            .execute(&mut *transaction)
            .await?;
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM share_recipients WHERE share_id = $1")
            .bind(&recipient.share_id)
            .fetch_one(&mut *transaction)
            .await?;
        if count >= most {
            return Ok(false);
        }
        put_recipient(&mut transaction, recipient).await?;
        transaction.commit().await.map(|()| true)
    }

    /// Begins a download of a recipient, and says whether it may. What began before, has not ended and does not count
    /// yet is taken as if it did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_lease(
        &self,
        id: &str,
        recipient_id: &str,
        limit: Option<Downloads>,
        expires: i64,
        now: i64,
    ) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        // Locks the recipient's row, so that nobody else counts meanwhile.
        sqlx::query("UPDATE share_recipients SET attempts = attempts + 1 WHERE id = $1")
            .bind(recipient_id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM share_leases WHERE recipient_id = $1 AND expires <= $2")
            .bind(recipient_id)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        let (attempts, taken): (i64, i64) = sqlx::query_as(
            "SELECT r.attempts, r.downloads + (SELECT COUNT(*) FROM share_leases l \
             WHERE l.recipient_id = r.id AND l.counted = 0) FROM share_recipients r WHERE r.id = $1",
        )
        .bind(recipient_id)
        .fetch_one(&mut *transaction)
        .await?;
        if limit.is_some_and(|limit| taken >= limit.most || attempts > limit.attempts) {
            return Ok(false);
        }
        sqlx::query("INSERT INTO share_leases (id, recipient_id, expires, counted) VALUES ($1, $2, $3, 0)")
            .bind(id)
            .bind(recipient_id)
            .bind(expires)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await.map(|()| true)
    }

    /// Prolongs a download under way; `None` when it has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prolong_lease(&self, id: &str, expires: i64, now: i64) -> Result<Option<Lease>> {
        let done = sqlx::query("UPDATE share_leases SET expires = $2 WHERE id = $1 AND expires > $3")
            .bind(id)
            .bind(expires)
            .bind(now)
            .execute(&self.pool)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(None);
        }
        sqlx::query_as(
            "SELECT l.id, l.recipient_id, r.share_id FROM share_leases l \
             JOIN share_recipients r ON r.id = l.recipient_id WHERE l.id = $1",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await
    }

    /// Forgets the downloads that have ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_leases(&self, now: i64) -> Result<()> {
        sqlx::query("DELETE FROM share_leases WHERE expires <= $1")
            .bind(now)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Counts a download, once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_lease(&self, lease: &Lease) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        // Locks the recipient's row before the lease is looked at, in the order of `take_lease`.
        sqlx::query(
            "UPDATE share_recipients SET downloads = downloads + 1 WHERE id = $1 \
             AND EXISTS (SELECT 1 FROM share_leases l WHERE l.id = $2 AND l.counted = 0)",
        )
        .bind(&lease.recipient_id)
        .bind(&lease.id)
        .execute(&mut *transaction)
        .await?;
        let done = sqlx::query("UPDATE share_leases SET counted = 1 WHERE id = $1 AND counted = 0")
            .bind(&lease.id)
            .execute(&mut *transaction)
            .await?;
        // Another call counted it while this one waited for the row.
        if done.rows_affected() == 1 { transaction.commit().await } else { transaction.rollback().await }
    }
}

async fn put_recipient(connection: &mut AnyConnection, recipient: &ShareRecipient) -> Result<()> {
    sqlx::query(
        "INSERT INTO share_recipients (id, share_id, position, email, first_name, last_name, company, attempts, \
         downloads) VALUES ($1, $2, (SELECT COALESCE(MAX(position), 0) + 1 FROM share_recipients \
         WHERE share_id = $2), $3, $4, $5, $6, 0, 0)",
    )
    .bind(&recipient.id)
    .bind(&recipient.share_id)
    .bind(&recipient.email)
    .bind(&recipient.first_name)
    .bind(&recipient.last_name)
    .bind(&recipient.company)
    .execute(connection)
    .await
    .map(drop)
}
