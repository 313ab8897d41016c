//! Requests: links with which others send. Each has a key of its own, whose private half stays with its owner.
//!
//! The server is who hands out the public key, so its hash stands in the link. A link is only made of a key that this
//! device made, or that another confirmed device of the account signed: else the server could have others encrypt to a key
//! of its own.

use base64ct::{Base64UrlUnpadded, Encoding};
use bulla::api::request::{CreateRequest, PutRequested, RequestTerms};
use bulla::client::{Client, Clock, Http, IncomingPackage, OfferedRequest, Page, PageOf, RequestEntry};
use bulla::keys::{KeyCode, PackageCode};
use bulla::link::{RequestLink, ShareLink};
use bulla::transfer::Journal;
use bulla::{Error, ErrorCode, Result};

use super::wrap::read_signature;
use super::{DeviceKey, Fingerprint, Keys, PublicKey, segment};

/// A request of the account's.
#[derive(Clone, Debug)]
pub struct OwnRequest {
    /// What the server says of it.
    pub entry: RequestEntry,
    /// Its link; `None` when nothing shows that its key is the account's own.
    pub link: Option<RequestLink>,
}

/// A request that was opened by its link, to send through it.
pub struct OpenRequest<N> {
    client: Client<N>,
    key: PublicKey,
    /// What it says. All but the key is the server's word.
    pub offered: OfferedRequest,
}

impl<N: Http + Clock, S: Journal> Keys<N, S> {
    /// Makes a request with a key of its own. Its private half is kept here, and on the server for the account's confirmed
    /// devices.
    ///
    /// # Errors
    /// `NOT_FOUND` when this device has no key.
    pub async fn create_request(&self, terms: RequestTerms) -> Result<OwnRequest> {
        let (_, device) = self.own().await?;
        let key = DeviceKey::generate(&self.user().await?.email, self.now())?;
        let public_key = key.public_armored()?;
        let fingerprint = PublicKey::parse(&public_key, self.now())?.pin().fingerprint();
        let mut readers = vec![device.public()?];
        let others = self.list().await?.into_iter().filter(|own| own.is_confirmed && !own.is_current);
        readers.extend(others.filter_map(|own| own.key));
        let request = CreateRequest {
            public_key,
            wrapped_key: PublicKey::encrypt(&readers, &key.to_octets()?)?,
            sig: Base64UrlUnpadded::encode_string(&device.sign(&signed_text(fingerprint))?),
            terms,
        };
        let entry = self.client.create_request(&request).await?;
        self.store().await?.keep_request(segment(&entry.id)?, &key).await?;
        Ok(OwnRequest { link: Some(self.link(&entry.id, fingerprint)), entry })
    }

    /// One page of the account's requests, the newest first.
    pub async fn requests(&self, page: Page) -> Result<PageOf<OwnRequest>> {
        let PageOf { entries, total, next } = self.client.requests(page).await?;
        let mut own = Vec::with_capacity(entries.len());
        for entry in entries {
            own.push(self.own_request(entry).await?);
        }
        Ok(PageOf { entries: own, total, next })
    }

    /// A request of the account's.
    pub async fn request(&self, id: &str) -> Result<OwnRequest> {
        self.own_request(self.client.request(segment(id)?).await?).await
    }

    /// Changes the terms of a request.
    pub async fn update_request(&self, id: &str, terms: &RequestTerms) -> Result<OwnRequest> {
        self.own_request(self.client.update_request(segment(id)?, terms).await?).await
    }

    /// Deletes a request: nothing comes in through it any more. What came in still opens, on this device as on the others.
    pub async fn delete_request(&self, id: &str) -> Result<()> {
        self.client.delete_request(segment(id)?).await
    }

    /// One page of what came in through a request, the newest first.
    pub async fn incoming(&self, id: &str, page: Page) -> Result<PageOf<IncomingPackage>> {
        self.client.incoming(segment(id)?, page).await
    }

    /// The link of a package that came in through a request, with its keyCode.
    ///
    /// # Errors
    /// `NOT_FOUND` when this device has neither the request's private key nor a key to which it is encrypted, or the device
    /// that made the request was not confirmed here; `WRONG_KEY` when the keyCode was encrypted to another key.
    pub async fn unwrap_incoming(&self, id: &str, code: &str, key_code: &str) -> Result<ShareLink> {
        let key = self.request_key(segment(id)?).await?;
        ShareLink::new(self.client.host(), None, PackageCode::parse(code)?, key.unwrap(key_code)?)
    }

    /// The keyCodes of the parts of a package that came in and is not end-to-end encrypted, in their order.
    ///
    /// # Errors
    /// As [`Keys::unwrap_incoming`].
    pub async fn unwrap_part_keys(&self, id: &str, package_id: &str) -> Result<Vec<KeyCode>> {
        let key = self.request_key(segment(id)?).await?;
        let (mut page, mut keys) = (Page::default(), Vec::new());
        loop {
            let got = self.client.incoming_part_keys(id, segment(package_id)?, page).await?;
            for wrapped in &got.entries {
                keys.push(key.unwrap(wrapped)?);
            }
            let Some(next) = got.next else { return Ok(keys) };
            page.index = next;
        }
    }

    /// The private key of a request: as it is kept here, or else as it is kept on the server for this device.
    async fn request_key(&self, id: &str) -> Result<DeviceKey> {
        if let Some(key) = self.store().await?.request(id).await? {
            return Ok(key);
        }
        let entry = self.client.request(id).await?;
        let fingerprint = self.proven(&entry).await?.ok_or_else(|| {
            Error::new(ErrorCode::NotFound, "the request was made by a device that was not confirmed here")
        })?;
        let (_, device) = self.own().await?;
        let key = device.decrypt(&entry.wrapped_key).ok().and_then(|octets| DeviceKey::from_octets(&octets));
        let key = key.ok_or_else(|| {
            Error::new(ErrorCode::NotFound, "the request's key is not for this device: it was made before")
        })?;
        if fingerprint != key.public()?.pin().fingerprint() {
            return Err(Error::tampered());
        }
        self.store().await?.keep_request(id, &key).await?;
        Ok(key)
    }

    async fn own_request(&self, entry: RequestEntry) -> Result<OwnRequest> {
        let fingerprint = self.proven(&entry).await?;
        Ok(OwnRequest { link: fingerprint.map(|fingerprint| self.link(&entry.id, fingerprint)), entry })
    }

    /// The fingerprint of a request's public key, if it is the account's own: its private key is kept here, or a confirmed
    /// device of the account signed it.
    async fn proven(&self, entry: &RequestEntry) -> Result<Option<Fingerprint>> {
        let Ok(key) = PublicKey::parse(&entry.public_key, self.now()) else { return Ok(None) };
        let fingerprint = key.pin().fingerprint();
        if let Some(kept) = self.store().await?.request(segment(&entry.id)?).await? {
            return Ok(Some(fingerprint)
                .filter(|found| kept.public().is_ok_and(|own| own.pin().fingerprint() == *found)));
        }
        let Some(signature) = read_signature(&entry.signature) else { return Ok(None) };
        let signed = signed_text(fingerprint);
        let mut devices = self.list().await?.into_iter().filter(|own| own.is_confirmed);
        let holds = devices.any(|own| own.key.is_some_and(|key| key.verifies(&signed, &signature)));
        Ok(holds.then_some(fingerprint))
    }

    fn link(&self, id: &str, fingerprint: Fingerprint) -> RequestLink {
        let host = self.client.host().to_owned();
        RequestLink { host, request: id.to_owned(), key_hash: *fingerprint.octets() }
    }
}

impl<N: Http + Clock> OpenRequest<N> {
    /// Opens the request of a link. `client` is one of the link's server, and comes through the request as through a Dropzone.
    ///
    /// # Errors
    /// `TAMPERED` when the server gives another key than the link's; `EXPIRED` when the request has ended;
    /// `AUTHENTICATION_FAILED` when there is none.
    pub async fn open(client: Client<N>, link: &RequestLink) -> Result<Self> {
        let offered = client.offered_request().await.map_err(|error| match error.code() {
            ErrorCode::Refused => error.with_code(ErrorCode::Expired),
            _ => error,
        })?;
        let key = PublicKey::parse(&offered.public_key, client.net().now()).ok();
        let key = key
            .filter(|key| *key.pin().fingerprint().octets() == link.key_hash && offered.id == link.request);
        let key = key.ok_or_else(|| {
            Error::new(ErrorCode::Tampered, "the server gave another key than the one in the link")
        })?;
        Ok(Self { client, key, offered })
    }

    /// Wraps the keyCode of a package that goes through the request, and says who sends it.
    pub async fn wrap(&self, package_id: &str, key_code: &KeyCode, name: String) -> Result<()> {
        let request = PutRequested { keycode: self.key.wrap(key_code)?, name };
        self.client.put_requested(segment(package_id)?, &request).await
    }
}

/// What a device signs of a request's key: that it is its account's own.
fn signed_text(fingerprint: Fingerprint) -> Vec<u8> {
    [b"bulla/1 request\0", &fingerprint.octets()[..]].concat()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Vectors of `tests/vectors/`, whose keys and signatures come from no code of ours.
    #[test]
    fn a_device_signs_one_key_for_one_purpose() {
        let all: Value = serde_json::from_str(include_str!("../../../tests/vectors/requests.json")).unwrap();
        let vectors = all["vectors"].as_array().unwrap();
        assert_eq!(vectors.iter().filter(|vector| vector["holds"] == true).count(), 1);
        for vector in vectors {
            let text = |field: &str| vector[field].as_str().unwrap().to_owned();
            let key = |field| PublicKey::parse(&text(field), 1_800_000_000_000).unwrap();
            let (owner, fingerprint) = (key("owner"), key("key").pin().fingerprint());
            assert_eq!(fingerprint.hex(), text("hash"), "{}", text("name"));
            let signed = signed_text(fingerprint);
            let signature = read_signature(&text("sig"));
            let holds = signature.is_some_and(|signature| owner.verifies(&signed, &signature));
            assert_eq!(holds, vector["holds"] == true, "{}", text("name"));
            if let Some(seed) = vector["seed"].as_str() {
                let seed: Vec<u8> =
                    (0..64).step_by(2).map(|i| u8::from_str_radix(&seed[i..i + 2], 16).unwrap()).collect();
                let signer = ed25519_dalek::SigningKey::from_bytes(&seed.try_into().unwrap());
                assert_eq!(Some(ed25519_dalek::Signer::sign(&signer, &signed).to_bytes()), signature);
            }
        }
    }
}
