//! Dropzones.

use bulla::web::promise::promise;
use bulla::web::values::{number, object};
use js_sys::Promise;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, segment};

#[wasm_bindgen]
impl Account {
    /// Confirms who sends through a Dropzone.
    #[wasm_bindgen(js_name = confirmSender)]
    pub fn confirm_sender(&self, dropzone: String, email: String) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let confirmed = client.confirm_sender(&segment(dropzone)?, email).await?;
            Ok(object([("token", confirmed.token.into()), ("expiresIn", number(confirmed.expires_in))]))
        })
    }
}
