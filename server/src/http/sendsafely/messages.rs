//! Messages.

use bulla::api::package::{Answer, PutMessage};

use super::done;
use crate::domain::{Action, Event, Result};
use crate::http::api::Call;
use crate::http::typed::Body;

/// `PUT /package/{packageId}/message/`
pub(in crate::http) async fn put(call: Call, Body(asked): Body<PutMessage>) -> Result<Answer> {
    call.domain().put_message(call.package()?, &asked.message).await?;
    call.log(&[Event::on(call.package()?, Action::MESSAGE_WRITTEN)]).await?;
    done(Some("Success"))
}

/// `GET /package/{packageId}/message/{checksum}/`
pub(in crate::http) async fn get(call: Call) -> Result<Answer> {
    let checksum = call.parameter("checksum")?;
    let message = call.domain().message(call.package()?, &call.caller, checksum, &call.address).await?;
    call.log(&[Event::on(call.package()?, Action::MESSAGE_READ)]).await?;
    done(Some(&message))
}
