//! Reminders: word to the recipients of a package that nobody opened, some days before it ends.

use super::letters::Message;
use super::{Domain, Result, now};
use crate::db::{Channel, Package};

const DAY: i64 = 24 * 60 * 60;
/// Packages that are looked at at once at most.
const BATCH: u32 = 500;

impl Domain {
    /// Reminds the recipients of packages whose senders asked for it, each once.
    ///
    /// # Errors
    /// When the database fails. Doing it again then reminds the others.
    pub(super) async fn remind(&self) -> Result<()> {
        let Some(origin) = self.rules.public_url.as_deref().filter(|_| self.sends_mail()) else {
            return Ok(());
        };
        for package in self.db.reminders_due(BATCH, now()).await? {
            self.remind_of(&package, origin).await?;
        }
        Ok(())
    }

    async fn remind_of(&self, package: &Package, origin: &str) -> Result<()> {
        let (link, expires) = (package.link(origin), package.expires.unwrap_or_default());
        let left = expires.saturating_sub(now());
        let days = left / DAY + i64::from(left % DAY > 0);
        let mut mails = Vec::new();
        for addressee in self.db.addressees(&package.id).await? {
            let message =
                Message::Reminder { sender: &package.sender, link: &link, has_key: addressee.has_key, days };
            mails.push(self.sealed_letter(&addressee.email, addressee.language, message, expires)?);
        }
        self.db.insert_reminders(&package.id, &mails, now()).await?;
        self.queue(Channel::Email).notify_one();
        Ok(())
    }
}
