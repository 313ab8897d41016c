//! Webhooks.

use bulla::api::webhook::CreateWebhook;
use bulla::web::promise::{done, or_rejected, promise};
use bulla::web::values::{Options, list, object};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, convert, required, segment};

#[wasm_bindgen]
impl Account {
    /// Makes a webhook for these events.
    #[wasm_bindgen(js_name = createWebhook)]
    pub fn create_webhook(&self, events: Vec<String>, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let request = CreateWebhook {
                url: required(&options, "url")?,
                events: super::events(&events)?,
                description: options.text("description")?.unwrap_or_default(),
            };
            let client = self.client.clone();
            Ok(promise(async move {
                let made = client.create_webhook(&request).await?;
                Ok(object([("webhook", convert::webhook(made.webhook)), ("secret", made.secret.into())]))
            }))
        })
    }

    /// The account's webhooks.
    #[wasm_bindgen]
    pub fn webhooks(&self) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(list(client.webhooks().await?, convert::webhook)) })
    }

    /// Deletes a webhook.
    #[wasm_bindgen(js_name = deleteWebhook)]
    pub fn delete_webhook(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.delete_webhook(&segment(id)?).await) })
    }

    /// What a webhook was last told.
    #[wasm_bindgen]
    pub fn deliveries(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(list(client.deliveries(&segment(id)?).await?, convert::delivery)) })
    }
}
