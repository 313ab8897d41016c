//! What every way to send to people has in common.

use std::error::Error as _;
use std::net::IpAddr;

/// Why something was not sent. It names nobody and quotes nothing of what was to be sent, and may stand in a log.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct SendError {
    /// Whether trying again is of no use.
    pub permanent: bool,
    /// What went wrong.
    pub reason: String,
}

impl SendError {
    /// One that no other attempt can mend.
    pub(crate) fn never(reason: &str) -> Self {
        Self { permanent: true, reason: reason.to_owned() }
    }
}

/// Why a request to `who` failed. Its URL may hold what nobody else should read, so that the cause alone is told.
pub(crate) fn http_failure(who: &str, error: &reqwest::Error) -> SendError {
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(|cause| cause.source()) {
        cause = Some(deeper);
    }
    let reason = match cause {
        _ if error.is_timeout() => format!("{who} did not answer in time"),
        Some(cause) if error.is_connect() => format!("{who} cannot be reached: {cause}"),
        _ => format!("{who}'s answer makes no sense"),
    };
    SendError { permanent: error.is_builder(), reason }
}

/// Whether the host of a URL is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}
