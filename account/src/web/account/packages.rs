//! Packages: lists, details, changes.

use bulla::api::list::SearchPackages;
use bulla::api::package::UpdatePackage;
use bulla::web::promise::{done, or_rejected, promise};
use bulla::web::values::{Options, list};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, convert, page, segment};

#[wasm_bindgen]
impl Account {
    /// What the server knows of a package, addressed by its id or its code.
    #[wasm_bindgen(js_name = packageDetails)]
    pub fn package_details(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(convert::details(client.package(&segment(id)?).await?)) })
    }

    /// The files of a package.
    #[wasm_bindgen(js_name = packageFiles)]
    pub fn package_files(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move {
            Ok(list(client.package_information(&segment(id)?).await?.files, convert::stored_file))
        })
    }

    /// One page of the packages that the caller sent, or those that another account did.
    #[wasm_bindgen(js_name = sentPackages)]
    pub fn sent_packages(&self, index: u32, size: Option<u32>, by: Option<String>) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let by = by.map(segment).transpose()?;
            Ok(convert::page(client.sent(by.as_deref(), page(index, size)?).await?, convert::summary))
        })
    }

    /// One page of the packages that were sent to the caller.
    #[wasm_bindgen(js_name = receivedPackages)]
    pub fn received_packages(&self, index: u32, size: Option<u32>) -> Promise {
        let client = self.client.clone();
        promise(
            async move { Ok(convert::page(client.received(page(index, size)?).await?, convert::summary)) },
        )
    }

    /// One page of the packages that the caller archived.
    #[wasm_bindgen(js_name = archivedPackages)]
    pub fn archived_packages(&self, index: u32, size: Option<u32>) -> Promise {
        let client = self.client.clone();
        promise(
            async move { Ok(convert::page(client.archived(page(index, size)?).await?, convert::summary)) },
        )
    }

    /// One page of the packages that wait for the caller's approval.
    #[wasm_bindgen(js_name = approvals)]
    pub fn approvals(&self, index: u32, size: Option<u32>) -> Promise {
        let client = self.client.clone();
        promise(
            async move { Ok(convert::page(client.approvals(page(index, size)?).await?, convert::summary)) },
        )
    }

    /// One page of what an administrator's search finds.
    #[wasm_bindgen(js_name = searchPackages)]
    pub fn search_packages(&self, index: u32, size: Option<u32>, filters: JsValue) -> Promise {
        or_rejected(|| {
            let filters = Options::of(filters)?;
            let filters = SearchPackages {
                from_date: filters.text("from")?,
                to_date: filters.text("to")?,
                filename: filters.text("fileName")?,
                sender: filters.text("sender")?,
                recipient: filters.text("recipient")?,
                status: filters.text("status")?,
            };
            let client = self.client.clone();
            Ok(promise(async move {
                Ok(convert::page(client.search(page(index, size)?, &filters).await?, convert::details))
            }))
        })
    }

    /// One page of what was done with a package.
    #[wasm_bindgen]
    pub fn activity(&self, id: String, index: u32, size: Option<u32>) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let page = page(index, size)?;
            Ok(convert::page(client.activity(&segment(id)?, index).await?.cut(page), convert::activity))
        })
    }

    /// Changes a package's life.
    #[wasm_bindgen(js_name = updatePackage)]
    pub fn update_package(&self, id: String, changes: JsValue) -> Promise {
        or_rejected(|| {
            let changes = Options::of(changes)?;
            let update = UpdatePackage {
                life: changes.small("expiresInDays")?,
                remind_days: changes.small("remindDays")?,
                ..UpdatePackage::default()
            };
            let client = self.client.clone();
            Ok(promise(async move { done(client.update_package(&segment(id)?, &update).await) }))
        })
    }

    /// Deletes a package or a workspace.
    #[wasm_bindgen(js_name = deletePackage)]
    pub fn delete_package(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.delete_package(&segment(id)?).await) })
    }

    /// Lets a package through that waits for approval.
    #[wasm_bindgen]
    pub fn approve(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.approve(&segment(id)?).await) })
    }

    /// Archives a package, or takes it out of the archive.
    #[wasm_bindgen]
    pub fn archive(&self, id: String, archived: bool) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let id = segment(id)?;
            done(if archived { client.archive(&id).await } else { client.unarchive(&id).await })
        })
    }
}
