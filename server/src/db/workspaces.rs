//! Workspaces as a whole, and what people are in them.

use super::packages::{PACKAGE, hold_active};
use super::{Db, Finalization, Package, Result, Role, records};

/// Which entries of a list are wanted, and in which order.
#[derive(Clone, Copy, Debug)]
pub struct Page<Order> {
    /// What they are ordered by.
    pub order: Order,
    /// Whether the last come first.
    pub descending: bool,
    /// How many to leave out.
    pub first: u32,
    /// How many at most.
    pub most: u32,
}

impl<Order> Page<Order> {
    /// The end of a statement that lists by `column`, and by `id` where that is equal.
    pub(super) fn clause(&self, column: &str, id: &str) -> String {
        let direction = if self.descending { "DESC" } else { "ASC" };
        format!("ORDER BY {column} {direction}, {id} {direction} LIMIT {} OFFSET {}", self.most, self.first)
    }
}

/// What workspaces are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkspaceOrder {
    /// Their labels.
    Label,
    /// When they were made.
    Created,
    /// When they last changed.
    Updated,
}

impl Db {
    /// The workspaces that an account made or is a recipient of, and how many there are in all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn workspaces(
        &self,
        account_id: &str,
        email: &str,
        page: Page<WorkspaceOrder>,
    ) -> Result<(Vec<Package>, u64)> {
        let theirs = "p.root_directory_id IS NOT NULL AND p.state = 'active' AND (p.account_id = $1 OR EXISTS \
             (SELECT 1 FROM recipients r WHERE r.package_id = p.id AND r.email = $2))";
        let (total,): (i64,) =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM packages p WHERE {theirs}")))
                .bind(account_id)
                .bind(email)
                .fetch_one(&self.pool)
                .await?;
        let column = match page.order {
            WorkspaceOrder::Label => "LOWER(p.label)",
            WorkspaceOrder::Created => "p.created",
            WorkspaceOrder::Updated => "p.updated",
        };
        let statement = format!("{PACKAGE} WHERE {theirs} {}", page.clause(column, "p.id"));
        let packages = sqlx::query_as(sqlx::AssertSqlSafe(statement))
            .bind(account_id)
            .bind(email)
            .fetch_all(&self.pool)
            .await?;
        Ok((packages, total.unsigned_abs()))
    }

    /// Gives an active workspace a label or a checksum, or both; false when it is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_workspace(
        &self,
        id: &str,
        label: Option<&str>,
        checksum_hash: Option<&str>,
        now: i64,
    ) -> Result<bool> {
        sqlx::query(
            "UPDATE packages SET label = COALESCE($2, label), checksum_hash = COALESCE($3, checksum_hash), \
             updated = $4 WHERE id = $1 AND state = 'active' AND root_directory_id IS NOT NULL",
        )
        .bind(id)
        .bind(label)
        .bind(checksum_hash)
        .bind(now)
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected() == 1)
    }

    /// Gives an active workspace what its link asks for; a password that is there stays unless there is a new one.
    /// False when it is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finalize_workspace(&self, id: &str, end: &Finalization, now: i64) -> Result<bool> {
        sqlx::query(
            "UPDATE packages SET checksum_hash = $2, password_hash = COALESCE($3, password_hash), \
             undisclosed = $4, updated = $5, read_only_pdf = $6, notify = $7 \
             WHERE id = $1 AND state = 'active' AND root_directory_id IS NOT NULL",
        )
        .bind(id)
        .bind(&end.checksum_hash)
        .bind(&end.password_hash)
        .bind(i64::from(end.undisclosed))
        .bind(now)
        .bind(i64::from(end.read_only_pdf))
        .bind(i64::from(end.notify))
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected() == 1)
    }

    /// The role of an address in a package; none when it is no recipient, or needs approval first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn role(&self, package_id: &str, email: &str) -> Result<Option<Role>> {
        let row = sqlx::query(
            "SELECT role FROM recipients WHERE package_id = $1 AND email = $2 AND needs_approval = 0",
        )
        .bind(package_id)
        .bind(email)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(records::role).transpose()
    }

    /// Changes a recipient's role in an active package; false when there is no such recipient, or its role is no
    /// longer `from`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_role(&self, package_id: &str, id: &str, from: Role, to: Role, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_active(&mut transaction, package_id, now).await? {
            return Ok(false);
        }
        let done =
            sqlx::query("UPDATE recipients SET role = $4 WHERE id = $1 AND package_id = $2 AND role = $3")
                .bind(id)
                .bind(package_id)
                .bind(from.as_str())
                .bind(to.as_str())
                .execute(&mut *transaction)
                .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() == 1)
    }
}
