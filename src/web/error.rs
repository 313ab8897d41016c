//! Errors as JavaScript sees them: real `Error`s named `BullaError`, with `code`, `retryable` and `cause`.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};

use crate::{Error, ErrorCode};

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        bulla_error(&error, JsValue::UNDEFINED)
    }
}

/// A `BullaError`; `cause` is left out when undefined.
pub(super) fn bulla_error(error: &Error, cause: JsValue) -> JsValue {
    let js = js_sys::Error::new(error.message());
    js.set_name("BullaError");
    let set = |key: &str, value: JsValue| {
        // A fresh Error object takes any property.
        let _ = Reflect::set(&js, &key.into(), &value);
    };
    set("code", error.code().as_str().into());
    set("retryable", error.is_retryable().into());
    if !cause.is_undefined() {
        set("cause", cause);
    }
    js.into()
}

/// What a thrown value says of itself.
pub fn message_of(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => Reflect::get(thrown, &"message".into())
            .ok()
            .and_then(|message| message.as_string())
            .unwrap_or_else(|| "unknown error".to_owned()),
    }
}

/// An `INVALID_INPUT` error.
pub fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorCode::InvalidInput, message.into())
}
