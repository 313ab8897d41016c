//! Contact groups.

use super::packages::hold_unended;
use super::recipients::{count, insert_by_group};
use super::{Db, Group, GroupMember, Recipient, Result};

const GROUP: &str = "SELECT g.id, g.account_id, g.name, g.enterprise FROM contact_groups g";

impl Db {
    /// Keeps a new group, unless its account has `most` of them; false then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_group(&self, new: &Group, most: u32, now: i64) -> Result<bool> {
        sqlx::query(
            "INSERT INTO contact_groups (id, account_id, name, enterprise, created) SELECT $1, $2, $3, $4, $5 \
             WHERE (SELECT COUNT(*) FROM contact_groups WHERE account_id = $2) < $6",
        )
        .bind(&new.id)
        .bind(&new.account_id)
        .bind(&new.name)
        .bind(i64::from(new.enterprise))
        .bind(now)
        .bind(i64::from(most))
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected() == 1)
    }

    /// A group.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn group(&self, id: &str) -> Result<Option<Group>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{GROUP} WHERE g.id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// An account's own groups, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn own_groups(&self, account_id: &str) -> Result<Vec<Group>> {
        let statement = format!("{GROUP} WHERE g.account_id = $1 AND g.enterprise = 0 ORDER BY g.name, g.id");
        sqlx::query_as(sqlx::AssertSqlSafe(statement)).bind(account_id).fetch_all(&self.pool).await
    }

    /// The groups for every account, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enterprise_groups(&self) -> Result<Vec<Group>> {
        let statement = format!("{GROUP} WHERE g.enterprise = 1 ORDER BY g.name, g.id");
        sqlx::query_as(sqlx::AssertSqlSafe(statement)).fetch_all(&self.pool).await
    }

    /// Deletes a group and forgets its members. Recipients that it brought stay.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_group(&self, id: &str) -> Result<bool> {
        sqlx::query("DELETE FROM contact_groups WHERE id = $1")
            .bind(id)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// Adds a member to a group that then has at most `most`; one who is in it stays as it is. False when there is no
    /// such group, or it would have more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_member(&self, new: &GroupMember, most: u32) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        // Changes nothing, and holds the group's row, so that members are counted one addition after the other.
        let held = sqlx::query("UPDATE contact_groups SET name = name WHERE id = $1")
            .bind(&new.group_id)
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        if held != 1 {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO group_members (id, group_id, email) VALUES ($1, $2, $3) \
             ON CONFLICT (group_id, email) DO NOTHING",
        )
        .bind(&new.id)
        .bind(&new.group_id)
        .bind(&new.email)
        .execute(&mut *transaction)
        .await?;
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM group_members WHERE group_id = $1")
            .bind(&new.group_id)
            .fetch_one(&mut *transaction)
            .await?;
        if count > i64::from(most) {
            return Ok(false);
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Removes a member of a group; false when there is no such member.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_member(&self, group_id: &str, id: &str) -> Result<bool> {
        sqlx::query("DELETE FROM group_members WHERE id = $1 AND group_id = $2")
            .bind(id)
            .bind(group_id)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// The members of groups, by address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn members(&self, group_ids: &[&str]) -> Result<Vec<GroupMember>> {
        let statement = "SELECT id, group_id, email FROM group_members WHERE group_id IN (?) ORDER BY email";
        self.of_all(statement, group_ids).await
    }

    /// Puts a group on a draft or active package, which then has at most `most_groups`, and adds those of its members,
    /// `new`, who are no recipients yet; the package then has at most `most` of them. False when it is no such package,
    /// or would have more.
    ///
    /// # Errors
    /// When there is no such group any more, or the database fails.
    pub async fn add_group(
        &self,
        package_id: &str,
        group_id: &str,
        new: &[Recipient],
        (most_groups, most): (u32, u32),
        now: i64,
    ) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_unended(&mut transaction, package_id, now).await? {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO package_groups (package_id, group_id) VALUES ($1, $2) \
             ON CONFLICT (package_id, group_id) DO NOTHING",
        )
        .bind(package_id)
        .bind(group_id)
        .execute(&mut *transaction)
        .await?;
        let groups: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM package_groups WHERE package_id = $1")
            .bind(package_id)
            .fetch_one(&mut *transaction)
            .await?;
        insert_by_group(&mut transaction, package_id, new, group_id).await?;
        let recipients = count(&mut transaction, package_id).await?;
        if groups > i64::from(most_groups) || recipients > i64::from(most) {
            return Ok(false);
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Takes a group off a draft or active package, and with it the recipients that it brought, but who has got another role
    /// since; those who are in another of the package's groups go with that one from now on. False when it is no such package, or the group is
    /// not on it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_group(&self, package_id: &str, group_id: &str, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_unended(&mut transaction, package_id, now).await? {
            return Ok(false);
        }
        let removed = sqlx::query("DELETE FROM package_groups WHERE package_id = $1 AND group_id = $2")
            .bind(package_id)
            .bind(group_id)
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        if removed != 1 {
            return Ok(false);
        }
        for statement in [
            "UPDATE recipients SET group_id = (SELECT MIN(p.group_id) FROM package_groups p \
             JOIN group_members m ON m.group_id = p.group_id \
             WHERE p.package_id = $1 AND m.email = recipients.email) \
             WHERE package_id = $1 AND group_id = $2 AND EXISTS (SELECT 1 FROM package_groups p \
             JOIN group_members m ON m.group_id = p.group_id \
             WHERE p.package_id = $1 AND m.email = recipients.email)",
            "DELETE FROM recipients WHERE package_id = $1 AND group_id = $2 AND role = 'VIEWER'",
            "UPDATE recipients SET group_id = NULL WHERE package_id = $1 AND group_id = $2",
        ] {
            sqlx::query(statement).bind(package_id).bind(group_id).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// The groups that are on packages, each with its package.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn package_groups(&self, package_ids: &[&str]) -> Result<Vec<(String, Group)>> {
        let statement = "SELECT p.package_id, g.id, g.account_id, g.name, g.enterprise FROM package_groups p \
             JOIN contact_groups g ON g.id = p.group_id WHERE p.package_id IN (?) ORDER BY g.name, g.id";
        let rows: Vec<(String, String, String, String, i64)> = self.of_all(statement, package_ids).await?;
        let group = |(package_id, id, account_id, name, enterprise)| {
            (package_id, Group { id, account_id, name, enterprise: enterprise != 0 })
        };
        Ok(rows.into_iter().map(group).collect())
    }
}
