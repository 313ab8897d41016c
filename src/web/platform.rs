//! The world outside, as the client and the transfers need it.

use std::future::Future;

use futures_util::future::LocalBoxFuture;
use js_sys::Uint8Array;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

use super::bytes::release;
use super::fetch::{self, FetchIncoming};
use super::journal::Kept;
use super::webcrypto::WebCrypto;
use super::workers::Job;
use crate::Result;
use crate::client::{Attempt, Call, Clock, Http, Reply, Upload};
use crate::format::sealed::Chunks;
use crate::format::{Cipher, RustCrypto, cfb};
use crate::keys::Passphrase;
use crate::transfer::Journal;

/// Where unfinished uploads are kept.
const UPLOADS: Kept = Kept("bulla");

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
    #[cfg(feature = "bindings")]
    pub(super) fn lent() -> Self {
        Self { lent: true, ..Self::of_this_realm() }
    }

    /// Has WebCrypto work payload off, and gives its memory back.
    async fn worked_off<T>(&self, payload: Uint8Array, work: impl Future<Output = Result<T>>) -> Result<T> {
        let done = work.await?;
        if !self.lent {
            release(&payload);
        }
        Ok(done)
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
        fetch::sleep(milliseconds).await;
    }

    fn spawn(&self, future: LocalBoxFuture<'static, ()>) {
        spawn_local(future);
    }
}

impl Http for Platform {
    type Bytes = Uint8Array;
    type Body = Blob;
    type Incoming = FetchIncoming;

    fn body(&self, pieces: Vec<Uint8Array>) -> Result<Blob> {
        fetch::body(pieces)
    }

    fn framed(&self, before: &[u8], body: &Blob, after: &[u8]) -> Result<Blob> {
        fetch::framed(before, body, after)
    }

    async fn call(&self, call: Call) -> Result<Reply, Attempt> {
        fetch::call(call).await
    }

    async fn upload(&self, request: Upload<'_, Blob>, progress: &dyn Fn(u64)) -> Result<Reply, Attempt> {
        fetch::upload(request, progress).await
    }

    async fn get(&self, url: &str, from: u64, quick: Option<u64>) -> Result<FetchIncoming, Attempt> {
        fetch::get(url, from, quick).await
    }
}

impl Journal for Platform {
    async fn write(&self, key: &str, value: Vec<u8>) -> Result<()> {
        UPLOADS.write(key, value).await
    }

    async fn read(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        UPLOADS.read(prefix).await
    }

    async fn remove(&self, prefix: &str) -> Result<()> {
        UPLOADS.remove(prefix).await
    }
}

/// WebCrypto does its work in threads of its own; ours goes to workers, where there are any.
impl Cipher for Platform {
    type Bytes = Uint8Array;

    async fn seal(&self, chunks: &Chunks, data: Uint8Array) -> Result<Vec<Uint8Array>> {
        match &self.web_crypto {
            Some(cipher) => self.worked_off(data.clone(), cipher.seal(chunks, data)).await,
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
            Some(cipher) => self.worked_off(data.clone(), cipher.encrypt_cfb(plaintext, data)).await,
            None => self.elsewhere(Job::encrypt_cfb(plaintext), data).await,
        }
    }

    async fn decrypt_cfb(&self, passphrase: &Passphrase, message: Uint8Array) -> Result<Vec<Uint8Array>> {
        self.elsewhere(Job::decrypt_cfb(passphrase), message).await
    }

    async fn sha256(&self, data: &Uint8Array) -> Result<[u8; 32]> {
        match &self.web_crypto {
            Some(cipher) => cipher.sha256(data).await,
            None => RustCrypto::new().sha256(data).await,
        }
    }
}
