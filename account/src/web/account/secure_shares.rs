//! Secure shares: packages that open to recipients alone who showed who they are.

use bulla::Result;
use bulla::api::account::Language;
use bulla::api::secure_share::{
    AuthenticationMode, ChangeSecureRecipient, NewAuthentication, NewNotification, NewSecureRecipient,
    NewSecureShare, NotificationLanguage,
};
use bulla::client::{IdentityProvider, PageOf};
use bulla::link::for_recipient;
use bulla::web::invalid;
use bulla::web::promise::{done, or_rejected, promise};
use bulla::web::values::{Options, list, object, required};
use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, convert, page, segment};

#[wasm_bindgen]
impl Account {
    /// Makes a secure share of a package.
    #[wasm_bindgen(js_name = createSecureShare)]
    pub fn create_secure_share(&self, order: JsValue) -> Promise {
        or_rejected(|| {
            let order = Options::of(order)?;
            let people = order.instance::<Array>("recipients", "an array")?.unwrap_or_default();
            let order = NewSecureShare {
                package_id: segment(required(order.text("package")?, "package")?)?,
                authentication_mode: mode(&order)?,
                recipients: people.iter().map(new_recipient).collect::<Result<_>>()?,
            };
            let client = self.client.clone();
            Ok(promise(async move { Ok(convert::secure_share(client.create_secure_share(&order).await?)) }))
        })
    }

    /// One page of the secure shares that the caller made.
    #[wasm_bindgen(js_name = secureShares)]
    pub fn secure_shares(&self, index: u32, size: Option<u32>) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let page = page(index, size)?;
            Ok(convert::page(PageOf::of(client.secure_shares().await?, page), convert::secure_share))
        })
    }

    /// A secure share that the caller made.
    #[wasm_bindgen(js_name = secureShare)]
    pub fn secure_share(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(convert::secure_share(client.secure_share(&segment(id)?).await?)) })
    }

    /// Deletes a secure share.
    #[wasm_bindgen(js_name = deleteSecureShare)]
    pub fn delete_secure_share(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.delete_secure_share(&segment(id)?).await) })
    }

    /// In what ways recipients can show who they are.
    #[wasm_bindgen(js_name = identityProviders)]
    pub fn identity_providers(&self) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let provider = |IdentityProvider { identity_provider, nin }| {
                object([("identityProvider", identity_provider.into()), ("nin", nin.into())])
            };
            Ok(list(client.identity_providers().await?, provider))
        })
    }

    /// Adds a recipient.
    #[wasm_bindgen(js_name = addSecureRecipient)]
    pub fn add_secure_recipient(&self, share: String, recipient: JsValue) -> Promise {
        or_rejected(|| {
            let (client, recipient) = (self.client.clone(), new_recipient(recipient)?);
            Ok(promise(async move {
                let added = client.add_secure_recipient(&segment(share)?, &recipient).await?;
                Ok(convert::secure_recipient(added))
            }))
        })
    }

    /// A recipient.
    #[wasm_bindgen(js_name = secureRecipient)]
    pub fn secure_recipient(&self, share: String, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let found = client.secure_recipient(&segment(share)?, &segment(id)?).await?;
            Ok(convert::secure_recipient(found))
        })
    }

    /// Changes a recipient.
    #[wasm_bindgen(js_name = updateSecureRecipient)]
    pub fn update_secure_recipient(&self, share: String, id: String, changes: JsValue) -> Promise {
        or_rejected(|| {
            let (client, change) = (self.client.clone(), change(&Options::of(changes)?)?);
            Ok(promise(async move {
                let changed =
                    client.update_secure_recipient(&segment(share)?, &segment(id)?, &change).await?;
                Ok(convert::secure_recipient(changed))
            }))
        })
    }

    /// Removes a recipient.
    #[wasm_bindgen(js_name = deleteSecureRecipient)]
    pub fn delete_secure_recipient(&self, share: String, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.delete_secure_recipient(&segment(share)?, &segment(id)?).await) })
    }

    /// Has the server write to a recipient once more.
    #[wasm_bindgen(js_name = remindSecureRecipient)]
    pub fn remind_secure_recipient(&self, share: String, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.remind_secure_recipient(&segment(share)?, &segment(id)?).await) })
    }

    /// Deletes a file of the package.
    #[wasm_bindgen(js_name = deleteSecureFile)]
    pub fn delete_secure_file(&self, share: String, file: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.delete_secure_file(&segment(share)?, &segment(file)?).await) })
    }
}

fn mode(order: &Options) -> Result<AuthenticationMode> {
    match order.text("authenticationMode")?.as_deref() {
        None | Some("all") => Ok(AuthenticationMode::All),
        Some("any") => Ok(AuthenticationMode::Any),
        Some(_) => Err(invalid("authenticationMode is all or any")),
    }
}

fn new_recipient(recipient: JsValue) -> Result<NewSecureRecipient> {
    let ChangeSecureRecipient {
        first_name,
        last_name,
        email,
        mobile,
        file_restrictions,
        authentication,
        notification,
        external_reference,
    } = change(&Options::of(recipient)?)?;
    Ok(NewSecureRecipient {
        first_name,
        last_name,
        email,
        mobile,
        file_restrictions,
        authentication: required(authentication, "authentication")?,
        notification,
        external_reference,
    })
}

fn change(options: &Options) -> Result<ChangeSecureRecipient> {
    let array = |key| options.instance::<Array>(key, "an array");
    let file = |id: JsValue| id.as_string().ok_or_else(|| invalid("fileRestrictions are ids of files"));
    let files = array("fileRestrictions")?.map(|files| files.iter().map(file).collect::<Result<_>>());
    let ways = array("authentication")?.map(|ways| ways.iter().map(way).collect::<Result<_>>());
    Ok(ChangeSecureRecipient {
        first_name: options.text("firstName")?,
        last_name: options.text("lastName")?,
        email: options.text("email")?,
        mobile: options.text("mobile")?,
        file_restrictions: files.transpose()?,
        authentication: ways.transpose()?,
        notification: options.object("notification")?.map(|given| notification(&given)).transpose()?,
        external_reference: options.text("externalReference")?,
    })
}

fn way(way: JsValue) -> Result<NewAuthentication> {
    let way = Options::of(way)?;
    Ok(NewAuthentication {
        identity_provider: required(way.text("identityProvider")?, "identityProvider")?,
        idp_id: way.text("idpId")?,
        nin: way.text("nin")?,
    })
}

fn notification(options: &Options) -> Result<NewNotification> {
    let language = options.text("language")?.map(|tag| tag.parse()).transpose();
    let language = language.map_err(|reason: &str| invalid(reason.to_owned()))?;
    Ok(NewNotification {
        send_email: options.truth("sendEmail")?,
        send_sms: options.truth("sendSms")?,
        sens_sms: None,
        language: language.map(|language| match language {
            Language::English => NotificationLanguage::En,
            Language::Norwegian => NotificationLanguage::No,
        }),
    })
}

/// The link of a recipient: the package's, naming it.
#[wasm_bindgen(js_name = linkForRecipient, skip_typescript)]
pub fn link_for_recipient(link: &str, recipient: &str) -> Result<String, JsValue> {
    Ok(for_recipient(link, recipient)?)
}
