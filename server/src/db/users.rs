//! People: accounts with passwords.

use bulla::api::account::{Language, Settings};

use super::accounts::ACCOUNT;
use super::webhooks::names;
use super::{Account, Db, Result, User};

/// A user to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The account's id, unless the address has one.
    pub id: String,
    /// The e-mail address.
    pub email: String,
    /// The first name; empty when unknown.
    pub first_name: String,
    /// The last name; empty when unknown.
    pub last_name: String,
    /// The phone number (ITU-T E.164) with its plus sign, when known.
    pub phone: Option<String>,
    /// Whether it administers this installation.
    pub admin: bool,
    /// The password, as an Argon2id hash; none while the account is to have only API keys.
    pub password_hash: Option<String>,
}

impl Db {
    /// Makes a user, also of an account that has no password yet; false when the address has a user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_user(&self, new: &NewUser, now: i64) -> Result<bool> {
        let adopted = "DO UPDATE SET first_name = excluded.first_name, last_name = excluded.last_name, \
             phone = excluded.phone, admin = excluded.admin, password_hash = excluded.password_hash \
             WHERE accounts.password_hash IS NULL";
        self.insert_account(new, adopted, now).await
    }

    /// Makes an account of an address that has none; false when it has one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn register(&self, new: &NewUser, now: i64) -> Result<bool> {
        self.insert_account(new, "DO NOTHING", now).await
    }

    async fn insert_account(&self, new: &NewUser, otherwise: &'static str, now: i64) -> Result<bool> {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "INSERT INTO accounts (id, email, first_name, last_name, phone, admin, password_hash, created) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (email) {otherwise}"
        )))
        .bind(&new.id)
        .bind(&new.email)
        .bind(&new.first_name)
        .bind(&new.last_name)
        .bind(&new.phone)
        .bind(i64::from(new.admin))
        .bind(&new.password_hash)
        .bind(now)
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected() == 1)
    }

    /// The account of an address, with its password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user(&self, email: &str) -> Result<Option<User>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{} WHERE a.email = $1", users())))
            .bind(email)
            .fetch_optional(&self.pool)
            .await
    }

    /// The account of an id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account(&self, id: &str) -> Result<Option<Account>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {ACCOUNT} FROM accounts a WHERE a.id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// Every account, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users(&self) -> Result<Vec<User>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{} ORDER BY a.created, a.email", users())))
            .fetch_all(&self.pool)
            .await
    }

    /// Replaces the password of an account, and ends its sessions but `kept`, its codes and its pins; false when there is no
    /// such account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_password(&self, email: &str, hash: &str, kept: Option<&str>) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let done = sqlx::query("UPDATE accounts SET password_hash = $2 WHERE email = $1")
            .bind(email)
            .bind(hash)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "DELETE FROM sessions WHERE id <> $2 \
             AND account_id IN (SELECT a.id FROM accounts a WHERE a.email = $1)",
        )
        .bind(email)
        .bind(kept.unwrap_or_default())
        .execute(&mut *transaction)
        .await?;
        for of_the_account in [
            "DELETE FROM codes WHERE account_id IN (SELECT a.id FROM accounts a WHERE a.email = $1)",
            "DELETE FROM pins WHERE account_id IN (SELECT a.id FROM accounts a WHERE a.email = $1)",
        ] {
            sqlx::query(of_the_account).bind(email).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Replaces the phone number of an account; false when there is no such account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_phone(&self, email: &str, phone: Option<&str>) -> Result<bool> {
        sqlx::query("UPDATE accounts SET phone = $2 WHERE email = $1")
            .bind(email)
            .bind(phone)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// Replaces how an account is written to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_settings(&self, account_id: &str, settings: &Settings) -> Result<()> {
        sqlx::query("UPDATE accounts SET language = $2, mail_events = $3 WHERE id = $1")
            .bind(account_id)
            .bind(settings.language.map(Language::as_str))
            .bind(settings.mail.as_deref().map(names))
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Shuts an account out, or lets it in again; false when there is no such account, or it is so already. Its
    /// sessions end; its API keys hold again when it is let in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_disabled(&self, email: &str, disabled: bool, now: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let change = if disabled {
            sqlx::query("UPDATE accounts SET disabled = $2 WHERE email = $1 AND disabled IS NULL")
                .bind(email)
                .bind(now)
        } else {
            sqlx::query("UPDATE accounts SET disabled = NULL WHERE email = $1 AND disabled IS NOT NULL")
                .bind(email)
        };
        let done = change.execute(&mut *transaction).await?;
        sqlx::query(
            "DELETE FROM sessions WHERE account_id IN (SELECT a.id FROM accounts a WHERE a.email = $1)",
        )
        .bind(email)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() == 1)
    }
}

fn users() -> String {
    format!("SELECT a.password_hash, a.created, {ACCOUNT} FROM accounts a")
}
