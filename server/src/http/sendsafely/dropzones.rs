//! Dropzones.

use bulla::api::ResponseCode;
use bulla::api::dropzone::{ConfirmSender, SenderConfirmed};

use crate::domain::Result;
use crate::http::api::Call;
use crate::http::typed::Body;

/// `POST /dropzone/{dropzoneId}/sender/` (ours)
pub(in crate::http) async fn confirm_sender(
    call: Call,
    Body(asked): Body<ConfirmSender>,
) -> Result<SenderConfirmed> {
    let id = call.parameter("dropzone")?;
    let (token, life) = call.domain().confirm_sender(call.account()?, id, &asked.email).await?;
    Ok(SenderConfirmed {
        confirmed_sender_token: token,
        token_expires_in: life,
        response: ResponseCode::Success,
    })
}
