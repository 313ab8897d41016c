//! Dropzones: entrances for senders without an account.

use serde::{Deserialize, Serialize};

use super::ResponseCode;

/// `POST /dropzone/{dropzoneId}/sender/` (ours): the owner of a Dropzone, who knows somebody by other means, confirms
/// the sender's address.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfirmSender {
    /// The sender's e-mail address.
    pub email: String,
}

/// The answer to [`ConfirmSender`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SenderConfirmed {
    /// What the sender's client finalizes with.
    pub confirmed_sender_token: String,
    /// For how many seconds it holds.
    pub token_expires_in: u64,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}
