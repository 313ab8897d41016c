//! Blocks of files that clients upload as plaintext, by ShareFile's upload specification: each is in memory until it is encrypted,
//! and nowhere else.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bulla::api::share_upload::{MAX_BLOCK, UploadCall, UploadMethod};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use multer::{Constraints, Multipart, SizeLimit};

use crate::db::ShareUpload;
use crate::domain::{Block, Error, Result};
use crate::http::App;
use crate::http::origin::{address, base};
use crate::http::typed::Plain;

/// Where blocks go.
pub(super) const UPLOAD: &str = "/upload/";
/// Where the end of a threaded upload is told.
pub(super) const FINISH: &str = "/upload/finish/";

/// What [`put`] and [`finish`] answer.
pub(in crate::http) const ANSWERS: &[Plain] = &[
    (200, Some("text/plain"), "`OK`, or `ERROR:` and why not"),
    (401, Some("text/plain"), "There is no such upload, or not any more"),
    (500, Some("text/plain"), "The server failed"),
];

/// How long a body may be silent, and how long it may take in all.
const SILENCE: Duration = Duration::from_secs(30);
const WHOLE: Duration = Duration::from_secs(60 * 60);
/// Octets of a block of what comes all at once.
const PIECE: usize = 8 << 20;
/// Octets of a form at most, beside the file in it.
const FORM: u64 = 64 << 10;
/// The field of a form that holds the file.
const FILE: &str = "File1";

/// `POST /upload/`
pub(in crate::http) async fn put(app: Arc<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    said(tokio::time::timeout(WHOLE, take(&app, &parts, body)).await.unwrap_or_else(|_| Err(too_long())))
}

/// `POST /upload/finish/`
pub(in crate::http) async fn finish(app: Arc<App>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let finished = async {
        let (_, upload) = asked(&app, &parts).await?;
        ended(&app, &parts, &upload).await
    };
    said(finished.await)
}

/// `GET /upload/finish/`
pub(in crate::http) async fn finish_by_get(app: Arc<App>, request: Request) -> Response {
    finish(app, request).await
}

/// What a client is told. Only its own faults are in words.
fn said(done: Result<()>) -> Response {
    let (status, text) = match done {
        Ok(()) => (StatusCode::OK, "OK".to_owned()),
        Err(Error::Internal(cause)) => {
            tracing::error!(%cause, "an upload failed");
            (StatusCode::INTERNAL_SERVER_ERROR, format!("ERROR:{}", Error::Internal(cause)))
        }
        Err(Error::TokenInvalid) => (StatusCode::UNAUTHORIZED, "ERROR:there is no such upload".to_owned()),
        Err(Error::Expired) => (StatusCode::OK, "ERROR:the request has ended".to_owned()),
        Err(Error::NotFinalizable(against)) => (StatusCode::OK, format!("ERROR:{}", against.join("; "))),
        Err(error) => (StatusCode::OK, format!("ERROR:{error}")),
    };
    (status, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}

/// The upload that is meant.
async fn asked(app: &App, parts: &Parts) -> Result<(UploadCall, ShareUpload)> {
    let query = Query::<UploadCall>::try_from_uri(&parts.uri);
    let Query(call) =
        query.map_err(|e| Error::Invalid(format!("the query is not what the call takes: {e}")))?;
    let upload = app.domain.upload_of(&call.uploadid).await?;
    Ok((call, upload))
}

async fn take(app: &Arc<App>, parts: &Parts, body: Body) -> Result<()> {
    let (call, mut upload) = asked(app, parts).await?;
    // Each takes memory until it is encrypted.
    let _room = app.domain.room_for_a_block().await?;
    if upload.raw {
        return take_octets(app, parts, &call, &upload, body.into_data_stream()).await;
    }
    let malformed = || Error::Invalid(format!("the body is no form with a file in its field {FILE}"));
    let kind =
        parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| malformed())?;
    let mut most = SizeLimit::new();
    if upload.method != UploadMethod::Standard {
        most = most.whole_stream(MAX_BLOCK as u64 + FORM);
    }
    let constraints = Constraints::new().size_limit(most);
    let mut form = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    loop {
        let next = tokio::time::timeout(SILENCE, form.next_field()).await.map_err(|_| too_long())?;
        let field = next.map_err(|_| malformed())?.ok_or_else(malformed)?;
        if field.name() != Some(FILE) {
            continue;
        }
        if let (None, Some(name)) = (&upload.name, field.file_name().map(str::to_owned)) {
            upload = app.domain.name_upload(upload, name).await?;
        }
        return take_octets(app, parts, &call, &upload, field).await;
    }
}

/// Keeps what arrives: one block, or all of a file.
async fn take_octets<E>(
    app: &Arc<App>,
    parts: &Parts,
    call: &UploadCall,
    upload: &ShareUpload,
    octets: impl Stream<Item = std::result::Result<Bytes, E>> + Send,
) -> Result<()> {
    let mut octets = std::pin::pin!(octets);
    if upload.method == UploadMethod::Standard {
        let (mut index, mut offset, mut rest) = (0, 0, BytesMut::new());
        loop {
            let (data, more) = gather(octets.as_mut(), &mut rest, PIECE).await?;
            let size = data.len() as u64;
            if size > 0 || index == 0 {
                let block = Block { index, offset, hash: None, data };
                keep(app, upload, block).await?;
            }
            if !more {
                return ended(app, parts, upload).await;
            }
            (index, offset) = (index + 1, offset + size);
        }
    }
    let (Some(index), Some(offset)) = (call.index, call.offset) else {
        return Err(Error::Invalid("index and offset are missing".to_owned()));
    };
    let (data, more) = gather(octets, &mut BytesMut::new(), MAX_BLOCK).await?;
    if more {
        return Err(Error::Limit(format!("a block has at most {MAX_BLOCK} octets")));
    }
    // A last call may bring nothing but that it is the last.
    let announced = call.finish && data.is_empty() && offset > 0;
    if !announced {
        let hash = call.hash.clone().filter(|hash| !hash.is_empty());
        keep(app, upload, Block { index, offset, hash, data }).await?;
    }
    if call.finish && upload.method == UploadMethod::Streamed {
        ended(app, parts, upload).await
    } else {
        Ok(())
    }
}

/// At most so many octets, and whether there are more; those that came with them are the `rest`.
async fn gather<E>(
    mut octets: std::pin::Pin<&mut (impl Stream<Item = std::result::Result<Bytes, E>> + Send)>,
    rest: &mut BytesMut,
    most: usize,
) -> Result<(Bytes, bool)> {
    while rest.len() <= most {
        match tokio::time::timeout(SILENCE, octets.next()).await {
            Err(_) => return Err(too_long()),
            Ok(None) => return Ok((rest.split().freeze(), false)),
            Ok(Some(Err(_))) => return Err(Error::Invalid("the body broke off".to_owned())),
            Ok(Some(Ok(more))) => rest.extend_from_slice(&more),
        }
    }
    Ok((rest.split_to(most).freeze(), true))
}

/// Keeps a block, whether or not the client waits for it.
async fn keep(app: &Arc<App>, upload: &ShareUpload, block: Block) -> Result<()> {
    let (app, upload) = (app.clone(), upload.clone());
    to_its_end(async move { app.domain.keep_block(&upload, block).await }).await
}

/// Finishes an upload, whether or not the client waits for it.
async fn ended(app: &Arc<App>, parts: &Parts, upload: &ShareUpload) -> Result<()> {
    let page = format!("{}/requests/", base(app, &parts.headers));
    let (app, upload, address) = (app.clone(), upload.clone(), address(parts));
    to_its_end(async move { app.domain.finish_upload(&upload, &address, &page).await }).await
}

async fn to_its_end(work: impl Future<Output = Result<()>> + Send + 'static) -> Result<()> {
    tokio::spawn(work).await.map_err(|error| Error::Internal(error.into()))?
}

fn too_long() -> Error {
    Error::Invalid("the body took too long".to_owned())
}
