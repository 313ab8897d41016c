//! Signing in with a password, and the sessions that begin with it.

use std::time::Instant;

use super::limiter::Limiter;
use super::recipients::parse_email;
use super::{Domain, Error, Result, now};
use crate::db::{Account, Session};
use crate::secrets::{random_code, sha256_hex};

/// Seconds after which a session that nobody uses is over.
const IDLE: i64 = 24 * 60 * 60;
/// Seconds after which any session is over.
const LIFE: i64 = 14 * 24 * 60 * 60;

const WRONG_PASSWORD: Error = Error::Unauthenticated("the e-mail address or the password is wrong");

/// A session that began.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// What its cookie holds. The server keeps a hash of it.
    pub secret: String,
    /// Whose it is.
    pub account: Account,
    /// After how many seconds it is over at the latest.
    pub life: i64,
}

impl Domain {
    /// Begins a session, for one who knows the password. `old` is the cookie of the session whose place it takes: no
    /// session goes on with a new owner, and none takes a name that was there before.
    ///
    /// # Errors
    /// When the password is wrong, or there were too many attempts. Which addresses have accounts is not told, nor can
    /// it be seen from the time that the answer takes.
    pub async fn sign_in(
        &self,
        email: &str,
        password: String,
        old: Option<&str>,
        address: &str,
    ) -> Result<NewSession> {
        let account = self.prove(email, password, address).await?;
        self.begin_session(account, old).await
    }

    pub(super) async fn begin_session(&self, account: Account, old: Option<&str>) -> Result<NewSession> {
        let secret = random_code()?;
        let old = old.map(sha256_hex);
        self.db.insert_session(&sha256_hex(&secret), &account.id, old.as_deref(), now()).await?;
        Ok(NewSession { secret, account, life: LIFE })
    }

    /// The account that an address and a password stand for.
    pub(super) async fn prove(&self, email: &str, password: String, address: &str) -> Result<Account> {
        // What is no address is counted as one, so that what is remembered of it is short.
        let email = parse_email(email).unwrap_or_default();
        let limits: [(&Limiter, &str); 3] =
            [(&self.sign_ins_soon, &email), (&self.sign_ins, &email), (&self.address_attempts, address)];
        attempt(&limits)?;
        let (account, hash) = match self.db.user(&email).await? {
            Some(user) => (Some(user.account), user.password_hash),
            None => (None, None),
        };
        let right = self.passwords.verify_any(password, hash).await?;
        match account {
            Some(account) if right && !account.disabled => {
                limits.iter().for_each(|(limiter, key)| limiter.take_back(key));
                Ok(account)
            }
            _ => Err(WRONG_PASSWORD),
        }
    }

    /// The session behind a cookie.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when there is none, it is over, or its account is disabled.
    pub async fn session(&self, secret: &str) -> Result<Session> {
        let now = now();
        let session = self.db.session(&sha256_hex(secret), now - IDLE, now - LIFE, now).await?;
        session.ok_or(Error::SignedOut)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out(&self, session: &Session) -> Result<()> {
        Ok(self.db.delete_session(&session.id).await?)
    }

    /// Replaces the password of the one who is signed in, and ends all other sessions.
    ///
    /// # Errors
    /// When the old password is wrong, the new one cannot be kept, or there were too many attempts.
    pub async fn change_password(
        &self,
        session: &Session,
        old: String,
        new: String,
        address: &str,
    ) -> Result<()> {
        let account = self.prove(&session.account.email, old, address).await?;
        let hash = self.passwords.hash_new(new).await?;
        self.db.set_password(&account.email, &hash, Some(&session.id)).await?;
        Ok(())
    }

    /// Forgets sessions, codes and pins whose time is over.
    pub(super) async fn forget_sessions(&self) -> Result<()> {
        let now = now();
        Ok(self.db.forget_sessions(now - IDLE, now - LIFE, now).await?)
    }
}

/// Counts an attempt with every limiter.
///
/// # Errors
/// When one of them has the caller wait.
pub(super) fn attempt(limits: &[(&Limiter, &str)]) -> Result<()> {
    let now = Instant::now();
    for (limiter, key) in limits {
        limiter.attempt(key, now)?;
    }
    Ok(())
}
