use serde::{Deserialize, Serialize};

/// The `response` of every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ResponseCode {
    /// Done.
    Success,
    /// Refused or impossible; also the one answer for what the caller may not know about.
    Fail,
    /// The key is unknown, or the signature or its timestamp does not hold.
    AuthenticationFailed,
    /// A limit on size, count or time was reached.
    LimitExceeded,
    /// The package has a file of that name.
    DuplicateFile,
    /// The server gave up waiting.
    Timeout,
    /// A file name that cannot be kept.
    InvalidFileName,
    /// A file type that this server refuses.
    InvalidFileExtension,
    /// Finalized, but waiting for an approver.
    PackageNeedsApproval,
    /// The password is right, and a code is on its way; `message` is the token that goes with it.
    TwoFaRequired,
    /// The code does not hold any more, and a new one has to be asked for.
    PinResend,
    /// Any other code: treated as [`ResponseCode::Fail`].
    #[serde(other)]
    Unknown,
}
