//! IndexedDB, through `journal.js`.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::error::message_of;
use crate::transfer::Journal;
use crate::{Error, ErrorCode, Result};

#[wasm_bindgen(module = "/src/web/journal.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = write)]
    async fn js_write(name: &str, key: &str, value: &Uint8Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = read)]
    async fn js_read(name: &str, prefix: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = remove)]
    async fn js_remove(name: &str, prefix: &str) -> Result<JsValue, JsValue>;
}

/// A database of this browser's, by its name.
pub struct Kept(pub &'static str);

impl Journal for Kept {
    async fn write(&self, key: &str, value: Vec<u8>) -> Result<()> {
        js_write(self.0, key, &Uint8Array::from(value.as_slice())).await.map(drop).map_err(failed)
    }

    async fn read(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        Ok(entries(js_read(self.0, prefix).await.map_err(failed)?))
    }

    async fn remove(&self, prefix: &str) -> Result<()> {
        js_remove(self.0, prefix).await.map(drop).map_err(failed)
    }
}

/// An array of `[key, value]`; what is no such pair is left out.
pub fn entries(found: JsValue) -> Vec<(String, Vec<u8>)> {
    let entry = |entry: JsValue| {
        let entry: Array = entry.dyn_into().ok()?;
        let value: Uint8Array = entry.get(1).dyn_into().ok()?;
        Some((entry.get(0).as_string()?, value.to_vec()))
    };
    found.dyn_into::<Array>().map(|found| found.iter().filter_map(entry).collect()).unwrap_or_default()
}

fn failed(thrown: JsValue) -> Error {
    let reason = message_of(&thrown);
    Error::new(ErrorCode::Unsupported, format!("what is needed to go on cannot be kept here: {reason}"))
}
