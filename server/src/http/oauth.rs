//! Bearer tokens by client credentials (RFC 6749, section 4.4): `client_id` is an API key, `client_secret` its secret.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bulla::api::oauth::{TokenAnswer, TokenFailure, TokenFailureCode, TokenRequest, TokenType};
use data_encoding::BASE64;

use super::api::Call;
use super::failure;
use super::origin::subscriber;
use super::typed::Fields;
use crate::domain::{BEARER_LIFE, Error, Result};

/// `POST /oauth/token`
pub(super) async fn token(call: Call, Fields(asked): Fields<TokenRequest>) -> Result<TokenAnswer> {
    // What has no value counts as left out (RFC 6749, section 3.2).
    let given = |field: Option<String>| field.filter(|value| !value.is_empty());
    let grant = given(asked.grant_type).ok_or_else(|| Error::Invalid("grant_type is missing".to_owned()))?;
    if grant != "client_credentials" {
        return Err(Error::UnsupportedGrant);
    }
    let in_body = (given(asked.client_id), given(asked.client_secret));
    let (key, secret) = match (call.authorization.as_deref(), in_body) {
        (None, (Some(key), Some(secret))) => (key, secret),
        (None, _) => return Err(NO_CREDENTIALS),
        (Some(header), (id, None)) => {
            let (key, secret) = basic(header).ok_or(NO_CREDENTIALS)?;
            if id.is_some_and(|id| id != key) {
                return Err(Error::Invalid("client_id is of another client".to_owned()));
            }
            (key, secret)
        }
        (Some(_), (_, Some(_))) => {
            return Err(Error::Invalid("the client shows its secret in one way alone".to_owned()));
        }
    };
    let address = subscriber(&call.address);
    let made = call.domain().bearer_token(&key, &secret, asked.scope.as_deref(), &address).await?;
    Ok(TokenAnswer {
        access_token: made.token,
        token_type: TokenType::Bearer,
        expires_in: BEARER_LIFE.unsigned_abs(),
        scope: made.scopes.join(" "),
    })
}

const NO_CREDENTIALS: Error = Error::Unauthenticated("the client shows no API key with its secret");

/// The credentials of HTTP Basic (RFC 7617), each encoded as a form's value is (RFC 6749, section 2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, credentials) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64.decode(credentials.trim().as_bytes()).ok()?).ok()?;
    let (key, secret) = decoded.split_once(':')?;
    let plain = |text: &str| {
        let spaced = text.replace('+', " ");
        let decoded = percent_encoding::percent_decode_str(&spaced).decode_utf8();
        decoded.ok().map(std::borrow::Cow::into_owned)
    };
    Some((plain(key)?, plain(secret)?))
}

/// The answer where nothing is.
pub(super) fn unknown_route() -> Response {
    failure(&Error::NotFound)
}

/// The HTTP answer of a call that failed (RFC 6749, section 5.2).
pub(super) fn failure(error: &Error) -> Response {
    use TokenFailureCode as Code;
    let (status, code) = match error {
        Error::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, Code::InvalidClient),
        Error::UnsupportedGrant => (StatusCode::BAD_REQUEST, Code::UnsupportedGrantType),
        Error::UnknownScope => (StatusCode::BAD_REQUEST, Code::InvalidScope),
        Error::TooManyAttempts { .. } => (StatusCode::TOO_MANY_REQUESTS, Code::TemporarilyUnavailable),
        Error::Limit(_) => (StatusCode::PAYLOAD_TOO_LARGE, Code::InvalidRequest),
        Error::NotFound => (StatusCode::NOT_FOUND, Code::InvalidRequest),
        Error::Internal(cause) => {
            tracing::error!(%cause, "a call failed");
            (StatusCode::INTERNAL_SERVER_ERROR, Code::TemporarilyUnavailable)
        }
        _ => (StatusCode::BAD_REQUEST, Code::InvalidRequest),
    };
    let told = TokenFailure { error: code, error_description: error.to_string() };
    let mut response = (status, Json(told)).into_response();
    let headers = response.headers_mut();
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"bulla\""));
    }
    failure::say_when(error, headers);
    response
}
