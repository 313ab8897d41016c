//! ShareFile's API of shares: thin translations between its vocabulary and the domain's. Ordinary status codes; a failure's
//! body has a code and words.

pub(super) mod blocks;
pub(super) mod requests;
pub(super) mod shares;
pub(super) mod uploads;
pub(super) mod visits;

use std::borrow::Cow;

use axum::Json;
use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use bulla::api::SHAREFILE_PREFIX;
use bulla::api::sharefile::{ShareFileFailure, ShareFileFailureCode, ShareFileWords};

use crate::domain::Error;
use crate::http::failure;

/// Turns ids in parentheses into parts of the path of their own, as routes have them: `Shares(id)/Items` into
/// `Shares/id/Items`. What is not of ShareFile's API stays.
pub(super) async fn flatten(mut request: Request) -> Request {
    if let Some(flat) = flat(request.uri()) {
        *request.uri_mut() = flat;
    }
    request
}

fn flat(uri: &Uri) -> Option<Uri> {
    let rest = uri.path().strip_prefix(SHAREFILE_PREFIX)?;
    if !rest.starts_with('/') || !rest.contains('(') {
        return None;
    }
    let part = |part| match key(part) {
        Some((name, id)) => Cow::Owned(format!("{name}/{id}")),
        None => Cow::Borrowed(part),
    };
    let path = rest.split('/').map(part).collect::<Vec<_>>().join("/");
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = PathAndQuery::try_from(format!("{SHAREFILE_PREFIX}{path}{query}")).ok();
    Uri::from_parts(parts).ok()
}

/// The name and id of `name(id)`.
fn key(part: &str) -> Option<(&str, &str)> {
    let (name, id) = part.strip_suffix(')')?.split_once('(')?;
    let plain = !name.is_empty() && !id.is_empty() && !id.contains(['(', ')']);
    plain.then_some((name, id))
}

/// The answer where nothing is.
pub(super) fn unknown_route() -> Response {
    failure(&Error::NotFound)
}

/// The HTTP answer of a call that failed.
pub(super) fn failure(error: &Error) -> Response {
    use ShareFileFailureCode as Code;
    let status = failure::status(error);
    let code = match status {
        StatusCode::UNAUTHORIZED => Code::Unauthorized,
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::CONFLICT => Code::Conflict,
        StatusCode::BAD_REQUEST => Code::BadRequest,
        StatusCode::PAYLOAD_TOO_LARGE => Code::RequestTooLarge,
        StatusCode::TOO_MANY_REQUESTS => Code::TooManyRequests,
        _ => Code::InternalServerError,
    };
    let message = ShareFileWords { lang: "en-US".to_owned(), value: error.to_string() };
    let mut response = (status, Json(ShareFileFailure { code, message })).into_response();
    let headers = response.headers_mut();
    failure::challenge(status, headers);
    failure::say_when(error, headers);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_parentheses_become_parts_of_the_path() {
        let becomes = |from: &'static str| flat(&Uri::from_static(from)).map(|uri| uri.to_string());
        for (from, to) in [
            ("/sf/v3/Shares(a)", "/sf/v3/Shares/a"),
            ("/sf/v3/Shares(a)/Recipients(b)?x=(1)", "/sf/v3/Shares/a/Recipients/b?x=(1)"),
            ("http://localhost/sf/v3/Shares(a)/", "http://localhost/sf/v3/Shares/a/"),
            ("/sf/v3/Shares()/(a)/x(a(b))/y(a", "/sf/v3/Shares()/(a)/x(a(b))/y(a"),
        ] {
            assert_eq!(becomes(from).as_deref(), Some(to));
        }
        for other in ["/sf/v3/Shares", "/sf/v34/Shares(a)", "/v2/Shares(a)", "/sf/v3"] {
            assert_eq!(becomes(other), None, "{other}");
        }
    }
}
