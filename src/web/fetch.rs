//! The network: `fetch`, of pages, workers and Node alike.

use std::future::Future;

use futures_util::future::{Either, select};
use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Blob, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache, RequestCredentials,
    RequestRedirect,
};

use super::error::message_of;
use crate::client::{Attempt, Call, Fetched, Method, Reply, Stored};
use crate::{Error, ErrorCode};

/// A call with a small body takes no longer than this, in milliseconds.
const CALL_TIMEOUT: u32 = 60_000;
/// An answer is never longer than this, in octets: some 10,000 files, each with the longest name, still fit.
const LONGEST_ANSWER: u64 = 256 << 20;
/// A part that is being sent takes no longer than this, in milliseconds: `fetch` tells nothing in between.
const PUT_TIMEOUT: u32 = 15 * 60_000;
/// A part that is being fetched is never still for longer than this, in milliseconds.
const STALL_TIMEOUT: u32 = 60_000;

pub(super) async fn call(call: Call) -> Result<Reply, Attempt> {
    let aborting = AbortOnDrop::new()?;
    let mut request = aborting.prepare(match call.method {
        Method::Get => Request::get(&call.url),
        Method::Put => Request::put(&call.url),
        Method::Post => Request::post(&call.url),
        Method::Delete => Request::delete(&call.url),
    });
    for (name, value) in &call.headers {
        request = request.header(name, value);
    }
    let exchange = async {
        let response = match call.body {
            Some(body) => request.body(Uint8Array::from(body.as_slice())).map_err(failed)?.send().await,
            None => request.send().await,
        }
        .map_err(failed)?;
        let (status, retry_after) = (response.status(), retry_after(&response));
        let body = read(&response, LONGEST_ANSWER, &|_| {}).await?;
        let body = body.ok_or_else(|| Error::new(ErrorCode::Server, "the server's answer does not end"))?;
        Ok(Reply { status, retry_after, body: body.to_vec() })
    };
    within(CALL_TIMEOUT, exchange).await
}

/// A Blob always: bodies made of buffers are many times slower in Chromium.
pub(super) fn body(pieces: Vec<Uint8Array>) -> Result<Blob, Error> {
    let pieces: Array = pieces.into_iter().collect();
    Blob::new_with_u8_array_sequence(&pieces).map_err(|thrown| {
        Error::new(ErrorCode::Internal, format!("cannot make a Blob: {}", message_of(&thrown)))
    })
}

pub(super) async fn put(url: &str, body: &Blob) -> Result<Stored, Attempt> {
    let aborting = AbortOnDrop::new()?;
    let request = aborting.prepare(Request::put(url)).body(body.clone()).map_err(failed)?;
    within(PUT_TIMEOUT, async {
        let response = request.send().await.map_err(failed)?;
        Ok(Stored { status: response.status(), retry_after: retry_after(&response) })
    })
    .await
}

pub(super) async fn get(
    url: &str,
    limit: u64,
    progress: &dyn Fn(u64),
) -> Result<Fetched<Uint8Array>, Attempt> {
    let aborting = AbortOnDrop::new()?;
    let request = aborting.prepare(Request::get(url));
    let response = within(CALL_TIMEOUT, async { request.send().await.map_err(failed) }).await?;
    let (status, retry_after) = (response.status(), retry_after(&response));
    let body = if status == 200 { read(&response, limit, progress).await? } else { None };
    Ok(Fetched { status, retry_after, body })
}

/// The whole body; `None` as soon as it is longer than `limit`.
async fn read(
    response: &Response,
    limit: u64,
    progress: &dyn Fn(u64),
) -> Result<Option<Uint8Array>, Attempt> {
    let Some(stream) = response.body() else { return Ok(Some(Uint8Array::new_with_length(0))) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut chunks = Vec::new();
    let mut length = 0;
    while let Some(chunk) = within(STALL_TIMEOUT, next_chunk(&reader)).await? {
        length += u64::from(chunk.length());
        if length > limit {
            return Ok(None);
        }
        progress(length);
        chunks.push(chunk);
    }
    // `limit` is far below 4 GiB.
    let whole = Uint8Array::new_with_length(length as u32);
    let mut end = 0;
    for chunk in chunks {
        whole.set(&chunk, end);
        end += chunk.length();
    }
    Ok(Some(whole))
}

async fn next_chunk(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, Attempt> {
    let lost = |thrown: JsValue| Attempt::network(message_of(&thrown));
    let result = JsFuture::from(reader.read()).await.map_err(lost)?;
    let value = Reflect::get(&result, &"value".into()).map_err(lost)?;
    Ok(if value.is_undefined() { None } else { Some(value.unchecked_into()) })
}

async fn within<T>(
    milliseconds: u32,
    exchange: impl Future<Output = Result<T, Attempt>>,
) -> Result<T, Attempt> {
    match select(std::pin::pin!(exchange), std::pin::pin!(TimeoutFuture::new(milliseconds))).await {
        Either::Left((result, _)) => result,
        Either::Right(((), _)) => Err(Attempt::network("no answer in time")),
    }
}

fn retry_after(response: &Response) -> Option<u32> {
    response.headers().get("retry-after")?.trim().parse().ok()
}

fn failed(error: gloo_net::Error) -> Attempt {
    Attempt::network(error.to_string())
}

/// Ends the request when dropped, and with it the future that waits for it.
struct AbortOnDrop(AbortController);

impl AbortOnDrop {
    fn new() -> Result<Self, Error> {
        AbortController::new()
            .map(Self)
            .map_err(|_| Error::new(ErrorCode::Unsupported, "this environment has no AbortController"))
    }

    /// Nothing rides along that the API does not ask for, and nothing is kept or followed.
    fn prepare(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .abort_signal(Some(&self.0.signal()))
            .cache(RequestCache::NoStore)
            .credentials(RequestCredentials::Omit)
            .redirect(RequestRedirect::Error)
            .referrer_policy(ReferrerPolicy::NoReferrer)
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
