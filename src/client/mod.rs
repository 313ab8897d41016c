//! The API client: signing, retrying, and one method for each call.

mod answers;
mod auth;
mod calls;
mod http;
mod retry;

pub use answers::{AddedRecipient, AddedRecipients, PackageContent};
pub use auth::Auth;
pub(crate) use calls::UPLOAD_TYPE;
pub use http::{Attempt, Call, Clock, Http, Incoming, Method, Reply, Upload};
pub use retry::{Patience, retry};

use std::cell::Cell;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api::ResponseCode;
use crate::api::link::{LinkFailure, LinkFailureCode};
use crate::api::package::Answer;
use crate::{Error, ErrorCode, Result};

/// A client of one server. Cheap to clone; clones share the connection and the clock.
pub struct Client<N> {
    net: Rc<N>,
    host: Rc<str>,
    auth: Option<Rc<Auth>>,
    /// What a transfer hears while it waits for the network. `None`: calls are a person's own.
    waiting: Option<Rc<dyn Fn(bool)>>,
    /// Octets a second that the last upload went with; 0 while there was none.
    rate: Rc<Cell<u64>>,
}

impl<N> Clone for Client<N> {
    fn clone(&self) -> Self {
        Self {
            net: self.net.clone(),
            host: self.host.clone(),
            auth: self.auth.clone(),
            waiting: self.waiting.clone(),
            rate: self.rate.clone(),
        }
    }
}

impl<N: Http + Clock> Client<N> {
    /// A client of the server at `host`, an origin such as `https://files.example.com`.
    pub fn new(net: N, host: &str, auth: Option<Auth>) -> Self {
        Self {
            net: Rc::new(net),
            host: host.trim_end_matches('/').into(),
            auth: auth.map(Rc::new),
            waiting: None,
            rate: Rc::default(),
        }
    }

    /// The server's origin.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The network and the clock below.
    pub fn net(&self) -> &N {
        &self.net
    }

    /// A URL from the server: absolute, or relative to its origin.
    pub(crate) fn resolve(&self, url: &str) -> String {
        if url.starts_with('/') { format!("{}{url}", self.host) } else { url.to_owned() }
    }

    /// The same client, talking to another host and without an account: for links that point elsewhere.
    pub fn stranger_at(&self, host: &str) -> Self {
        Self { host: host.trim_end_matches('/').into(), auth: None, ..self.clone() }
    }

    /// The same client with the patience of a transfer. `waiting` hears true when it begins to wait for a network
    /// that is away, and false when the waiting is over.
    pub(crate) fn patient(&self, waiting: Rc<dyn Fn(bool)>) -> Self {
        Self { waiting: Some(waiting), ..self.clone() }
    }

    /// How long this client goes on trying.
    pub(crate) fn patience(&self) -> Patience<'_> {
        self.waiting.as_deref().map_or(Patience::Call, Patience::Transfer)
    }

    /// Octets a second that the last upload of this client and its clones went with; 0 while there was none.
    pub(crate) fn rate(&self) -> &Cell<u64> {
        &self.rate
    }

    fn auth(&self) -> Result<&Auth> {
        self.auth.as_deref().ok_or_else(|| {
            Error::new(ErrorCode::AuthenticationFailed, "this client has neither an API key nor a Dropzone")
        })
    }

    /// One call of the SendSafely API, below the prefix that fits the caller.
    async fn api<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<T> {
        let auth = self.auth()?;
        let path = format!("{}{path}", auth.prefix());
        let body = body.map(to_json).transpose()?;
        retry(self.net(), self.patience(), async || {
            // Signed anew each time: the timestamp has to be fresh.
            let mut headers = auth.headers(&path, body.as_deref().unwrap_or_default(), self.net.now())?;
            headers.extend(body.as_ref().map(|_| json_type()));
            let call = Call { method, url: format!("{}{path}", self.host), headers, body: body.clone() };
            read_answer(&self.net.call(call).await?)
        })
        .await
    }

    /// One call below [`crate::api::LINK_PREFIX`].
    async fn link<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&impl Serialize>,
    ) -> Result<T> {
        let url = format!("{}{}{path}", self.host, crate::api::LINK_PREFIX);
        let body = body.map(to_json).transpose()?;
        let mut headers = Vec::new();
        if let Some(token) = token {
            headers.push(("authorization", format!("Bearer {token}")));
        }
        headers.extend(body.as_ref().map(|_| json_type()));
        retry(self.net(), self.patience(), async || {
            let call = Call { method, url: url.clone(), headers: headers.clone(), body: body.clone() };
            let reply = self.net.call(call).await?;
            if reply.status == 200 {
                return from_json(&reply.body).map_err(Attempt::from);
            }
            match serde_json::from_slice::<LinkFailure>(&reply.body) {
                Ok(failure) if failure.code != LinkFailureCode::Unknown => Err(link_error(&failure).into()),
                _ => Err(Attempt::from_status(reply.status, reply.retry_after)),
            }
        })
        .await
        // Trying at once would only prolong the wait; the caller may, later.
        .map_err(|error| if error.code() == ErrorCode::LimitReached { error.retryable() } else { error })
    }
}

fn to_json(body: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(body)
        .map_err(|e| Error::new(ErrorCode::Internal, format!("cannot write the request: {e}")))
}

fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|e| {
        Error::new(ErrorCode::Server, format!("the server's answer is not what the API says: {e}"))
    })
}

fn json_type() -> (&'static str, String) {
    ("content-type", "application/json".to_owned())
}

/// What a reply of the SendSafely API says, or the failure that it stands for.
fn read_answer<T: DeserializeOwned>(reply: &Reply) -> Result<T, Attempt> {
    if reply.status != 200 {
        return Err(Attempt::from_status(reply.status, reply.retry_after));
    }
    Ok(parse_answer(&reply.body)?)
}

/// Reads an answer of the SendSafely API, in which `response` tells success from failure.
fn parse_answer<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let answer: Answer = from_json(body)?;
    let code = match answer.response {
        ResponseCode::Success | ResponseCode::PackageNeedsApproval => return from_json(body),
        ResponseCode::AuthenticationFailed => ErrorCode::AuthenticationFailed,
        ResponseCode::LimitExceeded => ErrorCode::LimitReached,
        ResponseCode::InvalidFileName | ResponseCode::InvalidFileExtension | ResponseCode::DuplicateFile => {
            ErrorCode::InvalidInput
        }
        ResponseCode::Timeout | ResponseCode::Fail | ResponseCode::Unknown => ErrorCode::Server,
    };
    let said = answer.message.filter(|m| !m.is_empty()).unwrap_or_else(|| answer.errors.join("; "));
    let error = Error::new(code, if said.is_empty() { "the server refused".into() } else { said });
    Err(if answer.response == ResponseCode::Timeout { error.retryable() } else { error })
}

fn link_error(failure: &LinkFailure) -> Error {
    let code = match failure.code {
        LinkFailureCode::NotFound => ErrorCode::WrongKey,
        LinkFailureCode::Expired => ErrorCode::Expired,
        LinkFailureCode::Deleted => ErrorCode::NotFound,
        LinkFailureCode::PasswordRequired => ErrorCode::PasswordRequired,
        LinkFailureCode::TokenInvalid => ErrorCode::AuthenticationFailed,
        LinkFailureCode::TooManyAttempts => ErrorCode::LimitReached,
        LinkFailureCode::InvalidRequest | LinkFailureCode::Unknown => ErrorCode::Server,
    };
    Error::new(code, failure.message.clone())
}
