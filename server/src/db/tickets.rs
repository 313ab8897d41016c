//! Tickets: what they are for, which were revoked, and what they open. They are kept nowhere themselves.

use sqlx::{AnyConnection, AssertSqlSafe, FromRow};

use super::{Db, Result};

/// The share infos `s` that open an item `i`: none of a package that opens through its shares alone.
pub(super) const OPENING: &str = "share_infos s JOIN share_items i ON i.lookup_hash = s.lookup_hash \
     JOIN packages held ON held.id = i.package_id AND held.only_shares = 0";

/// What can be shared: a package, or one file of it.
#[derive(Clone, Debug, FromRow)]
pub struct ShareItem {
    /// What stands for it.
    pub lookup_hash: String,
    /// The package.
    pub package_id: String,
    /// The file; none for the whole package.
    pub file_id: Option<String>,
}

impl ShareItem {
    /// The id of the file, or of the package.
    pub fn id(&self) -> &str {
        self.file_id.as_deref().unwrap_or(&self.package_id)
    }
}

impl Db {
    /// Keeps what can be shared and asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_share_item(&self, item: &ShareItem) -> Result<()> {
        put_item(&mut *self.pool.acquire().await?, item).await
    }

    /// What a lookup hash stands for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn share_item(&self, lookup_hash: &str) -> Result<Option<ShareItem>> {
        sqlx::query_as("SELECT lookup_hash, package_id, file_id FROM share_items WHERE lookup_hash = $1")
            .bind(lookup_hash)
            .fetch_optional(&self.pool)
            .await
    }

    /// Revokes a ticket, whether or not anybody has shown it yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_ticket(&self, package_id: &str, id: &str, expires: i64) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        hold_package(&mut transaction, package_id).await?;
        sqlx::query("INSERT INTO revoked_tickets (id, expires) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING")
            .bind(id)
            .bind(expires)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    /// What of a package tickets open to an address: files by their ids, none standing for all of it. Nothing, where the package
    /// opens through its shares alone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opened_by_tickets(
        &self,
        package_id: &str,
        email: &str,
        now: i64,
    ) -> Result<Vec<Option<String>>> {
        sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT i.file_id FROM {OPENING} WHERE i.package_id = $1 AND s.receiver = $2 AND s.expires > $3"
        )))
        .bind(package_id)
        .bind(email)
        .bind(now)
        .fetch_all(&self.pool)
        .await
    }

    /// Forgets tickets that have expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_tickets(&self, now: i64) -> Result<()> {
        for statement in
            ["DELETE FROM share_infos WHERE expires <= $1", "DELETE FROM revoked_tickets WHERE expires <= $1"]
        {
            sqlx::query(statement).bind(now).execute(&self.pool).await?;
        }
        Ok(())
    }
}

/// Keeps what can be shared.
pub(super) async fn put_item(connection: &mut AnyConnection, item: &ShareItem) -> Result<()> {
    sqlx::query(
        "INSERT INTO share_items (lookup_hash, package_id, file_id) VALUES ($1, $2, $3) \
         ON CONFLICT (lookup_hash) DO NOTHING",
    )
    .bind(&item.lookup_hash)
    .bind(&item.package_id)
    .bind(&item.file_id)
    .execute(connection)
    .await
    .map(drop)
}

/// Changes nothing, and holds a package's row until the transaction ends.
pub(super) async fn hold_package(connection: &mut AnyConnection, id: &str) -> Result<()> {
    sqlx::query("UPDATE packages SET updated = updated WHERE id = $1")
        .bind(id)
        .execute(connection)
        .await
        .map(drop)
}
