//! What is kept of keys: this device's own, those of requests, and those that were confirmed.

use base64ct::{Base64UrlUnpadded, Encoding};
use bulla::transfer::Journal;
use bulla::{Error, ErrorCode, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{DeviceKey, Pin, PublicKey};

/// A key that was confirmed to be a person's.
#[derive(Clone, Debug)]
pub struct ConfirmedKey {
    /// The person's address, in small letters.
    pub email: String,
    /// What tells the key from others.
    pub pin: Pin,
    /// The key, armored.
    pub armored: String,
    /// When it was confirmed, in seconds since 1970.
    pub confirmed: u64,
}

impl ConfirmedKey {
    /// The key, if it still is the one that was confirmed and can be used.
    pub(super) fn key(&self, now: u64) -> Option<PublicKey> {
        PublicKey::parse(&self.armored, now).ok().filter(|key| key.pin() == self.pin)
    }
}

#[derive(Serialize, Deserialize)]
struct DeviceRecord {
    id: String,
    key: Zeroizing<String>,
}

#[derive(Serialize, Deserialize)]
struct ConfirmedRecord {
    email: String,
    pin: String,
    key: String,
    confirmed: u64,
}

/// The part of a store that is one account's.
pub(super) struct Store<'a, S> {
    journal: &'a S,
    prefix: String,
}

impl<'a, S: Journal> Store<'a, S> {
    pub(super) fn new(journal: &'a S, host: &str, account_id: &str) -> Self {
        Self { journal, prefix: format!("{host} {account_id} ") }
    }

    /// This device's key and its id on the server.
    pub(super) async fn device(&self) -> Result<Option<(String, DeviceKey)>> {
        let found = self.journal.read(&self.device_key()).await?;
        Ok(found.into_iter().next().and_then(|(_, value)| {
            let record: DeviceRecord = serde_json::from_slice(&Zeroizing::new(value)).ok()?;
            let octets = Zeroizing::new(Base64UrlUnpadded::decode_vec(&record.key).ok()?);
            Some((record.id, DeviceKey::from_octets(&octets)?))
        }))
    }

    pub(super) async fn keep_device(&self, id: &str, key: &DeviceKey) -> Result<()> {
        let key = Zeroizing::new(Base64UrlUnpadded::encode_string(&key.to_octets()?));
        let record = json(&DeviceRecord { id: id.to_owned(), key })?;
        self.journal.write(&self.device_key(), record).await
    }

    pub(super) async fn forget_device(&self) -> Result<()> {
        self.journal.remove(&self.device_key()).await
    }

    /// The private key of a request.
    pub(super) async fn request(&self, id: &str) -> Result<Option<DeviceKey>> {
        let found = self.journal.read(&self.request_key(id)).await?;
        Ok(found.into_iter().next().and_then(|(_, value)| DeviceKey::from_octets(&Zeroizing::new(value))))
    }

    pub(super) async fn keep_request(&self, id: &str, key: &DeviceKey) -> Result<()> {
        self.journal.write(&self.request_key(id), key.to_octets()?.to_vec()).await
    }

    pub(super) async fn confirmed(&self) -> Result<Vec<ConfirmedKey>> {
        let found = self.journal.read(&format!("{}confirmed ", self.prefix)).await?;
        let read = |value: Vec<u8>| {
            let ConfirmedRecord { email, pin, key, confirmed } = serde_json::from_slice(&value).ok()?;
            Some(ConfirmedKey { email, pin: Pin::from_text(&pin)?, armored: key, confirmed })
        };
        Ok(found.into_iter().filter_map(|(_, value)| read(value)).collect())
    }

    pub(super) async fn confirm(&self, key: &ConfirmedKey) -> Result<()> {
        let record = ConfirmedRecord {
            email: key.email.clone(),
            pin: key.pin.to_text(),
            key: key.armored.clone(),
            confirmed: key.confirmed,
        };
        self.journal.write(&self.confirmed_key(key), json(&record)?).await
    }

    pub(super) async fn revoke(&self, key: &ConfirmedKey) -> Result<()> {
        self.journal.remove(&self.confirmed_key(key)).await
    }

    fn device_key(&self) -> String {
        format!("{}device", self.prefix)
    }

    fn request_key(&self, id: &str) -> String {
        // What is kept is looked for by how its key begins: no id is the beginning of another with this behind it.
        format!("{}request {id} ", self.prefix)
    }

    fn confirmed_key(&self, key: &ConfirmedKey) -> String {
        // Addresses may hold anything: in keys stand their hashes.
        let email = Base64UrlUnpadded::encode_string(&Sha256::digest(&key.email));
        format!("{}confirmed {email} {}", self.prefix, key.pin.to_text())
    }
}

fn json(record: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(record).map_err(|_| Error::new(ErrorCode::Internal, "the record could not be written"))
}
