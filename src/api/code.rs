use serde::{Deserialize, Serialize};

/// The `response` of every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ResponseCode {
    /// Done.
    Success,
    /// Refused, malformed or impossible. With the message `not found or not permitted` also the one answer for what is
    /// missing or not the caller's.
    Fail,
    /// There is no such key; a signature or timestamp does not hold; the request was sent before; the Dropzone is closed; a
    /// password, code or pin is wrong; there is no session, or the request comes from a page of another origin.
    AuthenticationFailed,
    /// A limit on size, count or attempts was reached.
    LimitExceeded,
    /// A file of that name is there already, where it must not be.
    DuplicateFile,
    /// Not answered here: SendSafely's clients know it.
    Timeout,
    /// A name that is empty, longer than 16 KiB, `.` or `..`, or holds a slash, a backslash or a control character; of a
    /// directory also one longer than 4 KiB, of white space alone, or with characters that turn its direction.
    InvalidFileName,
    /// Not answered here: SendSafely's clients know it.
    InvalidFileExtension,
    /// Finalized, and waiting for an approver.
    PackageNeedsApproval,
    /// The password is right, and a code is on its way; `message` is the token that goes with it.
    TwoFaRequired,
    /// The code was used, guessed at too often, or has expired: a new one has to be asked for.
    PinResend,
    /// Any other code: treated as [`ResponseCode::Fail`].
    #[serde(other)]
    Unknown,
}
