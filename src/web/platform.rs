//! The world outside, as the client and the transfers need it.

use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use web_sys::Blob;

use super::fetch;
use super::webcrypto::WebCrypto;
use super::workers::Job;
use crate::Result;
use crate::client::{Attempt, Call, Clock, Fetched, Http, Reply, Stored};
use crate::format::sealed::Chunks;
use crate::format::{Cipher, cfb};
use crate::keys::Passphrase;

/// `fetch`, timers, and the fastest cipher there is.
pub struct Platform {
    web_crypto: Option<WebCrypto>,
    /// Whether payload is the caller's, so that its buffers may not go to workers.
    lent: bool,
}

impl Platform {
    /// What this page, worker or process has.
    pub fn of_this_realm() -> Self {
        Self { web_crypto: WebCrypto::of_this_realm(), lent: false }
    }

    /// The same, for payload that the caller keeps.
    pub(super) fn lent() -> Self {
        Self { lent: true, ..Self::of_this_realm() }
    }

    /// Runs a job in a worker, where there is one.
    async fn elsewhere(&self, job: Job<'_>, payload: Uint8Array) -> Result<Vec<Uint8Array>> {
        let payload = if self.lent { payload.slice(0, payload.length()) } else { payload };
        job.run_elsewhere(payload).await
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

/// WebCrypto does its work in threads of its own; ours goes to workers, where there are any.
impl Cipher for Platform {
    type Bytes = Uint8Array;

    async fn seal(&self, chunks: &Chunks, data: Uint8Array) -> Result<Vec<Uint8Array>> {
        match &self.web_crypto {
            Some(cipher) => cipher.seal(chunks, data).await,
            None => self.elsewhere(Job::seal(chunks), data).await,
        }
    }

    async fn open(&self, chunks: &Chunks, ciphertext: Uint8Array) -> Result<Vec<Uint8Array>> {
        match &self.web_crypto {
            Some(cipher) => cipher.open(chunks, ciphertext).await,
            None => self.elsewhere(Job::open(chunks), ciphertext).await,
        }
    }

    async fn encrypt_cfb(&self, plaintext: &cfb::Plaintext, data: Uint8Array) -> Result<Vec<Uint8Array>> {
        match &self.web_crypto {
            Some(cipher) => cipher.encrypt_cfb(plaintext, data).await,
            None => self.elsewhere(Job::encrypt_cfb(plaintext), data).await,
        }
    }

    async fn decrypt_cfb(&self, passphrase: &Passphrase, message: Uint8Array) -> Result<Vec<Uint8Array>> {
        self.elsewhere(Job::decrypt_cfb(passphrase), message).await
    }
}
