//! What goes out to people and programs: queued in the database, sealed, and sent in the background until it is through or not worth
//! it any more.

use bulla::api::account::Language;
use futures_util::{StreamExt, stream};
use tokio::sync::Notify;

use super::letters::{Letter, Message, Text};
use super::{Domain, Error, Result, now};
use crate::db::{Channel, Outcome, Package, Queued};
use crate::delivery::SendError;
use crate::mail::Mail;
use crate::secrets::random_id;
use crate::sms::Sms;
use crate::webhook::Notice;

/// What is under way at once.
const AT_ONCE: usize = 4;
/// Seconds to wait after the first failure. Each further one doubles them, up to [`LONGEST_WAIT`].
const FIRST_WAIT: i64 = 60;
const LONGEST_WAIT: i64 = 4 * 60 * 60;
/// Seconds for which a notification is worth sending.
pub(super) const NOTIFICATION_LIFE: i64 = 3 * 24 * 60 * 60;

impl Domain {
    /// Whether this server sends e-mail.
    pub fn sends_mail(&self) -> bool {
        self.mailer.is_some()
    }

    /// Whether this server sends texts to phones.
    pub fn sends_sms(&self) -> bool {
        self.texter.is_some()
    }

    /// Tells the recipients of a finalized package of it, each once, when its sender has an account: nobody sends
    /// e-mail from here without. Its link leads to `origin`.
    ///
    /// # Errors
    /// When the database fails. Doing it again then tells the others.
    pub async fn notify_recipients(&self, package: &Package, origin: &str) -> Result<()> {
        if !self.sends_mail() || package.sender_id().is_none() {
            return Ok(());
        }
        let (link, mut mails) = (package.link(origin), Vec::new());
        for addressee in self.db.addressees(&package.id).await? {
            let message =
                Message::Package { sender: &package.sender, link: &link, has_key: addressee.has_key };
            let language = addressee.language;
            let mail = self.sealed_letter(&addressee.email, language, message, now() + NOTIFICATION_LIFE)?;
            mails.push((addressee.recipient_id, mail));
        }
        self.db.insert_notifications(&mails, now()).await?;
        self.queue(Channel::Email).notify_one();
        Ok(())
    }

    /// Puts an e-mail on its way, in this language or else the server's. After `expires` it is not sent any more.
    pub(super) async fn queue_letter(
        &self,
        email: &str,
        language: Option<Language>,
        message: Message<'_>,
        expires: i64,
    ) -> Result<()> {
        self.enqueue(self.sealed_letter(email, language, message, expires)?).await
    }

    /// Puts a text on its way to a phone, in this language or else the server's. After `expires` it is not sent any more.
    pub(super) async fn queue_text(
        &self,
        phone: &str,
        language: Option<Language>,
        text: Text<'_>,
        expires: i64,
    ) -> Result<()> {
        let text = text.words(language.unwrap_or(self.rules.language));
        self.enqueue(self.sealed(Channel::Sms, phone, &text, expires)?).await
    }

    pub(super) async fn enqueue(&self, queued: Queued) -> Result<()> {
        self.db.enqueue(&queued, now()).await?;
        self.queue(queued.channel).notify_one();
        Ok(())
    }

    /// Sends what is due by one way. What fails waits, twice as long after each time, until it is not worth it any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliver(&self, channel: Channel) -> Result<()> {
        loop {
            let due = self.db.outbox_due(channel, now()).await?;
            if due.is_empty() {
                return Ok(());
            }
            let sent = stream::iter(due).map(|queued| self.deliver_one(queued));
            let results: Vec<Result<()>> = sent.buffer_unordered(AT_ONCE).collect().await;
            results.into_iter().collect::<Result<Vec<()>>>()?;
        }
    }

    async fn deliver_one(&self, mut queued: Queued) -> Result<()> {
        let (channel, now) = (queued.channel.as_str(), now());
        let wait = FIRST_WAIT.saturating_mul(1 << queued.attempts.clamp(0, 16)).min(LONGEST_WAIT);
        // Noted before it is sent: what ends the server meanwhile must not have it send the same for ever.
        if !self.db.attempt_queued(&queued, now + wait).await? {
            return Ok(());
        }
        if queued.expires <= now {
            tracing::warn!(channel, attempts = queued.attempts, "a message was given up");
            let late = Outcome::Failed("it waited for too long".to_owned());
            return Ok(self.db.settle(&queued, &late, now).await?);
        }
        queued.attempts += 1;
        let Some(content) = self.outbox_key.open(&queued.id, &queued.sealed) else {
            let foreign = Outcome::Failed("the server has another key".to_owned());
            self.db.settle(&queued, &foreign, now).await?;
            return Err(Error::Internal("a message is not of this server key".into()));
        };
        let outcome = match self.hand_on(&queued, content).await {
            Ok(()) => Outcome::Delivered,
            Err(error) if error.permanent => {
                tracing::warn!(channel, %error, "a message was refused");
                Outcome::Failed(error.reason)
            }
            Err(error) => {
                tracing::warn!(channel, %error, attempts = queued.attempts, "a message waits for another attempt");
                Outcome::Waits(error.reason)
            }
        };
        Ok(self.db.settle(&queued, &outcome, now).await?)
    }

    /// Gives what was queued to whoever sends it.
    async fn hand_on(&self, queued: &Queued, content: String) -> std::result::Result<(), SendError> {
        // Somebody may have changed the settings while it waited.
        let nobody = || SendError { permanent: false, reason: "nothing is set to send it with".to_owned() };
        let address = queued.address.clone();
        match queued.channel {
            Channel::Email => {
                let mailer = self.mailer.as_ref().ok_or_else(nobody)?;
                let letter = serde_json::from_str(&content);
                let Letter { subject, text, html } =
                    letter.map_err(|_| SendError::never("the e-mail cannot be read"))?;
                mailer.send(&Mail { email: address, subject, text, html }).await
            }
            Channel::Sms => {
                let texter = self.texter.as_ref().ok_or_else(nobody)?;
                texter.send(&Sms { phone: address, text: content }).await
            }
            Channel::Webhook => {
                let herald = self.herald.as_ref().ok_or_else(nobody)?;
                let found = self.db.webhook(&address).await;
                let found = found
                    .map_err(|_| SendError { permanent: false, reason: "the database fails".to_owned() })?;
                let webhook = found.ok_or_else(|| SendError::never("there is no such webhook any more"))?;
                let secret = self.webhook_secrets.open(&webhook.id, &webhook.sealed_secret);
                let secret = secret.ok_or_else(|| SendError::never("the server has another key"))?;
                herald.send(&Notice { id: queued.id.clone(), url: webhook.url, secret, body: content }).await
            }
        }
    }

    /// Returns once something was queued for this way since the last time.
    pub async fn queued(&self, channel: Channel) {
        self.queue(channel).notified().await;
    }

    /// What is told when something is queued for a way.
    pub(super) fn queue(&self, channel: Channel) -> &Notify {
        match channel {
            Channel::Email => &self.mails_queued,
            Channel::Sms => &self.texts_queued,
            Channel::Webhook => &self.notices_queued,
        }
    }

    /// An e-mail, as it waits.
    pub(super) fn sealed_letter(
        &self,
        email: &str,
        language: Option<Language>,
        message: Message<'_>,
        expires: i64,
    ) -> Result<Queued> {
        let letter = message.letter(language.unwrap_or(self.rules.language));
        let json = serde_json::to_string(&letter).map_err(|e| Error::Internal(e.into()))?;
        self.sealed(Channel::Email, email, &json, expires)
    }

    /// What goes out by a way, as it waits.
    pub(super) fn sealed(
        &self,
        channel: Channel,
        address: &str,
        content: &str,
        expires: i64,
    ) -> Result<Queued> {
        let id = random_id()?;
        let sealed = self.outbox_key.seal(&id, content)?;
        Ok(Queued { id, channel, address: address.to_owned(), sealed, attempts: 0, expires })
    }
}
