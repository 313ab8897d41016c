//! Signicat's API for secure shares: thin translations between its vocabulary and the domain's. Ordinary status codes; a
//! failure's body is a problem (RFC 9457).

pub(super) mod shares;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bulla::api::secure_share::Problem;

use crate::domain::Error;

/// The media type of a failure's body.
pub(super) const PROBLEM: &str = "application/problem+json";

/// The answer where nothing is.
pub(super) fn unknown_route() -> Response {
    failure(&Error::NotFound)
}

/// The HTTP answer of a call that failed.
pub(super) fn failure(error: &Error) -> Response {
    let status = match error {
        Error::Unauthenticated(_)
        | Error::SignedOut
        | Error::ForeignOrigin
        | Error::TokenInvalid
        | Error::PasswordRequired
        | Error::CodeWrong
        | Error::VerificationRequired
        | Error::SignInFailed(_)
        | Error::LoginRequired
        | Error::UserInfoRequired => StatusCode::UNAUTHORIZED,
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
    let problem = Problem {
        kind: "about:blank".to_owned(),
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        status: status.as_u16(),
        detail: error.to_string(),
        instance: None,
    };
    let mut response = (status, axum::Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"bulla\""));
    }
    if let Error::TooManyAttempts { retry_after } = error {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
    }
    response
}
