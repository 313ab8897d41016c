//! Passwords of doors and accounts: Argon2id (RFC 9106) hashes, made and checked off the async threads, a few at a
//! time.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::{Error, Result};
use crate::secrets::random;

/// Hashes under way at once; each takes 19 MiB.
const AT_ONCE: usize = 4;
/// Octets of a password at most.
const LONGEST: usize = 1024;

/// Characters of an account's password at least.
const SHORTEST: usize = 10;
/// The hash of no password, with the costs of all others: checking against it takes as long.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Makes and checks passwords.
#[derive(Debug)]
pub struct Passwords {
    turns: Semaphore,
}

impl Passwords {
    #[allow(clippy::new_without_default)]
    /// None under way.
    pub fn new() -> Self {
        Self { turns: Semaphore::new(AT_ONCE) }
    }

    /// The hash of an account's password, as a PHC string.
    ///
    /// # Errors
    /// When the password has fewer than 10 characters or more than 1024 octets.
    pub async fn hash_new(&self, password: String) -> Result<String> {
        if password.chars().count() < SHORTEST {
            return Err(Error::Invalid(format!("a password has at least {SHORTEST} characters")));
        }
        self.hash(password).await
    }

    /// Whether `password` is the one behind `hash`; false, and as slow, when there is no hash.
    ///
    /// # Errors
    /// When `hash` is no PHC string.
    pub async fn verify_any(&self, password: String, hash: Option<String>) -> Result<bool> {
        let known = hash.is_some();
        let right = self.verify(password, hash.unwrap_or_else(|| NOBODYS.to_owned())).await?;
        Ok(known && right)
    }

    /// The hash of a password, as a PHC string.
    ///
    /// # Errors
    /// When the password is empty or longer than 1024 octets.
    pub async fn hash(&self, password: String) -> Result<String> {
        if password.is_empty() || password.len() > LONGEST {
            return Err(Error::Invalid(format!("a password has 1 to {LONGEST} octets")));
        }
        self.work(move || {
            let salt = SaltString::encode_b64(&random::<16>()?).map_err(failed)?;
            Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(failed)?.to_string())
        })
        .await
    }

    /// Whether `password` is the one behind `hash`.
    ///
    /// # Errors
    /// When `hash` is no PHC string.
    pub async fn verify(&self, password: String, hash: String) -> Result<bool> {
        if password.len() > LONGEST {
            return Ok(false);
        }
        self.work(move || {
            let hash = PasswordHash::new(&hash).map_err(failed)?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let _turn = self.turns.acquire().await.map_err(|e| Error::Internal(e.into()))?;
        spawn_blocking(work).await.map_err(|e| Error::Internal(e.into()))?
    }
}

fn failed(error: argon2::password_hash::Error) -> Error {
    Error::Internal(error.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobodys_hash_costs_what_others_cost() {
        let made = Passwords::new().hash("sesame".to_owned()).await.unwrap();
        let costs = |hash: &str| PasswordHash::new(hash).map(|hash| hash.params.to_string()).unwrap();
        assert_eq!(costs(NOBODYS), costs(&made));
        assert!(!Passwords::new().verify_any(String::new(), None).await.unwrap());
    }
}
