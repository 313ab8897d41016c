//! The installation.

use bulla::api::installation::SendFeedback;
use bulla::web::promise::{done, or_rejected, promise};
use bulla::web::values::Options;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, convert, required};

#[wasm_bindgen]
impl Account {
    /// What the installation is called and looks like.
    #[wasm_bindgen]
    pub fn installation(&self) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(convert::installation(client.installation().await?)) })
    }

    /// The server's version.
    #[wasm_bindgen(js_name = serverVersion)]
    pub fn server_version(&self) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(client.server_version().await?.into()) })
    }

    /// Tells the operator what happened.
    #[wasm_bindgen]
    pub fn report(&self, report: JsValue) -> Promise {
        or_rejected(|| {
            let report = Options::of(report)?;
            let report = SendFeedback {
                message: Some(required(&report, "message")?.into()),
                javalog: None,
                stacktrace: report.text("stack")?.map(Into::into),
                system_info: report.text("system")?.map(Into::into),
            };
            let client = self.client.clone();
            Ok(promise(async move { done(client.send_feedback(&report).await) }))
        })
    }
}
