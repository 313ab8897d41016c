//! How a call with a JSON body and answer is served: read, authenticated, authorized, made.

use std::convert::Infallible;
use std::future::ready;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready as ready_or_pending};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::{FromRequestParts, OriginalUri, Query, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use bulla::api::signature::{
    API_HEADER, API_KEY_HEADER, NONCE_HEADER, SIGNATURE_HEADER, SignedRequest, TIMESTAMP_HEADER,
};
use bulla::api::{DROPZONE_PREFIX, OPEN_DROPZONE, limits};
use bytes::Bytes;
use futures_util::{FutureExt, Stream, StreamExt, TryStreamExt, stream};
use http_body_util::{BodyExt, LengthLimitError, Limited, StreamBody};
use hyper::body::Frame;
use multer::{Field, Multipart};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::agent::Agent;
use super::origin::{address, base, may_send_openly};
use super::routes::{CallHandler, FormHandler, Route, Surface};
use super::{App, dates, link, oauth, secure_share, sendsafely, session, sharefile, zus};
use crate::db::{Account, Package, Session};
use crate::domain::{Access, Caller, Domain, Error, Event, Result, Scope, SignedBy};

/// How long a call's body may take.
const BODY_TIME: Duration = Duration::from_secs(60);
/// Octets at most that of a form are read ahead: room for what a connection hands over at once, and what stands between fields.
const FORM: u64 = 4 << 20;
/// Octets of a nonce at most.
const LONGEST_NONCE: usize = 128;

/// A call whose rule is satisfied.
pub struct Call {
    /// The application.
    pub(super) app: Arc<App>,
    /// Who asks.
    pub(super) caller: Caller,
    /// From where.
    pub(super) address: String,
    /// Under which origin.
    pub(super) base: String,
    /// The name of the client.
    pub(super) client: Option<String>,
    /// With what.
    pub(super) agent: Agent,
    /// What the header `Authorization` holds, when there is one.
    pub(super) authorization: Option<String>,
    /// What the session's cookie holds, when there is one.
    pub(super) cookie: Option<String>,
    session: Option<Session>,
    package: Option<Package>,
    parameters: Vec<(String, String)>,
    uri: Uri,
    content_type: String,
    body: Bytes,
}

/// An answer.
pub enum Reply {
    /// JSON, and perhaps a cookie.
    Json {
        /// The JSON.
        json: Vec<u8>,
        /// The cookie.
        cookie: Option<HeaderValue>,
    },
    /// Something else: an encrypted part, a text, the way to another page.
    Other(Response),
}

impl Reply {
    /// An answer of this value.
    pub(super) fn json(value: &impl Serialize) -> Result<Self> {
        let json = serde_json::to_vec(value).map_err(|e| Error::Internal(e.into()))?;
        Ok(Self::Json { json, cookie: None })
    }

    /// The same with a cookie.
    pub(super) fn with_cookie(self, set: HeaderValue) -> Self {
        match self {
            Self::Json { json, .. } => Self::Json { json, cookie: Some(set) },
            other @ Self::Other(_) => other,
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let (json, cookie) = match self {
            Self::Json { json, cookie } => (json, cookie),
            Self::Other(response) => return response,
        };
        let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "application/json")];
        let mut response = (headers, Body::from(json)).into_response();
        if let Some(cookie) = cookie {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        response
    }
}

impl Call {
    /// The domain.
    pub(super) fn domain(&self) -> &Domain {
        &self.app.domain
    }

    /// The body, read as JSON. An empty one is an empty object.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T> {
        let body: &[u8] = if self.body.is_empty() { b"{}" } else { &self.body };
        // A list would be read as the fields in their order.
        if !body.trim_ascii_start().starts_with(b"{") {
            return Err(Error::Invalid("the body is no JSON object".to_owned()));
        }
        serde_json::from_slice(body)
            .map_err(|e| Error::Invalid(format!("the body is not what the call takes: {e}")))
    }

    /// The body, read as a list in JSON. An empty one is an empty list.
    pub(super) fn list<T: DeserializeOwned>(&self) -> Result<Vec<T>> {
        let body: &[u8] = if self.body.is_empty() { b"[]" } else { &self.body };
        serde_json::from_slice(body)
            .map_err(|e| Error::Invalid(format!("the body is not what the call takes: {e}")))
    }

    /// The body, read as the fields of a form (`application/x-www-form-urlencoded`).
    pub(super) fn fields<T: DeserializeOwned>(&self) -> Result<T> {
        serde_urlencoded::from_bytes(&self.body)
            .map_err(|e| Error::Invalid(format!("the body is not what the call takes: {e}")))
    }

    /// The query of the path, read as the fields of `T`.
    pub(super) fn query<T: DeserializeOwned>(&self) -> Result<T> {
        let query = Query::try_from_uri(&self.uri);
        let Query(fields) =
            query.map_err(|e| Error::Invalid(format!("the query is not what the call takes: {e}")))?;
        Ok(fields)
    }

    /// The body, a form that was read whole (RFC 7578), read as the texts of `T`. What it has no field for is left out.
    pub(super) fn texts<T: DeserializeOwned>(&self) -> Result<T> {
        let malformed = || Error::Invalid("the body is no multipart form".to_owned());
        let boundary = multer::parse_boundary(&self.content_type).map_err(|_| malformed())?;
        let whole = stream::once(ready(Ok::<_, Infallible>(self.body.clone())));
        let mut form = Multipart::new(whole, boundary);
        let mut fields = serde_json::Map::new();
        let read = async {
            while let Some(field) = form.next_field().await.map_err(|_| malformed())? {
                let name = field.name().ok_or_else(malformed)?.to_owned();
                let octets = field.bytes().await.map_err(|_| malformed())?;
                let text = std::str::from_utf8(&octets)
                    .map_err(|_| Error::Invalid(format!("the field {name} is not UTF-8")))?;
                if fields.insert(name.clone(), text.into()).is_some() {
                    return Err(Error::Invalid(format!("the form has the field {name} twice")));
                }
            }
            Ok(())
        };
        // All of it is there, so that nothing is waited for.
        read.now_or_never().ok_or_else(malformed)??;
        serde_json::from_value(fields.into())
            .map_err(|e| Error::Invalid(format!("the form is not what the call takes: {e}")))
    }

    /// A parameter of the path.
    pub(super) fn parameter(&self, name: &str) -> Result<&str> {
        let found = self.parameters.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).ok_or(Error::NotFound)
    }

    /// The session of the one who is signed in.
    pub(super) fn session(&self) -> Result<&Session> {
        self.session.as_ref().ok_or(Error::SignedOut)
    }

    /// The account that makes the call.
    pub(super) fn account(&self) -> Result<&Account> {
        match &self.caller {
            Caller::Account(account) => Ok(account),
            Caller::Recipient(_)
            | Caller::Share(..)
            | Caller::Verified(_)
            | Caller::Holder { .. }
            | Caller::Dropzone { .. }
            | Caller::Anyone => Err(Error::NotFound),
        }
    }

    /// The package on which the caller may make the call.
    pub(super) fn package(&self) -> Result<&Package> {
        self.package.as_ref().ok_or(Error::NotFound)
    }

    /// Notes in the package's activity log what this call did.
    pub(super) async fn log(&self, events: &[Event]) -> Result<()> {
        self.domain().log(self.package()?, &self.caller, &self.address, events).await
    }
}

/// What of a form was not read yet.
pub struct Form {
    fields: Multipart<'static>,
    unclaimed: Arc<AtomicU64>,
}

impl Form {
    fn of(headers: &HeaderMap, body: Body) -> Result<Self> {
        let content_type = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
        let boundary = multer::parse_boundary(content_type);
        let boundary = boundary.map_err(|_| Error::Invalid("the body is no multipart form".to_owned()))?;
        let unclaimed = Arc::new(AtomicU64::new(0));
        let body = Paced { body: body.into_data_stream(), rests: false, unclaimed: unclaimed.clone() };
        Ok(Self { fields: Multipart::new(body, boundary), unclaimed })
    }

    /// The field `name`, which has to be the next one.
    ///
    /// # Errors
    /// When it is another one, or the form is malformed or breaks off.
    pub(super) async fn field(&mut self, name: &str) -> Result<FormField> {
        let field = self.next().await.ok().flatten().filter(|field| field.field.name() == Some(name));
        field.ok_or_else(|| Error::Invalid(format!("the form has no field {name} where it belongs")))
    }

    /// The next field; none behind the last one.
    ///
    /// # Errors
    /// When the form is malformed or breaks off.
    pub(super) async fn next(&mut self) -> Result<Option<FormField>> {
        let next = tokio::time::timeout(BODY_TIME, self.fields.next_field()).await;
        let field = next.ok().and_then(std::result::Result::ok);
        let field = field.ok_or_else(|| Error::Invalid("the form is malformed, or broke off".to_owned()))?;
        Ok(field.map(|field| FormField { field, unclaimed: self.unclaimed.clone() }))
    }
}

/// A field of a form: its octets, as they come.
pub(super) struct FormField {
    field: Field<'static>,
    unclaimed: Arc<AtomicU64>,
}

impl FormField {
    /// The name of the file that it is, if it is one.
    pub(super) fn file_name(&self) -> Option<&str> {
        self.field.file_name()
    }
}

impl Stream for FormField {
    type Item = std::result::Result<Bytes, multer::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready_or_pending!(Pin::new(&mut self.field).poll_next(context));
        self.unclaimed.store(0, Ordering::Relaxed);
        Poll::Ready(next)
    }
}

/// The octets of a form as they come. The parser takes all that it can get and keeps what it does not understand yet: it gets
/// a piece at a time, and no more than [`FORM`] octets while nobody gets any from it.
struct Paced {
    body: BodyDataStream,
    rests: bool,
    unclaimed: Arc<AtomicU64>,
}

impl Stream for Paced {
    type Item = std::result::Result<Bytes, io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.rests) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let next = ready_or_pending!(Pin::new(&mut self.body).poll_next(context));
        self.rests = true;
        Poll::Ready(next.map(|octets| {
            let octets = octets.map_err(io::Error::other)?;
            let len = octets.len() as u64;
            if self.unclaimed.fetch_add(len, Ordering::Relaxed).saturating_add(len) > FORM {
                return Err(io::Error::other(
                    "there is more between the fields of the form than belongs there",
                ));
            }
            Ok(octets)
        }))
    }
}

/// Serves a call in the way of its surface.
pub(super) async fn serve(
    app: Arc<App>,
    route: &'static Route,
    handler: CallHandler,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answer = match admit(app, route, parts, Input::Plain(body)).await {
        Ok((call, _)) => handler(call).await,
        Err(error) => Err(error),
    };
    in_its_way(route, answer)
}

/// Serves a call with a form in the way of its surface.
pub(super) async fn serve_form(
    app: Arc<App>,
    route: &'static Route,
    handler: FormHandler,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answer = match admit(app, route, parts, Input::Unread(body)).await {
        Ok((call, Input::Form(form))) => handler(call, form).await,
        Ok(_) => Err(Error::Invalid("the body is no multipart form".to_owned())),
        Err(error) => Err(error),
    };
    in_its_way(route, answer)
}

fn in_its_way(route: &Route, answer: Result<Reply>) -> Response {
    let error = match answer {
        Ok(reply) => return reply.into_response(),
        Err(error) => error,
    };
    let failure = match route.surface {
        Surface::SendSafely => sendsafely::failure(error),
        Surface::Session => session::failure(&error),
        Surface::OAuth => oauth::failure(&error),
        Surface::Zus => zus::failure(&error),
        Surface::ShareFile => sharefile::failure(&error),
        Surface::SecureShare => secure_share::failure(&error),
        Surface::Link | Surface::Plain => link::failure(&error),
    };
    ([(header::CACHE_CONTROL, "no-store")], failure).into_response()
}

/// Reads a request and satisfies its route's rule, or says why not. What is left of the body comes back.
async fn admit(
    app: Arc<App>,
    route: &'static Route,
    mut parts: Parts,
    mut body: Input,
) -> Result<(Call, Input)> {
    match try_admit(app, route, &mut parts, &mut body).await {
        Ok(call) => Ok((call, body)),
        Err(error) => {
            body.discard(route.body).await;
            Err(error)
        }
    }
}

async fn try_admit(
    app: Arc<App>,
    route: &'static Route,
    parts: &mut Parts,
    body: &mut Input,
) -> Result<Call> {
    let (address, base) = (address(parts), base(&app, &parts.headers));
    let client = text(&parts.headers, API_HEADER).map(str::to_owned);
    let agent = Agent::of(&parts.headers);
    let parameters = RawPathParams::from_request_parts(parts, &()).await.map_err(|_| Error::NotFound)?;
    let parameters: Vec<_> = parameters.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    let parameter =
        |name| parameters.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());

    // What a signature covers is read before the caller is known, everything else after the rule is satisfied.
    let mut signed_in = None;
    let (mut caller, signed_body) = match route.surface {
        Surface::SendSafely if parts.uri.path().starts_with(DROPZONE_PREFIX) => {
            let id = text(&parts.headers, API_KEY_HEADER).ok_or(CLOSED)?;
            let caller = if id == OPEN_DROPZONE {
                if !may_send_openly(&app, &parts.headers) {
                    return Err(CLOSED);
                }
                Caller::Dropzone { id: id.to_owned(), owner: None, request: None }
            } else {
                app.domain.entrance(id).await?.ok_or(CLOSED)?
            };
            (caller, None)
        }
        Surface::SendSafely if route.access == Access::Unsigned => (Caller::Anyone, None),
        Surface::OAuth => (Caller::Anyone, None),
        Surface::Session if route.access == Access::Anyone => {
            session::check_origin(&app, parts)?;
            (Caller::Anyone, None)
        }
        Surface::ShareFile | Surface::SecureShare if parts.headers.contains_key(header::AUTHORIZATION) => {
            let token = bearer(&parts.headers).ok_or(NO_BEARER)?;
            let scope =
                if route.surface == Surface::ShareFile { Scope::ShareFile } else { Scope::SecureShare };
            (Caller::Account(app.domain.bearer_of(token, scope).await?), None)
        }
        Surface::SendSafely | Surface::Zus | Surface::ShareFile | Surface::SecureShare
            if !session::leans_on(&parts.headers) =>
        {
            let claim = Claim::of(parts)?;
            let known = app.domain.key(claim.api_key).await?;
            let (account, secret) = known.ok_or(WRONG_SIGNATURE)?;
            let body = body.read(&parts.headers, route.body).await?;
            claim.verify(&secret, &body)?;
            app.domain.accept_once(claim.signed_by()).await?;
            (Caller::Account(account), Some(body))
        }
        Surface::SendSafely | Surface::Session | Surface::Zus | Surface::ShareFile | Surface::SecureShare => {
            let session = session::of(&app, parts).await?;
            (Caller::Account(signed_in.insert(session).account.clone()), None)
        }
        // Some shares ask who is there; a link does not.
        Surface::Link if route.access == Access::Anyone && session::leans_on(&parts.headers) => {
            let session = session::of(&app, parts).await.ok();
            (session.map_or(Caller::Anyone, |session| Caller::Account(session.account)), None)
        }
        Surface::Link | Surface::Plain => (Caller::Anyone, None),
    };
    let package = match (route.access, &caller) {
        (Access::Anyone, _)
        | (Access::Unsigned, Caller::Anyone)
        | (Access::Account | Access::Sender, Caller::Account(_))
        | (Access::Sender, Caller::Dropzone { .. }) => None,
        (Access::Admin, Caller::Account(account)) if account.admin => None,
        (Access::LinkToken, _) => {
            let token = bearer(&parts.headers).ok_or(Error::TokenInvalid)?;
            let (package, opener) = app.domain.with_token(parameter("code"), token).await?;
            caller = opener;
            Some(package)
        }
        (
            Access::Draft
            | Access::View
            | Access::Contribute
            | Access::Manage
            | Access::Finalize
            | Access::Owner
            | Access::Approver
            | Access::Review
            | Access::Auditor
            | Access::Reader
            | Access::Member,
            asks,
        ) => match app.domain.authorize(route.access, asks, parameter("package")).await {
            Err(Error::NotFound) => {
                let by_tickets = app.domain.authorize_holder(route.access, asks, parameter("package"));
                let (package, holder) = by_tickets.await?;
                caller = holder;
                Some(package)
            }
            answer => Some(answer?),
        },
        (Access::Unsigned | Access::Account | Access::Admin | Access::Sender | Access::Presigned, _) => {
            return Err(Error::NotFound);
        }
    };
    let body = match signed_body {
        Some(body) => body,
        None => body.read(&parts.headers, route.body).await?,
    };
    let uri = parts.uri.clone();
    let content_type = text(&parts.headers, header::CONTENT_TYPE.as_str()).unwrap_or_default().to_owned();
    let cookie = session::cookie_of(&app, &parts.headers);
    let authorization = text(&parts.headers, header::AUTHORIZATION.as_str()).map(str::to_owned);
    Ok(Call {
        app,
        caller,
        address,
        base,
        client,
        agent,
        authorization,
        cookie,
        session: signed_in,
        package,
        parameters,
        uri,
        content_type,
        body,
    })
}

const NO_BEARER: Error = Error::Unauthenticated("the header Authorization holds no bearer token");
const CLOSED: Error = Error::Unauthenticated("there is no such Dropzone, or it is closed");
const WRONG_SIGNATURE: Error =
    Error::Unauthenticated("the API key is unknown, or the signature is not its own");

/// What a signed request says of itself.
struct Claim<'a> {
    method: &'a Method,
    path: &'a str,
    api_key: &'a str,
    timestamp: &'a str,
    signature: &'a str,
    nonce: Option<&'a str>,
}

impl<'a> Claim<'a> {
    fn of(parts: &'a Parts) -> Result<Self> {
        let Parts { method, headers, .. } = parts;
        // As it was requested.
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        let missing =
            Error::Unauthenticated("ss-api-key, ss-request-timestamp or ss-request-signature is missing");
        let (Some(api_key), Some(timestamp), Some(signature)) =
            (text(headers, API_KEY_HEADER), text(headers, TIMESTAMP_HEADER), text(headers, SIGNATURE_HEADER))
        else {
            return Err(missing);
        };
        let nonce = match headers.get(NONCE_HEADER) {
            None => None,
            Some(_) => Some(
                text(headers, NONCE_HEADER)
                    .filter(|nonce| (1..=LONGEST_NONCE).contains(&nonce.len()))
                    .ok_or(Error::Unauthenticated("the nonce has 1 to 128 ASCII characters"))?,
            ),
        };
        if !dates::read_timestamp(timestamp).is_some_and(Domain::is_recent) {
            return Err(Error::Unauthenticated("the timestamp is malformed or more than 15 minutes off"));
        }
        Ok(Self { method, path: uri.path(), api_key, timestamp, signature, nonce })
    }

    fn verify(&self, secret: &str, body: &[u8]) -> Result<()> {
        let Self { api_key, path, timestamp, nonce, .. } = *self;
        let signed = SignedRequest { api_key, path, timestamp, body, nonce };
        if signed.verify(secret, self.signature) { Ok(()) } else { Err(WRONG_SIGNATURE) }
    }

    fn signed_by(&self) -> SignedBy<'a> {
        SignedBy {
            api_key: self.api_key,
            signature: self.signature,
            method: self.method.as_str(),
            nonce: self.nonce,
        }
    }
}

/// The bearer token that a request shows.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    text(headers, header::AUTHORIZATION.as_str())?.strip_prefix("Bearer ")
}

/// The one value of a header. One sent twice counts as missing.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() { None } else { first.to_str().ok() }
}

/// A body on its way.
enum Input {
    Plain(Body),
    /// A form of which nothing was read yet.
    Unread(Body),
    Form(Form),
}

impl Input {
    /// The JSON of a call, and what its signature covers.
    async fn read(&mut self, headers: &HeaderMap, limit: usize) -> Result<Bytes> {
        if let Self::Unread(body) = self {
            *self = Self::Form(Form::of(headers, std::mem::take(body))?);
        }
        match self {
            Self::Form(form) => {
                let field = form.field("requestData").await?;
                collect(StreamBody::new(field.map_ok(Frame::data)), limit).await
            }
            Self::Plain(body) | Self::Unread(body) => {
                let announced = text(headers, header::CONTENT_LENGTH.as_str());
                let announced = announced.and_then(|length| length.parse::<usize>().ok());
                if announced.is_some_and(|length| length > limit) {
                    return Err(too_large(limit));
                }
                collect(body, limit).await
            }
        }
    }

    /// Reads what is left of a refused request, up to `limit`, and forgets it: a client that is still sending would
    /// else meet a closed connection and no answer.
    async fn discard(self, limit: usize) {
        let drain = async {
            match self {
                Self::Plain(mut body) | Self::Unread(mut body) => {
                    let mut left = limit;
                    while let Some(Ok(frame)) = body.frame().await {
                        let len = frame.data_ref().map_or(0, Bytes::len);
                        let Some(rest) = left.checked_sub(len) else { return };
                        left = rest;
                    }
                }
                Self::Form(mut form) => {
                    let mut left = limits::MAX_PART_CIPHERTEXT;
                    while let Ok(Some(mut field)) = form.next().await {
                        while let Some(Ok(octets)) = field.next().await {
                            let Some(rest) = left.checked_sub(octets.len() as u64) else { return };
                            left = rest;
                        }
                    }
                }
            }
        };
        // Whoever sends more, or more slowly, goes without.
        let _ended = tokio::time::timeout(BODY_TIME, drain).await;
    }
}

async fn collect<B>(body: B, limit: usize) -> Result<Bytes>
where
    B: hyper::body::Body<Data = Bytes, Error: Into<axum::BoxError>>,
{
    match tokio::time::timeout(BODY_TIME, Limited::new(body, limit).collect()).await {
        Err(_) => Err(Error::Invalid("the body took too long".to_owned())),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Ok(Err(_)) => Err(Error::Invalid("the body broke off".to_owned())),
    }
}

fn too_large(limit: usize) -> Error {
    Error::Limit(format!("the body has more than {limit} octets"))
}
