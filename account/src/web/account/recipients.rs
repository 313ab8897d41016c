//! Recipients.

use bulla::api::package::{AddRecipient, UpdateRecipient};
use bulla::web::promise::{done, or_rejected, promise};
use bulla::web::values::{Options, list};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, convert, segment};

#[wasm_bindgen]
impl Account {
    /// One recipient of a package.
    #[wasm_bindgen]
    pub fn recipient(&self, package: String, id: String) -> Promise {
        let client = self.client.clone();
        promise(
            async move { Ok(convert::recipient(client.recipient(&segment(package)?, &segment(id)?).await?)) },
        )
    }

    /// Adds a recipient, with a phone number if there is one.
    #[wasm_bindgen(js_name = addRecipient)]
    pub fn add_recipient(&self, package: String, email: String, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let request = AddRecipient {
                email,
                phone_number: options.text("phone")?,
                country_code: options.text("country")?,
            };
            let client = self.client.clone();
            Ok(promise(async move {
                Ok(convert::recipient(client.add_recipient(&segment(package)?, &request).await?))
            }))
        })
    }

    /// Adds several recipients.
    #[wasm_bindgen(js_name = addRecipients)]
    pub fn add_recipients(&self, package: String, emails: Vec<String>) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let package = segment(package)?;
            let added = client.add_recipients(&package, emails).await?.recipients;
            // What was added is told in brief; the rest is the same call that the others make.
            let ids: Vec<_> = added.into_iter().map(|recipient| recipient.recipient_id).collect();
            let mut all = client.package(&package).await?.recipients;
            all.retain(|recipient| ids.contains(&recipient.id));
            all.sort_by_key(|recipient| ids.iter().position(|id| *id == recipient.id));
            Ok(list(all, convert::recipient))
        })
    }

    /// Gives a recipient another role, or a phone number.
    #[wasm_bindgen(js_name = updateRecipient)]
    pub fn update_recipient(&self, package: String, id: String, changes: JsValue) -> Promise {
        or_rejected(|| {
            let changes = Options::of(changes)?;
            let request = UpdateRecipient {
                phone_number: changes.text("phone")?,
                country_code: changes.text("country")?,
                role: changes.text("role")?,
                role_name: None,
            };
            let client = self.client.clone();
            Ok(promise(async move {
                let updated = client.update_recipient(&segment(package)?, &segment(id)?, &request).await?;
                Ok(convert::recipient(updated))
            }))
        })
    }

    /// Removes a recipient.
    #[wasm_bindgen(js_name = removeRecipient)]
    pub fn remove_recipient(&self, package: String, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.delete_recipient(&segment(package)?, &segment(id)?).await) })
    }
}
