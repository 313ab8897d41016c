//! Parts, on their way to and from the disk through URLs that the store signed.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::App;
use super::typed::Plain;
use crate::storage::disk::{PutError, URL_PREFIX};
use crate::storage::{Grant, ObjectKey};

/// How long a body may be silent, and how long it may take in all.
const SILENCE: Duration = Duration::from_secs(30);
const WHOLE: Duration = Duration::from_secs(60 * 60);
/// Octets read from the disk at once.
const CHUNK: usize = 512 << 10;

/// What [`put`] answers.
pub(super) const PUT: &[Plain] = &[
    (200, None, "The part is on the disk"),
    (400, None, "The body broke off"),
    (403, None, "The URL does not hold"),
    (408, None, "The body stalled"),
    (409, None, "A part of another size is there"),
    (413, None, "The part is larger than the URL allows"),
    (507, None, "There is no room"),
];
/// What [`get`] answers.
pub(super) const GET: &[Plain] = &[
    (200, OCTETS, "The part"),
    (206, OCTETS, "The range of it that was asked for"),
    (403, None, "The URL does not hold"),
    (404, None, "The part is not there"),
    (416, OCTETS, "The range is outside the part"),
];
const OCTETS: Option<&str> = Some("application/octet-stream");

/// `PUT /blob/…`
pub(super) async fn put(app: Arc<App>, request: Request) -> Response {
    let Some((key, Grant::Put { limit })) = granted(&app, &request) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit) {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let octets = request.into_body().into_data_stream();
    match receive(&app, key, limit, octets).await {
        Ok(()) => StatusCode::OK,
        Err(Refusal::Put(PutError::TooLarge)) => StatusCode::PAYLOAD_TOO_LARGE,
        Err(Refusal::Put(PutError::Exists)) => StatusCode::CONFLICT,
        Err(Refusal::Put(PutError::Disk(error))) => match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StatusCode::INSUFFICIENT_STORAGE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        },
        Err(Refusal::Stalled) => StatusCode::REQUEST_TIMEOUT,
        Err(Refusal::Broken) => StatusCode::BAD_REQUEST,
    }
    .into_response()
}

/// Why a part that arrives is not kept.
pub(super) enum Refusal {
    /// The store refuses it.
    Put(PutError),
    /// The body is silent for too long, or takes too long.
    Stalled,
    /// The body breaks off.
    Broken,
}

/// Stores what arrives as the part `key`, unless it has more than `limit` octets.
pub(super) async fn receive<E>(
    app: &App,
    key: ObjectKey,
    limit: u64,
    octets: impl Stream<Item = Result<Bytes, E>>,
) -> Result<(), Refusal> {
    let store = async {
        let mut octets = std::pin::pin!(octets);
        let mut receiving = app.disk.receive(key, limit);
        loop {
            match tokio::time::timeout(SILENCE, octets.next()).await {
                Err(_) => return Err(Refusal::Stalled),
                Ok(None) => break,
                Ok(Some(Err(_))) => return Err(Refusal::Broken),
                Ok(Some(Ok(octets))) => receiving.write(octets).await.map_err(Refusal::Put)?,
            }
        }
        receiving.finish().await.map_err(Refusal::Put)
    };
    let stored = tokio::time::timeout(WHOLE, store).await.unwrap_or(Err(Refusal::Stalled));
    stored.inspect_err(|refusal| {
        if let Refusal::Put(PutError::Disk(error)) = refusal {
            tracing::error!(%error, "a part could not be stored");
        }
    })
}

/// `GET` and `HEAD /blob/…`
pub(super) async fn get(app: Arc<App>, request: Request) -> Response {
    let Some((key, Grant::Get)) = granted(&app, &request) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    match send(&app, &key, request.method(), request.headers()).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "a part could not be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The whole of a part; nothing when it is not there.
pub(super) async fn whole(app: &App, key: &ObjectKey) -> io::Result<Option<Response>> {
    let response = send(app, key, &Method::GET, &HeaderMap::new()).await?;
    Ok((response.status() == StatusCode::OK).then_some(response))
}

async fn send(app: &App, key: &ObjectKey, method: &Method, headers: &HeaderMap) -> io::Result<Response> {
    let Some((file, size)) = app.disk.read(key).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let common = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CONTENT_DISPOSITION, "attachment".to_owned()),
    ];
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let (status, start, length) = match range.map_or(Wanted::All, |range| wanted(range, size)) {
        Wanted::All => (StatusCode::OK, 0, size),
        Wanted::Range { start, length } => (StatusCode::PARTIAL_CONTENT, start, length),
        Wanted::Unsatisfiable => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, common, range).into_response());
        }
    };
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        let mut file = tokio::fs::File::from_std(file);
        file.set_max_buf_size(CHUNK);
        file.seek(io::SeekFrom::Start(start)).await?;
        Body::from_stream(ReaderStream::with_capacity(file.take(length), CHUNK))
    };
    let mut response = (status, common, [(header::CONTENT_LENGTH, length.to_string())], body).into_response();
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {start}-{}/{size}", start + length - 1);
        if let Ok(range) = range.parse() {
            response.headers_mut().insert(header::CONTENT_RANGE, range);
        }
    }
    Ok(response)
}

/// What a URL grants; nothing unless the store signed it and its time is not over.
fn granted(app: &App, request: &Request) -> Option<(ObjectKey, Grant)> {
    let path = request.uri().path().strip_prefix(URL_PREFIX)?;
    app.disk.verify(path.strip_suffix('/').unwrap_or(path), request.uri().query()?, SystemTime::now())
}

/// What of a part is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Range { start: u64, length: u64 },
    Unsatisfiable,
}

/// Reads a Range header (RFC 9110, section 14). Several ranges, other units and malformed ones give the whole, as
/// that section allows.
fn wanted(range: &str, size: u64) -> Wanted {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|set| set.trim().split_once('-')) else {
        return Wanted::All;
    };
    let number = |text: &str| -> Option<u64> {
        if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
    };
    let (start, end) = match (number(first), number(last)) {
        (Some(start), Some(last)) if start <= last => (start, last.saturating_add(1).min(size)),
        (Some(start), None) if last.is_empty() => (start, size),
        (None, Some(suffix)) if first.is_empty() => (size - suffix.min(size), size),
        _ => return Wanted::All,
    };
    if start >= end { Wanted::Unsatisfiable } else { Wanted::Range { start, length: end - start } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let range = |start, length| Wanted::Range { start, length };
        assert_eq!(wanted("bytes=0-0", 10), range(0, 1));
        assert_eq!(wanted("bytes=2-", 10), range(2, 8));
        assert_eq!(wanted("bytes=-3", 10), range(7, 3));
        assert_eq!(wanted("bytes=-30", 10), range(0, 10));
        assert_eq!(wanted("bytes=5-99999999999", 10), range(5, 5));
        for none in ["bytes=10-", "bytes=10-11", "bytes=-0"] {
            assert_eq!(wanted(none, 10), Wanted::Unsatisfiable, "{none}");
        }
        assert_eq!(wanted("bytes=0-", 0), Wanted::Unsatisfiable);
        for all in ["bytes=3-2", "bytes=0-1,3-4", "items=0-1", "bytes=a-b", "bytes=-", "bytes=+1-2", ""] {
            assert_eq!(wanted(all, 10), Wanted::All, "{all}");
        }
    }
}
