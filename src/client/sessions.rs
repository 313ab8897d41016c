//! Signing in, registering, and API keys.

use std::future::Future;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;

use super::answers::Answer;
use super::auth::session_header;
use super::{
    Attempt, Call, Client, Clock, Http, Method, Reply, api_answer, json_type, parse, read, retry, to_json,
};
use crate::api::account::{GenerateKey, GenerateKeyByCode, GenerateKeyByPin, Register};
use crate::api::session::{ChangePassword, CreateKey, FinishRegistration, SessionFailureCode, SignIn};
use crate::api::{API_PREFIX, ResponseCode, SESSION_PREFIX};
use crate::json::{Invalid, Json, Read, read_struct};
use crate::{Error, ErrorCode, Result};

const NO_BODY: Option<&()> = None;

read_struct! {
    /// Who is signed in.
    #[derive(Clone, Debug)]
    pub struct SignedIn {
        /// The account's id.
        pub id: String = get "id",
        /// The e-mail address.
        pub email: String = get "email",
        /// The first name, when known.
        pub first_name: String = get_or_default "firstName",
        /// The last name, when known.
        pub last_name: String = get_or_default "lastName",
        /// Whether it administers the installation.
        pub admin: bool = get_or_default "admin",
    }
}

/// What came of asking for an API key with a password.
pub enum KeyIssue {
    /// It was made.
    Made(NewApiKey),
    /// A code went to the account's address; this token goes back with it.
    CodeSent(String),
}

read_struct! {
    /// A new API key.
    #[derive(Clone)]
    pub struct NewApiKey {
        /// The public half.
        pub api_key: String = get "apiKey",
        /// The secret half, shown only now.
        pub api_secret: String = get "apiSecret",
    }
}

read_struct! {
    /// An API key, without its secret.
    #[derive(Clone, Debug)]
    pub struct ApiKeyEntry {
        /// The public half.
        pub api_key: String = get "apiKey",
        /// What its owner calls it.
        pub description: String = get_or_default "description",
        /// When it was made, in seconds since 1970.
        pub created: u64 = get "created",
        /// When it was last used, in seconds since 1970.
        pub used: Option<u64> = get "used",
    }
}

read_struct! {
    struct ApiKeys {
        keys: Vec<ApiKeyEntry> = get "keys",
    }
}

read_struct! {
    /// A pin that makes an API key elsewhere.
    #[derive(Clone)]
    pub struct Pin {
        /// The pin.
        pub pin: String = get "pin",
        /// How long it holds, in seconds.
        pub expires_in: u64 = get "expiresIn",
    }
}

read_struct! {
    struct Failure {
        code: SessionFailureCode = get "code",
        message: String = get_or_default "message",
    }
}

impl Read for SessionFailureCode {
    fn read(json: &Json) -> Result<Self, Invalid> {
        super::answers::variant(json)
    }
}

impl<N: Http + Clock> Client<N> {
    /// Signs in. The browser keeps the session's cookie.
    pub fn sign_in(&self, request: &SignIn) -> impl Future<Output = Result<SignedIn>> {
        self.session(Method::Post, "/sign-in/", Some(request))
    }

    /// Makes the account of a registration, and signs in.
    pub fn finish_registration(
        &self,
        request: &FinishRegistration,
    ) -> impl Future<Output = Result<SignedIn>> {
        self.session(Method::Post, "/register/", Some(request))
    }

    /// Who is signed in.
    pub fn signed_in(&self) -> impl Future<Output = Result<SignedIn>> {
        self.session(Method::Get, "/", NO_BODY)
    }

    /// Ends the session.
    pub fn sign_out(&self) -> impl Future<Output = Result<()>> {
        self.session(Method::Post, "/sign-out/", NO_BODY)
    }

    /// Changes the password, and ends all other sessions.
    pub fn change_password(&self, request: &ChangePassword) -> impl Future<Output = Result<()>> {
        self.session(Method::Post, "/password/", Some(request))
    }

    /// The API keys of whoever is signed in, oldest first.
    pub async fn api_keys(&self) -> Result<Vec<ApiKeyEntry>> {
        let answer: ApiKeys = self.session(Method::Get, "/keys/", NO_BODY).await?;
        Ok(answer.keys)
    }

    /// Makes an API key for whoever is signed in.
    pub fn create_api_key(&self, description: String) -> impl Future<Output = Result<NewApiKey>> {
        self.session(Method::Post, "/keys/", Some(&CreateKey { description }))
    }

    /// Revokes an API key.
    pub fn revoke_api_key(&self, api_key: &str) -> impl Future<Output = Result<()>> {
        self.session(Method::Delete, &format!("/keys/{api_key}/"), NO_BODY)
    }

    /// A pin with which another program makes an API key.
    pub fn create_pin(&self) -> impl Future<Output = Result<Pin>> {
        self.session(Method::Post, "/pin/", NO_BODY)
    }

    /// Asks for an account: a pin, or word that there is one, goes to the address.
    pub async fn register(&self, email: String) -> Result<()> {
        api_answer(&self.unsigned(Method::Put, "/register/", to_json(&Register { email })).await?)
            .map(drop)
            .map_err(|failed| failed.error)
    }

    /// Asks for an API key with a password.
    pub async fn generate_key(&self, request: &GenerateKey) -> Result<KeyIssue> {
        let reply = self.unsigned(Method::Put, "/generate-key/", to_json(request)).await?;
        let json = parse(&reply.body)?;
        if read::<Answer>(&json)?.response == ResponseCode::TwoFaRequired {
            return Ok(KeyIssue::CodeSent(read::<CodeSent>(&json)?.token));
        }
        made(&reply).map(KeyIssue::Made)
    }

    /// Makes the API key for which a code was sent.
    pub async fn generate_key_by_code(&self, token: &str, request: &GenerateKeyByCode) -> Result<NewApiKey> {
        made(&self.unsigned(Method::Post, &format!("/generate-key/{token}/"), to_json(request)).await?)
    }

    /// Makes an API key with a pin.
    pub async fn generate_key_by_pin(&self, request: &GenerateKeyByPin) -> Result<NewApiKey> {
        made(&self.unsigned(Method::Put, "/generate-key/oauth/", to_json(request)).await?)
    }

    /// A call of the SendSafely API that nobody signs.
    fn unsigned(
        &self,
        method: Method,
        path: &str,
        body: Result<Vec<u8>>,
    ) -> LocalBoxFuture<'_, Result<Reply>> {
        let url = format!("{}{API_PREFIX}{path}", self.host);
        async move {
            let call = Call { method, url, headers: vec![json_type()], body: Some(body?) };
            // Once: a lost answer may have brought a code or used one up.
            let reply = self.net.call(call).await.map_err(|failed| failed.error)?;
            match reply.status {
                200 => Ok(reply),
                status => Err(Attempt::from_status(status, reply.retry_after).error),
            }
        }
        .boxed_local()
    }

    /// One call below [`SESSION_PREFIX`].
    fn session<T: Read, B: Serialize>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
    ) -> impl Future<Output = Result<T>> + use<'_, N, T, B> {
        let url = format!("{}{SESSION_PREFIX}{path}", self.host);
        let answer = self.session_answer(method, url, body.map(to_json));
        async move { read(&answer.await?) }
    }

    fn session_answer(
        &self,
        method: Method,
        url: String,
        body: Option<Result<Vec<u8>>>,
    ) -> LocalBoxFuture<'_, Result<Json>> {
        async move {
            let body = body.transpose()?;
            retry(self.net(), self.patience(), async || {
                let mut headers = vec![session_header()];
                headers.extend(body.as_ref().map(|_| json_type()));
                session_answer(
                    &self.net.call(Call { method, url: url.clone(), headers, body: body.clone() }).await?,
                )
            })
            .await
        }
        .boxed_local()
    }
}

read_struct! {
    struct CodeSent {
        token: String = get "token",
    }
}

/// The API key that an answer brings.
fn made(reply: &Reply) -> Result<NewApiKey> {
    read(&api_answer(reply).map_err(|failed| failed.error)?)
}

/// What a reply to a call with a session says.
fn session_answer(reply: &Reply) -> Result<Json, Attempt> {
    if reply.status == 200 {
        return Ok(parse(&reply.body)?);
    }
    let failure = Json::parse(&reply.body).and_then(|json| Failure::read(&json));
    let Ok(failure) = failure else { return Err(Attempt::from_status(reply.status, reply.retry_after)) };
    let code = match failure.code {
        SessionFailureCode::WrongCredentials | SessionFailureCode::SignedOut => {
            ErrorCode::AuthenticationFailed
        }
        SessionFailureCode::ForeignOrigin => ErrorCode::ForeignOrigin,
        SessionFailureCode::NotFound => ErrorCode::NotFound,
        SessionFailureCode::TooManyAttempts => ErrorCode::LimitReached,
        SessionFailureCode::InvalidRequest => ErrorCode::InvalidInput,
        SessionFailureCode::Unknown => {
            return Err(Attempt::from_status(reply.status, reply.retry_after));
        }
    };
    Err(Error::new(code, failure.message).into())
}
