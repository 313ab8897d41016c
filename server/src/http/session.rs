//! Signing in, and what a person who is signed in looks after. Ordinary status codes; a failure's body says what it is.
//!
//! A session is a cookie that no script reads and that goes to this server alone (`SameSite=Strict`). Since a cookie goes
//! along by itself, a request with a session must show that a page of this server's own origin made it: it carries a
//! header that pages of other origins may not send, and the browser's word for where it comes from.

use axum::Json;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bulla::api::session::{
    ChangePassword, CreateKey, CreatedKey, Done, FinishRegistration, ForgottenPassword, KeyEntry, Keys, Pin,
    ResetPassword, SESSION_HEADER, SessionFailure, SessionFailureCode, SignIn, SignedIn,
};
use bulla::api::signature::{API_KEY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER};

use super::api::Call;
use super::origin::{base, subscriber};
use super::typed::{Body, WithCookie};
use super::{App, failure};
use crate::db::{Account, Session};
use crate::domain::{Error, NewSession, Result};

/// `POST /session/v1/sign-in/`
pub(super) async fn sign_in(call: Call, Body(asked): Body<SignIn>) -> Result<WithCookie<SignedIn>> {
    let address = subscriber(&call.address);
    let old = call.cookie.as_deref();
    let new = call.domain().sign_in(&asked.email, asked.password, old, &address).await?;
    began(&call, new)
}

/// `POST /session/v1/register/`
pub(super) async fn register(
    call: Call,
    Body(asked): Body<FinishRegistration>,
) -> Result<WithCookie<SignedIn>> {
    let address = subscriber(&call.address);
    let names = (asked.first_name, asked.last_name);
    let old = call.cookie.as_deref();
    let new = call.domain().finish_registration(&asked.pin, asked.password, names, old, &address).await?;
    began(&call, new)
}

/// `POST /session/v1/password/forgotten/`
pub(super) async fn forgotten_password(call: Call, Body(asked): Body<ForgottenPassword>) -> Result<Done> {
    let email = call.domain().admit_reset(&asked.email, &subscriber(&call.address))?;
    // Behind the answer, which otherwise would take longer for those who have an account.
    tokio::spawn(async move {
        if let Err(error) = call.domain().start_reset(&email).await {
            tracing::error!(?error, "a pin could not be sent");
        }
    });
    Ok(Done {})
}

/// `POST /session/v1/password/reset/`
pub(super) async fn reset_password(
    call: Call,
    Body(asked): Body<ResetPassword>,
) -> Result<WithCookie<SignedIn>> {
    let (address, old) = (subscriber(&call.address), call.cookie.as_deref());
    let new = call.domain().finish_reset(&asked.pin, asked.password, old, &address).await?;
    began(&call, new)
}

/// `GET /session/v1/`
pub(super) async fn who(call: Call) -> Result<SignedIn> {
    Ok(signed_in(&call.session()?.account))
}

/// `POST /session/v1/sign-out/`
pub(super) async fn sign_out(call: Call) -> Result<WithCookie<Done>> {
    call.domain().sign_out(call.session()?).await?;
    Ok(WithCookie { answer: Done {}, cookie: cookie(&call.app, "", 0)? })
}

/// `POST /session/v1/password/`
pub(super) async fn change_password(call: Call, Body(asked): Body<ChangePassword>) -> Result<Done> {
    let address = subscriber(&call.address);
    call.domain().change_password(call.session()?, asked.password, asked.new_password, &address).await?;
    Ok(Done {})
}

/// `GET /session/v1/keys/`
pub(super) async fn keys(call: Call) -> Result<Keys> {
    let keys = call.domain().keys(&call.session()?.account).await?;
    let keys = keys.into_iter().map(|key| KeyEntry {
        api_key: key.api_key,
        description: key.description,
        created: key.created.unsigned_abs(),
        used: key.used.map(i64::unsigned_abs),
    });
    Ok(Keys { keys: keys.collect() })
}

/// `POST /session/v1/keys/`
pub(super) async fn create_key(call: Call, Body(asked): Body<CreateKey>) -> Result<CreatedKey> {
    let key = call.domain().create_key(call.session()?.account.clone(), &asked.description).await?;
    Ok(CreatedKey { api_key: key.api_key, api_secret: key.api_secret })
}

/// `DELETE /session/v1/keys/{apiKey}/`
pub(super) async fn revoke_key(call: Call) -> Result<Done> {
    call.domain().revoke_key(&call.session()?.account, call.parameter("api_key")?).await?;
    Ok(Done {})
}

/// `POST /session/v1/pin/`
pub(super) async fn create_pin(call: Call) -> Result<Pin> {
    let pin = call.domain().create_pin(&call.session()?.account).await?;
    Ok(Pin { pin: pin.pin, expires_in: pin.life.unsigned_abs() })
}

/// Whether a request of the SendSafely API leans on a session: it says so, and signs nothing.
pub(super) fn leans_on(headers: &HeaderMap) -> bool {
    let signs =
        [API_KEY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER].iter().any(|&name| headers.contains_key(name));
    headers.contains_key(SESSION_HEADER) && !signs
}

/// The session of a request.
///
/// # Errors
/// [`Error::SignedOut`] when there is none; what [`check_origin`] refuses.
pub(super) async fn of(app: &App, request: &Parts) -> Result<Session> {
    check_origin(app, request)?;
    let secret = cookie_of(app, &request.headers).ok_or(Error::SignedOut)?;
    app.domain.session(&secret).await
}

/// Checks that a page of this server's own origin makes the request.
///
/// # Errors
/// [`Error::ForeignOrigin`] when one of another may have.
pub(super) fn check_origin(app: &App, request: &Parts) -> Result<()> {
    let headers = &request.headers;
    let all = |name: header::HeaderName, fits: &dyn Fn(&str) -> bool| {
        headers.get_all(name).iter().all(|value| value.to_str().is_ok_and(fits))
    };
    let own = base(app, headers);
    // Behind a proxy with a certificate the host is all that is known, unless --public-url says more.
    let alike = own.strip_prefix("http://").filter(|_| app.config.public_url.is_none());
    let from_here = all(header::ORIGIN, &|origin| {
        origin.eq_ignore_ascii_case(&own)
            || alike.is_some_and(|host| {
                origin.strip_prefix("https://").is_some_and(|given| given.eq_ignore_ascii_case(host))
            })
    });
    let named = headers.contains_key(header::ORIGIN) || matches!(request.method, Method::GET | Method::HEAD);
    let same_site = all(header::HeaderName::from_static("sec-fetch-site"), &|site| site == "same-origin");
    if from_here && named && same_site && headers.contains_key(SESSION_HEADER) {
        Ok(())
    } else {
        Err(Error::ForeignOrigin)
    }
}

/// What the session's cookie holds. One sent twice counts as missing.
pub(super) fn cookie_of(app: &App, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(app);
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut found = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, value)| *key == name && !value.is_empty());
    let (_, value) = found.next()?;
    if found.next().is_some() { None } else { Some(value.to_owned()) }
}

/// Over https a name that neither another host nor a page over http can set (RFC 6265bis, section 4.1.3.2).
fn cookie_name(app: &App) -> &'static str {
    if is_https(app) { "__Host-bulla-session" } else { "bulla-session" }
}

fn is_https(app: &App) -> bool {
    app.config.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
}

fn cookie(app: &App, value: &str, life: i64) -> Result<HeaderValue> {
    let secure = if is_https(app) { "; Secure" } else { "" };
    let name = cookie_name(app);
    let cookie = format!("{name}={value}; Path=/; Max-Age={life}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&cookie).map_err(|e| Error::Internal(e.into()))
}

fn began(call: &Call, new: NewSession) -> Result<WithCookie<SignedIn>> {
    let cookie = cookie(&call.app, &new.secret, new.life)?;
    Ok(WithCookie { answer: signed_in(&new.account), cookie })
}

fn signed_in(account: &Account) -> SignedIn {
    SignedIn {
        id: account.id.clone(),
        email: account.email.clone(),
        first_name: account.first_name.clone(),
        last_name: account.last_name.clone(),
        admin: account.admin,
    }
}

/// The answer where nothing is.
pub(super) fn unknown_route() -> Response {
    failure(&Error::NotFound)
}

/// The HTTP answer of a call that failed.
pub(super) fn failure(error: &Error) -> Response {
    use SessionFailureCode as Code;
    let (status, code) = match error {
        Error::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, Code::WrongCredentials),
        Error::SignedOut => (StatusCode::UNAUTHORIZED, Code::SignedOut),
        Error::ForeignOrigin => (StatusCode::FORBIDDEN, Code::ForeignOrigin),
        Error::TooManyAttempts { .. } => (StatusCode::TOO_MANY_REQUESTS, Code::TooManyAttempts),
        Error::Limit(_) => (StatusCode::PAYLOAD_TOO_LARGE, Code::InvalidRequest),
        Error::Invalid(_) | Error::Refused(_) => (StatusCode::BAD_REQUEST, Code::InvalidRequest),
        Error::Internal(cause) => {
            tracing::error!(%cause, "a call failed");
            (StatusCode::INTERNAL_SERVER_ERROR, Code::Unknown)
        }
        _ => (StatusCode::NOT_FOUND, Code::NotFound),
    };
    let mut response = (status, Json(SessionFailure { code, message: error.to_string() })).into_response();
    failure::say_when(error, response.headers_mut());
    response
}
