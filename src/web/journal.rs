//! IndexedDB, through `journal.js`.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::error::message_of;
use crate::{Error, ErrorCode, Result};

#[wasm_bindgen(module = "/src/web/journal.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = write)]
    async fn js_write(key: &str, value: &Uint8Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = read)]
    async fn js_read(prefix: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = remove)]
    async fn js_remove(prefix: &str) -> Result<JsValue, JsValue>;
}

pub(super) async fn write(key: &str, value: Vec<u8>) -> Result<()> {
    js_write(key, &Uint8Array::from(value.as_slice())).await.map(drop).map_err(failed)
}

pub(super) async fn read(prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let found: Array = js_read(prefix).await.map_err(failed)?.unchecked_into();
    let entry = |entry: JsValue| {
        let entry: Array = entry.unchecked_into();
        let value: Uint8Array = entry.get(1).unchecked_into();
        Some((entry.get(0).as_string()?, value.to_vec()))
    };
    Ok(found.iter().filter_map(entry).collect())
}

pub(super) async fn remove(prefix: &str) -> Result<()> {
    js_remove(prefix).await.map(drop).map_err(failed)
}

fn failed(thrown: JsValue) -> Error {
    let reason = message_of(&thrown);
    Error::new(ErrorCode::Unsupported, format!("what is needed to go on cannot be kept here: {reason}"))
}
