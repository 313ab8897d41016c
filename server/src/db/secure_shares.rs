//! Secure shares, their recipients, and what these opened.

use bulla::api::account::Language;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, FromRow, Row};

use super::records::{language, truth};
use super::{Db, Result};

/// A package that opens to recipients alone who verified who they are.
#[derive(Clone, Debug)]
pub struct SecureShare {
    /// Its id.
    pub id: String,
    /// The package.
    pub package_id: String,
    /// Whose it is.
    pub account_id: String,
    /// Whether one of a recipient's ways to verify itself is enough.
    pub any_of: bool,
    /// When it was made.
    pub created: i64,
}

impl<'r> FromRow<'r, AnyRow> for SecureShare {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            package_id: row.try_get("package_id")?,
            account_id: row.try_get("account_id")?,
            any_of: truth(row, "any_of")?,
            created: row.try_get("created")?,
        })
    }
}

/// A recipient who verifies who it is.
#[derive(Clone, Debug)]
pub struct VerifiedRecipient {
    /// Its id, which stands in its link.
    pub id: String,
    /// The share.
    pub share_id: String,
    /// The first name; empty when unknown.
    pub first_name: String,
    /// The last name; empty when unknown.
    pub last_name: String,
    /// The e-mail address; empty when unknown.
    pub email: String,
    /// The phone number with its plus sign; empty when unknown.
    pub phone: String,
    /// What the owner's own system calls it; empty when it does not.
    pub external_reference: String,
    /// How it verifies itself, sealed.
    pub ways: String,
    /// Whether it is written to by e-mail.
    pub send_email: bool,
    /// Whether it is written to by text.
    pub send_sms: bool,
    /// In which language; the server's when none.
    pub language: Option<Language>,
    /// When it last verified itself.
    pub verified: Option<i64>,
    /// The files that it opens; all of them when it is empty.
    pub files: Vec<String>,
}

const RECIPIENT: &str = "SELECT r.id, r.share_id, r.first_name, r.last_name, r.email, r.phone, r.external_reference, r.ways, \
     r.send_email, r.send_sms, r.language, r.verified FROM verified_recipients r";

impl<'r> FromRow<'r, AnyRow> for VerifiedRecipient {
    fn from_row(row: &'r AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            share_id: row.try_get("share_id")?,
            first_name: row.try_get("first_name")?,
            last_name: row.try_get("last_name")?,
            email: row.try_get("email")?,
            phone: row.try_get("phone")?,
            external_reference: row.try_get("external_reference")?,
            ways: row.try_get("ways")?,
            send_email: truth(row, "send_email")?,
            send_sms: truth(row, "send_sms")?,
            language: language(row)?,
            verified: row.try_get("verified")?,
            files: Vec::new(),
        })
    }
}

/// A file that a recipient asked for.
#[derive(Clone, Debug, FromRow)]
pub struct VerifiedDownload {
    /// The file.
    pub file_id: String,
    /// When it asked for the end of it.
    pub at: i64,
}

/// A sign-in with an OpenID provider that is under way.
#[derive(Clone, Debug, FromRow)]
pub struct ProviderSignIn {
    /// SHA-256 of what the browser keeps.
    pub id: String,
    /// Who signs in.
    pub recipient_id: String,
    /// In which of its ways.
    pub way: String,
    /// State, nonce and code verifier, sealed.
    pub secrets: String,
    /// When it is over.
    pub expires: i64,
}

impl Db {
    /// Keeps a secure share with its recipients. From now on the package opens to its owner and verified recipients alone.
    ///
    /// # Errors
    /// When an id exists, or the database fails.
    pub async fn insert_secure_share(
        &self,
        share: &SecureShare,
        recipients: &[VerifiedRecipient],
    ) -> Result<()> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("UPDATE packages SET only_shares = 1, only_verified = 1 WHERE id = $1")
            .bind(&share.package_id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO secure_shares (id, package_id, account_id, any_of, created) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&share.id)
        .bind(&share.package_id)
        .bind(&share.account_id)
        .bind(i64::from(share.any_of))
        .bind(share.created)
        .execute(&mut *transaction)
        .await?;
        for recipient in recipients {
            put(&mut transaction, recipient).await?;
        }
        transaction.commit().await
    }

    /// A secure share.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn secure_share(&self, id: &str) -> Result<Option<SecureShare>> {
        sqlx::query_as("SELECT id, package_id, account_id, any_of, created FROM secure_shares WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// The secure shares of an account, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn secure_shares_of(&self, account_id: &str) -> Result<Vec<SecureShare>> {
        sqlx::query_as(
            "SELECT id, package_id, account_id, any_of, created FROM secure_shares WHERE account_id = $1 \
             ORDER BY created DESC, id",
        )
        .bind(account_id)
        .fetch_all(&self.pool)
        .await
    }

    /// Deletes a secure share with all that is known of its recipients; false when it was gone before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_secure_share(&self, id: &str) -> Result<bool> {
        sqlx::query("DELETE FROM secure_shares WHERE id = $1")
            .bind(id)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// The recipients of a secure share, in the order they were added.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verified_recipients(&self, share_id: &str) -> Result<Vec<VerifiedRecipient>> {
        let mut recipients: Vec<VerifiedRecipient> =
            sqlx::query_as(AssertSqlSafe(format!("{RECIPIENT} WHERE r.share_id = $1 ORDER BY r.position")))
                .bind(share_id)
                .fetch_all(&self.pool)
                .await?;
        let files: Vec<(String, String)> = sqlx::query_as(
            "SELECT f.recipient_id, f.file_id FROM verified_files f \
             JOIN verified_recipients r ON r.id = f.recipient_id WHERE r.share_id = $1 ORDER BY f.file_id",
        )
        .bind(share_id)
        .fetch_all(&self.pool)
        .await?;
        for recipient in &mut recipients {
            let own = files.iter().filter(|(id, _)| *id == recipient.id);
            recipient.files = own.map(|(_, file)| file.clone()).collect();
        }
        Ok(recipients)
    }

    /// A recipient of a secure share, whichever.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verified_recipient(&self, id: &str) -> Result<Option<VerifiedRecipient>> {
        let found: Option<VerifiedRecipient> =
            sqlx::query_as(AssertSqlSafe(format!("{RECIPIENT} WHERE r.id = $1")))
                .bind(id)
                .fetch_optional(&self.pool)
                .await?;
        let Some(recipient) = found else { return Ok(None) };
        let files =
            sqlx::query_scalar("SELECT file_id FROM verified_files WHERE recipient_id = $1 ORDER BY file_id")
                .bind(id)
                .fetch_all(&self.pool)
                .await?;
        Ok(Some(VerifiedRecipient { files, ..recipient }))
    }

    /// Adds a recipient to a secure share that has fewer than `most`, and says whether it did.
    ///
    /// # Errors
    /// When the id exists, the share is gone, or the database fails.
    pub async fn add_verified_recipient(&self, recipient: &VerifiedRecipient, most: i64) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        // Locks the share's row.
        sqlx::query("UPDATE secure_shares SET created = created WHERE id = $1")
            .bind(&recipient.share_id)
            .execute(&mut *transaction)
            .await?;
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM verified_recipients WHERE share_id = $1")
            .bind(&recipient.share_id)
            .fetch_one(&mut *transaction)
            .await?;
        if count >= most {
            return Ok(false);
        }
        put(&mut transaction, recipient).await?;
        transaction.commit().await.map(|()| true)
    }

    /// Replaces what is known of a recipient, but for when it verified itself; false when it is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_verified_recipient(&self, recipient: &VerifiedRecipient) -> Result<bool> {
        let mut transaction = self.pool.begin().await?;
        let done = sqlx::query(
            "UPDATE verified_recipients SET first_name = $2, last_name = $3, email = $4, phone = $5, \
             external_reference = $6, ways = $7, send_email = $8, send_sms = $9, language = $10 WHERE id = $1",
        )
        .bind(&recipient.id)
        .bind(&recipient.first_name)
        .bind(&recipient.last_name)
        .bind(&recipient.email)
        .bind(&recipient.phone)
        .bind(&recipient.external_reference)
        .bind(&recipient.ways)
        .bind(i64::from(recipient.send_email))
        .bind(i64::from(recipient.send_sms))
        .bind(recipient.language.map(Language::as_str))
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM verified_files WHERE recipient_id = $1")
            .bind(&recipient.id)
            .execute(&mut *transaction)
            .await?;
        put_files(&mut transaction, recipient).await?;
        transaction.commit().await.map(|()| true)
    }

    /// Deletes all that is known of a recipient; false when it was gone before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_verified_recipient(&self, id: &str) -> Result<bool> {
        sqlx::query("DELETE FROM verified_recipients WHERE id = $1")
            .bind(id)
            .execute(&self.pool)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// Notes that a recipient verified itself.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_verified(&self, id: &str, now: i64) -> Result<()> {
        sqlx::query("UPDATE verified_recipients SET verified = $2 WHERE id = $1")
            .bind(id)
            .bind(now)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Notes that a recipient asked for the end of a file.
    ///
    /// # Errors
    /// When the recipient is gone, or the database fails.
    pub async fn note_verified_download(&self, id: &str, file_id: &str, now: i64) -> Result<()> {
        sqlx::query(
            "INSERT INTO verified_downloads (recipient_id, file_id, at) VALUES ($1, $2, $3) \
             ON CONFLICT (recipient_id, file_id) DO UPDATE SET at = excluded.at",
        )
        .bind(id)
        .bind(file_id)
        .bind(now)
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// What a recipient asked for, the last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verified_downloads(&self, id: &str) -> Result<Vec<VerifiedDownload>> {
        sqlx::query_as(
            "SELECT file_id, at FROM verified_downloads WHERE recipient_id = $1 ORDER BY at DESC, file_id",
        )
        .bind(id)
        .fetch_all(&self.pool)
        .await
    }

    /// Keeps a sign-in with a provider that begins.
    ///
    /// # Errors
    /// When the id exists, the recipient is gone, or the database fails.
    pub async fn insert_provider_sign_in(&self, sign_in: &ProviderSignIn) -> Result<()> {
        sqlx::query(
            "INSERT INTO provider_sign_ins (id, recipient_id, way, secrets, expires) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&sign_in.id)
        .bind(&sign_in.recipient_id)
        .bind(&sign_in.way)
        .bind(&sign_in.secrets)
        .bind(sign_in.expires)
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// Takes a sign-in with a provider, which then is gone; `None` when it was, or is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_provider_sign_in(&self, id: &str, now: i64) -> Result<Option<ProviderSignIn>> {
        let found: Option<ProviderSignIn> = sqlx::query_as(
            "SELECT id, recipient_id, way, secrets, expires FROM provider_sign_ins WHERE id = $1 AND expires > $2",
        )
        .bind(id)
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        let done =
            sqlx::query("DELETE FROM provider_sign_ins WHERE id = $1").bind(id).execute(&self.pool).await?;
        Ok(found.filter(|_| done.rows_affected() == 1))
    }

    /// Forgets sign-ins with providers that are over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_provider_sign_ins(&self, now: i64) -> Result<()> {
        sqlx::query("DELETE FROM provider_sign_ins WHERE expires <= $1")
            .bind(now)
            .execute(&self.pool)
            .await
            .map(drop)
    }
}

async fn put(connection: &mut AnyConnection, recipient: &VerifiedRecipient) -> Result<()> {
    sqlx::query(
        "INSERT INTO verified_recipients (id, share_id, position, first_name, last_name, email, phone, \
         external_reference, ways, send_email, send_sms, language) VALUES ($1, $2, \
         (SELECT COALESCE(MAX(position), 0) + 1 FROM verified_recipients WHERE share_id = $2), \
         $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&recipient.id)
    .bind(&recipient.share_id)
    .bind(&recipient.first_name)
    .bind(&recipient.last_name)
    .bind(&recipient.email)
    .bind(&recipient.phone)
    .bind(&recipient.external_reference)
    .bind(&recipient.ways)
    .bind(i64::from(recipient.send_email))
    .bind(i64::from(recipient.send_sms))
    .bind(recipient.language.map(Language::as_str))
    .execute(&mut *connection)
    .await?;
    put_files(connection, recipient).await
}

async fn put_files(connection: &mut AnyConnection, recipient: &VerifiedRecipient) -> Result<()> {
    for file in &recipient.files {
        sqlx::query("INSERT INTO verified_files (recipient_id, file_id) VALUES ($1, $2)")
            .bind(&recipient.id)
            .bind(file)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
