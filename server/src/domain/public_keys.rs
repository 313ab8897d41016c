//! Public keys of trusted devices, and keyCodes that clients wrapped to them. Both are for clients to judge: the server
//! hands out what it was given, and clients wrap only to keys that their users confirmed.

use std::collections::HashSet;

use bulla::api::limits;

use super::text::short_text;
use super::{Caller, Domain, Error, Result, now, openpgp};
use crate::db::{Account, Package, PublicKey, Unsynced, WrappedKeyCode};
use crate::secrets::random_id;

/// Public keys of one account at most.
const MOST_KEYS: u32 = 20;
/// Keys that one answer about a package holds at most.
const MOST_KEYS_FOR_PACKAGE: u32 = 1000;
/// KeyCodes that one answer holds at most.
const MOST_KEY_CODES: u32 = 500;
/// Octets of a wrapped keyCode's signature at most.
const LONGEST_SIGNATURE: usize = 512;

/// A wrapped keyCode, as a client hands it over.
#[derive(Clone, Debug)]
pub struct WrapOrder {
    /// The keyCode, encrypted to the key: an armored OpenPGP message.
    pub key_code: String,
    /// What its sender signed it with, base64url.
    pub signature: Option<String>,
}

impl Domain {
    /// Keeps a public key of an account.
    ///
    /// # Errors
    /// When it is none or too large, the description cannot be kept, or the account has 20 keys.
    pub async fn add_public_key(
        &self,
        account: &Account,
        armored: &str,
        description: &str,
    ) -> Result<PublicKey> {
        if armored.len() > limits::MAX_PUBLIC_KEY {
            return Err(Error::Limit(format!("a public key has at most {} octets", limits::MAX_PUBLIC_KEY)));
        }
        openpgp::check_public_key(armored)?;
        let new = PublicKey {
            id: random_id()?,
            account_id: account.id.clone(),
            armored: armored.to_owned(),
            description: short_text(description, "a key's description")?,
            created: now(),
        };
        if self.db.insert_public_key(&new, MOST_KEYS).await? {
            return Ok(new);
        }
        Err(Error::Limit(format!("an account has at most {MOST_KEYS} public keys")))
    }

    /// The public keys of an account, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn public_keys(&self, account: &Account) -> Result<Vec<PublicKey>> {
        Ok(self.db.public_keys_of(&account.id).await?)
    }

    /// A public key of an account.
    ///
    /// # Errors
    /// When the account has no such key.
    pub async fn public_key(&self, account: &Account, id: &str) -> Result<PublicKey> {
        let key = self.db.public_key(id).await?;
        key.filter(|key| key.account_id == account.id).ok_or(Error::NotFound)
    }

    /// Forgets a public key of an account, and what was wrapped to it.
    ///
    /// # Errors
    /// When the account has no such key.
    pub async fn delete_public_key(&self, account: &Account, id: &str) -> Result<()> {
        if self.db.delete_public_key(&account.id, id).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// What is wrapped to one key of an account and not yet to its other ones, at most 500, with these. Asked again
    /// after wrapping them, it goes on.
    ///
    /// # Errors
    /// When the account has no such key.
    pub async fn unsynced(&self, account: &Account, id: &str) -> Result<(Vec<Unsynced>, Vec<PublicKey>)> {
        let key = self.public_key(account, id).await?;
        let unsynced = self.db.unsynced(&key.id, MOST_KEY_CODES, now()).await?;
        let mut keys = self.db.public_keys_of(&account.id).await?;
        keys.retain(|key| unsynced.iter().any(|entry| entry.public_key_id == key.id));
        Ok((unsynced, keys))
    }

    /// What is wrapped to a key of an account of those packages that the account sends or receives and that are not
    /// over.
    ///
    /// # Errors
    /// When the account has no such key, or there are more than 500 packages.
    pub async fn key_codes(
        &self,
        account: &Account,
        id: &str,
        package_ids: &[String],
    ) -> Result<Vec<WrappedKeyCode>> {
        let key = self.public_key(account, id).await?;
        if package_ids.len() > limits::BATCH {
            return Err(Error::Limit(format!("at most {} packages can be asked for at once", limits::BATCH)));
        }
        let mut found = Vec::new();
        for package_id in package_ids {
            found.extend(self.db.open_key_code(&key.id, package_id, now()).await?);
        }
        Ok(found)
    }

    /// The public keys of a package's recipients, of those who hold tickets for it and of its sender, at most 1000. Without an account nobody is told any, since they
    /// would show who has one; but a Dropzone that is no request is told its owner's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn public_keys_for(&self, package: &Package, caller: &Caller) -> Result<Vec<PublicKey>> {
        match caller {
            Caller::Account(_) => {
                Ok(self.db.public_keys_for(&package.id, MOST_KEYS_FOR_PACKAGE, now()).await?)
            }
            Caller::Dropzone { owner: Some(owner), request: None, .. } => {
                Ok(self.db.public_keys_of(&owner.id).await?)
            }
            Caller::Dropzone { .. }
            | Caller::Recipient(_)
            | Caller::Holder { .. }
            | Caller::Share(..)
            | Caller::Verified(_)
            | Caller::Anyone => Ok(Vec::new()),
        }
    }

    /// The public keys of one recipient of a package, as [`Self::public_keys_for`].
    ///
    /// # Errors
    /// When there is no such recipient.
    pub async fn public_keys_for_recipient(
        &self,
        package: &Package,
        caller: &Caller,
        recipient_id: &str,
    ) -> Result<Vec<PublicKey>> {
        self.recipient(package, recipient_id).await?;
        if !matches!(caller, Caller::Account(_)) {
            return Ok(Vec::new());
        }
        Ok(self.db.public_keys_for_recipient(&package.id, recipient_id).await?)
    }

    /// The ids of those recipients of a package whose public keys the caller may ask for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recipients_with_keys(&self, package: &Package, caller: &Caller) -> Result<HashSet<String>> {
        if !matches!(caller, Caller::Account(_)) {
            return Ok(HashSet::new());
        }
        Ok(self.db.recipients_with_keys(&package.id).await?.into_iter().collect())
    }

    /// Keeps a package's keyCode as wrapped to a public key, in the place of what was kept before.
    ///
    /// # Errors
    /// When the caller may not wrap to the key, it is no armored message or too large, or the package has ended.
    pub async fn wrap(
        &self,
        package: &Package,
        caller: &Caller,
        public_key_id: &str,
        order: WrapOrder,
    ) -> Result<()> {
        let key = self.db.public_key(public_key_id).await?.ok_or(Error::NotFound)?;
        if !self.may_wrap(caller, package, &key).await? {
            return Err(Error::NotFound);
        }
        let new = checked(package, order)?;
        if self.db.put_wrapped_key_code(&key.id, &new, now()).await? {
            return Ok(());
        }
        Err(Error::Refused("the package has ended".to_owned()))
    }

    /// A package's keyCode as wrapped to a key of the caller.
    ///
    /// # Errors
    /// When the caller has no such key, or the keyCode was not wrapped to it.
    pub async fn wrapped(
        &self,
        package: &Package,
        caller: &Caller,
        public_key_id: &str,
    ) -> Result<WrappedKeyCode> {
        let (Caller::Account(account) | Caller::Holder { account, .. }) = caller else {
            return Err(Error::NotFound);
        };
        let key = self.public_key(account, public_key_id).await?;
        self.db.wrapped_key_code(&package.id, &key.id).await?.ok_or(Error::NotFound)
    }

    /// Whether a recipient of a package, or the owner of the Dropzone it came through, has no key to which the keyCode is wrapped, so that the sender must hand over
    /// the link.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn needs_link(&self, package: &Package) -> Result<bool> {
        Ok(self.db.needs_link(&package.id).await?)
    }
}

/// A package's keyCode as it is kept, checked as by [`checked_order`].
pub(super) fn checked(package: &Package, order: WrapOrder) -> Result<WrappedKeyCode> {
    let WrapOrder { key_code, signature } = checked_order(order)?;
    Ok(WrappedKeyCode { package_id: package.id.clone(), key_code, signature })
}

/// What a client wrapped, checked for being an armored message, and a signature beside it.
pub(super) fn checked_order(order: WrapOrder) -> Result<WrapOrder> {
    if order.key_code.len() > limits::MAX_WRAPPED_KEY_CODE {
        return Err(Error::Limit(format!(
            "what is wrapped has at most {} octets",
            limits::MAX_WRAPPED_KEY_CODE
        )));
    }
    openpgp::check_message(&order.key_code)?;
    let signature = order.signature.filter(|signature| !signature.is_empty());
    let base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if signature.as_ref().is_some_and(|s| s.len() > LONGEST_SIGNATURE || !s.bytes().all(base64url)) {
        return Err(Error::Invalid(format!(
            "a signature is base64url of at most {LONGEST_SIGNATURE} octets"
        )));
    }
    Ok(WrapOrder { signature, ..order })
}
