//! The world outside, as the client and the transfers need it.

use std::ops::Range;

use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use web_sys::{Blob, CryptoKey};

use super::fetch;
use super::webcrypto::WebCrypto;
use crate::client::{Attempt, Call, Clock, Fetched, Http, Reply, Stored};
use crate::format::{Cipher, RustCrypto};
use crate::{Error, ErrorCode, Result};

/// `fetch`, timers, and the fastest cipher there is.
pub struct Platform {
    web_crypto: Option<WebCrypto>,
    rust_crypto: RustCrypto<Uint8Array>,
}

impl Platform {
    /// What this page, worker or process has.
    pub fn of_this_realm() -> Self {
        Self { web_crypto: WebCrypto::of_this_realm(), rust_crypto: RustCrypto::new() }
    }
}

impl Clock for Platform {
    fn now(&self) -> u64 {
        js_sys::Date::now() as u64
    }

    async fn sleep(&self, milliseconds: u32) {
        TimeoutFuture::new(milliseconds).await;
    }
}

impl Http for Platform {
    type Bytes = Uint8Array;
    type Body = Blob;

    fn body(&self, pieces: Vec<Uint8Array>) -> Result<Blob> {
        fetch::body(pieces)
    }

    async fn call(&self, call: Call) -> Result<Reply, Attempt> {
        fetch::call(call).await
    }

    async fn put(&self, url: &str, body: &Blob) -> Result<Stored, Attempt> {
        fetch::put(url, body).await
    }

    async fn get(
        &self,
        url: &str,
        limit: u64,
        progress: &dyn Fn(u64),
    ) -> Result<Fetched<Uint8Array>, Attempt> {
        fetch::get(url, limit, progress).await
    }
}

/// A key of whichever cipher works here.
pub enum Key {
    /// Held by WebCrypto.
    Web(CryptoKey),
    /// Held in wasm memory.
    Rust(Box<<RustCrypto<Uint8Array> as Cipher>::Key>),
}

impl Cipher for Platform {
    type Bytes = Uint8Array;
    type Key = Key;

    async fn import_key(&self, key: &[u8; 32]) -> Result<Key> {
        match &self.web_crypto {
            Some(cipher) => cipher.import_key(key).await.map(Key::Web),
            None => Ok(Key::Rust(Box::new(self.rust_crypto.import_key(key).await?))),
        }
    }

    async fn seal(
        &self,
        key: &Key,
        nonce: &[u8; 12],
        aad: &[u8],
        prefix: &[u8],
        data: &Uint8Array,
        range: Range<usize>,
    ) -> Result<Uint8Array> {
        match (key, &self.web_crypto) {
            (Key::Web(key), Some(cipher)) => cipher.seal(key, nonce, aad, prefix, data, range).await,
            (Key::Rust(key), _) => self.rust_crypto.seal(key, nonce, aad, prefix, data, range).await,
            (Key::Web(_), None) => Err(foreign_key()),
        }
    }

    async fn open(
        &self,
        key: &Key,
        nonce: &[u8; 12],
        aad: &[u8],
        sealed: &Uint8Array,
        range: Range<usize>,
    ) -> Result<Uint8Array> {
        match (key, &self.web_crypto) {
            (Key::Web(key), Some(cipher)) => cipher.open(key, nonce, aad, sealed, range).await,
            (Key::Rust(key), _) => self.rust_crypto.open(key, nonce, aad, sealed, range).await,
            (Key::Web(_), None) => Err(foreign_key()),
        }
    }
}

fn foreign_key() -> Error {
    Error::new(ErrorCode::Internal, "a key of another cipher")
}
