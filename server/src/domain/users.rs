//! Users, as an administrator makes them.

use data_encoding::BASE32_NOPAD;

use super::phones::international;
use super::text::short_text;
use super::{Error, Passwords, Result, now, recipients};
use crate::db::{Db, NewUser};
use crate::secrets::{random, random_id};

/// A user to be made.
#[derive(Clone, Debug, Default)]
pub struct UserOrder {
    /// The e-mail address.
    pub email: String,
    /// The first name, when known.
    pub first_name: String,
    /// The last name, when known.
    pub last_name: String,
    /// The phone number as it is dialled from abroad, with a plus sign; none when unknown.
    pub phone: Option<String>,
    /// Whether it administers this installation.
    pub admin: bool,
}

impl UserOrder {
    /// Makes the user, with this password. An account that has only API keys becomes a user.
    ///
    /// # Errors
    /// When the address is none or has a user, a name, the phone or the password cannot be kept, or the database fails.
    pub async fn create(self, db: &Db, password: String) -> Result<NewUser> {
        let new = NewUser {
            id: random_id()?,
            email: recipients::parse_email(&self.email)?,
            first_name: short_text(&self.first_name, "a name")?,
            last_name: short_text(&self.last_name, "a name")?,
            phone: self.phone.as_deref().map(international).transpose()?,
            admin: self.admin,
            password_hash: Some(Passwords::new().hash_new(password).await?),
        };
        if db.insert_user(&new, now()).await? {
            return Ok(new);
        }
        Err(Error::Refused("there is such a user already".to_owned()))
    }
}

/// Gives a user another password, and ends its sessions.
///
/// # Errors
/// When there is no such user, the password cannot be kept, or the database fails.
pub async fn reset_password(db: &Db, email: &str, password: String) -> Result<()> {
    let hash = Passwords::new().hash_new(password).await?;
    let done = db.set_password(&recipients::parse_email(email)?, &hash, None).await?;
    if done { Ok(()) } else { Err(Error::NotFound) }
}

/// Gives a user this phone number, or none.
///
/// # Errors
/// When there is no such user, that is no phone number, or the database fails.
pub async fn set_phone(db: &Db, email: &str, phone: Option<&str>) -> Result<()> {
    let phone = phone.map(international).transpose()?;
    let done = db.set_phone(&recipients::parse_email(email)?, phone.as_deref()).await?;
    if done { Ok(()) } else { Err(Error::NotFound) }
}

/// Shuts a user out, or lets it in again.
///
/// # Errors
/// When there is no such user, it is so already, or the database fails.
pub async fn set_disabled(db: &Db, email: &str, disabled: bool) -> Result<()> {
    let done = db.set_disabled(&recipients::parse_email(email)?, disabled, now()).await?;
    if done { Ok(()) } else { Err(Error::Refused("there is no such user, or it is so already".to_owned())) }
}

/// A password of 120 random bits.
///
/// # Errors
/// When the system has no randomness.
pub fn random_password() -> Result<String> {
    Ok(BASE32_NOPAD.encode(&random::<15>()?).to_ascii_lowercase())
}
