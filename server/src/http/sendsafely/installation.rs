//! This installation: its version, what it is called, and what clients report to it.

use bulla::api::ResponseCode;
use bulla::api::installation::{Enterprise, SendFeedback, VersionAnswer, VersionInfo};
use bulla::api::package::Answer;
use serde_json::Value;

use super::done;
use crate::domain::{FeedbackOrder, Result};
use crate::http::api::Call;
use crate::http::origin::subscriber;
use crate::http::typed::Body;

/// What this server calls itself.
const NAME: &str = "Bulla";
/// The colours of the pages' heads and links: `--ink` and `--clay` in `www/tokens.css`.
const HEADER_COLOR: &str = "#1c1917";
const LINK_COLOR: &str = "#a8481f";

/// `GET /config/version/{api}/{version}/`
pub(in crate::http) async fn version(_: Call) -> Result<VersionAnswer> {
    Ok(VersionAnswer { version: env!("CARGO_PKG_VERSION").to_owned(), response: ResponseCode::Success })
}

/// `PUT /config/version/info/`: what a client says of itself and of its user's machine is read and not kept.
pub(in crate::http) async fn version_info(call: Call, _: Body<VersionInfo>) -> Result<VersionAnswer> {
    version(call).await
}

/// `GET /enterprise/`
pub(in crate::http) async fn enterprise(call: Call) -> Result<Enterprise> {
    Ok(Enterprise {
        host: call.base,
        system_name: NAME.to_owned(),
        allow_undisclosed_recipients: true,
        header_color: HEADER_COLOR.to_owned(),
        link_color: LINK_COLOR.to_owned(),
        message_encryption: true,
        response: ResponseCode::Success,
    })
}

/// `PUT /feedback/`
pub(in crate::http) async fn feedback(call: Call, Body(asked): Body<SendFeedback>) -> Result<Answer> {
    let order = FeedbackOrder {
        client: call.client.clone().unwrap_or_default(),
        message: text(asked.message.or(asked.javalog)),
        stacktrace: text(asked.stacktrace),
        system_info: text(asked.system_info),
    };
    call.domain().keep_feedback(&call.caller, &subscriber(&call.address), order).await?;
    done(None)
}

/// A value that clients send as text, and some as whatever they have.
fn text(value: Option<Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}
