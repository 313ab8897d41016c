//! What failures have in common on several surfaces, whatever their bodies say.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::domain::Error;

/// The ordinary status code of a failure. Notes in the log what is the server's own fault.
pub(super) fn status(error: &Error) -> StatusCode {
    match error {
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
    }
}

/// Says when to try again, where the failure knows (RFC 9110, section 10.2.3).
pub(super) fn say_when(error: &Error, headers: &mut HeaderMap) {
    if let Error::TooManyAttempts { retry_after } = error {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
    }
}

/// Says that a bearer token lets in (RFC 6750, section 3).
pub(super) fn challenge(status: StatusCode, headers: &mut HeaderMap) {
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"bulla\""));
    }
}
