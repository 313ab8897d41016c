//! Secure shares: a package that opens to recipients alone who verified who they are, each in the ways that the owner chose.
//! What a recipient knows of the key it has from the owner; here it is only about being let in.

use std::collections::HashSet;

use bulla::api::account::Language;
use bulla::api::secure_share::{OTP_EMAIL, OTP_SMS};
use serde::{Deserialize, Serialize};

use super::letters::{Message, Text};
use super::outbox::NOTIFICATION_LIFE;
use super::sessions::attempt;
use super::state::effective;
use super::text::keyless;
use super::{Domain, Error, Result, now, phones, recipients};
use crate::db::{Account, Package, SecureShare, State, VerifiedDownload, VerifiedRecipient};
use crate::secrets::random_id;

/// Recipients of a secure share at most.
const MOST_RECIPIENTS: usize = 100;
/// Ways in which a recipient verifies itself at most.
const MOST_WAYS: usize = 5;
/// Characters of what a provider calls somebody, or of a national identity number, at most.
const LONGEST_IDENTITY: usize = 200;

/// A way in which a recipient verifies who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// [`OTP_EMAIL`], [`OTP_SMS`], or the name of an OpenID provider.
    pub provider: String,
    /// What the provider calls the recipient.
    pub idp_id: Option<String>,
    /// The recipient's national identity number.
    pub nin: Option<String>,
}

/// A recipient to be made, or what of one is to change: what is `None` is empty, or stays as it is.
#[derive(Clone, Debug, Default)]
pub struct VerifiedRecipientOrder {
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The phone number, with its plus sign.
    pub phone: Option<String>,
    /// What the owner's own system calls it.
    pub external_reference: Option<String>,
    /// How it verifies who it is.
    pub ways: Option<Vec<Way>>,
    /// The ids of the files that it opens; all of them when it is empty.
    pub files: Option<Vec<String>>,
    /// Whether it is written to by e-mail.
    pub send_email: Option<bool>,
    /// Whether it is written to by text.
    pub send_sms: Option<bool>,
    /// In which language.
    pub language: Option<Language>,
}

/// A secure share to be made.
#[derive(Clone, Debug, Default)]
pub struct SecureShareOrder {
    /// The id of the package.
    pub package: String,
    /// Whether one of a recipient's ways to verify itself is enough.
    pub any_of: bool,
    /// Whom it is for.
    pub recipients: Vec<VerifiedRecipientOrder>,
}

impl Domain {
    /// Makes a secure share of an account's package. From then on the package opens to its owner and verified recipients
    /// alone.
    ///
    /// # Errors
    /// [`Error::NotFound`] unless the package is the account's and active; when it is a workspace, locked by a password or waits for an approver,
    /// there are too many recipients, or one of them cannot be.
    pub async fn create_secure_share(
        &self,
        account: &Account,
        order: SecureShareOrder,
    ) -> Result<(SecureShare, Package)> {
        let package = self.db.package(&order.package).await?.ok_or(Error::NotFound)?;
        let owns = package.account_id.as_ref() == Some(&account.id);
        if !owns || effective(&package, now()) != State::Active {
            return Err(Error::NotFound);
        }
        if package.is_workspace() {
            return Err(Error::Refused("a workspace has members, and no secure shares".to_owned()));
        }
        if package.proof_hash.is_some() {
            // Whoever verifies itself shows that it has the key, which is behind the password.
            return Err(Error::Refused(
                "a password locks the link, which verified recipients do without".to_owned(),
            ));
        }
        if package.needs_approval() {
            return Err(Error::Refused("the package waits for an approver".to_owned()));
        }
        if order.recipients.len() > MOST_RECIPIENTS {
            return Err(too_many());
        }
        let share = SecureShare {
            id: random_id()?,
            package_id: package.id.clone(),
            account_id: account.id.clone(),
            any_of: order.any_of,
            created: now(),
        };
        let mut whom = Vec::with_capacity(order.recipients.len());
        for recipient in order.recipients {
            whom.push(self.with_order(&package, nobody(&share)?, recipient).await?);
        }
        self.db.insert_secure_share(&share, &whom).await?;
        Ok((share, package))
    }

    /// A secure share of an account, and its package.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the account has no such share.
    pub async fn own_secure_share(&self, account: &Account, id: &str) -> Result<(SecureShare, Package)> {
        let share = self.db.secure_share(id).await?.filter(|share| share.account_id == account.id);
        let share = share.ok_or(Error::NotFound)?;
        let package = self.db.package(&share.package_id).await?.ok_or(Error::NotFound)?;
        Ok((share, package))
    }

    /// The secure shares of an account, newest first, each with its package.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn secure_shares(&self, account: &Account) -> Result<Vec<(SecureShare, Package)>> {
        let mut found = Vec::new();
        for share in self.db.secure_shares_of(&account.id).await? {
            let package = self.db.package(&share.package_id).await?.ok_or(Error::NotFound)?;
            found.push((share, package));
        }
        Ok(found)
    }

    /// Deletes a secure share with all that is known of its recipients; what they opened ends at once. The package stays its
    /// owner's alone.
    ///
    /// # Errors
    /// When it was deleted before.
    pub async fn delete_secure_share(&self, share: &SecureShare) -> Result<()> {
        if self.db.delete_secure_share(&share.id).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// The recipients of a secure share, in the order they were added.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verified_recipients(&self, share: &SecureShare) -> Result<Vec<VerifiedRecipient>> {
        Ok(self.db.verified_recipients(&share.id).await?)
    }

    /// A recipient of a secure share.
    ///
    /// # Errors
    /// When there is no such recipient.
    pub async fn verified_recipient(&self, share: &SecureShare, id: &str) -> Result<VerifiedRecipient> {
        let known = self.db.verified_recipient(id).await?;
        known.filter(|recipient| recipient.share_id == share.id).ok_or(Error::NotFound)
    }

    /// Adds a recipient.
    ///
    /// # Errors
    /// When it cannot be, or there are too many.
    pub async fn add_verified_recipient(
        &self,
        (share, package): (&SecureShare, &Package),
        order: VerifiedRecipientOrder,
    ) -> Result<VerifiedRecipient> {
        let recipient = self.with_order(package, nobody(share)?, order).await?;
        let most = i64::try_from(MOST_RECIPIENTS).unwrap_or(i64::MAX);
        if self.db.add_verified_recipient(&recipient, most).await? { Ok(recipient) } else { Err(too_many()) }
    }

    /// Changes a recipient. What it opened with other ways to verify itself ends at once.
    ///
    /// # Errors
    /// When it cannot be, or is gone.
    pub async fn update_verified_recipient(
        &self,
        package: &Package,
        recipient: VerifiedRecipient,
        order: VerifiedRecipientOrder,
    ) -> Result<VerifiedRecipient> {
        let recipient = self.with_order(package, recipient, order).await?;
        if self.db.update_verified_recipient(&recipient).await? {
            Ok(recipient)
        } else {
            Err(Error::NotFound)
        }
    }

    /// Removes a recipient with all that is known of it; what it opened ends at once.
    ///
    /// # Errors
    /// When it was removed before.
    pub async fn delete_verified_recipient(&self, recipient: &VerifiedRecipient) -> Result<()> {
        if self.db.delete_verified_recipient(&recipient.id).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// What a recipient downloaded, the last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verified_downloads(&self, recipient: &VerifiedRecipient) -> Result<Vec<VerifiedDownload>> {
        Ok(self.db.verified_downloads(&recipient.id).await?)
    }

    /// Notes that a recipient asked for the end of a file.
    pub(super) async fn note_download(&self, recipient: &VerifiedRecipient, file_id: &str) -> Result<()> {
        Ok(self.db.note_verified_download(&recipient.id, file_id, now()).await?)
    }

    /// Writes to a recipient of its link, which has no fragment, in the ways that its owner chose.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notify_verified(
        &self,
        package: &Package,
        recipient: &VerifiedRecipient,
        link: &str,
    ) -> Result<()> {
        let (sender, expires) = (package.sender.as_str(), now() + NOTIFICATION_LIFE);
        if recipient.send_email {
            let message = Message::SecureShare { sender, link };
            self.queue_letter(&recipient.email, recipient.language, message, expires).await?;
        }
        if recipient.send_sms {
            let text = Text::SecureShare { sender, link };
            self.queue_text(&recipient.phone, recipient.language, text, expires).await?;
        }
        Ok(())
    }

    /// Writes to a recipient once more, at most three times an hour.
    ///
    /// # Errors
    /// When it is not written to at all, the package cannot be opened, or there were too many reminders.
    pub async fn remind_verified(
        &self,
        package: &Package,
        recipient: &VerifiedRecipient,
        link: &str,
    ) -> Result<()> {
        if !(recipient.send_email || recipient.send_sms) {
            return Err(Error::Refused("the recipient is not to be written to".to_owned()));
        }
        if effective(package, now()) != State::Active {
            return Err(Error::Refused("the package has ended".to_owned()));
        }
        attempt(&[(&self.reminders, &recipient.id)])?;
        self.notify_verified(package, recipient, link).await
    }

    /// In what ways recipients of this server can verify who they are, each with whether it tells national identity numbers.
    pub fn identity_providers(&self) -> Vec<(&str, bool)> {
        let codes = [(OTP_EMAIL, self.sends_mail()), (OTP_SMS, self.sends_sms())];
        let codes = codes.into_iter().filter_map(|(name, sends)| sends.then_some((name, false)));
        codes.chain(self.providers.names()).collect()
    }

    /// How a recipient verifies who it is.
    ///
    /// # Errors
    /// When that is not of this server's key.
    pub fn ways(&self, recipient: &VerifiedRecipient) -> Result<Vec<Way>> {
        let foreign = || Error::Internal("a recipient's ways are not of this server key".into());
        let json = self.ways.open(&recipient.id, &recipient.ways).ok_or_else(foreign)?;
        serde_json::from_str(&json).map_err(|e| Error::Internal(e.into()))
    }

    /// A recipient as it is once an order is carried out.
    async fn with_order(
        &self,
        package: &Package,
        recipient: VerifiedRecipient,
        order: VerifiedRecipientOrder,
    ) -> Result<VerifiedRecipient> {
        let text =
            |given: Option<String>, kept: String, what| given.map_or(Ok(kept), |text| keyless(&text, what));
        let email = match order.email.as_deref().map(str::trim) {
            None => recipient.email,
            Some("") => String::new(),
            Some(email) => recipients::parse_email(email)?,
        };
        let phone = match order.phone.as_deref().map(str::trim) {
            None => recipient.phone,
            Some("") => String::new(),
            Some(phone) => phones::international(phone)?,
        };
        if email.is_empty() && phone.is_empty() {
            return Err(Error::Invalid("a recipient has an e-mail address or a phone number".to_owned()));
        }
        self.check_needs_no_approval(package, if email.is_empty() { &phone } else { &email })?;
        let known = VerifiedRecipient {
            first_name: text(order.first_name, recipient.first_name, "a name")?,
            last_name: text(order.last_name, recipient.last_name, "a name")?,
            external_reference: text(order.external_reference, recipient.external_reference, "a reference")?,
            email,
            phone,
            send_email: order.send_email.unwrap_or(recipient.send_email),
            send_sms: order.send_sms.unwrap_or(recipient.send_sms),
            language: order.language.or(recipient.language),
            files: match order.files {
                None => recipient.files,
                Some(files) => self.restricted(package, files).await?,
            },
            ..recipient
        };
        let ways = match order.ways {
            None if known.ways.is_empty() => Vec::new(),
            None => self.ways(&known)?,
            Some(ways) => ways.into_iter().map(tidy).collect::<Result<_>>()?,
        };
        self.check_ways(&known, &ways)?;
        if known.send_email {
            self.check_reaches(&known, OTP_EMAIL)?;
        }
        if known.send_sms {
            self.check_reaches(&known, OTP_SMS)?;
        }
        let json = serde_json::to_string(&ways).map_err(|e| Error::Internal(e.into()))?;
        Ok(VerifiedRecipient { ways: self.ways.seal(&known.id, &json)?, ..known })
    }

    fn check_ways(&self, recipient: &VerifiedRecipient, ways: &[Way]) -> Result<()> {
        if ways.is_empty() || ways.len() > MOST_WAYS {
            return Err(Error::Invalid(format!("a recipient verifies itself in 1 to {MOST_WAYS} ways")));
        }
        for (place, way) in ways.iter().enumerate() {
            if ways.iter().take(place).any(|before| before == way) {
                return Err(Error::Invalid("a way to verify a recipient is there twice".to_owned()));
            }
            match way.provider.as_str() {
                OTP_EMAIL | OTP_SMS => self.check_reaches(recipient, &way.provider)?,
                name if !self.providers.has(name) => {
                    return Err(Error::Invalid("there is no such identity provider here".to_owned()));
                }
                // Else anyone with an account there would do.
                _ if way.idp_id.is_none() && way.nin.is_none() => {
                    return Err(Error::Invalid("an identity provider needs idpId or nin".to_owned()));
                }
                name if way.nin.is_some() && !self.providers.tells_nin(name) => {
                    return Err(Error::Invalid("this identity provider tells no nin".to_owned()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Checks that what goes to a recipient by e-mail or text can go there.
    fn check_reaches(&self, recipient: &VerifiedRecipient, by: &str) -> Result<()> {
        let (address, sends, missing) = if by == OTP_EMAIL {
            (&recipient.email, self.sends_mail(), "what goes by e-mail needs the recipient's address")
        } else {
            (&recipient.phone, self.sends_sms(), "what goes by text needs the recipient's phone number")
        };
        if !sends {
            return Err(Error::Refused("this server does not send that".to_owned()));
        }
        if address.is_empty() { Err(Error::Invalid(missing.to_owned())) } else { Ok(()) }
    }

    /// The ids of files to which a recipient is restricted.
    async fn restricted(&self, package: &Package, files: Vec<String>) -> Result<Vec<String>> {
        if files.is_empty() {
            return Ok(files);
        }
        // A reader who misses a file of the seal takes the package for tampered with.
        if self.db.seal(&package.id).await?.is_some() {
            return Err(Error::Refused("a sealed package is opened whole".to_owned()));
        }
        let there = self.db.files(&package.id).await?;
        let there: HashSet<&str> = there.iter().map(|file| file.id.as_str()).collect();
        if !files.iter().all(|id| there.contains(id.as_str())) {
            return Err(Error::NotFound);
        }
        let files: HashSet<String> = files.into_iter().collect();
        let mut files: Vec<String> = files.into_iter().collect();
        files.sort_unstable();
        Ok(files)
    }
}

impl VerifiedRecipient {
    /// Whether it opens a file of the package.
    pub fn opens(&self, file_id: &str) -> bool {
        self.files.is_empty() || self.files.iter().any(|id| id == file_id)
    }

    /// What it is called in the activity log.
    pub fn called(&self) -> &str {
        if self.email.is_empty() { &self.phone } else { &self.email }
    }
}

/// A recipient of whom nothing is known yet.
fn nobody(share: &SecureShare) -> Result<VerifiedRecipient> {
    Ok(VerifiedRecipient {
        id: random_id()?,
        share_id: share.id.clone(),
        first_name: String::new(),
        last_name: String::new(),
        email: String::new(),
        phone: String::new(),
        external_reference: String::new(),
        ways: String::new(),
        send_email: false,
        send_sms: false,
        language: None,
        verified: None,
        files: Vec::new(),
    })
}

/// A way as it is kept: texts trimmed, and empty ones left out; a code needs nothing but where it goes.
fn tidy(way: Way) -> Result<Way> {
    let is_code = [OTP_EMAIL, OTP_SMS].contains(&way.provider.as_str());
    let given = |text: Option<String>| match text.as_deref().map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) if text.chars().count() > LONGEST_IDENTITY => {
            Err(Error::Invalid(format!("an identity has at most {LONGEST_IDENTITY} characters")))
        }
        Some(text) => Ok((!is_code).then(|| text.to_owned())),
    };
    Ok(Way { idp_id: given(way.idp_id)?, nin: given(way.nin)?, provider: way.provider })
}

fn too_many() -> Error {
    Error::Limit(format!("a secure share has at most {MOST_RECIPIENTS} recipients"))
}
