//! Plain values, between JavaScript and Rust, as `types.d.ts` describes them.

use js_sys::{Function, Reflect};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use super::error::invalid;
use crate::Result;
use crate::client::AddedRecipient;
use crate::keys::Suite;
use crate::transfer::{Progress, SentFile, Unfinished, UnfinishedFile};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "ClientOptions")]
    pub type JsClientOptions;
    #[wasm_bindgen(typescript_type = "PackageOptions")]
    pub type JsPackageOptions;
    #[wasm_bindgen(typescript_type = "FinalizeOptions")]
    pub type JsFinalizeOptions;
    #[wasm_bindgen(typescript_type = "OpenOptions")]
    pub type JsOpenOptions;
    #[wasm_bindgen(typescript_type = "TransferOptions")]
    pub type JsTransferOptions;
    #[wasm_bindgen(typescript_type = "DownloadOptions")]
    pub type JsDownloadOptions;
    #[wasm_bindgen(typescript_type = "Sources")]
    pub type JsSources;
    #[wasm_bindgen(typescript_type = "Suite")]
    pub type JsSuite;
    #[wasm_bindgen(typescript_type = "PartContext")]
    pub type JsPartContext;
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ClientOptions {
    pub(super) host: Option<String>,
    pub(super) auth: Option<AuthOptions>,
    pub(super) concurrency: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct AuthOptions {
    pub(super) api_key: Option<String>,
    pub(super) api_secret: Option<String>,
    pub(super) dropzone: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PackageOptions {
    pub(super) suite: Option<String>,
    pub(super) expires_in_days: Option<u32>,
    pub(super) resumable: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct FinalizeOptions {
    pub(super) password: Option<String>,
    pub(super) notify: bool,
    pub(super) sender: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct OpenOptions {
    pub(super) password: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PartContext {
    pub(super) server_secret: String,
    pub(super) key_code: String,
    pub(super) nonce: Option<Vec<u8>>,
    pub(super) index: u32,
    pub(super) offset: u64,
    pub(super) last: bool,
}

/// Reads an options object; a missing one has every default.
pub(super) fn options<T: DeserializeOwned + Default>(value: &JsValue) -> Result<T> {
    if value.is_undefined() || value.is_null() { Ok(T::default()) } else { required(value) }
}

/// Reads an options object that must be there.
pub(super) fn required<T: DeserializeOwned>(value: &JsValue) -> Result<T> {
    serde_wasm_bindgen::from_value(value.clone()).map_err(|error| invalid(error.to_string()))
}

/// Reads `options.signal`.
pub(super) fn signal(options: &JsValue) -> Result<Option<AbortSignal>> {
    let signal = property(options, "signal");
    if signal.is_undefined() || signal.is_null() {
        return Ok(None);
    }
    signal.dyn_into().map(Some).map_err(|_| invalid("signal must be an AbortSignal"))
}

/// Reads `options.onProgress`.
pub(super) fn on_progress(options: &JsValue) -> Result<Option<Function>> {
    let callback = property(options, "onProgress");
    if callback.is_undefined() || callback.is_null() {
        return Ok(None);
    }
    callback.dyn_into().map(Some).map_err(|_| invalid("onProgress must be a function"))
}

/// Reads `options.offset`, in bytes; 0 when there is none.
pub(super) fn offset(options: &JsValue) -> Result<u64> {
    let offset = property(options, "offset");
    if offset.is_undefined() || offset.is_null() {
        return Ok(0);
    }
    let offset = offset.as_f64().filter(|offset| *offset >= 0.0 && offset.fract() == 0.0);
    offset.map(|offset| offset as u64).ok_or_else(|| invalid("offset must be a whole number of bytes"))
}

/// Reads a suite; `sealed` when there is none.
pub(super) fn suite(name: Option<&str>) -> Result<Suite> {
    name.map_or(Ok(Suite::Sealed), |name| name.parse())
}

pub(super) fn property(object: &JsValue, key: &str) -> JsValue {
    // Reading a property of a primitive throws: it has none.
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Makes a plain object.
pub(super) fn to_js(value: &impl Serialize) -> Result<JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| crate::Error::new(crate::ErrorCode::Internal, error.to_string()))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JsProgress {
    file: usize,
    loaded: u64,
    size: u64,
    total_loaded: u64,
    total_size: u64,
    waiting: bool,
}

impl From<Progress> for JsProgress {
    fn from(progress: Progress) -> Self {
        let Progress { file, loaded, size, total_loaded, total_size, waiting } = progress;
        Self { file, loaded, size, total_loaded, total_size, waiting }
    }
}

#[derive(Serialize)]
pub(super) struct JsDownloadProgress {
    loaded: u64,
    size: u64,
    waiting: bool,
}

impl From<Progress> for JsDownloadProgress {
    fn from(Progress { loaded, size, waiting, .. }: Progress) -> Self {
        Self { loaded, size, waiting }
    }
}

#[derive(Serialize)]
pub(super) struct JsUnfinished {
    id: String,
    /// Milliseconds since 1970.
    created: u64,
    files: Vec<JsUnfinishedFile>,
}

#[derive(Serialize)]
struct JsUnfinishedFile {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    size: u64,
    sent: u64,
}

impl From<Unfinished> for JsUnfinished {
    fn from(Unfinished { id, created, files }: Unfinished) -> Self {
        let file = |UnfinishedFile { name, path, size, sent }| JsUnfinishedFile { name, path, size, sent };
        Self { id, created, files: files.into_iter().map(file).collect() }
    }
}

#[derive(Serialize)]
pub(super) struct JsSentFile {
    id: String,
    name: String,
    size: u64,
}

impl From<SentFile> for JsSentFile {
    fn from(SentFile { id, name, size }: SentFile) -> Self {
        Self { id, name, size }
    }
}

#[derive(Serialize)]
pub(super) struct JsRecipient {
    id: String,
    email: String,
    name: String,
    role: String,
}

impl From<AddedRecipient> for JsRecipient {
    fn from(recipient: AddedRecipient) -> Self {
        Self {
            id: recipient.recipient_id,
            email: recipient.email,
            name: recipient.full_name,
            role: recipient.role_name,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JsFinalizedPackage {
    pub(super) link: String,
    pub(super) recipients: Vec<String>,
    pub(super) approvers: Vec<String>,
    pub(super) needs_link: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JsUser {
    pub(super) email: String,
    pub(super) id: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JsReceivedFile {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    pub(super) size: u64,
    #[serde(rename = "type")]
    pub(super) content_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) modified: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JsParsedLink {
    pub(super) host: String,
    pub(super) package_code: String,
    pub(super) key_code: String,
    pub(super) suite: &'static str,
}

#[derive(Serialize)]
pub(super) struct JsQrCode {
    pub(super) size: usize,
    pub(super) path: String,
}
