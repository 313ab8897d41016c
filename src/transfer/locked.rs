//! Locked links.

use crate::client::{Client, Clock, Http};
use crate::keys::{ServerSecret, StretchedPassword};
use crate::link::{LockedLink, ShareLink};
use crate::{Error, Result};

/// Unlocks a link: shows the server the proof, and decrypts the key with what it gives. What comes of it is opened with the
/// proof as the password.
///
/// # Errors
/// `PASSWORD_REQUIRED` when it is not the password, or there is no such package; with the right one `EXPIRED` and `NOT_FOUND`
/// (deleted). `LIMIT_REACHED` (too many attempts), `TAMPERED`, and what the network brings.
pub async fn unlock<N: Http + Clock>(
    client: &Client<N>,
    link: LockedLink,
    password: &StretchedPassword,
) -> Result<ShareLink> {
    let client = client.stranger_at(&link.host);
    let unlocked = client.unlock_link(&link.package_code, &password.proof(&link.package_code)).await?;
    let secret = ServerSecret::parse(&unlocked.server_secret).map_err(|_| Error::tampered())?;
    let key_code = link.lock.open(password, &secret, &link.package_code)?;
    Ok(link.unlocked(key_code))
}
