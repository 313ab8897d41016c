//! The network: `fetch`, of pages, workers and Node alike.

use std::future::Future;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::{ScopedClosure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, Blob, ReadableStreamDefaultReader, Response};

use super::error::message_of;
use super::values::property;
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
    #[wasm_bindgen(catch)]
    async fn request(
        method: &str,
        url: &str,
        headers: &Array,
        body: &JsValue,
        signal: &AbortSignal,
    ) -> Result<JsValue, JsValue>;
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
    let body = call.body.map_or(JsValue::UNDEFINED, |body| Uint8Array::from(body.as_slice()).into());
    exchange(name_of(call.method), &call.url, &pairs(&call.headers), &body, CALL_TIMEOUT).await
}

/// Sends a request and reads the whole answer, all within so many milliseconds.
async fn exchange(
    method: &str,
    url: &str,
    headers: &Array,
    body: &JsValue,
    milliseconds: u32,
) -> Result<Reply, Attempt> {
    let aborting = AbortOnDrop::new()?;
    within(milliseconds, async { whole(&aborting.request(method, url, headers, body).await?).await }).await
}

/// Headers as `fetch` takes them.
fn pairs(headers: &[(&'static str, String)]) -> Array {
    headers.iter().map(|(name, value)| Array::of2(&(*name).into(), &value.into())).collect()
}

const fn name_of(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Put => "PUT",
        Method::Post => "POST",
        Method::Patch => "PATCH",
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
    let (method, headers) = (name_of(request.method), pairs(request.headers));
    if !can_send() {
        // Nothing tells whether it moves: the slowest link allowed is one of 16 KiB a second.
        let longest = STALL_TIMEOUT.saturating_add((request.body.size() / 16.0) as u32);
        return exchange(method, request.url, &headers, request.body, longest).await;
    }
    let aborting = AbortOnDrop::new()?;
    // The request is ended before this function is left, one way or the other.
    let moved = |octets: f64| progress(octets as u64);
    let moved = ScopedClosure::borrow(&moved);
    let signal = aborting.0.signal();
    let sent = send(method, request.url, &headers, request.body, STALL_TIMEOUT, &moved, &signal).await;
    let reply = sent.map_err(lost)?;
    let body: Uint8Array = property(&reply, "body").unchecked_into();
    Ok(Reply {
        status: property(&reply, "status").as_f64().unwrap_or_default() as u16,
        retry_after: seconds(property(&reply, "retryAfter").as_string()),
        body: body.to_vec(),
    })
}

/// Asks for a part, from octet `from` on. Where `quick`, and as long as that says at most, by way of a Blob: in Chromium
/// that takes half the time and memory of a reader.
pub(super) async fn get(url: &str, from: u64, quick: Option<u64>) -> Result<FetchIncoming, Attempt> {
    let aborting = AbortOnDrop::new()?;
    let headers = Array::new();
    if from > 0 {
        headers.push(&Array::of2(&"range".into(), &format!("bytes={from}-").into()));
    }
    let no_body = JsValue::UNDEFINED;
    let response = within(STALL_TIMEOUT, aborting.request("GET", url, &headers, &no_body)).await?;
    let (status, retry_after) = (response.status(), retry_after(&response));
    let announced = header(&response, "content-length").and_then(|length| length.parse::<u64>().ok());
    let body = match announced {
        Some(length) if quick.is_some_and(|most| length <= most) => {
            let arriving = JsFuture::from(response.blob().map_err(lost)?);
            let blob = within(STALL_TIMEOUT, async { arriving.await.map_err(lost) }).await?;
            Body::Aside(Some(blob.unchecked_into()))
        }
        _ => Body::Pieces(response.body().map(|stream| stream.get_reader().unchecked_into())),
    };
    Ok(FetchIncoming { status, retry_after, body, _aborting: aborting })
}

enum Body {
    /// All of it, in the browser's memory, until it is taken.
    Aside(Option<Blob>),
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

    fn is_aside(&self) -> bool {
        matches!(self.body, Body::Aside(_))
    }

    async fn next(&mut self) -> Result<Option<Uint8Array>, Attempt> {
        match &mut self.body {
            Body::Aside(blob) => {
                let Some(blob) = blob.take() else { return Ok(None) };
                let octets = JsFuture::from(blob.array_buffer()).await.map_err(lost)?;
                Ok(Some(Uint8Array::new(&octets)))
            }
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
    seconds(header(response, "retry-after"))
}

/// A header of an answer. Its name is a valid one, so asking for it does not fail.
fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok().flatten()
}

fn seconds(header: Option<String>) -> Option<u32> {
    header?.trim().parse().ok()
}

fn lost(thrown: JsValue) -> Attempt {
    Attempt::network(message_of(&thrown))
}

/// Ends the request when dropped, and with it the future that waits for it.
struct AbortOnDrop(AbortController);

impl AbortOnDrop {
    fn new() -> Result<Self, Error> {
        AbortController::new()
            .map(Self)
            .map_err(|_| Error::new(ErrorCode::Unsupported, "this environment has no AbortController"))
    }

    async fn request(
        &self,
        method: &str,
        url: &str,
        headers: &Array,
        body: &JsValue,
    ) -> Result<Response, Attempt> {
        let response = request(method, url, headers, body, &self.0.signal()).await;
        response.map(JsCast::unchecked_into).map_err(lost)
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
