//! How the account is written to.

use bulla::api::account::Settings;
use bulla::web::promise::{done, or_rejected, promise};
use bulla::web::values::{Options, list, object};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, events, invalid};

#[wasm_bindgen]
impl Account {
    /// How the account is written to.
    #[wasm_bindgen]
    pub fn settings(&self) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let settings = client.settings().await?;
            let mail = list(settings.mail, JsValue::from);
            Ok(object([("language", settings.language.into()), ("mail", mail)]))
        })
    }

    /// Changes how the account is written to; `mail` are the events of which it is told by e-mail.
    #[wasm_bindgen(js_name = setSettings)]
    pub fn set_settings(&self, mail: Option<Vec<String>>, options: JsValue) -> Promise {
        or_rejected(|| {
            let language = Options::of(options)?.text("language")?;
            let language = language.map(|language| language.parse()).transpose();
            let settings = Settings {
                language: language.map_err(|reason: &str| invalid(reason.to_owned()))?,
                mail: mail.as_deref().map(events).transpose()?,
            };
            let client = self.client.clone();
            Ok(promise(async move { done(client.set_settings(&settings).await) }))
        })
    }
}
