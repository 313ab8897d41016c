//! Share requests: who asks whom for what.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, FromRow, Row};

use super::share_infos::put_share_info;
use super::{Db, NewShare, Result, ShareItem, Shared, WrappedKeyCode, records};

const REQUEST: &str = "SELECT q.id, q.lookup_hash, q.owner_id, q.requester_id, q.status, q.message, q.refusals, q.created, \
     i.package_id, i.file_id, o.email AS owner_email, r.email AS requester_email FROM share_requests q \
     JOIN share_items i ON i.lookup_hash = q.lookup_hash JOIN accounts o ON o.id = q.owner_id \
     JOIN accounts r ON r.id = q.requester_id";

/// What became of a share request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestStatus {
    /// Nothing yet.
    Pending,
    /// What was asked for was shared.
    Approved,
    /// It was refused.
    Declined,
}

impl RequestStatus {
    /// As the database and the API have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }
}

/// A share request to be made.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// Its id, unless the same was asked for before.
    pub id: String,
    /// What is asked for.
    pub item: ShareItem,
    /// The account that is asked.
    pub owner_id: String,
    /// The account that asks.
    pub requester_id: String,
    /// What it says; empty for nothing.
    pub message: String,
}

/// A share request.
#[derive(Clone, Debug)]
pub struct ShareRequest {
    /// Its id.
    pub id: String,
    /// What is asked for.
    pub item: ShareItem,
    /// The account that is asked.
    pub owner_id: String,
    /// That account's address.
    pub owner_email: String,
    /// The account that asks.
    pub requester_id: String,
    /// That account's address.
    pub requester_email: String,
    /// What became of it.
    pub status: RequestStatus,
    /// What it says; empty for nothing.
    pub message: String,
    /// How often it was refused.
    pub refusals: i64,
    /// When it was asked, the last time.
    pub created: i64,
}

impl<'r> FromRow<'r, AnyRow> for ShareRequest {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        let all = [RequestStatus::Pending, RequestStatus::Approved, RequestStatus::Declined];
        Ok(Self {
            id: row.try_get("id")?,
            item: ShareItem::from_row(row)?,
            owner_id: row.try_get("owner_id")?,
            owner_email: row.try_get("owner_email")?,
            requester_id: row.try_get("requester_id")?,
            requester_email: row.try_get("requester_email")?,
            status: records::one_of(row, "status", &all, RequestStatus::as_str)?,
            message: row.try_get("message")?,
            refusals: row.try_get("refusals")?,
            created: row.try_get("created")?,
        })
    }
}

/// Which share requests a list has, by account id.
#[derive(Clone, Copy, Debug)]
pub enum RequestsOf<'a> {
    /// Those that an account has to answer.
    Owner(&'a str),
    /// Those that an account made.
    Requester(&'a str),
}

/// What share requests are chosen by.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    /// The address of the account that asks.
    pub requester: Option<String>,
    /// The address of the account that is asked.
    pub owner: Option<String>,
    /// What is asked for.
    pub lookup_hash: Option<String>,
    /// What became of it.
    pub status: Option<RequestStatus>,
}

/// What came of asking.
#[derive(Clone, Debug)]
pub enum Asked {
    /// It waits for an answer, under this id.
    Done(String),
    /// The same was asked before, and cannot be asked again: this stands.
    Stands(Box<ShareRequest>),
    /// Too many requests of this account wait already.
    Full,
}

/// What came of approving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approved {
    /// It is approved.
    Done,
    /// It does not wait for an answer.
    NotPending,
    /// What is asked for could not be shared.
    NotShared(Shared),
}

impl Db {
    /// Makes a share request, of an account of which then at most `most` wait. What was asked before is asked again where
    /// it was refused at most `refusals` times and waits no longer, or was withdrawn.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_request(&self, new: &NewRequest, refusals: u32, most: u32, now: i64) -> Result<Asked> {
        let mut transaction = self.pool.begin().await?;
        // Holds the account's row, so that of two at once the second counts the first.
        sqlx::query("UPDATE accounts SET email = email WHERE id = $1")
            .bind(&new.requester_id)
            .execute(&mut *transaction)
            .await?;
        let id: Option<String> = sqlx::query_scalar(
            "INSERT INTO share_requests (id, lookup_hash, owner_id, requester_id, status, message, refusals, \
             withdrawn, created) VALUES ($1, $2, $3, $4, 'pending', $5, 0, 0, $6) \
             ON CONFLICT (lookup_hash, owner_id, requester_id) DO UPDATE SET status = 'pending', \
             message = excluded.message, withdrawn = 0, created = excluded.created \
             WHERE share_requests.refusals <= $7 \
             AND (share_requests.status = 'declined' OR share_requests.withdrawn = 1) RETURNING id",
        )
        .bind(&new.id)
        .bind(&new.item.lookup_hash)
        .bind(&new.owner_id)
        .bind(&new.requester_id)
        .bind(&new.message)
        .bind(now)
        .bind(i64::from(refusals))
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(id) = id else {
            let stands = sqlx::query_as(AssertSqlSafe(format!(
                "{REQUEST} WHERE q.lookup_hash = $1 AND q.owner_id = $2 AND q.requester_id = $3"
            )))
            .bind(&new.item.lookup_hash)
            .bind(&new.owner_id)
            .bind(&new.requester_id)
            .fetch_one(&mut *transaction)
            .await?;
            return Ok(Asked::Stands(Box::new(stands)));
        };
        let pending: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM share_requests WHERE requester_id = $1 AND status = 'pending' AND withdrawn = 0",
        )
        .bind(&new.requester_id)
        .fetch_one(&mut *transaction)
        .await?;
        if pending > i64::from(most) {
            return Ok(Asked::Full);
        }
        transaction.commit().await?;
        Ok(Asked::Done(id))
    }

    /// A share request, unless it was withdrawn.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn request(&self, id: &str) -> Result<Option<ShareRequest>> {
        sqlx::query_as(AssertSqlSafe(format!("{REQUEST} WHERE q.id = $1 AND q.withdrawn = 0")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// A page of share requests, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn requests(
        &self,
        of: RequestsOf<'_>,
        filter: &RequestFilter,
        (first, most): (u32, u32),
    ) -> Result<Vec<ShareRequest>> {
        let (by, own) = match of {
            RequestsOf::Owner(id) => (id, "q.owner_id"),
            RequestsOf::Requester(id) => (id, "q.requester_id"),
        };
        sqlx::query_as(AssertSqlSafe(format!(
            "{REQUEST} WHERE {own} = $1 AND q.withdrawn = 0 AND ($2 = '' OR r.email = $2) \
             AND ($3 = '' OR o.email = $3) AND ($4 = '' OR q.lookup_hash = $4) AND ($5 = '' OR q.status = $5) \
             ORDER BY q.created DESC, q.id LIMIT $6 OFFSET $7"
        )))
        .bind(by)
        .bind(filter.requester.as_deref().unwrap_or_default())
        .bind(filter.owner.as_deref().unwrap_or_default())
        .bind(filter.lookup_hash.as_deref().unwrap_or_default())
        .bind(filter.status.map_or("", RequestStatus::as_str))
        .bind(i64::from(most))
        .bind(i64::from(first))
        .fetch_all(&self.pool)
        .await
    }

    /// Approves a request that waits: keeps the share info `new`, of a package that then has at most `most`, and the keyCode
    /// as it is wrapped to keys, each with its id, of the one who asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn approve_request(
        &self,
        id: &str,
        new: &NewShare,
        wrapped: &[(String, WrappedKeyCode)],
        most: u32,
        now: i64,
    ) -> Result<Approved> {
        let mut transaction = self.pool.begin().await?;
        let shared = put_share_info(&mut transaction, new, most, now).await?;
        if shared != Shared::Done {
            return Ok(Approved::NotShared(shared));
        }
        let done = sqlx::query(
            "UPDATE share_requests SET status = 'approved' WHERE id = $1 AND status = 'pending' AND withdrawn = 0",
        )
        .bind(id)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() != 1 {
            return Ok(Approved::NotPending);
        }
        for (public_key_id, wrapped) in wrapped {
            super::public_keys::put_wrapped(&mut transaction, public_key_id, wrapped, now).await?;
        }
        transaction.commit().await?;
        Ok(Approved::Done)
    }

    /// Refuses a request that waits; false when it does not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decline_request(&self, id: &str) -> Result<bool> {
        sqlx::query(
            "UPDATE share_requests SET status = 'declined', refusals = refusals + 1 \
             WHERE id = $1 AND status = 'pending' AND withdrawn = 0",
        )
        .bind(id)
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected() == 1)
    }

    /// Deletes a request of an account, or to it. How often it was refused is remembered when its requester deletes it. False
    /// when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_request(&self, id: &str, account_id: &str) -> Result<bool> {
        let withdrawn = sqlx::query(
            "UPDATE share_requests SET withdrawn = 1, message = '' \
             WHERE id = $1 AND requester_id = $2 AND refusals > 0 AND withdrawn = 0",
        )
        .bind(id)
        .bind(account_id)
        .execute(&self.pool)
        .await?;
        if withdrawn.rows_affected() == 1 {
            return Ok(true);
        }
        sqlx::query(
            "DELETE FROM share_requests WHERE id = $1 AND withdrawn = 0 \
             AND (owner_id = $2 OR (requester_id = $2 AND refusals = 0))",
        )
        .bind(id)
        .bind(account_id)
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected() == 1)
    }
}
