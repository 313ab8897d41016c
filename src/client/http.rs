//! What the client and the transfers need of the world outside: a network and a clock.

use std::future::Future;

use futures_util::future::LocalBoxFuture;

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
    /// PATCH
    Patch,
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

/// A request whose body is a part.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a, B> {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: &'a str,
    /// Names, in lower case, and values.
    pub headers: &'a [(&'static str, String)],
    /// The body.
    pub body: &'a B,
}

/// One failed try.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// What went wrong. Tried again only if it is retryable.
    pub error: Error,
    /// `Retry-After` in seconds, when the other side gave one.
    pub retry_after: Option<u32>,
    /// Whether it brought something that the next try need not bring again.
    pub got_on: bool,
}

impl From<Error> for Attempt {
    fn from(error: Error) -> Self {
        Self { error, retry_after: None, got_on: false }
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
        Self { error: if retryable { error.retryable() } else { error }, retry_after, got_on: false }
    }

    /// The network failed before an answer came.
    pub fn network(message: impl Into<String>) -> Self {
        Error::new(ErrorCode::Network, message.into()).retryable().into()
    }
}

/// A network. Dropping a future of these methods ends the request.
pub trait Http {
    /// Octets that stay where the platform keeps them.
    type Bytes;
    /// A part as it is sent; sending again must not need it made again.
    type Body;
    /// An answer whose body is still arriving.
    type Incoming: Incoming<Bytes = Self::Bytes>;

    /// Makes a body of pieces, in order, without copying where the platform can.
    fn body(&self, pieces: Vec<Self::Bytes>) -> Result<Self::Body>;
    /// The same body with octets before and after it.
    fn framed(&self, before: &[u8], body: &Self::Body, after: &[u8]) -> Result<Self::Body>;
    /// Sends a small call and reads the whole reply.
    fn call(&self, call: Call) -> impl Future<Output = Result<Reply, Attempt>>;
    /// Sends a part and reads the whole, small reply. `progress` hears how many octets have gone out so far, where
    /// the platform can tell.
    fn upload(
        &self,
        request: Upload<'_, Self::Body>,
        progress: &dyn Fn(u64),
    ) -> impl Future<Output = Result<Reply, Attempt>>;
    /// Asks for what a presigned URL stands for, from octet `from` on. Where `quick`, a body of at most so many octets
    /// may come in one piece, if that is faster: nothing is heard of it in between.
    fn get(
        &self,
        url: &str,
        from: u64,
        quick: Option<u64>,
    ) -> impl Future<Output = Result<Self::Incoming, Attempt>>;
}

/// An answer whose body is still arriving. Dropping it ends the request.
pub trait Incoming {
    /// Octets that stay where the platform keeps them.
    type Bytes;

    /// The status code: 206 when the body is only the rest that was asked for.
    fn status(&self) -> u16;
    /// `Retry-After` in seconds, when given.
    fn retry_after(&self) -> Option<u32>;
    /// Whether all of it has arrived and lies where it costs this program no memory, until [`next`](Self::next) brings it.
    fn is_aside(&self) -> bool;
    /// The next octets; `None` at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<Self::Bytes>, Attempt>>;
}

/// A clock, and what else runs by itself.
pub trait Clock {
    /// Milliseconds since 1970, UTC.
    fn now(&self) -> u64;
    /// Waits; less long when the network is seen to come back.
    fn sleep(&self, milliseconds: u32) -> impl Future<Output = ()>;
    /// Runs a future to its end beside everything else.
    fn spawn(&self, future: LocalBoxFuture<'static, ()>);
}
