//! The API client: signing, retrying, and one method for each call.

mod answers;
mod auth;
mod calls;
mod dates;
mod dropzones;
mod groups;
mod http;
mod installation;
mod packages;
mod paging;
mod public_keys;
mod recipients;
mod requests;
mod retry;
mod secure_shares;
mod sessions;
mod settings;
mod share_infos;
mod shares;
mod verification;
mod webhooks;
mod workspaces;

pub use answers::{
    AddedRecipient, AddedRecipients, Answer, Digits, DownloadUrlsAnswer, FileCompleted, FileCreated,
    FileEntry, FilesCompleted, FilesCreated, Finalized, LinkOpened, LinkUnlocked, PackageContent,
    PackageCreated, PartPresent, PartUrl, PartsAnswer, UploadUrlsAnswer, User,
};
pub use auth::Auth;
pub(crate) use calls::UPLOAD_TYPE;
pub use dropzones::ConfirmedSender;
pub use groups::{AddedGroup, Group, GroupMember};
pub use http::{Attempt, Call, Clock, Http, Incoming, Method, Reply, Upload};
pub use installation::Installation;
pub use packages::{Activity, PackageDetails, PackageSummary, Phase, Pickup, State};
pub use paging::{Order, Page, PageOf};
pub use public_keys::{KeyCodes, OfferedKey, OwnKey, OwnKeys, ToSync, Wrapped, WrappedFor};
pub use recipients::{Confirmation, Phone, Recipient};
pub use requests::{IncomingPackage, OfferedRequest, RequestEntry};
pub use retry::{Patience, retry};
pub use secure_shares::{
    Authentication, FileAccess, IdentityProvider, Notification, SecureRecipient, SecureShare,
};
pub use sessions::{ApiKeyEntry, KeyIssue, NewApiKey, Pin, SignedIn};
pub use settings::AccountSettings;
pub use share_infos::{IssuedTicket, RequestFilter, ShareInfo, ShareRequest};
pub use shares::{Share, ShareRecipient, ShareUser};
pub use verification::{ProviderSignIn, Verification, VerificationCodeSent, VerificationWay, Verified};
pub use webhooks::{Delivery, NewWebhook, Webhook};
pub(crate) use workspaces::WorkspaceOpened;
pub use workspaces::{DirectoryEntry, DirectoryPage, StoredVersion, WorkspaceFile};

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;

use self::answers::LinkFailure;
use crate::api::link::LinkFailureCode;
use crate::api::{API_PREFIX, NOT_FOUND, ResponseCode};
use crate::json::{Invalid, Json, Read};
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

    /// The same for links whose server may ask who is there: a session stays where it belongs.
    pub(crate) fn visitor_at(&self, host: &str) -> Self {
        let session = |auth: &Rc<Auth>| matches!(**auth, Auth::Session) && self.is_known_at(host);
        Self { auth: self.auth.clone().filter(session), ..self.stranger_at(host) }
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

    /// Whether the server at `host` knows this client.
    pub(crate) fn is_known_at(&self, host: &str) -> bool {
        self.auth.is_some() && *self.host == *host
    }

    fn auth(&self) -> Result<&Auth> {
        self.auth.as_deref().ok_or_else(|| {
            Error::new(ErrorCode::AuthenticationFailed, "this client has no API key, Dropzone or session")
        })
    }

    /// One call of the SendSafely API, below the prefix that fits the caller. `path` may have a query.
    fn api<T: Read, B: Serialize>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
    ) -> impl Future<Output = Result<T>> + use<'_, N, T, B> {
        let prefix = self.auth.as_ref().map_or(API_PREFIX, |auth| auth.prefix());
        let answer = self.signed(method, format!("{prefix}{path}"), body.map(to_json), api_answer);
        async move { read(&answer.await?) }
    }

    /// One call of an API for accounts, whose replies `answer` reads. Boxed, like [`link_answer`](Self::link_answer): each call
    /// would have all of this once more.
    fn signed(
        &self,
        method: Method,
        path: String,
        body: Option<Result<Vec<u8>>>,
        answer: fn(&Reply) -> Result<Json, Attempt>,
    ) -> LocalBoxFuture<'_, Result<Json>> {
        async move {
            let auth = self.auth()?;
            let body = body.transpose()?;
            let signed = path.split('?').next().unwrap_or_default();
            retry(self.net(), self.patience(), async || {
                // Signed anew each time: the timestamp has to be fresh.
                let mut headers =
                    auth.headers(signed, body.as_deref().unwrap_or_default(), self.net.now())?;
                headers.extend(body.as_ref().map(|_| json_type()));
                let call = Call { method, url: format!("{}{path}", self.host), headers, body: body.clone() };
                answer(&self.net.call(call).await?)
            })
            .await
        }
        .boxed_local()
    }

    /// Puts a small object, or gets one, where a presigned URL says; resolves with what came back.
    pub(crate) async fn object(&self, method: Method, url: &str, body: Option<Vec<u8>>) -> Result<Vec<u8>> {
        retry(self.net(), self.patience(), async || {
            let call = Call { method, url: self.resolve(url), headers: Vec::new(), body: body.clone() };
            let reply = self.net.call(call).await?;
            if reply.status == 200 {
                return Ok(reply.body);
            }
            let mut failed = Attempt::from_status(reply.status, reply.retry_after);
            failed.error = failed.error.with_code(ErrorCode::Storage);
            Err(failed)
        })
        .await
    }

    /// One call below [`crate::api::LINK_PREFIX`].
    fn link<T: Read, B: Serialize>(
        &self,
        path: &str,
        token: Option<&str>,
        body: &B,
    ) -> impl Future<Output = Result<T>> + use<'_, N, T, B> {
        let url = format!("{}{}{path}", self.host, crate::api::LINK_PREFIX);
        let mut headers = vec![json_type()];
        headers.extend(token.map(|token| ("authorization", format!("Bearer {token}"))));
        // Some shares ask who is there.
        headers.extend(self.auth.as_ref().map(|_| auth::session_header()));
        let answer = self.link_answer(url, headers, to_json(body));
        async move { read(&answer.await?) }
    }

    fn link_answer(
        &self,
        url: String,
        headers: Vec<(&'static str, String)>,
        body: Result<Vec<u8>>,
    ) -> LocalBoxFuture<'_, Result<Json>> {
        async move {
            let body = Some(body?);
            let answer = retry(self.net(), self.patience(), async || {
                let (url, headers, body) = (url.clone(), headers.clone(), body.clone());
                link_answer(&self.net.call(Call { method: Method::Post, url, headers, body }).await?)
            });
            // Trying at once would only prolong the wait; the caller may, later.
            answer.await.map_err(|error| match error.code() {
                ErrorCode::LimitReached => error.retryable(),
                _ => error,
            })
        }
        .boxed_local()
    }
}

fn to_json(body: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(body).map_err(|_| Error::new(ErrorCode::Internal, "the request could not be written"))
}

fn parse(body: &[u8]) -> Result<Json> {
    Json::parse(body).map_err(not_the_api)
}

fn read<T: Read>(answer: &Json) -> Result<T> {
    T::read(answer).map_err(not_the_api)
}

fn not_the_api(invalid: Invalid) -> Error {
    Error::new(ErrorCode::Server, format!("the server's answer is not what the API says: {invalid}"))
}

fn json_type() -> (&'static str, String) {
    ("content-type", "application/json".to_owned())
}

/// What a reply of the SendSafely API says: `response` in it tells success from failure.
fn api_answer(reply: &Reply) -> Result<Json, Attempt> {
    if reply.status != 200 {
        return Err(Attempt::from_status(reply.status, reply.retry_after));
    }
    let json = parse(&reply.body)?;
    let answer: Answer = read(&json)?;
    if matches!(answer.response, ResponseCode::Success | ResponseCode::PackageNeedsApproval) {
        return Ok(json);
    }
    let mut said = answer.message.unwrap_or_default();
    for error in answer.errors {
        said.push_str(if said.is_empty() { "" } else { "; " });
        said.push_str(&error);
    }
    let error = refusal(answer.response, said);
    Err(if answer.response == ResponseCode::Timeout { error.retryable() } else { error }.into())
}

/// What it means that the server answered with anything but success, and these words.
pub(crate) fn refusal(response: ResponseCode, said: String) -> Error {
    let code = match response {
        ResponseCode::AuthenticationFailed => ErrorCode::AuthenticationFailed,
        ResponseCode::LimitExceeded => ErrorCode::LimitReached,
        ResponseCode::InvalidFileName | ResponseCode::InvalidFileExtension => ErrorCode::InvalidInput,
        ResponseCode::DuplicateFile => ErrorCode::Exists,
        ResponseCode::Timeout => ErrorCode::Server,
        _ if said == NOT_FOUND => ErrorCode::NotFound,
        _ => ErrorCode::Refused,
    };
    Error::new(code, if said.is_empty() { "the server refused".into() } else { said })
}

/// What a reply to a call of an open link says.
fn link_answer(reply: &Reply) -> Result<Json, Attempt> {
    if reply.status == 200 {
        return Ok(parse(&reply.body)?);
    }
    match Json::parse(&reply.body).and_then(|json| LinkFailure::read(&json)) {
        Ok(failure) if failure.code != LinkFailureCode::Unknown => Err(link_error(&failure).into()),
        _ => Err(Attempt::from_status(reply.status, reply.retry_after)),
    }
}

fn link_error(failure: &LinkFailure) -> Error {
    let code = match failure.code {
        LinkFailureCode::NotFound => ErrorCode::WrongKey,
        LinkFailureCode::Expired => ErrorCode::Expired,
        LinkFailureCode::Deleted => ErrorCode::NotFound,
        LinkFailureCode::PasswordRequired => ErrorCode::PasswordRequired,
        LinkFailureCode::TokenInvalid => ErrorCode::AuthenticationFailed,
        LinkFailureCode::TooManyAttempts => ErrorCode::LimitReached,
        LinkFailureCode::VerificationRequired => ErrorCode::VerificationRequired,
        LinkFailureCode::CodeWrong => ErrorCode::CodeWrong,
        LinkFailureCode::CodeSpent => ErrorCode::CodeSpent,
        LinkFailureCode::SignInFailed => ErrorCode::SignInFailed,
        LinkFailureCode::LoginRequired => ErrorCode::LoginRequired,
        LinkFailureCode::UserInfoRequired => ErrorCode::UserInfoRequired,
        LinkFailureCode::Exhausted => ErrorCode::Exhausted,
        LinkFailureCode::InvalidRequest => ErrorCode::InvalidInput,
        LinkFailureCode::Unknown => ErrorCode::Server,
    };
    Error::new(code, failure.message.clone())
}
