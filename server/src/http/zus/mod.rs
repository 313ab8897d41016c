//! Züs's API for file sharing: thin translations between its vocabulary and the domain's. Ordinary status codes; a failure's
//! body says in words what it is.

pub(super) mod share_infos;
pub(super) mod share_requests;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bulla::api::zus::{ShareInfoType, ZusMessage};

use crate::db::ShareKind;
use crate::domain::{Error, Paging, Result};

/// The answer where nothing is.
pub(super) fn unknown_route() -> Response {
    failure(&Error::NotFound)
}

/// The HTTP answer of a call that failed.
pub(super) fn failure(error: &Error) -> Response {
    let status = match error {
        Error::Unauthenticated(_)
        | Error::SignedOut
        | Error::TokenInvalid
        | Error::PasswordRequired
        | Error::CodeWrong
        | Error::VerificationRequired
        | Error::SignInFailed(_)
        | Error::LoginRequired
        | Error::UserInfoRequired => StatusCode::UNAUTHORIZED,
        Error::ForeignOrigin => StatusCode::FORBIDDEN,
        Error::NotFound | Error::CodeSpent | Error::Expired | Error::Exhausted | Error::Deleted => {
            StatusCode::NOT_FOUND
        }
        Error::Refused(_) | Error::DuplicateFile | Error::NotFinalizable(_) => StatusCode::CONFLICT,
        Error::Invalid(_) | Error::InvalidFileName(_) | Error::UnsupportedGrant | Error::UnknownScope => {
            StatusCode::BAD_REQUEST
        }
        Error::Limit(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Error::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Internal(cause) => {
            tracing::error!(%cause, "a call failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    let mut response = (status, Json(ZusMessage { message: error.to_string() })).into_response();
    if let Error::TooManyAttempts { retry_after } = error {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
    }
    response
}

/// What a list says above its entries.
fn above<T>(entries: &[T]) -> String {
    let words = if entries.is_empty() {
        "No data is present for the given details"
    } else {
        "Data is present for the given details"
    };
    words.to_owned()
}

fn said(words: &str) -> Result<ZusMessage> {
    Ok(ZusMessage { message: words.to_owned() })
}

fn paging(offset: u32, limit: Option<u32>) -> Result<Paging> {
    Paging::new(offset, limit)
}

fn kind(of: ShareInfoType) -> ShareKind {
    match of {
        ShareInfoType::Public => ShareKind::Public,
        ShareInfoType::Private => ShareKind::Private,
    }
}

fn kind_name(of: ShareKind) -> ShareInfoType {
    match of {
        ShareKind::Public => ShareInfoType::Public,
        ShareKind::Private => ShareInfoType::Private,
    }
}
