//! Recipients.

use bulla::api::limits;
use email_address::{EmailAddress, Options};

use super::{Caller, Domain, Error, Result, now};
use crate::db::{Confirmation, Package, PhoneNumber, Recipient, Role};
use crate::secrets::{random_code, random_id};

/// Seconds for which the same opening from the same address is one: parts are asked for 25 at a time.
const SAME: i64 = 60 * 60;
/// Recipients of a package at most.
pub(super) const MOST: u32 = 1000;

/// A recipient and what it opened.
#[derive(Clone, Debug)]
pub struct RecipientEntry {
    /// The recipient.
    pub recipient: Recipient,
    /// What it opened, oldest first.
    pub confirmations: Vec<Confirmation>,
    /// Its phone numbers, the last used first.
    pub phones: Vec<PhoneNumber>,
}

impl Domain {
    /// Adds recipients, and answers with them in the order given; one that is there already stays as it is.
    ///
    /// # Errors
    /// When an address is none (then nobody is added), there are too many, or the package is neither draft nor active.
    pub async fn add_recipients(&self, package: &Package, emails: &[String]) -> Result<Vec<RecipientEntry>> {
        if emails.is_empty() || emails.len() > limits::BATCH {
            return Err(Error::Limit(format!("1 to {} recipients can be added at once", limits::BATCH)));
        }
        let emails = emails.iter().map(|email| parse_email(email)).collect::<Result<Vec<_>>>()?;
        let new = self.new_recipients(package, &emails)?;
        if !self.db.insert_recipients(&package.id, &new, MOST, now()).await? {
            return Err(Error::Limit(format!(
                "a package has at most {MOST} recipients, and none is added while it waits for approval or after its end"
            )));
        }
        let all = self.recipients(package).await?;
        let of = |email: &String| all.iter().find(|entry| entry.recipient.email == *email).cloned();
        Ok(emails.iter().filter_map(of).collect())
    }

    /// Recipients to be added, one for each of these addresses.
    pub(super) fn new_recipients(&self, package: &Package, emails: &[String]) -> Result<Vec<Recipient>> {
        let applies = self.rules.approval_applies(package);
        let recipient = |email: &String| {
            Ok(Recipient {
                id: random_id()?,
                package_id: package.id.clone(),
                email: email.clone(),
                code: random_code()?,
                role: Role::Viewer,
                needs_approval: applies && !self.rules.is_exempt(email),
            })
        };
        emails.iter().map(recipient).collect()
    }

    /// The recipients of a package and what they opened.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recipients(&self, package: &Package) -> Result<Vec<RecipientEntry>> {
        let recipients = self.db.recipients(&package.id).await?;
        self.with_details(&[&package.id], recipients).await
    }

    /// These recipients of these packages, with all that is known of them.
    pub(super) async fn with_details(
        &self,
        package_ids: &[&str],
        recipients: Vec<Recipient>,
    ) -> Result<Vec<RecipientEntry>> {
        let mut confirmations = self.db.confirmations(package_ids).await?;
        let mut phones = self.db.phones(package_ids).await?;
        Ok(recipients
            .into_iter()
            .map(|recipient| {
                let confirmations =
                    confirmations.extract_if(.., |c| c.recipient_id == recipient.id).collect();
                let phones = phones.extract_if(.., |phone| phone.recipient_id == recipient.id).collect();
                RecipientEntry { recipient, confirmations, phones }
            })
            .collect())
    }

    /// One recipient of a package and what it opened.
    ///
    /// # Errors
    /// When there is no such recipient.
    pub async fn recipient(&self, package: &Package, id: &str) -> Result<RecipientEntry> {
        let mut all = self.recipients(package).await?.into_iter();
        all.find(|entry| entry.recipient.id == id).ok_or(Error::NotFound)
    }

    /// Removes a recipient.
    ///
    /// # Errors
    /// When there is no such recipient, the caller may not, or the package is neither draft nor active.
    pub async fn delete_recipient(&self, package: &Package, caller: &Caller, id: &str) -> Result<()> {
        let role = self.recipient(package, id).await?.recipient.role;
        self.check_appoints(package, caller, role, role).await?;
        if self.db.delete_recipient(&package.id, id, role, now()).await? {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    }

    /// Gives a recipient of a workspace another role: `VIEWER`, `CONTRIBUTOR`, `MANAGER` or `OWNER`. Elsewhere it has
    /// `VIEWER`, and no other.
    ///
    /// # Errors
    /// When there is no such role or recipient, the caller may not, or the package is no active workspace.
    pub async fn set_role(&self, package: &Package, caller: &Caller, id: &str, role: &str) -> Result<()> {
        let role = Role::ALL
            .into_iter()
            .find(|known| known.as_str() == role)
            .ok_or_else(|| Error::Invalid("the role is VIEWER, CONTRIBUTOR, MANAGER or OWNER".to_owned()))?;
        let from = self.recipient(package, id).await?.recipient.role;
        if !package.is_workspace() {
            return if role == Role::Viewer {
                Ok(())
            } else {
                Err(Error::Refused("only the recipients of a workspace have roles".to_owned()))
            };
        }
        self.check_appoints(package, caller, from, role).await?;
        if self.db.set_role(&package.id, id, from, role, now()).await? {
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    }

    /// What the caller is among the recipients of a package, if it is one of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn as_recipient(&self, package: &Package, caller: &Caller) -> Result<Option<Recipient>> {
        match caller {
            Caller::Recipient(recipient) => Ok(Some(recipient.clone())),
            Caller::Account(account) => {
                let recipients = self.db.recipients(&package.id).await?;
                Ok(recipients.into_iter().find(|recipient| recipient.email == account.email))
            }
            Caller::Share(open) => {
                let Some(address) = open.address() else { return Ok(None) };
                let recipients = self.db.recipients(&package.id).await?;
                Ok(recipients.into_iter().find(|recipient| recipient.email == address))
            }
            Caller::Holder { .. } | Caller::Verified(_) | Caller::Dropzone { .. } | Caller::Anyone => {
                Ok(None)
            }
        }
    }

    /// Keeps that the caller opened this file, or the message when it is none, if it is a recipient.
    pub(super) async fn confirm(
        &self,
        package: &Package,
        caller: &Caller,
        address: &str,
        file_id: Option<&str>,
    ) -> Result<()> {
        let Some(recipient) = self.as_recipient(package, caller).await? else { return Ok(()) };
        let new = Confirmation {
            recipient_id: recipient.id,
            address: address.to_owned(),
            at: now(),
            is_message: file_id.is_none(),
            file_id: file_id.map(str::to_owned),
        };
        Ok(self.db.insert_confirmation(&random_id()?, &new, now() - SAME).await?)
    }
}

/// An e-mail address as it is stored and compared: trimmed, in lowercase.
///
/// # Errors
/// When it is none.
pub fn parse_email(text: &str) -> Result<String> {
    let options =
        Options::default().without_display_text().without_domain_literal().with_minimum_sub_domains(2);
    let text = text.trim();
    match EmailAddress::parse_with_options(text, options) {
        Ok(email) if !text.contains('"') => Ok(email.as_str().to_lowercase()),
        _ => Err(Error::Invalid("that is no e-mail address".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_everything_else_is_refused() {
        assert_eq!(parse_email(" Bob@Example.com ").unwrap(), "bob@example.com");
        assert_eq!(parse_email("jörg@exämple.de").unwrap(), "jörg@exämple.de");
        for bad in [
            "",
            "bob",
            "bob@",
            "@example.com",
            "bob@example",
            "a b@example.com",
            "bob@example.com\r\nBcc: x@y.z",
            "Bob <bob@example.com>",
            "bob@[127.0.0.1]",
            "\"<script>\"@example.com",
            "a@b@example.com",
            "bob@example..com",
            "bob@example.com\0",
        ] {
            assert!(parse_email(bad).is_err(), "{bad:?}");
        }
        assert!(parse_email(&format!("{}@example.com", "a".repeat(300))).is_err());
    }
}
