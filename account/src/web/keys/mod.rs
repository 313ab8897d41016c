//! Keys of trusted devices.

mod convert;
mod requests;
mod store;

use std::rc::Rc;

use bulla::client::Client;
use bulla::keys::{KeyCode, PackageCode};
use bulla::link::ShareLink;
use bulla::web::promise::{done, or_rejected, promise};
use bulla::web::values::{Options, list, object, required};
use bulla::web::{Platform, abortable, settings};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::AbortSignal;

pub use self::requests::{Requested, open_request, parse_request_link};
use self::store::KeyStore;
use crate::keys::{Approval, Keys, Origin, PublicKey};

/// The keys of an account at one server.
#[wasm_bindgen(skip_typescript)]
pub struct KeyRing {
    client: Client<Platform>,
    keys: Rc<Keys<Platform, KeyStore>>,
}

#[wasm_bindgen]
impl KeyRing {
    /// With the same options as a `Client`; `store` keeps keys in the place of this browser.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue, store: JsValue) -> Result<KeyRing, JsValue> {
        let (client, _) = settings::client(options)?;
        let keys = Rc::new(Keys::new(client.clone(), KeyStore::new(store)?));
        Ok(Self { client, keys })
    }

    /// This device's key.
    #[wasm_bindgen(js_name = deviceKey)]
    pub fn device_key(&self) -> Promise {
        let keys = self.keys.clone();
        promise(async move { Ok(keys.device().await?.map_or(JsValue::UNDEFINED, convert::device)) })
    }

    /// Makes a key for this device.
    #[wasm_bindgen(js_name = createDeviceKey)]
    pub fn create_device_key(&self, description: String) -> Promise {
        let keys = self.keys.clone();
        promise(async move { Ok(convert::device(keys.create(&description).await?)) })
    }

    /// All keys of the account.
    #[wasm_bindgen(js_name = deviceKeys)]
    pub fn device_keys(&self) -> Promise {
        let keys = self.keys.clone();
        promise(async move { Ok(list(keys.list().await?, convert::device)) })
    }

    /// Forgets a key of the account.
    #[wasm_bindgen(js_name = deleteDeviceKey)]
    pub fn delete_device_key(&self, id: String) -> Promise {
        let keys = self.keys.clone();
        promise(async move { done(keys.delete(&id).await) })
    }

    /// The keys that the server offers for the recipients of a package.
    #[wasm_bindgen(js_name = offeredKeys)]
    pub fn offered_keys(&self, package: String) -> Promise {
        let keys = self.keys.clone();
        promise(async move { Ok(list(keys.offered(&package).await?.0, convert::offered)) })
    }

    /// Confirms a key.
    #[wasm_bindgen(js_name = confirmKey)]
    pub fn confirm_key(&self, email: String, key: String) -> Promise {
        let keys = self.keys.clone();
        promise(async move { Ok(convert::confirmed(keys.confirm(&email, &key).await?)) })
    }

    /// What was confirmed.
    #[wasm_bindgen(js_name = confirmedKeys)]
    pub fn confirmed_keys(&self) -> Promise {
        let keys = self.keys.clone();
        promise(async move { Ok(list(keys.confirmed().await?, convert::confirmed)) })
    }

    /// Takes a confirmation back.
    #[wasm_bindgen(js_name = revokeKey)]
    pub fn revoke_key(&self, email: String, fingerprint: Option<String>) -> Promise {
        let keys = self.keys.clone();
        promise(async move { done(keys.revoke(&email, fingerprint.as_deref()).await) })
    }

    /// The fingerprint of a key.
    #[wasm_bindgen]
    pub fn fingerprint(&self, key: String) -> Promise {
        let now = js_sys::Date::now() as u64;
        promise(async move { Ok(convert::fingerprint(PublicKey::parse(&key, now)?.pin())) })
    }

    /// Wraps the key of a package to the confirmed keys of its recipients and of the account.
    #[wasm_bindgen]
    pub fn wrap(&self, id: String, code: String, key_code: String, signs: bool) -> Promise {
        let keys = self.keys.clone();
        promise(async move {
            let (code, key_code) = (PackageCode::parse(&code)?, KeyCode::parse(&key_code)?);
            let origin = if signs { Origin::Sender } else { Origin::Server };
            Ok(convert::wrap_report(keys.wrap(&id, &code, &key_code, origin).await?))
        })
    }

    /// The same with the key that was wrapped to this device.
    #[wasm_bindgen(js_name = wrapAgain)]
    pub fn wrap_again(&self, id: String) -> Promise {
        let keys = self.keys.clone();
        promise(async move { Ok(convert::wrap_report(keys.wrap_again(&id).await?)) })
    }

    /// The keys that the server offers for whoever made a request.
    #[wasm_bindgen(js_name = offeredForRequest)]
    pub fn offered_for_request(&self, request: JsValue) -> Promise {
        or_rejected(|| {
            let Approval { id, requester, .. } = approval(request, JsValue::UNDEFINED)?;
            let keys = self.keys.clone();
            Ok(promise(async move {
                Ok(list(keys.offered_for_request(&id, &requester).await?, convert::offered))
            }))
        })
    }

    /// Approves a request.
    #[wasm_bindgen(js_name = approveRequest)]
    pub fn approve_request(&self, request: JsValue, options: JsValue) -> Promise {
        or_rejected(|| {
            let (approval, keys) = (approval(request, options)?, self.keys.clone());
            Ok(promise(async move { Ok(convert::wrap_report(keys.approve(approval).await?)) }))
        })
    }

    /// The key of a package that was wrapped to this device, its link, and where it came from.
    #[wasm_bindgen]
    pub fn unwrap(&self, id: String, signal: Option<AbortSignal>) -> Promise {
        let (keys, client) = (self.keys.clone(), self.client.clone());
        promise(async move {
            let unwrapped = abortable(signal, keys.unwrap(&id)).await?;
            let key_code = unwrapped.key_code.expose().to_owned();
            let link = ShareLink::new(client.host(), None, unwrapped.code, unwrapped.key_code)?;
            Ok(object([
                ("keyCode", key_code.into()),
                ("link", link.expose().into()),
                ("origin", convert::origin(unwrapped.origin)),
                ("recipientCode", unwrapped.recipient_code.into()),
            ]))
        })
    }

    /// Wraps what this device can open to the account's other devices.
    #[wasm_bindgen]
    pub fn sync(&self) -> Promise {
        let keys = self.keys.clone();
        promise(async move {
            let synced = keys.sync().await?;
            Ok(object([
                ("wrapped", synced.wrapped.into()),
                ("unconfirmed", list(synced.unconfirmed, convert::device)),
            ]))
        })
    }
}

/// What is to be approved: a request as lists have it, and how.
fn approval(request: JsValue, options: JsValue) -> bulla::Result<Approval> {
    let (request, options) = (Options::of(request)?, Options::of(options)?);
    Ok(Approval {
        id: required(request.text("id")?, "id")?,
        requester: required(request.text("requester")?, "requester")?,
        package_id: required(request.text("packageId")?, "packageId")?,
        file_id: request.text("fileId")?,
        expires_in: options.small("expiresInSeconds")?,
        link: options.text("link")?,
    })
}
