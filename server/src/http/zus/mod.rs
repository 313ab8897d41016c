//! Züs's API for file sharing: thin translations between its vocabulary and the domain's. Ordinary status codes; a failure's
//! body says in words what it is.

pub(super) mod share_infos;
pub(super) mod share_requests;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bulla::api::zus::{ShareInfoType, ZusMessage};

use crate::db::ShareKind;
use crate::domain::{Error, Paging, Result};
use crate::http::failure;

/// The answer where nothing is.
pub(super) fn unknown_route() -> Response {
    failure(&Error::NotFound)
}

/// The HTTP answer of a call that failed.
pub(super) fn failure(error: &Error) -> Response {
    let status = match error {
        Error::ForeignOrigin => StatusCode::FORBIDDEN,
        _ => failure::status(error),
    };
    let mut response = (status, Json(ZusMessage { message: error.to_string() })).into_response();
    failure::say_when(error, response.headers_mut());
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
