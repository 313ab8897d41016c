//! `AbortSignal`s: an operation is a future, and aborting drops it.

use std::future::Future;

use futures_util::future::{Either, select};
use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::error::bulla_error;
use crate::{Error, ErrorCode};

/// Resolves, with the error to reject with, once `signal` is aborted. Never, without a signal.
pub async fn aborted(signal: Option<AbortSignal>) -> JsValue {
    let Some(signal) = signal else { return std::future::pending().await };
    if !signal.aborted() {
        let mut listener = None;
        let promise = Promise::new(&mut |resolve, _| listener = Some(resolve));
        let _listening = listener.map(|listener| Listening::new(&signal, listener.unchecked_into()));
        // The promise is never rejected.
        let _ = JsFuture::from(promise).await;
    }
    bulla_error(&Error::new(ErrorCode::Aborted, "aborted by the caller"), signal.reason())
}

/// Runs `operation` until it ends or `signal` is aborted.
pub async fn abortable<T>(
    signal: Option<AbortSignal>,
    operation: impl Future<Output = crate::Result<T>>,
) -> Result<T, JsValue> {
    let (operation, aborted) = (std::pin::pin!(operation), std::pin::pin!(aborted(signal)));
    // The signal first: an operation must not begin when it is aborted already.
    match select(aborted, operation).await {
        Either::Left((error, _)) => Err(error),
        Either::Right((result, _)) => result.map_err(JsValue::from),
    }
}

/// Listens until dropped.
struct Listening {
    signal: AbortSignal,
    listener: Function,
}

impl Listening {
    fn new(signal: &AbortSignal, listener: Function) -> Self {
        // An AbortSignal takes any listener.
        let _ = signal.add_event_listener_with_callback("abort", &listener);
        Self { signal: signal.clone(), listener }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.signal.remove_event_listener_with_callback("abort", &self.listener);
    }
}
