//! The SendSafely API: thin translations between its vocabulary and the domain's.
//!
//! Every answer is HTTP 200; a failure says what it is in `response`.

pub(super) mod account;
pub(super) mod activity;
pub(super) mod directories;
pub(super) mod dropzones;
pub(super) mod file_requests;
pub(super) mod files;
pub(super) mod groups;
pub(super) mod installation;
pub(super) mod lists;
pub(super) mod messages;
pub(super) mod packages;
pub(super) mod public_keys;
pub(super) mod recipients;
pub(super) mod webhooks;
pub(super) mod workspaces;

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bulla::api::ResponseCode;
use bulla::api::list::Pagination;
use bulla::api::package::Answer;

use crate::domain::{Error, Page, Result};

/// The answer where nothing is: like any failure of this API, since its clients cannot read other statuses.
pub(super) fn unknown_route() -> Response {
    ([(header::CACHE_CONTROL, "no-store")], failure(Error::NotFound)).into_response()
}

/// What a failure is called.
pub(super) fn code(error: &Error) -> ResponseCode {
    match error {
        Error::Unauthenticated(_) | Error::CodeWrong | Error::SignedOut | Error::ForeignOrigin => {
            ResponseCode::AuthenticationFailed
        }
        Error::CodeSpent => ResponseCode::PinResend,
        Error::Limit(_) | Error::TooManyAttempts { .. } => ResponseCode::LimitExceeded,
        Error::InvalidFileName(_) => ResponseCode::InvalidFileName,
        Error::DuplicateFile => ResponseCode::DuplicateFile,
        _ => ResponseCode::Fail,
    }
}

/// The plain answer of a call that returns nothing.
fn done(message: Option<&str>) -> Result<Answer> {
    Ok(Answer { response: ResponseCode::Success, message: message.map(str::to_owned), errors: Vec::new() })
}

/// Where a page stands in its list.
fn pagination<T>(page: &Page<T>) -> Pagination {
    Pagination {
        row_index: page.paging.first,
        page_size: page.paging.most,
        total_rows: page.total,
        next_row_index: page.next(),
    }
}

/// The HTTP answer of a call that failed.
pub(super) fn failure(error: Error) -> Response {
    if let Error::Internal(cause) = &error {
        tracing::error!(%cause, "a call failed");
    }
    let response = code(&error);
    let message = error.to_string();
    let errors = if let Error::NotFinalizable(errors) = error { errors } else { Vec::new() };
    let message = if errors.is_empty() { message } else { errors.join("; ") };
    Json(Answer { response, message: Some(message), errors }).into_response()
}
