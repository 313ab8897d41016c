//! Why something was not done.

use crate::oidc::ProviderError;

/// The result of everything here that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something was not done. Messages are for the caller and tell nothing that the caller may not know.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or the caller may not know of it: the one answer.
    #[error("{}", bulla::api::NOT_FOUND)]
    NotFound,
    /// The caller is not who it says, or its request was tampered with, is too old or was sent before.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// Nobody is signed in with this request.
    #[error("sign in first")]
    SignedOut,
    /// The request comes from a page that is not this server's.
    #[error("sessions are for this server's own pages")]
    ForeignOrigin,
    /// There is no such code any more: it was used, has expired, or was guessed at too often.
    #[error("the code does not hold any more; ask for a new one")]
    CodeSpent,
    /// The code is wrong.
    #[error("the code is wrong")]
    CodeWrong,
    /// The link opens to verified recipients alone.
    #[error("verify first who you are")]
    VerificationRequired,
    /// An OpenID provider could not say that somebody is whom it should be.
    #[error("{0}")]
    SignInFailed(&'static str),
    /// The request makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// It cannot be done with this package in its state.
    #[error("{0}")]
    Refused(String),
    /// A limit on size or count was reached.
    #[error("{0}")]
    Limit(String),
    /// The file name cannot be kept.
    #[error("{0}")]
    InvalidFileName(&'static str),
    /// A file of that name is there already.
    #[error("a file of that name is there already")]
    DuplicateFile,
    /// What stands against finalizing.
    #[error("the package cannot be finalized")]
    NotFinalizable(Vec<String>),
    /// The package's life has ended.
    #[error("the package has expired")]
    Expired,
    /// Its sender deleted the package.
    #[error("the package was deleted")]
    Deleted,
    /// The password is missing or wrong.
    #[error("a password is required")]
    PasswordRequired,
    /// The link's token is missing, forged or too old.
    #[error("the token does not hold")]
    TokenInvalid,
    /// The share is for those who sign in.
    #[error("sign in to open this share")]
    LoginRequired,
    /// The share is for those of whom name, e-mail address and company are known.
    #[error("name, e-mail address and company come first")]
    UserInfoRequired,
    /// The share was downloaded as often as it may be.
    #[error("the share was downloaded as often as it may be")]
    Exhausted,
    /// A token is asked for in a way that there is not.
    #[error("the grant is client_credentials")]
    UnsupportedGrant,
    /// A token is asked for something that there is not.
    #[error("there is no such scope")]
    UnknownScope,
    /// Too many attempts.
    #[error("too many attempts")]
    TooManyAttempts {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The server failed. The cause is for its log alone.
    #[error("the server failed")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<ProviderError> for Error {
    fn from(ProviderError(reason): ProviderError) -> Self {
        Self::SignInFailed(reason)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Internal(error.into())
    }
}
