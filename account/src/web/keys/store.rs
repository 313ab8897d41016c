//! Where keys are kept.

use bulla::transfer::Journal;
use bulla::web::values::property;
use bulla::web::{Kept, entries, invalid, message_of};
use bulla::{Error, ErrorCode, Result};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    /// The caller's own store.
    pub(super) type JsStore;
    #[wasm_bindgen(method, catch)]
    async fn write(this: &JsStore, key: &str, value: Uint8Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn read(this: &JsStore, prefix: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn remove(this: &JsStore, prefix: &str) -> Result<JsValue, JsValue>;
}

/// This browser, or what the caller keeps secrets in.
pub(super) enum KeyStore {
    Browser(Kept),
    Given(JsStore),
}

impl KeyStore {
    pub(super) fn new(given: JsValue) -> Result<Self> {
        if given.is_undefined() {
            return Ok(Self::Browser(Kept("bulla-keys")));
        }
        if ["write", "read", "remove"].iter().all(|method| property(&given, method).is_function()) {
            return Ok(Self::Given(given.unchecked_into()));
        }
        Err(invalid("keyStore must have the methods write, read and remove"))
    }
}

impl Journal for KeyStore {
    async fn write(&self, key: &str, value: Vec<u8>) -> Result<()> {
        match self {
            Self::Browser(kept) => kept.write(key, value).await,
            Self::Given(store) => store.write(key, value.as_slice().into()).await.map(drop).map_err(failed),
        }
    }

    async fn read(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        match self {
            Self::Browser(kept) => kept.read(prefix).await,
            Self::Given(store) => {
                let mut found = entries(store.read(prefix).await.map_err(failed)?);
                found.retain(|(key, _)| key.starts_with(prefix));
                Ok(found)
            }
        }
    }

    async fn remove(&self, prefix: &str) -> Result<()> {
        match self {
            Self::Browser(kept) => kept.remove(prefix).await,
            Self::Given(store) => store.remove(prefix).await.map(drop).map_err(failed),
        }
    }
}

fn failed(thrown: JsValue) -> Error {
    Error::new(ErrorCode::Unsupported, format!("the key store failed: {}", message_of(&thrown)))
}
