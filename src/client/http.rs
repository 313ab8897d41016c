//! What the client and the transfers need of the world outside: a network and a clock.

use std::future::Future;

use crate::{Error, ErrorCode, Result};

/// The HTTP methods of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// PUT
    Put,
    /// POST
    Post,
    /// DELETE
    Delete,
}

/// A call with a small JSON body, or none.
#[derive(Clone, Debug)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// Names, in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body, if any.
    pub body: Option<Vec<u8>>,
}

/// What a [`Call`] came back with, whatever its status.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// `Retry-After` in seconds, when given.
    pub retry_after: Option<u32>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// What a PUT to a presigned URL came back with.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    /// The status code.
    pub status: u16,
    /// `Retry-After` in seconds, when given.
    pub retry_after: Option<u32>,
}

/// What a GET from a presigned URL came back with.
#[derive(Clone, Debug)]
pub struct Fetched<B> {
    /// The status code.
    pub status: u16,
    /// `Retry-After` in seconds, when given.
    pub retry_after: Option<u32>,
    /// The body; `None` unless the status is 200, and when the body is longer than allowed.
    pub body: Option<B>,
}

/// One failed try.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// What went wrong. Tried again only if it is retryable.
    pub error: Error,
    /// `Retry-After` in seconds, when the other side gave one.
    pub retry_after: Option<u32>,
}

impl From<Error> for Attempt {
    fn from(error: Error) -> Self {
        Self { error, retry_after: None }
    }
}

impl Attempt {
    /// The failure that an unexpected status code stands for.
    pub fn from_status(status: u16, retry_after: Option<u32>) -> Self {
        let code = match status {
            401 | 403 => ErrorCode::AuthenticationFailed,
            404 | 410 => ErrorCode::NotFound,
            413 | 429 => ErrorCode::LimitReached,
            _ => ErrorCode::Server,
        };
        let error = Error::new(code, format!("the server answered with status {status}"));
        let retryable = matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504);
        Self { error: if retryable { error.retryable() } else { error }, retry_after }
    }

    /// The network failed before an answer came.
    pub fn network(message: impl Into<String>) -> Self {
        Error::new(ErrorCode::Network, message.into()).retryable().into()
    }
}

/// A network. Dropping a future of these methods ends the request.
pub trait Http {
    /// Encrypted octets that stay where the platform keeps them.
    type Bytes;
    /// A part as it is sent; sending again must not need it made again.
    type Body;

    /// Makes a body of pieces, in order, without copying where the platform can.
    fn body(&self, pieces: Vec<Self::Bytes>) -> Result<Self::Body>;
    /// Sends a small call and reads the whole reply.
    fn call(&self, call: Call) -> impl Future<Output = Result<Reply, Attempt>>;
    /// PUTs a part to a presigned URL.
    fn put(&self, url: &str, body: &Self::Body) -> impl Future<Output = Result<Stored, Attempt>>;
    /// GETs a part from a presigned URL: at most `limit` octets. `progress` hears of each further octet count.
    fn get(
        &self,
        url: &str,
        limit: u64,
        progress: &dyn Fn(u64),
    ) -> impl Future<Output = Result<Fetched<Self::Bytes>, Attempt>>;
}

/// A clock.
pub trait Clock {
    /// Milliseconds since 1970, UTC.
    fn now(&self) -> u64;
    /// Waits.
    fn sleep(&self, milliseconds: u32) -> impl Future<Output = ()>;
}
