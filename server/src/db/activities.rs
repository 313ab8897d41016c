//! What was done with packages.

use super::webhooks::insert_telling;
use super::{Activity, Db, Result, Telling};

impl Db {
    /// Keeps what was done, in the order given, and puts on its way what somebody is told of it. What the same one did
    /// with the same thing from the same address after `since` is neither kept nor told again.
    ///
    /// # Errors
    /// When an id exists, a package does not, or the database fails.
    pub async fn insert_activities(&self, new: &[(Activity, Vec<Telling>)], since: i64) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        for (activity, tellings) in new {
            let done = sqlx::query(
                "INSERT INTO activities (id, package_id, position, at, address, account_id, actor, action, \
                 description, target_id, detail) SELECT $1, $2, \
                 (SELECT COALESCE(MAX(position), 0) + 1 FROM activities WHERE package_id = $2), \
                 $3, $4, $5, $6, $7, $8, $9, $10 WHERE NOT EXISTS (SELECT 1 FROM activities WHERE target_id = $9 \
                 AND at > $11 AND action = $7 AND actor = $6 AND address = $4)",
            )
            .bind(&activity.id)
            .bind(&activity.package_id)
            .bind(activity.at)
            .bind(&activity.address)
            .bind(&activity.account_id)
            .bind(&activity.actor)
            .bind(&activity.action)
            .bind(&activity.description)
            .bind(&activity.target_id)
            .bind(&activity.detail)
            .bind(since)
            .execute(&mut *transaction)
            .await?;
            if done.rows_affected() == 1 {
                for telling in tellings {
                    insert_telling(&mut transaction, telling, activity.at).await?;
                }
            }
        }
        transaction.commit().await
    }

    /// What was done with a package, the newest first: `most` entries behind the `first`, and how many there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn activities(&self, package_id: &str, first: u32, most: u32) -> Result<(Vec<Activity>, u64)> {
        let activities = sqlx::query_as(
            "SELECT id, package_id, at, address, account_id, actor, action, description, target_id, detail \
             FROM activities WHERE package_id = $1 ORDER BY position DESC LIMIT $2 OFFSET $3",
        )
        .bind(package_id)
        .bind(i64::from(most))
        .bind(i64::from(first))
        .fetch_all(&self.pool)
        .await?;
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM activities WHERE package_id = $1")
            .bind(package_id)
            .fetch_one(&self.pool)
            .await?;
        Ok((activities, count.unsigned_abs()))
    }

    /// Deletes the activities and confirmations of packages that ended at `ended_by` or before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_activities(&self, ended_by: i64, now: i64) -> Result<()> {
        let due = "SELECT id FROM packages WHERE ended <= $1 AND forgotten IS NULL";
        let mut transaction = self.pool.begin().await?;
        for statement in [
            format!("DELETE FROM activities WHERE package_id IN ({due})"),
            format!(
                "DELETE FROM confirmations WHERE recipient_id IN \
                 (SELECT id FROM recipients WHERE package_id IN ({due}))"
            ),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(statement)).bind(ended_by).execute(&mut *transaction).await?;
        }
        sqlx::query("UPDATE packages SET forgotten = $2 WHERE ended <= $1 AND forgotten IS NULL")
            .bind(ended_by)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }
}
