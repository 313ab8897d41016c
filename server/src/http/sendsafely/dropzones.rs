//! Dropzones.

use bulla::api::ResponseCode;
use bulla::api::dropzone::{ConfirmSender, SenderConfirmed};

use crate::domain::Result;
use crate::http::api::{Call, Reply};

/// `POST /dropzone/{dropzoneId}/sender/` (ours)
pub(in crate::http) async fn confirm_sender(call: Call) -> Result<Reply> {
    let asked: ConfirmSender = call.json()?;
    let id = call.parameter("dropzone")?;
    let (token, life) = call.domain().confirm_sender(call.account()?, id, &asked.email).await?;
    Reply::json(&SenderConfirmed {
        confirmed_sender_token: token,
        token_expires_in: life,
        response: ResponseCode::Success,
    })
}
