//! Signicat's API for secure shares: thin translations between its vocabulary and the domain's. Ordinary status codes; a
//! failure's body is a problem (RFC 9457).

pub(super) mod shares;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bulla::api::secure_share::Problem;

use crate::domain::Error;
use crate::http::failure;

/// The media type of a failure's body.
pub(super) const PROBLEM: &str = "application/problem+json";

/// The answer where nothing is.
pub(super) fn unknown_route() -> Response {
    failure(&Error::NotFound)
}

/// The HTTP answer of a call that failed.
pub(super) fn failure(error: &Error) -> Response {
    let status = failure::status(error);
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
    failure::challenge(status, headers);
    failure::say_when(error, headers);
    response
}
