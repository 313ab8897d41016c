//! Public keys, and keyCodes wrapped to them.

use std::future::Future;

use super::{Client, Clock, Http, Method};
use crate::Result;
use crate::api::public_key::{AddPublicKey, GetKeyCodes, PutKeyCode};
use crate::json::read_struct;

const NO_BODY: Option<&()> = None;

read_struct! {
    /// One of the caller's own public keys.
    #[derive(Clone, Debug)]
    pub struct OwnKey {
        /// The key's id on the server.
        pub id: String = get "id",
        /// The key, armored.
        pub key: String = get_or_default "key",
        /// What its owner calls it.
        pub description: String = get_or_default "description",
    }
}

read_struct! {
    /// The caller's own public keys.
    pub struct OwnKeys {
        /// The keys, oldest first.
        pub keys: Vec<OwnKey> = get "publicKeys",
    }
}

read_struct! {
    /// A public key that the server offers.
    #[derive(Clone, Debug)]
    pub struct OfferedKey {
        /// The key's id on the server.
        pub id: String = get "id",
        /// The key, armored.
        pub key: String = get "key",
    }
}

read_struct! {
    /// The keys of a recipient.
    struct OfferedKeys {
        keys: Vec<OfferedKey> = get "publicKeys",
    }
}

read_struct! {
    /// A keyCode that was wrapped to one of the caller's keys.
    pub struct Wrapped {
        /// The keyCode: an armored message.
        pub message: String = get "message",
        /// What its sender signed it with, base64url.
        pub signature: Option<String> = get "sig",
    }
}

read_struct! {
    /// A package's keyCode, wrapped.
    pub struct WrappedFor {
        /// The package.
        pub package_id: String = get "packageId",
        /// The keyCode: an armored message.
        pub message: String = get "keycode",
        /// In the answer to `sync`: the key that lacks it.
        pub lacking: Option<String> = get "publicKeyId",
        /// What its sender signed it with, base64url.
        pub signature: Option<String> = get "sig",
    }
}

read_struct! {
    /// KeyCodes of several packages.
    pub struct KeyCodes {
        /// Of those packages whose keyCode is there.
        pub key_codes: Vec<WrappedFor> = get "keycodes",
    }
}

read_struct! {
    /// What is wrapped to one of the caller's keys and still to be wrapped to others.
    pub struct ToSync {
        /// The keyCodes, once for each key that lacks them.
        pub key_codes: Vec<WrappedFor> = get "keycodes",
        /// The keys that lack them.
        pub keys: Vec<OfferedKey> = get "publicKeys",
    }
}

impl<N: Http + Clock> Client<N> {
    /// Keeps a public key of the caller's.
    pub fn add_public_key(
        &self,
        public_key: String,
        description: String,
    ) -> impl Future<Output = Result<OwnKey>> {
        self.api(Method::Put, "/public-key/", Some(&AddPublicKey { public_key, description }))
    }

    /// The caller's own public keys (ours).
    pub fn public_keys(&self) -> impl Future<Output = Result<OwnKeys>> {
        self.api(Method::Get, "/public-key/", NO_BODY)
    }

    /// Forgets a public key of the caller's, and what was wrapped to it.
    pub fn delete_public_key(&self, id: &str) -> impl Future<Output = Result<()>> {
        self.api(Method::Delete, &format!("/public-key/{id}/"), NO_BODY)
    }

    /// The public keys of one recipient.
    pub async fn keys_of_recipient(&self, package_id: &str, recipient_id: &str) -> Result<Vec<OfferedKey>> {
        let path = format!("/package/{package_id}/{recipient_id}/public-keys/");
        let answer: OfferedKeys = self.api(Method::Get, &path, NO_BODY).await?;
        Ok(answer.keys)
    }

    /// Hands over a keyCode that was wrapped to a key.
    pub fn put_key_code(
        &self,
        package_id: &str,
        key_id: &str,
        request: &PutKeyCode,
    ) -> impl Future<Output = Result<()>> {
        self.api(Method::Put, &format!("/package/{package_id}/link/{key_id}/"), Some(request))
    }

    /// The keyCode that was wrapped to one of the caller's keys.
    pub fn wrapped_key_code(&self, package_id: &str, key_id: &str) -> impl Future<Output = Result<Wrapped>> {
        self.api(Method::Get, &format!("/package/{package_id}/link/{key_id}/"), NO_BODY)
    }

    /// The same for several packages at once, at most 500.
    pub fn wrapped_key_codes(
        &self,
        key_id: &str,
        package_ids: Vec<String>,
    ) -> impl Future<Output = Result<KeyCodes>> {
        self.api(Method::Post, &format!("/public-key/{key_id}/links/"), Some(&GetKeyCodes { package_ids }))
    }

    /// What is wrapped to this key and still to be wrapped to the caller's others.
    pub fn to_sync(&self, key_id: &str) -> impl Future<Output = Result<ToSync>> {
        self.api(Method::Get, &format!("/sync/{key_id}/"), NO_BODY)
    }
}
