//! What runs behind promises and streams.

use std::future::Future;
use std::task::Poll;

use futures_util::{FutureExt, Stream, StreamExt};
use js_sys::{Date, Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;

use crate::Result;

/// The stream, which fails as soon as `aborted` resolves.
pub fn until_aborted(
    pieces: impl Stream<Item = Result<JsValue, JsValue>>,
    aborted: impl Future<Output = JsValue>,
) -> impl Stream<Item = Result<JsValue, JsValue>> {
    let (mut pieces, mut aborted) = (Box::pin(pieces), Box::pin(aborted.fuse()));
    futures_util::stream::poll_fn(move |context| match aborted.poll_unpin(context) {
        Poll::Ready(error) => Poll::Ready(Some(Err(error))),
        Poll::Pending => pieces.poll_next_unpin(context),
    })
}

/// What was started, or a rejected promise: whatever returns a promise never throws.
pub fn or_rejected(start: impl FnOnce() -> Result<Promise, JsValue>) -> Promise {
    start().unwrap_or_else(|thrown| Promise::reject(&thrown))
}

/// Boxed: what runs a future would else be compiled once more for each.
pub fn promise(operation: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    future_to_promise(operation.boxed_local())
}

/// What a call resolves with that returns nothing.
pub fn done(result: Result<()>) -> Result<JsValue, JsValue> {
    Ok(result.map(|()| JsValue::UNDEFINED)?)
}

/// Calls back. What a callback throws is its own affair and does not end the transfer.
pub fn report(callback: Option<&Function>, progress: impl FnOnce() -> JsValue) {
    if let Some(callback) = callback {
        let _ = callback.call1(&JsValue::UNDEFINED, &progress());
    }
}

/// A time in seconds since 1970.
pub fn date(seconds: u64) -> Date {
    Date::new(&JsValue::from_f64(seconds as f64 * 1000.0))
}
