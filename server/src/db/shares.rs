//! Shares, what they cover, whom they are for, and how often they were used.

use std::collections::HashSet;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row};

use super::records::truth;
use super::{Db, Queued, Result, outbox};

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
    /// What its owner wrote to the recipients; none when they were not written to.
    pub message: Option<String>,
    /// Whether its owner is written to when something was downloaded.
    pub notify_on_download: bool,
}

const SHARE: &str = "SELECT s.id, s.package_id, s.account_id, s.title, s.created, s.expires, s.deleted, \
     s.max_downloads, s.require_login, s.require_user_info, s.view_only, s.newest, s.message, \
     s.notify_on_download FROM shares s";

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
            message: row.try_get("message")?,
            notify_on_download: truth(row, "notify_on_download")?,
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
    /// The recipient with which it shares the limit of downloads: itself; for a visitor who came by the link for everybody, the
    /// share's.
    pub counted_with: String,
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
    /// When it last began one, in seconds since 1970.
    pub opened: Option<i64>,
}

impl ShareRecipient {
    /// Whether it has a link of its own.
    pub fn has_own_link(&self) -> bool {
        self.counted_with == self.id && self.id != self.share_id
    }
}

const RECIPIENT: &str = "SELECT id, share_id, counted_with, email, first_name, last_name, company, attempts, downloads, \
     opened FROM share_recipients";

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

/// What else a share covers.
#[derive(Clone, Debug)]
pub struct ItemsChange {
    /// The ids of files and directories.
    pub items: Vec<String>,
    /// Whether it goes on covering what it did.
    pub append: bool,
}

/// How often a recipient may.
#[derive(Clone, Copy, Debug)]
pub struct Downloads {
    /// Downloads that count or may yet.
    pub most: i64,
    /// Downloads that began.
    pub attempts: i64,
}

/// A share that somebody was sent.
#[derive(Clone, Debug)]
pub struct SentShare {
    /// The share.
    pub share: Share,
    /// Which of its recipients it is.
    pub alias: String,
}

impl<'r> FromRow<'r, AnyRow> for SentShare {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self { share: Share::from_row(row)?, alias: row.try_get("alias")? })
    }
}

impl Db {
    /// Keeps a share with its items and recipients, and puts on its way what tells them of it. From now on the package opens by
    /// link through its shares alone.
    ///
    /// # Errors
    /// When an id exists, or the database fails.
    pub async fn insert_share(
        &self,
        share: &Share,
        items: &[String],
        recipients: &[ShareRecipient],
        letters: &[Queued],
    ) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("UPDATE packages SET only_shares = 1 WHERE id = $1")
            .bind(&share.package_id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO shares (id, package_id, account_id, title, created, expires, max_downloads, \
             require_login, require_user_info, view_only, newest, message, notify_on_download) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
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
        .bind(&share.message)
        .bind(i64::from(share.notify_on_download))
        .execute(&mut *transaction)
        .await?;
        put_items(&mut transaction, &share.id, 0, items).await?;
        for recipient in recipients {
            put_recipient(&mut transaction, recipient).await?;
        }
        for letter in letters {
            outbox::insert(&mut transaction, letter, share.created).await?;
        }
        transaction.commit().await
    }

    /// Changes the terms of a share that was not deleted, and with `items` what it covers, which has at most `most` items then.
    /// Says whether it did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_share(
        &self,
        share: &Share,
        items: Option<&ItemsChange>,
        most: usize,
    ) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        // Locks the share's row.
        let done = sqlx::query(
            "UPDATE shares SET title = $2, expires = $3, max_downloads = $4, require_login = $5, \
             require_user_info = $6, view_only = $7 WHERE id = $1 AND deleted IS NULL",
        )
        .bind(&share.id)
        .bind(&share.title)
        .bind(share.expires)
        .bind(share.max_downloads)
        .bind(i64::from(share.require_login))
        .bind(i64::from(share.require_user_info))
        .bind(i64::from(share.view_only))
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        if let Some(ItemsChange { items, append }) = items {
            let mut kept: Vec<String> = Vec::new();
            if *append {
                kept = items_of(&mut transaction, &share.id).await?;
            } else {
                sqlx::query("DELETE FROM shared_items WHERE share_id = $1")
                    .bind(&share.id)
                    .execute(&mut *transaction)
                    .await?;
            }
            let known: HashSet<&String> = kept.iter().collect();
            let new: Vec<String> = items.iter().filter(|item| !known.contains(item)).cloned().collect();
            if kept.len() + new.len() > most {
                return Ok(false);
            }
            put_items(&mut transaction, &share.id, kept.len(), &new).await?;
        }
        transaction.commit().await.map(|()| true)
    }

    /// The shares that recipients with this address and a link of their own were sent and that were not deleted, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shares_to(&self, email: &str) -> Result<Vec<SentShare>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{} JOIN share_recipients r ON r.share_id = s.id AND r.counted_with = r.id AND r.id <> s.id \
             WHERE r.email = $1 AND s.deleted IS NULL ORDER BY s.created DESC, r.id",
            SHARE.replace(" FROM ", ", r.id AS alias FROM ")
        )))
        .bind(email)
        .fetch_all(&self.pool)
        .await
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
        items_of(&mut *self.pool.acquire().await?, share_id).await
    }

    /// The recipients of a share, in the order they were added, the one for all first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_recipients(&self, share_id: &str) -> Result<Vec<ShareRecipient>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{RECIPIENT} WHERE share_id = $1 ORDER BY position")))
            .bind(share_id)
            .fetch_all(&self.pool)
            .await
    }

    /// A recipient of a share.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_recipient(&self, share_id: &str, id: &str) -> Result<Option<ShareRecipient>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{RECIPIENT} WHERE share_id = $1 AND id = $2")))
            .bind(share_id)
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// Fills in what is not known yet of a recipient.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn complete_share_recipient(&self, known: &ShareRecipient) -> Result<()> {
        sqlx::query(
            "UPDATE share_recipients SET email = CASE WHEN email = '' THEN $2 ELSE email END, \
             first_name = CASE WHEN first_name = '' THEN $3 ELSE first_name END, \
             last_name = CASE WHEN last_name = '' THEN $4 ELSE last_name END, \
             company = CASE WHEN company = '' THEN $5 ELSE company END WHERE id = $1",
        )
        .bind(&known.id)
        .bind(&known.email)
        .bind(&known.first_name)
        .bind(&known.last_name)
        .bind(&known.company)
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// The recipient that a visitor is who came by the link for everybody: the one that said the same before, else `visitor`, which
    /// is added. `None` when the share has `most` recipients.
    ///
    /// # Errors
    /// When the id exists, or the database fails.
    pub async fn visit_share(&self, visitor: &ShareRecipient, most: i64) -> Result<Option<ShareRecipient>> {
        let mut transaction = self.pool.begin().await?;
        lock_share(&mut transaction, &visitor.share_id).await?;
        let known: Option<ShareRecipient> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{RECIPIENT} WHERE share_id = $1 AND counted_with = $1 AND id <> $1 AND email = $2 AND first_name = $3 \
             AND last_name = $4 AND company = $5"
        )))
        .bind(&visitor.share_id)
        .bind(&visitor.email)
        .bind(&visitor.first_name)
        .bind(&visitor.last_name)
        .bind(&visitor.company)
        .fetch_optional(&mut *transaction)
        .await?;
        if known.is_some() {
            return Ok(known);
        }
        if count_recipients(&mut transaction, &visitor.share_id).await? >= most {
            return Ok(None);
        }
        put_recipient(&mut transaction, visitor).await?;
        transaction.commit().await.map(|()| Some(visitor.clone()))
    }

    /// Adds a recipient to a share that has fewer than `most`, and says whether it did.
    ///
    /// # Errors
    /// When the id exists, or the database fails.
    pub async fn add_share_recipient(&self, recipient: &ShareRecipient, most: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        lock_share(&mut transaction, &recipient.share_id).await?;
        let count = count_recipients(&mut transaction, &recipient.share_id).await?;
        if count >= most {
            return Ok(false);
        }
        put_recipient(&mut transaction, recipient).await?;
        transaction.commit().await.map(|()| true)
    }

    /// Begins a download of a recipient, and says whether it may. What began before, has not ended and does not count yet is taken
    /// as if it did, of all who share the limit.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_lease(
        &self,
        id: &str,
        recipient: &ShareRecipient,
        limit: Option<Downloads>,
        expires: i64,
        now: i64,
    ) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        lock_limit(&mut transaction, &recipient.id).await?;
        sqlx::query("UPDATE share_recipients SET attempts = attempts + 1, opened = $2 WHERE id = $1")
            .bind(&recipient.id)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "DELETE FROM share_leases WHERE expires <= $2 \
             AND recipient_id IN (SELECT id FROM share_recipients WHERE counted_with = $1)",
        )
        .bind(&recipient.counted_with)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        let (attempts, taken): (i64, i64) = sqlx::query_as(
            "SELECT CAST(SUM(attempts) AS BIGINT), CAST(SUM(downloads) AS BIGINT) + (SELECT COUNT(*) \
             FROM share_leases l JOIN share_recipients r ON r.id = l.recipient_id \
             WHERE r.counted_with = $1 AND l.counted = 0) FROM share_recipients WHERE counted_with = $1",
        )
        .bind(&recipient.counted_with)
        .fetch_one(&mut *transaction)
        .await?;
        if limit.is_some_and(|limit| taken >= limit.most || attempts > limit.attempts) {
            return Ok(false);
        }
        sqlx::query("INSERT INTO share_leases (id, recipient_id, expires, counted) VALUES ($1, $2, $3, 0)")
            .bind(id)
            .bind(&recipient.id)
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

    /// Counts a download, once, and says whether it was this call that did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_lease(&self, lease: &Lease) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        lock_limit(&mut transaction, &lease.recipient_id).await?;
        let done = sqlx::query("UPDATE share_leases SET counted = 1 WHERE id = $1 AND counted = 0")
            .bind(&lease.id)
            .execute(&mut *transaction)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("UPDATE share_recipients SET downloads = downloads + 1 WHERE id = $1")
            .bind(&lease.recipient_id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await.map(|()| true)
    }
}

/// Locks the share's row.
async fn lock_share(connection: &mut AnyConnection, id: &str) -> Result<()> {
    sqlx::query("UPDATE shares SET title = title WHERE id = $1").bind(id).execute(connection).await.map(drop)
}

/// Locks the row of the recipient with which this one shares its limit, so that nobody else counts meanwhile.
async fn lock_limit(connection: &mut AnyConnection, recipient_id: &str) -> Result<()> {
    sqlx::query(
        "UPDATE share_recipients SET attempts = attempts \
         WHERE id = (SELECT counted_with FROM share_recipients WHERE id = $1)",
    )
    .bind(recipient_id)
    .execute(connection)
    .await
    .map(drop)
}

async fn count_recipients(connection: &mut AnyConnection, share_id: &str) -> Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM share_recipients WHERE share_id = $1")
        .bind(share_id)
        .fetch_one(connection)
        .await
}

async fn items_of(connection: &mut AnyConnection, share_id: &str) -> Result<Vec<String>> {
    sqlx::query_scalar("SELECT item_id FROM shared_items WHERE share_id = $1 ORDER BY position")
        .bind(share_id)
        .fetch_all(connection)
        .await
}

/// Adds items behind the first `before`.
async fn put_items(
    connection: &mut AnyConnection,
    share_id: &str,
    before: usize,
    items: &[String],
) -> Result<()> {
    for (position, item) in (i64::try_from(before).unwrap_or(i64::MAX)..).zip(items) {
        sqlx::query("INSERT INTO shared_items (share_id, item_id, position) VALUES ($1, $2, $3)")
            .bind(share_id)
            .bind(item)
            .bind(position)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn put_recipient(connection: &mut AnyConnection, recipient: &ShareRecipient) -> Result<()> {
    sqlx::query(
        "INSERT INTO share_recipients (id, share_id, position, email, first_name, last_name, company, attempts, \
         downloads, counted_with) VALUES ($1, $2, (SELECT COALESCE(MAX(position), 0) + 1 FROM share_recipients \
         WHERE share_id = $2), $3, $4, $5, $6, 0, 0, $7)",
    )
    .bind(&recipient.id)
    .bind(&recipient.share_id)
    .bind(&recipient.email)
    .bind(&recipient.first_name)
    .bind(&recipient.last_name)
    .bind(&recipient.company)
    .bind(&recipient.counted_with)
    .execute(connection)
    .await
    .map(drop)
}
