//! The one error type of the SDK.

use std::borrow::Cow;
use std::fmt;

/// What went wrong, as a stable code that programs can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// The caller gave a value that is not allowed.
    InvalidInput,
    /// The link has no key, or its key is shorter or longer than any key.
    LinkIncomplete,
    /// The text is not a share link.
    LinkInvalid,
    /// Nothing opens with this link: its key or its package code is wrong.
    WrongKey,
    /// What arrived is not what the sender sealed.
    Tampered,
    /// The package's life has ended.
    Expired,
    /// What was asked for is gone or never was, or is not for the caller: the server does not say which.
    NotFound,
    /// The server does not do this, for a reason that it gives.
    Refused,
    /// A file of that name is there already, where it must not be.
    Exists,
    /// A limit on size, count, attempts or time was reached.
    LimitReached,
    /// The package opens only with a password, and none or a wrong one was given.
    PasswordRequired,
    /// The share is for those who sign in.
    LoginRequired,
    /// The share is for those of whom name, e-mail address and company are known.
    UserInfoRequired,
    /// The package opens to recipients alone who showed who they are.
    VerificationRequired,
    /// The code is wrong.
    CodeWrong,
    /// The code was used, has expired, or was guessed at too often.
    CodeSpent,
    /// The OpenID provider did not say that this is the recipient.
    SignInFailed,
    /// The share was downloaded as often as it may be.
    Exhausted,
    /// The server does not know the caller.
    AuthenticationFailed,
    /// The server takes this page for one of another origin, for which its sessions are not.
    ForeignOrigin,
    /// The network failed.
    Network,
    /// The store of the encrypted parts refused or failed.
    Storage,
    /// The server answered with an error, or with something that is no answer.
    Server,
    /// The caller aborted.
    Aborted,
    /// This build or this browser cannot do it.
    Unsupported,
    /// A defect in this library, or a worker of it that died.
    Internal,
}

impl ErrorCode {
    /// The code as programs see it, for instance `LINK_INCOMPLETE`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "INVALID_INPUT",
            Self::LinkIncomplete => "LINK_INCOMPLETE",
            Self::LinkInvalid => "LINK_INVALID",
            Self::WrongKey => "WRONG_KEY",
            Self::Tampered => "TAMPERED",
            Self::Expired => "EXPIRED",
            Self::NotFound => "NOT_FOUND",
            Self::Refused => "REFUSED",
            Self::Exists => "EXISTS",
            Self::LimitReached => "LIMIT_REACHED",
            Self::PasswordRequired => "PASSWORD_REQUIRED",
            Self::LoginRequired => "LOGIN_REQUIRED",
            Self::UserInfoRequired => "USER_INFO_REQUIRED",
            Self::VerificationRequired => "VERIFICATION_REQUIRED",
            Self::CodeWrong => "CODE_WRONG",
            Self::CodeSpent => "CODE_SPENT",
            Self::SignInFailed => "SIGN_IN_FAILED",
            Self::Exhausted => "EXHAUSTED",
            Self::AuthenticationFailed => "AUTHENTICATION_FAILED",
            Self::ForeignOrigin => "FOREIGN_ORIGIN",
            Self::Network => "NETWORK",
            Self::Storage => "STORAGE",
            Self::Server => "SERVER",
            Self::Aborted => "ABORTED",
            Self::Unsupported => "UNSUPPORTED",
            Self::Internal => "INTERNAL",
        }
    }
}

/// An error with a stable [`ErrorCode`] and a message for a developer. It never holds key material or plaintext.
///
/// A single pointer: there is a place for it in nearly every result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Failure>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Failure {
    code: ErrorCode,
    message: Cow<'static, str>,
    retryable: bool,
}

impl Error {
    /// An error that trying again will not mend.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self::of(code, message.into())
    }

    fn of(code: ErrorCode, message: Cow<'static, str>) -> Self {
        Self(Box::new(Failure { code, message, retryable: false }))
    }

    /// The same error, marked as one that trying again may mend.
    pub fn retryable(mut self) -> Self {
        self.0.retryable = true;
        self
    }

    /// The same error under another code, where the caller knows better what it means.
    pub fn with_code(mut self, code: ErrorCode) -> Self {
        self.0.code = code;
        self
    }

    /// `TAMPERED`: what arrived is not what the sender sealed. The message does not say where the check failed.
    pub fn tampered() -> Self {
        Self::new(ErrorCode::Tampered, "the content is not what the sender sealed")
    }

    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// Whether trying the same again may succeed.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// What happened, for a developer.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.as_str(), self.0.message)
    }
}

impl std::error::Error for Error {}

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;
