//! Work for other threads: a part and what it takes to encrypt or decrypt it.

use std::cell::RefCell;

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use zeroize::Zeroizing;

use super::error::{invalid, message_of};
use super::values::property;
use super::webcrypto::WebCrypto;
use crate::format::sealed::{Chunks, data_size};
use crate::format::{Cipher, RustCrypto, cfb};
use crate::keys::{Key, Passphrase};
use crate::openpgp::seipd2::MessageKey;
use crate::{Error, ErrorCode, Result};

#[wasm_bindgen]
extern "C" {
    /// The class in `npm/workers.js`.
    #[derive(Clone)]
    pub type Workers;

    #[wasm_bindgen(method)]
    fn run(this: &Workers, operation: &str, secret: Uint8Array, payload: Uint8Array) -> Promise;
}

thread_local! {
    static WORKERS: RefCell<Option<Workers>> = const { RefCell::new(None) };
}

/// Hands the work that would keep this thread busy to `workers`.
pub fn set_workers(workers: Workers) {
    WORKERS.set(Some(workers));
}

/// [`set_workers`], for the core module's own.
#[cfg(feature = "bindings")]
#[wasm_bindgen(js_name = useWorkers, skip_typescript)]
pub fn use_workers(workers: Workers) {
    set_workers(workers);
}

/// This module, compiled, for other threads.
#[cfg(feature = "bindings")]
#[wasm_bindgen(js_name = compiledModule, skip_typescript)]
pub fn compiled_module() -> JsValue {
    wasm_bindgen::module()
}

/// Runs a [`Job`] in this thread: in the worker that it was given to. Resolves with the result's pieces.
#[cfg(feature = "bindings")]
#[wasm_bindgen(js_name = runJob, skip_typescript)]
pub fn run_job(operation: String, secret: Vec<u8>, payload: Uint8Array) -> Promise {
    super::promise::promise(async move {
        let pieces = Job { operation: &operation, secret: Zeroizing::new(secret) }.run(payload).await?;
        Ok(Array::from_iter(pieces).into())
    })
}

const SEAL: &str = "seal";
const OPEN: &str = "open";
const ENCRYPT_CFB: &str = "encryptCfb";
const DECRYPT_CFB: &str = "decryptCfb";

/// A call of a [`Cipher`], without the payload.
pub(super) struct Job<'a> {
    operation: &'a str,
    secret: Zeroizing<Vec<u8>>,
}

impl Job<'static> {
    /// [`Cipher::seal`]
    pub(super) fn seal(chunks: &Chunks) -> Self {
        Self::new(SEAL, chunks.message_key().to_bytes().as_ref())
    }

    /// [`Cipher::open`]
    pub(super) fn open(chunks: &Chunks) -> Self {
        Self::new(OPEN, chunks.message_key().to_bytes().as_ref())
    }

    /// [`Cipher::encrypt_cfb`]
    pub(super) fn encrypt_cfb(plaintext: &cfb::Plaintext) -> Self {
        Self::new(ENCRYPT_CFB, &Zeroizing::new([&plaintext.key()[..], plaintext.random()].concat()))
    }

    /// [`Cipher::decrypt_cfb`]
    pub(super) fn decrypt_cfb(passphrase: &Passphrase) -> Self {
        Self::new(DECRYPT_CFB, passphrase.expose().as_bytes())
    }

    fn new(operation: &'static str, secret: &[u8]) -> Self {
        Self { operation, secret: Zeroizing::new(secret.to_vec()) }
    }
}

impl Job<'_> {
    /// Runs in a worker, or in this thread where there are none. `payload` may be gone afterwards.
    pub(super) async fn run_elsewhere(self, payload: Uint8Array) -> Result<Vec<Uint8Array>> {
        if let Some(workers) = WORKERS.with_borrow(Clone::clone) {
            let secret = Uint8Array::from(self.secret.as_slice());
            let done = JsFuture::from(workers.run(self.operation, secret, payload.clone())).await;
            let pieces = done.map_err(|failure| failed(&failure))?;
            if !pieces.is_undefined() {
                return Ok(Array::from(&pieces).iter().map(JsCast::unchecked_into).collect());
            }
        }
        self.run(payload).await
    }

    async fn run(self, payload: Uint8Array) -> Result<Vec<Uint8Array>> {
        let cipher = RustCrypto::new();
        let len = payload.length();
        match self.operation {
            SEAL => cipher.seal(&self.chunks(len as usize)?, payload).await,
            OPEN => {
                let len = data_size(u64::from(len)).ok_or_else(Error::tampered)?;
                cipher.open(&self.chunks(len as usize)?, payload).await
            }
            ENCRYPT_CFB => {
                let (key, random) = self.secret.split_first_chunk().ok_or_else(unknown)?;
                let random = random.try_into().map_err(|_| unknown())?;
                let plaintext = cfb::Plaintext::new(Key::new(*key), random, len as usize)?;
                cipher.encrypt_cfb(&plaintext, payload).await
            }
            DECRYPT_CFB => {
                let text = std::str::from_utf8(&self.secret).map_err(|_| unknown())?;
                let passphrase = Passphrase::from_text(text.to_owned());
                match WebCrypto::of_this_realm() {
                    Some(cipher) => cipher.decrypt_cfb(&passphrase, payload).await,
                    None => cipher.decrypt_cfb(&passphrase, payload).await,
                }
            }
            _ => Err(unknown()),
        }
    }

    fn chunks(&self, len: usize) -> Result<Chunks> {
        let key = self.secret.as_slice().try_into().map_err(|_| unknown())?;
        Ok(Chunks::new(MessageKey::from_bytes(key), len))
    }
}

fn unknown() -> Error {
    Error::new(ErrorCode::Internal, "a job that is none")
}

/// What a worker says went wrong. A worker that died may not die again.
fn failed(failure: &JsValue) -> Error {
    match property(failure, "code").as_string().as_deref() {
        Some("TAMPERED") => Error::tampered(),
        Some("INVALID_INPUT") => invalid(message_of(failure)),
        _ => Error::new(ErrorCode::Internal, message_of(failure)).retryable(),
    }
}
