//! Wrapping keyCodes to keys, and reading what was wrapped.

use std::collections::HashMap;

use base64ct::{Base64UrlUnpadded, Encoding};
use bulla::api::limits::BATCH;
use bulla::api::public_key::PutKeyCode;
use bulla::client::{Clock, Http};
use bulla::keys::{KeyCode, PackageCode};
use bulla::transfer::Journal;
use bulla::{Error, ErrorCode, Result};
use sha2::{Digest, Sha256};

use super::{ConfirmedKey, DeviceKey, KeyState, Keys, Offered, PublicKey, TrustedDevice, normal, segment};

/// What a keyCode that was wrapped says about where its package came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Its sender's key signed it, which was confirmed here.
    Sender,
    /// Nothing: the server could have made up the package.
    Server,
}

/// A keyCode that was wrapped to this device.
#[derive(Debug)]
pub struct Unwrapped {
    /// The package's code, which the signature is about.
    pub code: PackageCode,
    /// The keyCode.
    pub key_code: KeyCode,
    /// Where the package came from.
    pub origin: Origin,
    /// What says of a link that this account opens it, where it is a recipient.
    pub recipient_code: Option<String>,
}

/// What was done for the recipients of a package.
#[derive(Debug, Default)]
pub struct WrapReport {
    /// Keys to which the keyCode was wrapped.
    pub wrapped: Vec<Offered>,
    /// Keys that have to be confirmed first.
    pub unconfirmed: Vec<Offered>,
    /// Confirmed keys of recipients that the server does not offer any more.
    pub missing: Vec<ConfirmedKey>,
    /// Recipients without a key that can be used.
    pub without: Vec<String>,
}

/// What was handed on to the account's other devices.
#[derive(Debug, Default)]
pub struct Synced {
    /// How many keyCodes.
    pub wrapped: u32,
    /// Devices that have to be confirmed first.
    pub unconfirmed: Vec<TrustedDevice>,
}

impl<N: Http + Clock, S: Journal> Keys<N, S> {
    /// Wraps the keyCode of a package to the confirmed keys of its recipients, and of the account's own devices. Signed with
    /// this device's key, unless it is not known where the package came from.
    ///
    /// # Errors
    /// `NOT_FOUND` when this device has no key.
    pub async fn wrap(
        &self,
        package_id: &str,
        code: &PackageCode,
        key_code: &KeyCode,
        origin: Origin,
    ) -> Result<WrapReport> {
        let package_id = segment(package_id)?;
        let (_, device) = self.own().await?;
        let signer = (origin == Origin::Sender).then_some(&device);
        let (offered, without) = self.offered(package_id).await?;
        let mut report = WrapReport { without, ..WrapReport::default() };
        for known in self.confirmed().await? {
            let of_person = offered.iter().filter(|offered| offered.email == known.email);
            let is_recipient = of_person.clone().count() > 0 || report.without.contains(&known.email);
            if is_recipient && !of_person.clone().any(|offered| offered.key.pin() == known.pin) {
                report.missing.push(known);
            }
        }
        for offered in offered {
            if offered.state != KeyState::Confirmed {
                report.unconfirmed.push(offered);
                continue;
            }
            self.put(package_id, &offered.id, (code, key_code), (&offered.key, signer)).await?;
            report.wrapped.push(offered);
        }
        for own in self.list().await?.into_iter().filter(|own| own.is_confirmed) {
            let Some(key) = &own.key else { continue };
            self.put(package_id, segment(&own.id)?, (code, key_code), (key, signer)).await?;
        }
        Ok(report)
    }

    /// The same for a package that this device can open, with the keyCode that was wrapped to it.
    ///
    /// # Errors
    /// As [`unwrap`](Self::unwrap).
    pub async fn wrap_again(&self, package_id: &str) -> Result<WrapReport> {
        let Unwrapped { code, key_code, origin, .. } = self.unwrap(package_id).await?;
        self.wrap(package_id, &code, &key_code, origin).await
    }

    /// Reads the keyCode of a package that was wrapped to this device.
    ///
    /// # Errors
    /// `NOT_FOUND` when this device has no key, or nothing was wrapped to it; `WRONG_KEY` when what was wrapped does not
    /// open with it.
    pub async fn unwrap(&self, package_id: &str) -> Result<Unwrapped> {
        let package_id = segment(package_id)?;
        let (id, device) = self.own().await?;
        let wrapped = self.client.wrapped_key_code(package_id, &id).await;
        let wrapped = wrapped.map_err(|error| match error.code() {
            ErrorCode::NotFound => Error::new(
                ErrorCode::NotFound,
                "nothing was wrapped to this device's key, or this package is not for this account",
            ),
            _ => error,
        })?;
        let key_code = device.unwrap(&wrapped.message)?;
        let details = self.client.package(package_id).await?;
        let code = PackageCode::parse(&details.code)?;
        let signed = (&code, &key_code, wrapped.signature.as_deref());
        let origin = self.origin(&device, &details.sender, signed).await?;
        Ok(Unwrapped { code, key_code, origin, recipient_code: details.recipient_code })
    }

    /// Wraps what this device can open to the account's other devices, if they are confirmed. The signature of the one that
    /// sent a package is taken over as this device's own, and where there is none, none is made.
    pub async fn sync(&self) -> Result<Synced> {
        let (id, device) = self.own().await?;
        let own = self.list().await?;
        let mut synced = Synced {
            unconfirmed: own.iter().filter(|own| !own.is_confirmed && own.key.is_some()).cloned().collect(),
            ..Synced::default()
        };
        let confirmed: HashMap<&str, &PublicKey> = own
            .iter()
            .filter(|own| own.is_confirmed && !own.is_current)
            .filter_map(|own| Some((own.id.as_str(), own.key.as_ref()?)))
            .collect();
        if confirmed.is_empty() {
            return Ok(synced);
        }
        loop {
            let found = self.client.to_sync(&id).await?.key_codes;
            let (all, before) = (found.len(), synced.wrapped);
            for entry in found {
                let lacking = entry.lacking.unwrap_or_default();
                let Some(key) = confirmed.get(lacking.as_str()) else { continue };
                // One that does not open, or is over by now, does not keep the others back.
                let Ok(key_code) = device.unwrap(&entry.message) else { continue };
                let details = match self.client.package(segment(&entry.package_id)?).await {
                    Err(error) if error.is_retryable() => return Err(error),
                    Err(_) => continue,
                    Ok(details) => details,
                };
                let code = PackageCode::parse(&details.code)?;
                let signed = (&code, &key_code, entry.signature.as_deref());
                let origin = self.origin(&device, &details.sender, signed).await?;
                let signer = (origin == Origin::Sender).then_some(&device);
                self.put(&details.id, &lacking, (&code, &key_code), (key, signer)).await?;
                synced.wrapped += 1;
            }
            // What is left is for devices that are not confirmed, or does not open.
            if all < BATCH || synced.wrapped == before {
                return Ok(synced);
            }
        }
    }

    async fn put(
        &self,
        package_id: &str,
        key_id: &str,
        (code, key_code): (&PackageCode, &KeyCode),
        (key, signer): (&PublicKey, Option<&DeviceKey>),
    ) -> Result<()> {
        let (keycode, sig) = wrapped((code, key_code), (key, signer))?;
        let request = PutKeyCode { keycode, sig, notify_recipients: None };
        self.client.put_key_code(package_id, segment(key_id)?, &request).await
    }

    /// Whose signature came with a keyCode that was wrapped to `device`: that of the package's sender, or of one of the
    /// account's own devices, which signs only what it knew the origin of.
    async fn origin(
        &self,
        device: &DeviceKey,
        sender: &str,
        (code, key_code, signature): (&PackageCode, &KeyCode, Option<&str>),
    ) -> Result<Origin> {
        let Some(signature) = signature.and_then(read_signature) else {
            return Ok(Origin::Server);
        };
        let own = device.public()?;
        let signed = signed_text(code, own.pin().primary(), key_code);
        let (sender, user) = (normal(sender), normal(&self.user().await?.email));
        let confirmed = self.confirmed().await?;
        let trusted = confirmed.iter().filter(|known| known.email == sender || known.email == user);
        let trusted = trusted.filter_map(|known| known.key(self.now()));
        let proven = trusted.chain([own]).any(|key| key.verifies(&signed, &signature));
        Ok(if proven { Origin::Sender } else { Origin::Server })
    }
}

/// A keyCode, wrapped to a key, and what its signer says to that, base64url.
pub(super) fn wrapped(
    (code, key_code): (&PackageCode, &KeyCode),
    (key, signer): (&PublicKey, Option<&DeviceKey>),
) -> Result<(String, Option<String>)> {
    let signed = signed_text(code, key.pin().primary(), key_code);
    let signature = signer.map(|device| device.sign(&signed)).transpose()?;
    let signature = signature.map(|signature| Base64UrlUnpadded::encode_string(&signature));
    Ok((key.wrap(key_code)?, signature))
}

/// The octets of `sig`, base64url.
pub(super) fn read_signature(text: &str) -> Option<[u8; 64]> {
    Base64UrlUnpadded::decode_vec(text).ok()?.try_into().ok()
}

/// What is signed: which keyCode, of which package, was wrapped to whom.
fn signed_text(code: &PackageCode, recipient: &[u8; 32], key_code: &KeyCode) -> Vec<u8> {
    let key_code = Sha256::digest(key_code.expose());
    [b"bulla/1 wrap\0", code.as_str().as_bytes(), &[0], recipient, &key_code].concat()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Vectors of `tests/vectors/`, whose keys and signatures come from no code of ours.
    #[test]
    fn signatures_hold_for_what_they_are_about_alone() {
        let all: Value = serde_json::from_str(include_str!("../../../tests/vectors/wrapped.json")).unwrap();
        let text = |of: &Value, field: &str| of[field].as_str().unwrap().to_owned();
        let code = PackageCode::parse(&text(&all, "packageCode")).unwrap();
        let key_code = KeyCode::parse(&text(&all, "keyCode")).unwrap();
        let key = |armored: String| PublicKey::parse(&armored, 1_800_000_000_000).unwrap();
        let vectors = all["vectors"].as_array().unwrap();
        assert_eq!(vectors.iter().filter(|vector| vector["holds"] == true).count(), 2);
        for vector in vectors {
            let name = text(vector, "name");
            let (sender, recipient) = (key(text(vector, "sender")), key(text(vector, "recipient")));
            let signed = signed_text(&code, recipient.pin().primary(), &key_code);
            let signature = read_signature(&text(vector, "sig"));
            let holds = signature.is_some_and(|signature| sender.verifies(&signed, &signature));
            assert_eq!(holds, vector["holds"] == true, "{name}");
            if let Some(seed) = vector["seed"].as_str() {
                let seed: Vec<u8> =
                    (0..64).step_by(2).map(|i| u8::from_str_radix(&seed[i..i + 2], 16).unwrap()).collect();
                let signer = ed25519_dalek::SigningKey::from_bytes(&seed.try_into().unwrap());
                let made = ed25519_dalek::Signer::sign(&signer, &signed).to_bytes();
                assert_eq!(Some(made), signature, "{name}");
            }
        }
    }
}
