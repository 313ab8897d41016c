//! Request signatures: lowercase hex of HMAC-SHA256(apiSecret, apiKey ‖ path ‖ timestamp ‖ body ‖ nonce).
//!
//! `path` starts with [`super::API_PREFIX`], [`super::ZUS_PREFIX`] or [`super::SHAREFILE_PREFIX`], is exactly as requested and excludes the query string; `body` is
//! the raw octets as sent; the nonce stands last, when there is one (ours).

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header with the API key, or with a Dropzone's id.
pub const API_KEY_HEADER: &str = "ss-api-key";
/// The header with the time of the request, `YYYY-MM-DDTHH:MM:SS+0000`, UTC.
pub const TIMESTAMP_HEADER: &str = "ss-request-timestamp";
/// The header with the signature.
pub const SIGNATURE_HEADER: &str = "ss-request-signature";
/// The header that makes a request single-use (ours).
pub const NONCE_HEADER: &str = "ss-request-nonce";
/// The header that names the client.
pub const API_HEADER: &str = "ss-request-api";

/// What is signed.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// The caller's API key.
    pub api_key: &'a str,
    /// The path as requested, without the query string.
    pub path: &'a str,
    /// The text of [`TIMESTAMP_HEADER`].
    pub timestamp: &'a str,
    /// The raw body; empty when there is none.
    pub body: &'a [u8],
    /// The text of [`NONCE_HEADER`], when sent.
    pub nonce: Option<&'a str>,
}

impl SignedRequest<'_> {
    /// The signature under `api_secret`: 64 lowercase hexadecimal digits.
    pub fn sign(&self, api_secret: &str) -> String {
        base16ct::lower::encode_string(&self.mac(api_secret).finalize().into_bytes())
    }

    /// Whether `signature` is this request's signature under `api_secret`; compared in constant time.
    pub fn verify(&self, api_secret: &str, signature: &str) -> bool {
        base16ct::mixed::decode_vec(signature)
            .is_ok_and(|given| self.mac(api_secret).verify_slice(&given).is_ok())
    }

    fn mac(&self, api_secret: &str) -> Hmac<Sha256> {
        #[allow(clippy::expect_used)] // HMAC takes keys of any length (RFC 2104, section 3)
        let mut mac = Hmac::<Sha256>::new_from_slice(api_secret.as_bytes()).expect("any key length");
        mac.update(self.api_key.as_bytes());
        mac.update(self.path.as_bytes());
        mac.update(self.timestamp.as_bytes());
        mac.update(self.body);
        mac.update(self.nonce.unwrap_or_default().as_bytes());
        mac
    }
}
