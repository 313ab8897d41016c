//! Public keys of trusted devices: packages open with them, without their link.
//!
//! The server is who hands out public keys. So nothing is wrapped to a key whose fingerprint was not confirmed here, what is
//! wrapped is signed, and a keyCode without a valid signature of its package's sender proves nothing about where the package
//! came from.

mod approval;
mod device;
mod public;
mod request;
mod store;
mod wrap;

pub use approval::Approval;
pub use device::DeviceKey;
pub use public::{Fingerprint, Pin, PublicKey};
pub use request::{OpenRequest, OwnRequest};
pub use store::ConfirmedKey;
pub use wrap::{Origin, Synced, Unwrapped, WrapReport};

use std::cell::RefCell;

use bulla::client::{Client, Clock, Http, OfferedKey, OwnKey, User};
use bulla::transfer::Journal;
use bulla::{Error, ErrorCode, Result};

use self::store::Store;

/// The keys of one account, and those that were confirmed for it.
pub struct Keys<N, S> {
    client: Client<N>,
    store: S,
    user: RefCell<Option<User>>,
}

/// What is known of a key that the server offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Its fingerprint was confirmed here.
    Confirmed,
    /// Nothing was confirmed of this person so far.
    New,
    /// Another key was confirmed of this person.
    Changed,
}

/// A key that the server offers for a person.
#[derive(Clone, Debug)]
pub struct Offered {
    /// The key's id on the server.
    pub id: String,
    /// The person's address.
    pub email: String,
    /// What is known of it.
    pub state: KeyState,
    /// The key.
    pub key: PublicKey,
    /// The key, armored.
    pub armored: String,
}

/// A key of the account, on this or another device.
#[derive(Clone, Debug)]
pub struct TrustedDevice {
    /// The key's id on the server.
    pub id: String,
    /// What its owner calls it.
    pub description: String,
    /// Whether it is this device's.
    pub is_current: bool,
    /// Whether it is this device's, or its fingerprint was confirmed here.
    pub is_confirmed: bool,
    /// The key; `None` when it cannot be used.
    pub key: Option<PublicKey>,
    /// The key, armored.
    pub armored: String,
}

impl<N: Http + Clock, S: Journal> Keys<N, S> {
    /// The keys of the client's account. `store` keeps secrets: what it is given, only this user on this machine may read.
    pub fn new(client: Client<N>, store: S) -> Self {
        Self { client, store, user: RefCell::default() }
    }

    /// This device's key; `None` when it has none, or the server does not have it.
    pub async fn device(&self) -> Result<Option<TrustedDevice>> {
        Ok(self.list().await?.into_iter().find(|device| device.is_current))
    }

    /// Makes a key for this device and hands its public half to the server. One that was there before is replaced.
    pub async fn create(&self, description: &str) -> Result<TrustedDevice> {
        let user = self.user().await?;
        let key = DeviceKey::generate(&user.email, self.now())?;
        let armored = key.public_armored()?;
        let added = self.client.add_public_key(armored.clone(), description.to_owned()).await?;
        let before = self.store().await?.device().await?;
        self.store().await?.keep_device(&added.id, &key).await?;
        if let Some((id, _)) = before {
            // What the server keeps of it nobody reads any more; it may be gone already.
            let _gone = self.client.delete_public_key(&id).await;
        }
        let public = PublicKey::parse(&armored, self.now())?;
        Ok(TrustedDevice {
            id: added.id,
            description: added.description,
            is_current: true,
            is_confirmed: true,
            key: Some(public),
            armored,
        })
    }

    /// All keys of the account.
    pub async fn list(&self) -> Result<Vec<TrustedDevice>> {
        let own = self.client.public_keys().await?.keys;
        let current = self.store().await?.device().await?;
        let pins = self.pins_of(&self.user().await?.email).await?;
        let now = self.now();
        let entry = |OwnKey { id, key: armored, description }| {
            let key = PublicKey::parse(&armored, now).ok();
            let pin = key.as_ref().map(PublicKey::pin);
            // Not because the server says so: it has to be the same key.
            let is_current = current.as_ref().is_some_and(|(known, device)| {
                *known == id && pin.is_some_and(|pin| device.public().is_ok_and(|own| own.pin() == pin))
            });
            let is_confirmed = is_current || pin.is_some_and(|pin| pins.contains(&pin));
            TrustedDevice { id, description, is_current, is_confirmed, key, armored }
        };
        Ok(own.into_iter().map(entry).collect())
    }

    /// Forgets a key of the account, and what was wrapped to it, here and on the server.
    pub async fn delete(&self, id: &str) -> Result<()> {
        self.client.delete_public_key(segment(id)?).await?;
        let store = self.store().await?;
        match store.device().await? {
            Some((current, _)) if current == id => store.forget_device().await,
            _ => Ok(()),
        }
    }

    /// The keys that the server offers for the recipients of a package, and the addresses of those for whom it offers none
    /// that can be used.
    pub async fn offered(&self, package_id: &str) -> Result<(Vec<Offered>, Vec<String>)> {
        let details = self.client.package(segment(package_id)?).await?;
        let confirmed = self.store().await?.confirmed().await?;
        let (mut offered, mut without) = (Vec::new(), Vec::new());
        for recipient in details.recipients {
            let email = normal(&recipient.email);
            let keys = match recipient.has_public_keys {
                true => self.client.keys_of_recipient(&details.id, segment(&recipient.id)?).await?,
                false => Vec::new(),
            };
            let usable = self.known(&confirmed, &email, keys);
            if usable.is_empty() {
                without.push(email);
            }
            offered.extend(usable);
        }
        Ok((offered, without))
    }

    /// Those of the keys that the server offers for a person that can be used, and what is known of them.
    fn known(&self, confirmed: &[ConfirmedKey], email: &str, keys: Vec<OfferedKey>) -> Vec<Offered> {
        let of_person: Vec<_> = confirmed.iter().filter(|known| known.email == email).collect();
        let offered = |OfferedKey { id, key: armored }| {
            let key = PublicKey::parse(&armored, self.now()).ok()?;
            let state = match of_person.iter().any(|known| known.pin == key.pin()) {
                true => KeyState::Confirmed,
                false if of_person.is_empty() => KeyState::New,
                false => KeyState::Changed,
            };
            Some(Offered { id, email: email.to_owned(), state, key, armored })
        };
        keys.into_iter().filter_map(offered).collect()
    }

    /// Confirms that a key is that of a person: its fingerprint was compared, or it came from that person.
    ///
    /// # Errors
    /// `INVALID_INPUT` when it is none that can be used, or the address is none.
    pub async fn confirm(&self, email: &str, armored: &str) -> Result<ConfirmedKey> {
        let email = normal(email);
        if !email.contains('@') {
            return Err(Error::new(ErrorCode::InvalidInput, "a key is confirmed for an e-mail address"));
        }
        let now = self.now();
        let key = PublicKey::parse(armored, now)?;
        let confirmed =
            ConfirmedKey { email, pin: key.pin(), armored: armored.to_owned(), confirmed: now / 1000 };
        self.store().await?.confirm(&confirmed).await?;
        Ok(confirmed)
    }

    /// What was confirmed.
    pub async fn confirmed(&self) -> Result<Vec<ConfirmedKey>> {
        self.store().await?.confirmed().await
    }

    /// Takes the confirmation of a key back; without a fingerprint, of all keys of that person.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none.
    pub async fn revoke(&self, email: &str, fingerprint: Option<&str>) -> Result<()> {
        let (email, store) = (normal(email), self.store().await?);
        let mut found = false;
        for known in store.confirmed().await? {
            let meant = fingerprint.is_none_or(|hex| known.pin.fingerprint().hex() == hex);
            if known.email == email && meant {
                store.revoke(&known).await?;
                found = true;
            }
        }
        if found {
            Ok(())
        } else {
            Err(Error::new(ErrorCode::NotFound, "nothing of this person was confirmed"))
        }
    }

    /// This device's key and its id on the server.
    async fn own(&self) -> Result<(String, DeviceKey)> {
        let found = self.store().await?.device().await?;
        found.ok_or_else(|| Error::new(ErrorCode::NotFound, "this device has no key: make one first"))
    }

    async fn pins_of(&self, email: &str) -> Result<Vec<Pin>> {
        let (email, confirmed) = (normal(email), self.store().await?.confirmed().await?);
        Ok(confirmed.into_iter().filter(|known| known.email == email).map(|known| known.pin).collect())
    }

    async fn user(&self) -> Result<User> {
        if let Some(user) = self.user.borrow().clone() {
            return Ok(user);
        }
        let user = self.client.user().await?;
        *self.user.borrow_mut() = Some(user.clone());
        Ok(user)
    }

    async fn store(&self) -> Result<Store<'_, S>> {
        Ok(Store::new(&self.store, self.client.host(), &self.user().await?.id))
    }

    /// Milliseconds since 1970.
    fn now(&self) -> u64 {
        self.client.net().now()
    }
}

/// Addresses are compared as servers do: their letters' case means nothing.
fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}

/// An id, checked to be one path segment before it becomes part of a path.
fn segment(id: &str) -> Result<&str> {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    if (1..=128).contains(&id.len()) && id.bytes().all(allowed) {
        return Ok(id);
    }
    Err(Error::new(ErrorCode::InvalidInput, "that is no id"))
}
