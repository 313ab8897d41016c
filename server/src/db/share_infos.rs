//! Share infos: tickets in somebody's hands.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, FromRow, Row};

use super::packages::hold_active;
use super::tickets::{hold_package, put_item};
use super::{Db, Result, ShareItem, records};

const SHARE: &str = "SELECT s.id, s.ticket_id, s.lookup_hash, s.owner_id, s.kind, s.receiver, s.message, s.link, s.created, \
     s.updated, s.expires, i.package_id, i.file_id, o.email AS owner_email, o.first_name AS owner_first_name, \
     o.last_name AS owner_last_name FROM share_infos s JOIN share_items i ON i.lookup_hash = s.lookup_hash \
     JOIN accounts o ON o.id = s.owner_id JOIN packages p ON p.id = i.package_id";

/// For whom a share is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareKind {
    /// For whoever holds the ticket.
    Public,
    /// For whom the ticket names.
    Private,
}

impl ShareKind {
    /// As the database and the API have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

/// A share info to be kept.
#[derive(Clone, Debug)]
pub struct NewShare {
    /// Its id, which JSON's numbers hold.
    pub id: i64,
    /// The ticket's id.
    pub ticket_id: String,
    /// What is shared.
    pub item: ShareItem,
    /// The account that issued the ticket.
    pub owner_id: String,
    /// For whom.
    pub kind: ShareKind,
    /// The receiver's address; empty for the share itself of a ticket that names nobody.
    pub receiver: String,
    /// What the sender says; empty for nothing.
    pub message: String,
    /// Where it is opened; empty when unknown.
    pub link: String,
    /// When the ticket expires.
    pub expires: i64,
}

/// A share info.
#[derive(Clone, Debug)]
pub struct ShareInfo {
    /// Its id, which JSON's numbers hold.
    pub id: i64,
    /// The ticket's id.
    pub ticket_id: String,
    /// What is shared.
    pub item: ShareItem,
    /// The account that issued the ticket.
    pub owner_id: String,
    /// That account's address.
    pub owner_email: String,
    /// That account's first and last name; empty when unknown.
    pub owner_name: String,
    /// For whom.
    pub kind: ShareKind,
    /// The receiver's address; empty for the share itself of a ticket that names nobody.
    pub receiver: String,
    /// What the sender says; empty for nothing.
    pub message: String,
    /// Where it is opened; empty when unknown.
    pub link: String,
    /// When it was made.
    pub created: i64,
    /// When its message or link was last written.
    pub updated: i64,
    /// When the ticket expires.
    pub expires: i64,
}

impl<'r> FromRow<'r, AnyRow> for ShareInfo {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        let (first, last): (String, String) =
            (row.try_get("owner_first_name")?, row.try_get("owner_last_name")?);
        Ok(Self {
            id: row.try_get("id")?,
            ticket_id: row.try_get("ticket_id")?,
            item: ShareItem::from_row(row)?,
            owner_id: row.try_get("owner_id")?,
            owner_email: row.try_get("owner_email")?,
            owner_name: format!("{first} {last}").trim().to_owned(),
            kind: records::one_of(row, "kind", &[ShareKind::Public, ShareKind::Private], ShareKind::as_str)?,
            receiver: row.try_get("receiver")?,
            message: row.try_get("message")?,
            link: row.try_get("link")?,
            created: row.try_get("created")?,
            updated: row.try_get("updated")?,
            expires: row.try_get("expires")?,
        })
    }
}

/// Which share infos a list has.
#[derive(Clone, Copy, Debug)]
pub enum SharesOf<'a> {
    /// Those of tickets that an account issued.
    Owner(&'a str),
    /// Those that an address received, while they open something.
    Receiver(&'a str),
}

/// What came of keeping a share info.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// It is kept.
    Done,
    /// The package is not active.
    Ended,
    /// The package opens through its shares alone.
    OnlyShares,
    /// The ticket's owner took it back.
    Revoked,
    /// The package has as many as it can have.
    Full,
}

impl Db {
    /// Keeps a share info of an active package that then has at most `most`. Of a ticket that its receiver has already,
    /// message and link are replaced.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_share_info(&self, new: &NewShare, most: u32, now: i64) -> Result<Shared> {
        let mut transaction = self.pool.begin().await?;
        let shared = put_share_info(&mut transaction, new, most, now).await?;
        if shared == Shared::Done {
            transaction.commit().await?;
        }
        Ok(shared)
    }

    /// The share info of a ticket in a receiver's hands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_info(&self, ticket_id: &str, receiver: &str) -> Result<Option<ShareInfo>> {
        sqlx::query_as(AssertSqlSafe(format!("{SHARE} WHERE s.ticket_id = $1 AND s.receiver = $2")))
            .bind(ticket_id)
            .bind(receiver)
            .fetch_optional(&self.pool)
            .await
    }

    /// A page of share infos whose tickets have not expired, the newest first; of one item where one is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_infos(
        &self,
        of: SharesOf<'_>,
        kind: ShareKind,
        lookup_hash: Option<&str>,
        (first, most): (u32, u32),
        now: i64,
    ) -> Result<Vec<ShareInfo>> {
        let (condition, by) = match of {
            SharesOf::Owner(id) => ("s.owner_id = $1", id),
            SharesOf::Receiver(email) => (
                "s.receiver = $1 AND p.only_shares = 0 AND p.state = 'active' \
                 AND (p.expires IS NULL OR p.expires > $4)",
                email,
            ),
        };
        sqlx::query_as(AssertSqlSafe(format!(
            "{SHARE} WHERE {condition} AND s.kind = $2 AND ($3 = '' OR s.lookup_hash = $3) AND s.expires > $4 \
             ORDER BY s.created DESC, s.id LIMIT $5 OFFSET $6"
        )))
        .bind(by)
        .bind(kind.as_str())
        .bind(lookup_hash.unwrap_or_default())
        .bind(now)
        .bind(i64::from(most))
        .bind(i64::from(first))
        .fetch_all(&self.pool)
        .await
    }

    /// Deletes share infos of an item: those that the account received, and those of tickets that it issued, which are
    /// revoked with them; of one ticket where one is named. Says in whose hands they were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_share_infos(
        &self,
        item: &ShareItem,
        (account_id, email): (&str, &str),
        ticket_id: Option<&str>,
    ) -> Result<Vec<String>> {
        let ticket_id = ticket_id.unwrap_or_default();
        let mut transaction = self.pool.begin().await?;
        hold_package(&mut transaction, &item.package_id).await?;
        sqlx::query(
            "INSERT INTO revoked_tickets (id, expires) SELECT DISTINCT ticket_id, expires FROM share_infos \
             WHERE lookup_hash = $1 AND owner_id = $2 AND ($3 = '' OR ticket_id = $3) ON CONFLICT (id) DO NOTHING",
        )
        .bind(&item.lookup_hash)
        .bind(account_id)
        .bind(ticket_id)
        .execute(&mut *transaction)
        .await?;
        let receivers = sqlx::query_scalar(
            "DELETE FROM share_infos WHERE lookup_hash = $1 AND (owner_id = $2 OR receiver = $4) \
             AND ($3 = '' OR ticket_id = $3) RETURNING receiver",
        )
        .bind(&item.lookup_hash)
        .bind(account_id)
        .bind(ticket_id)
        .bind(email)
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(receivers)
    }
}

/// Keeps a share info in a transaction, whose first statement this is.
pub(super) async fn put_share_info(
    connection: &mut AnyConnection,
    new: &NewShare,
    most: u32,
    now: i64,
) -> Result<Shared> {
    if !hold_active(connection, &new.item.package_id, now).await? {
        return Ok(Shared::Ended);
    }
    let only_shares: i64 = sqlx::query_scalar("SELECT only_shares FROM packages WHERE id = $1")
        .bind(&new.item.package_id)
        .fetch_one(&mut *connection)
        .await?;
    if only_shares != 0 {
        return Ok(Shared::OnlyShares);
    }
    let revoked: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM revoked_tickets WHERE id = $1")
        .bind(&new.ticket_id)
        .fetch_one(&mut *connection)
        .await?;
    if revoked > 0 {
        return Ok(Shared::Revoked);
    }
    put_item(connection, &new.item).await?;
    sqlx::query(
        "INSERT INTO share_infos (id, ticket_id, lookup_hash, owner_id, kind, receiver, message, link, created, \
         updated, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) \
         ON CONFLICT (ticket_id, receiver) DO UPDATE SET message = excluded.message, link = excluded.link, \
         updated = excluded.updated",
    )
    .bind(new.id)
    .bind(&new.ticket_id)
    .bind(&new.item.lookup_hash)
    .bind(&new.owner_id)
    .bind(new.kind.as_str())
    .bind(&new.receiver)
    .bind(&new.message)
    .bind(&new.link)
    .bind(now)
    .bind(new.expires)
    .execute(&mut *connection)
    .await?;
    let count: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM share_infos s JOIN share_items i ON i.lookup_hash = s.lookup_hash \
         WHERE i.package_id = $1",
    )
    .bind(&new.item.package_id)
    .fetch_one(&mut *connection)
    .await?;
    Ok(if count > i64::from(most) { Shared::Full } else { Shared::Done })
}
