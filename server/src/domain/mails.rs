//! E-mail: queued in the database, sealed, and sent in the background until it is through or not worth it any more.

use futures_util::{StreamExt, stream};

use super::letters::{self, Letter};
use super::{Domain, Error, Result, now};
use crate::db::{Package, QueuedMail};
use crate::mail::{Mail, Mailer};
use crate::secrets::random_id;

/// E-mails under way at once.
const AT_ONCE: usize = 4;
/// Seconds to wait after the first failure. Each further one doubles them, up to [`LONGEST_WAIT`].
const FIRST_WAIT: i64 = 60;
const LONGEST_WAIT: i64 = 4 * 60 * 60;
/// Seconds for which a notification is worth sending.
const NOTIFICATION_LIFE: i64 = 3 * 24 * 60 * 60;

impl Domain {
    /// Whether this server sends e-mail.
    pub fn sends_mail(&self) -> bool {
        self.mailer.is_some()
    }

    /// Tells the recipients of a finalized package of it, each once, when its sender has an account: nobody sends
    /// e-mail from here without. `link` is the package's, without a fragment.
    ///
    /// # Errors
    /// When the database fails. Doing it again then tells the others.
    pub async fn notify_recipients(&self, package: &Package, link: &str) -> Result<()> {
        if !self.sends_mail() || package.sender_id().is_none() {
            return Ok(());
        }
        let letter = letters::notification(&package.sender, link);
        let mut mails = Vec::new();
        let recipients = self.db.recipients(&package.id).await?;
        for recipient in recipients.into_iter().filter(|recipient| !recipient.needs_approval) {
            let mail = self.sealed(&recipient.email, &letter, now() + NOTIFICATION_LIFE)?;
            mails.push((recipient.id, mail));
        }
        self.db.insert_notifications(&mails, now()).await?;
        self.mailed.notify_one();
        Ok(())
    }

    /// Puts an e-mail on its way. After `expires` it is not sent any more.
    pub(super) async fn queue(&self, email: &str, letter: Letter, expires: i64) -> Result<()> {
        self.db.insert_mail(&self.sealed(email, &letter, expires)?, now()).await?;
        self.mailed.notify_one();
        Ok(())
    }

    /// Sends what is due. What fails waits, twice as long after each time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn send_mails(&self) -> Result<()> {
        let Some(mailer) = &self.mailer else { return Ok(()) };
        loop {
            let due = self.db.mails_due(now()).await?;
            if due.is_empty() {
                return Ok(());
            }
            let sent = stream::iter(due).map(|mail| self.send_mail(mailer.as_ref(), mail));
            let results: Vec<Result<()>> = sent.buffer_unordered(AT_ONCE).collect().await;
            results.into_iter().collect::<Result<Vec<()>>>()?;
        }
    }

    async fn send_mail(&self, mailer: &dyn Mailer, mail: QueuedMail) -> Result<()> {
        let now = now();
        let wait = FIRST_WAIT.saturating_mul(1 << mail.attempts.clamp(0, 16)).min(LONGEST_WAIT);
        // Noted before it is sent: what ends the server meanwhile must not have it send the same for ever.
        if !self.db.attempt_mail(&mail, now + wait).await? {
            return Ok(());
        }
        if mail.expires <= now {
            tracing::warn!(attempts = mail.attempts, "an e-mail was given up");
            return Ok(self.db.delete_mail(&mail.id).await?);
        }
        let letter = self.mail_key.open(&mail.id, &mail.sealed);
        let letter = letter.and_then(|json| serde_json::from_str::<Letter>(&json).ok());
        let letter = letter.ok_or_else(|| Error::Internal("an e-mail is not of this server key".into()));
        let Letter { subject, text, html } = match letter {
            Ok(letter) => letter,
            Err(error) => {
                self.db.delete_mail(&mail.id).await?;
                return Err(error);
            }
        };
        match mailer.send(&Mail { email: mail.email, subject, text, html }).await {
            Ok(()) => self.db.delete_mail(&mail.id).await?,
            Err(error) if error.permanent => {
                tracing::warn!(%error, "an e-mail was refused");
                self.db.delete_mail(&mail.id).await?;
            }
            Err(error) => {
                tracing::warn!(%error, attempts = mail.attempts + 1, "an e-mail waits for another attempt");
            }
        }
        Ok(())
    }

    /// Returns once an e-mail was queued since the last time.
    pub async fn mailed(&self) {
        self.mailed.notified().await;
    }

    fn sealed(&self, email: &str, letter: &Letter, expires: i64) -> Result<QueuedMail> {
        let id = random_id()?;
        let json = serde_json::to_string(letter).map_err(|e| Error::Internal(e.into()))?;
        let sealed = self.mail_key.seal(&id, &json)?;
        Ok(QueuedMail { id, email: email.to_owned(), sealed, attempts: 0, expires })
    }
}
