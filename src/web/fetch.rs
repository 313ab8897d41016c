//! The network: `fetch`, of pages, workers and Node alike.

use std::future::Future;

use futures_util::future::{Either, select};
use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::{ScopedClosure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, Blob, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache,
    RequestCredentials, RequestRedirect,
};

use super::convert::property;
use super::error::message_of;
use crate::client::{Attempt, Call, Incoming, Method, Reply, Upload};
use crate::format::Payload;
use crate::{Error, ErrorCode};

/// A call with a small body takes no longer than this, in milliseconds.
const CALL_TIMEOUT: u32 = 60_000;
/// An answer is never longer than this, in octets: some 10,000 files, each with the longest name, still fit.
const LONGEST_ANSWER: u64 = 256 << 20;
/// A part on its way is never still for longer than this, in milliseconds.
const STALL_TIMEOUT: u32 = 60_000;

#[wasm_bindgen(module = "/src/web/network.js")]
extern "C" {
    #[wasm_bindgen(js_name = canSend)]
    fn can_send() -> bool;
    #[wasm_bindgen(catch)]
    async fn send(
        method: &str,
        url: &str,
        headers: &Array,
        body: &Blob,
        stall: u32,
        moved: &ScopedClosure<'_, dyn Fn(f64)>,
        signal: &AbortSignal,
    ) -> Result<JsValue, JsValue>;
    pub(super) async fn sleep(milliseconds: u32);
}

pub(super) async fn call(call: Call) -> Result<Reply, Attempt> {
    let aborting = AbortOnDrop::new()?;
    let request = aborting.prepare(builder(call.method, &call.url, &call.headers));
    within(CALL_TIMEOUT, async {
        let response = match call.body {
            Some(body) => request.body(Uint8Array::from(body.as_slice())).map_err(failed)?.send().await,
            None => request.send().await,
        };
        whole(&response.map_err(failed)?).await
    })
    .await
}

fn builder(method: Method, url: &str, headers: &[(&'static str, String)]) -> RequestBuilder {
    let request = match method {
        Method::Get => Request::get(url),
        Method::Put => Request::put(url),
        Method::Post => Request::post(url),
        Method::Delete => Request::delete(url),
    };
    headers.iter().fold(request, |request, (name, value)| request.header(name, value))
}

const fn name_of(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Put => "PUT",
        Method::Post => "POST",
        Method::Delete => "DELETE",
    }
}

/// A Blob always: bodies made of buffers are many times slower in Chromium.
pub(super) fn body(pieces: Vec<Uint8Array>) -> Result<Blob, Error> {
    let pieces: Array = pieces.into_iter().collect();
    Blob::new_with_u8_array_sequence(&pieces).map_err(no_blob)
}

fn no_blob(thrown: JsValue) -> Error {
    Error::new(ErrorCode::Internal, format!("cannot make a Blob: {}", message_of(&thrown)))
}

/// The same Blob with octets before and after it.
pub(super) fn framed(before: &[u8], body: &Blob, after: &[u8]) -> Result<Blob, Error> {
    let pieces = Array::of3(&Uint8Array::from(before), body, &Uint8Array::from(after));
    Blob::new_with_blob_sequence(&pieces).map_err(no_blob)
}

/// Sends a part: by XMLHttpRequest, which tells how far it is, where there is one.
pub(super) async fn upload(request: Upload<'_, Blob>, progress: &dyn Fn(u64)) -> Result<Reply, Attempt> {
    let aborting = AbortOnDrop::new()?;
    if can_send() {
        // The request is ended before this function is left, one way or the other.
        let moved = |octets: f64| progress(octets as u64);
        let moved = ScopedClosure::borrow(&moved);
        let headers: Array =
            request.headers.iter().map(|(name, value)| Array::of2(&(*name).into(), &value.into())).collect();
        let method = name_of(request.method);
        let signal = aborting.0.signal();
        let sent = send(method, request.url, &headers, request.body, STALL_TIMEOUT, &moved, &signal).await;
        let reply = sent.map_err(|thrown| Attempt::network(message_of(&thrown)))?;
        let body: Uint8Array = property(&reply, "body").unchecked_into();
        return Ok(Reply {
            status: property(&reply, "status").as_f64().unwrap_or_default() as u16,
            retry_after: seconds(property(&reply, "retryAfter").as_string()),
            body: body.to_vec(),
        });
    }
    // Nothing tells whether it moves: the slowest link allowed is one of 16 KiB a second.
    let longest = STALL_TIMEOUT.saturating_add((request.body.size() / 16.0) as u32);
    let prepared = aborting.prepare(builder(request.method, request.url, request.headers));
    let prepared = prepared.body(request.body.clone()).map_err(failed)?;
    within(longest, async { whole(&prepared.send().await.map_err(failed)?).await }).await
}

/// Asks for a part, from octet `from` on. Where `quick`, and as long as that says at most, by way of a Blob: in Chromium
/// that takes half the time and memory of a reader.
pub(super) async fn get(url: &str, from: u64, quick: Option<u64>) -> Result<FetchIncoming, Attempt> {
    let aborting = AbortOnDrop::new()?;
    let mut request = aborting.prepare(Request::get(url));
    if from > 0 {
        request = request.header("range", &format!("bytes={from}-"));
    }
    let response = within(STALL_TIMEOUT, async { request.send().await.map_err(failed) }).await?;
    let (status, retry_after) = (response.status(), retry_after(&response));
    let announced = response.headers().get("content-length").and_then(|length| length.parse::<u64>().ok());
    let body = match announced {
        Some(length) if quick.is_some_and(|most| length <= most) => {
            Body::Whole(Some(within(STALL_TIMEOUT, by_blob(response.into())).await?))
        }
        _ => Body::Pieces(response.body().map(|stream| stream.get_reader().unchecked_into())),
    };
    Ok(FetchIncoming { status, retry_after, body, _aborting: aborting })
}

async fn by_blob(response: web_sys::Response) -> Result<Uint8Array, Attempt> {
    let lost = |thrown: JsValue| Attempt::network(message_of(&thrown));
    let blob = JsFuture::from(response.blob().map_err(lost)?).await.map_err(lost)?;
    let blob: Blob = blob.unchecked_into();
    let octets = JsFuture::from(blob.array_buffer()).await.map_err(lost)?;
    Ok(Uint8Array::new(&octets))
}

enum Body {
    /// All of it, until it is taken.
    Whole(Option<Uint8Array>),
    /// `None` where there is no body.
    Pieces(Option<ReadableStreamDefaultReader>),
}

/// An answer that `fetch` is receiving.
pub struct FetchIncoming {
    status: u16,
    retry_after: Option<u32>,
    body: Body,
    _aborting: AbortOnDrop,
}

impl Incoming for FetchIncoming {
    type Bytes = Uint8Array;

    fn status(&self) -> u16 {
        self.status
    }

    fn retry_after(&self) -> Option<u32> {
        self.retry_after
    }

    async fn next(&mut self) -> Result<Option<Uint8Array>, Attempt> {
        match &mut self.body {
            Body::Whole(octets) => Ok(octets.take()),
            Body::Pieces(Some(reader)) => within(STALL_TIMEOUT, next_chunk(reader)).await,
            Body::Pieces(None) => Ok(None),
        }
    }
}

async fn whole(response: &Response) -> Result<Reply, Attempt> {
    let body = read(response, LONGEST_ANSWER).await?;
    let body = body.ok_or_else(|| Error::new(ErrorCode::Server, "the server's answer does not end"))?;
    Ok(Reply { status: response.status(), retry_after: retry_after(response), body: body.to_vec() })
}

/// The whole body; `None` as soon as it is longer than `limit`.
async fn read(response: &Response, limit: u64) -> Result<Option<Uint8Array>, Attempt> {
    let Some(stream) = response.body() else { return Ok(Some(Uint8Array::new_with_length(0))) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut chunks = Vec::new();
    let mut length = 0;
    while let Some(chunk) = next_chunk(&reader).await? {
        length += u64::from(chunk.length());
        if length > limit {
            return Ok(None);
        }
        chunks.push(chunk);
    }
    Ok(Some(Uint8Array::join(chunks)))
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
    seconds(response.headers().get("retry-after"))
}

fn seconds(header: Option<String>) -> Option<u32> {
    header?.trim().parse().ok()
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
