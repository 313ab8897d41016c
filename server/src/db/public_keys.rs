//! Public keys, and keyCodes wrapped to them.

use sqlx::AnyConnection;

use super::packages::hold_unended;
use super::tickets::OPENING;
use super::{Db, PublicKey, Result, Unsynced, WrappedKeyCode};

const KEY: &str = "SELECT k.id, k.account_id, k.armored, k.description, k.created FROM public_keys k";

/// The packages `p` that the account `a` sends or receives, and that are not over: $2 is now.
fn open_to() -> String {
    format!(
        "(p.state IN ('temp', 'in_progress', 'pending', 'active') AND (p.expires IS NULL OR p.expires > $2)) \
         AND (p.account_id = a.id OR (p.state = 'active' AND (EXISTS \
         (SELECT 1 FROM recipients r WHERE r.package_id = p.id AND r.email = a.email AND r.needs_approval = 0) \
         OR EXISTS (SELECT 1 FROM {OPENING} WHERE i.package_id = p.id AND s.receiver = a.email AND s.expires > $2))))"
    )
}

impl Db {
    /// Keeps a public key of an account that then has at most `most`; false when it would have more.
    ///
    /// # Errors
    /// When the id exists, or the database fails.
    pub async fn insert_public_key(&self, new: &PublicKey, most: u32) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        // Holds the account's row, so that of two at once the second counts the first.
        sqlx::query("UPDATE accounts SET email = email WHERE id = $1")
            .bind(&new.account_id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO public_keys (id, account_id, armored, description, created) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&new.id)
        .bind(&new.account_id)
        .bind(&new.armored)
        .bind(&new.description)
        .bind(new.created)
        .execute(&mut *transaction)
        .await?;
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM public_keys WHERE account_id = $1")
            .bind(&new.account_id)
            .fetch_one(&mut *transaction)
            .await?;
        if count > i64::from(most) {
            return Ok(false);
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// A public key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn public_key(&self, id: &str) -> Result<Option<PublicKey>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{KEY} WHERE k.id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// The public keys of an account, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn public_keys_of(&self, account_id: &str) -> Result<Vec<PublicKey>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{KEY} WHERE k.account_id = $1 ORDER BY k.created, k.id")))
            .bind(account_id)
            .fetch_all(&self.pool)
            .await
    }

    /// The public keys of a package's recipients, of those who hold tickets for it and of its sender, at most `most`;
    /// disabled accounts have none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn public_keys_for(&self, package_id: &str, most: u32, now: i64) -> Result<Vec<PublicKey>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{KEY} JOIN accounts a ON a.id = k.account_id WHERE a.disabled IS NULL AND (EXISTS \
             (SELECT 1 FROM recipients r WHERE r.package_id = $1 AND r.email = a.email) OR EXISTS \
             (SELECT 1 FROM packages p WHERE p.id = $1 AND p.account_id = a.id) OR EXISTS \
             (SELECT 1 FROM {OPENING} WHERE i.package_id = $1 AND s.receiver = a.email AND s.expires > $3)) \
             ORDER BY k.created, k.id LIMIT $2"
        )))
        .bind(package_id)
        .bind(i64::from(most))
        .bind(now)
        .fetch_all(&self.pool)
        .await
    }

    /// The public keys of one recipient of a package; a disabled account has none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn public_keys_for_recipient(&self, package_id: &str, id: &str) -> Result<Vec<PublicKey>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{KEY} JOIN accounts a ON a.id = k.account_id JOIN recipients r ON r.email = a.email \
             WHERE a.disabled IS NULL AND r.package_id = $1 AND r.id = $2 ORDER BY k.created, k.id"
        )))
        .bind(package_id)
        .bind(id)
        .fetch_all(&self.pool)
        .await
    }

    /// The ids of those recipients of a package for whom public keys are known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recipients_with_keys(&self, package_id: &str) -> Result<Vec<String>> {
        sqlx::query_scalar(
            "SELECT r.id FROM recipients r WHERE r.package_id = $1 AND EXISTS (SELECT 1 FROM public_keys k \
             JOIN accounts a ON a.id = k.account_id WHERE a.email = r.email AND a.disabled IS NULL)",
        )
        .bind(package_id)
        .fetch_all(&self.pool)
        .await
    }

    /// Forgets a public key of an account, and what was wrapped to it; false when the account has no such key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_public_key(&self, account_id: &str, id: &str) -> Result<bool> {
        sqlx::query("DELETE FROM public_keys WHERE id = $2 AND account_id = $1")
            .bind(account_id)
            .bind(id)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// Keeps what a draft or active package's keyCode is when encrypted to a public key, in the place of what was
    /// kept before; false when the package is neither, or the key is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_wrapped_key_code(
        &self,
        public_key_id: &str,
        new: &WrappedKeyCode,
        now: i64,
    ) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        if !hold_unended(&mut transaction, &new.package_id, now).await? {
            return Ok(false);
        }
        let put = put_wrapped(&mut transaction, public_key_id, new, now).await?;
        transaction.commit().await?;
        Ok(put)
    }

    /// A package's keyCode, encrypted to a public key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn wrapped_key_code(
        &self,
        package_id: &str,
        public_key_id: &str,
    ) -> Result<Option<WrappedKeyCode>> {
        sqlx::query_as(
            "SELECT w.package_id, w.key_code, w.signature FROM wrapped_key_codes w \
             WHERE w.package_id = $1 AND w.public_key_id = $2",
        )
        .bind(package_id)
        .bind(public_key_id)
        .fetch_optional(&self.pool)
        .await
    }

    /// What is encrypted to a public key of the packages that its owner sends or receives and that are not over, of
    /// one package.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_key_code(
        &self,
        public_key_id: &str,
        package_id: &str,
        now: i64,
    ) -> Result<Option<WrappedKeyCode>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT w.package_id, w.key_code, w.signature FROM wrapped_key_codes w \
             JOIN public_keys k ON k.id = w.public_key_id JOIN accounts a ON a.id = k.account_id \
             JOIN packages p ON p.id = w.package_id WHERE k.id = $1 AND {} AND p.id = $3",
            open_to()
        )))
        .bind(public_key_id)
        .bind(now)
        .bind(package_id)
        .fetch_optional(&self.pool)
        .await
    }

    /// What is encrypted to a public key and not yet to other keys of the same account, of packages that the account
    /// sends or receives and that are not over; at most `most`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unsynced(&self, public_key_id: &str, most: u32, now: i64) -> Result<Vec<Unsynced>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT w.package_id, w.key_code, w.signature, o.id AS public_key_id FROM wrapped_key_codes w \
             JOIN public_keys k ON k.id = w.public_key_id JOIN accounts a ON a.id = k.account_id \
             JOIN public_keys o ON o.account_id = k.account_id AND o.id <> k.id \
             JOIN packages p ON p.id = w.package_id \
             WHERE k.id = $1 AND {} AND NOT EXISTS (SELECT 1 FROM wrapped_key_codes x \
             WHERE x.package_id = w.package_id AND x.public_key_id = o.id) \
             ORDER BY w.created, w.package_id, o.id LIMIT $3",
            open_to()
        )))
        .bind(public_key_id)
        .bind(now)
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await
    }

    /// Whether a recipient of a package, or the owner of the Dropzone it came through, has no key to which the keyCode is encrypted. What goes through a
    /// request has the request's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn needs_link(&self, package_id: &str) -> Result<bool> {
        let (without,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM (SELECT package_id, email FROM recipients WHERE package_id = $1 UNION \
             SELECT p.id, a.email FROM packages p JOIN accounts a ON a.id = p.account_id \
             WHERE p.id = $1 AND p.dropzone IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM request_packages g WHERE g.package_id = p.id)) r WHERE NOT EXISTS \
             (SELECT 1 FROM wrapped_key_codes w JOIN public_keys k ON k.id = w.public_key_id \
             JOIN accounts a ON a.id = k.account_id \
             WHERE w.package_id = r.package_id AND a.email = r.email AND a.disabled IS NULL)",
        )
        .bind(package_id)
        .fetch_one(&self.pool)
        .await?;
        Ok(without > 0)
    }
}

/// Keeps what a keyCode is when encrypted to a public key, in a transaction that holds the package's row; false when the
/// key is gone.
pub(super) async fn put_wrapped(
    connection: &mut AnyConnection,
    public_key_id: &str,
    new: &WrappedKeyCode,
    now: i64,
) -> Result<bool> {
    sqlx::query(
        "INSERT INTO wrapped_key_codes (package_id, public_key_id, key_code, signature, created) \
         SELECT $1, k.id, $3, $4, $5 FROM public_keys k WHERE k.id = $2 \
         ON CONFLICT (package_id, public_key_id) DO UPDATE SET key_code = excluded.key_code, \
         signature = excluded.signature, created = excluded.created",
    )
    .bind(&new.package_id)
    .bind(public_key_id)
    .bind(&new.key_code)
    .bind(&new.signature)
    .bind(now)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}
