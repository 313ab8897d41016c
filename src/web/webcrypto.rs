//! AES-256-GCM by WebCrypto, off the main thread.

use std::ops::Range;

use js_sys::{Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesGcmParams, CryptoKey, SubtleCrypto};

use super::bytes::view;
use super::error::message_of;
use crate::format::Cipher;
use crate::{Error, ErrorCode, Result};

const AES_GCM: &str = "AES-GCM";

/// The browser's, or Node's, own cipher.
pub struct WebCrypto(SubtleCrypto);

impl WebCrypto {
    /// `None` where there is none: on pages that came over plain http from another machine.
    pub fn of_this_realm() -> Option<Self> {
        let crypto = Reflect::get(&js_sys::global(), &"crypto".into()).ok()?;
        let subtle = Reflect::get(&crypto, &"subtle".into()).ok()?;
        subtle.is_object().then(|| Self(subtle.unchecked_into()))
    }

    fn params(nonce: &[u8; 12], aad: &[u8]) -> AesGcmParams {
        let params = AesGcmParams::new(AES_GCM, &Uint8Array::from(nonce.as_slice()));
        params.set_additional_data(&Uint8Array::from(aad));
        params
    }
}

impl Cipher for WebCrypto {
    type Bytes = Uint8Array;
    type Key = CryptoKey;

    async fn import_key(&self, key: &[u8; 32]) -> Result<CryptoKey> {
        let octets = Uint8Array::from(key.as_slice());
        let usages = js_sys::Array::of2(&"encrypt".into(), &"decrypt".into());
        let imported =
            settle(self.0.import_key_with_str("raw", Object::as_ref(&octets), AES_GCM, false, &usages)).await;
        octets.fill(0, 0, octets.length());
        Ok(imported.map_err(failed)?.unchecked_into())
    }

    async fn seal(
        &self,
        key: &CryptoKey,
        nonce: &[u8; 12],
        aad: &[u8],
        prefix: &[u8],
        data: &Uint8Array,
        range: Range<usize>,
    ) -> Result<Uint8Array> {
        let mut plaintext = view(data, range);
        if !prefix.is_empty() {
            let joined = Uint8Array::new_with_length(prefix.len() as u32 + plaintext.length());
            joined.subarray(0, prefix.len() as u32).copy_from(prefix);
            joined.set(&plaintext, prefix.len() as u32);
            plaintext = joined;
        }
        let params = Self::params(nonce, aad);
        let sealed = settle(self.0.encrypt_with_object_and_buffer_source(&params, key, &plaintext))
            .await
            .map_err(failed)?;
        Ok(Uint8Array::new(&sealed))
    }

    async fn open(
        &self,
        key: &CryptoKey,
        nonce: &[u8; 12],
        aad: &[u8],
        sealed: &Uint8Array,
        range: Range<usize>,
    ) -> Result<Uint8Array> {
        let params = Self::params(nonce, aad);
        let sealed = view(sealed, range);
        // WebCrypto has one error for every reason, and so do we.
        let data = settle(self.0.decrypt_with_object_and_buffer_source(&params, key, &sealed))
            .await
            .map_err(|_| Error::tampered())?;
        Ok(Uint8Array::new(&data))
    }
}

async fn settle(promise: std::result::Result<Promise, JsValue>) -> std::result::Result<JsValue, JsValue> {
    JsFuture::from(promise?).await
}

fn failed(thrown: JsValue) -> Error {
    Error::new(ErrorCode::Internal, format!("WebCrypto failed: {}", message_of(&thrown)))
}
