use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

use crate::Result;
use crate::api::session::SESSION_HEADER;
use crate::api::signature::{
    API_HEADER, API_KEY_HEADER, NONCE_HEADER, SIGNATURE_HEADER, SignedRequest, TIMESTAMP_HEADER,
};
use crate::api::{API_PREFIX, DROPZONE_PREFIX};
use crate::keys::random;

/// How the server knows the caller.
pub enum Auth {
    /// An account's API key; requests are signed.
    ApiKey {
        /// Names the key.
        key: String,
        /// Signs; never sent.
        secret: Zeroizing<String>,
    },
    /// A Dropzone's id.
    Dropzone(String),
    /// Whoever is signed in: a cookie that the browser keeps says who. Only in pages of the server's own origin.
    Session,
}

impl Auth {
    pub(super) fn prefix(&self) -> &'static str {
        match self {
            Self::ApiKey { .. } | Self::Session => API_PREFIX,
            Self::Dropzone(_) => DROPZONE_PREFIX,
        }
    }

    /// The headers of one request to `path` with `body`, made at `now` (milliseconds since 1970).
    pub(super) fn headers(&self, path: &str, body: &[u8], now: u64) -> Result<Vec<(&'static str, String)>> {
        let mut headers = vec![(API_HEADER, "JS_API".to_owned())];
        match self {
            Self::Dropzone(id) => headers.push((API_KEY_HEADER, id.clone())),
            Self::Session => headers.push(session_header()),
            Self::ApiKey { key, secret } => {
                let timestamp = timestamp(now);
                let nonce = nonce()?;
                let signed =
                    SignedRequest { api_key: key, path, timestamp: &timestamp, body, nonce: Some(&nonce) };
                headers.push((SIGNATURE_HEADER, signed.sign(secret)));
                headers.push((API_KEY_HEADER, key.clone()));
                headers.push((TIMESTAMP_HEADER, timestamp));
                headers.push((NONCE_HEADER, nonce));
            }
        }
        Ok(headers)
    }
}

/// What no page of another origin can send.
pub(super) fn session_header() -> (&'static str, String) {
    (SESSION_HEADER, "1".to_owned())
}

/// Sixteen random octets, base64url.
pub(super) fn nonce() -> Result<String> {
    Ok(Base64UrlUnpadded::encode_string(&random::<16>()?))
}

/// `YYYY-MM-DDTHH:MM:SS+0000`, from milliseconds since 1970.
fn timestamp(now: u64) -> String {
    let seconds = now / 1000;
    let (year, month, day) = civil_from_days(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+0000")
}

/// The Gregorian date of a day counted from 1970-01-01, by counting in 400-year eras that begin on 1 March.
fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_follow_the_calendar() {
        for (now, text) in [
            (0, "1970-01-01T00:00:00+0000"),
            (951_782_399_999, "2000-02-28T23:59:59+0000"),
            (951_782_400_000, "2000-02-29T00:00:00+0000"),
            (1_389_738_240_000, "2014-01-14T22:24:00+0000"),
            (4_107_542_400_000, "2100-03-01T00:00:00+0000"),
        ] {
            assert_eq!(timestamp(now), text);
        }
    }

    #[test]
    fn a_signed_request_verifies() {
        let auth = Auth::ApiKey { key: "k".into(), secret: Zeroizing::new("s".into()) };
        let headers = auth.headers("/api/v2.0/package/", b"{}", 0).unwrap();
        let value = |name| headers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str()).unwrap();
        let request = SignedRequest {
            api_key: value(API_KEY_HEADER),
            path: "/api/v2.0/package/",
            timestamp: value(TIMESTAMP_HEADER),
            body: b"{}",
            nonce: Some(value(NONCE_HEADER)),
        };
        assert!(request.verify("s", value(SIGNATURE_HEADER)));
        assert!(!request.verify("t", value(SIGNATURE_HEADER)));
        assert!(!SignedRequest { body: b"{ }", ..request }.verify("s", value(SIGNATURE_HEADER)));
    }
}
