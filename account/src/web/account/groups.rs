//! Contact groups.

use bulla::api::group::CreateGroup;
use bulla::web::promise::{done, or_rejected, promise};
use bulla::web::values::{Options, list, object};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, convert, segment};

#[wasm_bindgen]
impl Account {
    /// The account's own groups.
    #[wasm_bindgen]
    pub fn groups(&self) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(list(client.groups().await?, convert::group)) })
    }

    /// The groups for every account.
    #[wasm_bindgen(js_name = enterpriseGroups)]
    pub fn enterprise_groups(&self) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(list(client.enterprise_groups().await?, convert::group)) })
    }

    /// Makes a group.
    #[wasm_bindgen(js_name = createGroup)]
    pub fn create_group(&self, name: String, options: JsValue) -> Promise {
        or_rejected(|| {
            let is_enterprise_group = Options::of(options)?.flag("enterprise")?;
            let request = CreateGroup { group_name: name, is_enterprise_group };
            let client = self.client.clone();
            Ok(promise(async move { Ok(convert::group(client.create_group(&request).await?)) }))
        })
    }

    /// Deletes a group.
    #[wasm_bindgen(js_name = deleteGroup)]
    pub fn delete_group(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.delete_group(&segment(id)?).await) })
    }

    /// Adds an address to a group.
    #[wasm_bindgen(js_name = addGroupMember)]
    pub fn add_group_member(&self, id: String, email: String) -> Promise {
        let client = self.client.clone();
        promise(
            async move { Ok(convert::group_member(client.add_group_member(&segment(id)?, email).await?)) },
        )
    }

    /// Takes a member out of a group.
    #[wasm_bindgen(js_name = removeGroupMember)]
    pub fn remove_group_member(&self, id: String, member: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.remove_group_member(&segment(id)?, &segment(member)?).await) })
    }

    /// Puts a group on a package.
    #[wasm_bindgen(js_name = addGroup)]
    pub fn add_group(&self, package: String, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let added = client.add_group(&segment(package)?, &segment(id)?).await?;
            Ok(object([
                ("id", added.id.into()),
                ("name", added.name.into()),
                ("emails", list(added.emails, JsValue::from)),
                ("needsApproval", added.needs_approval.into()),
            ]))
        })
    }

    /// Takes a group off a package.
    #[wasm_bindgen(js_name = removeGroup)]
    pub fn remove_group(&self, package: String, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.remove_group(&segment(package)?, &segment(id)?).await) })
    }
}
