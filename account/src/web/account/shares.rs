//! Shares: who may open which items of a package, until when and how often.

use bulla::Result;
use bulla::api::sharefile::{
    AddRecipient, CreateShare, ItemId, NO_END, NO_LIMIT, NewRecipient, NewRecipientUser, SendShare,
    UpdateShare,
};
use bulla::client::{Client, PageOf};
use bulla::link::{self, Through};
use bulla::web::promise::{done, or_rejected, promise};
use bulla::web::values::{Options, list, required};
use bulla::web::{Platform, invalid};
use js_sys::{Array, Date, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, convert, page, segment};

#[wasm_bindgen]
impl Account {
    /// Makes a share of a package, or of some items of it.
    #[wasm_bindgen(js_name = createShare)]
    pub fn create_share(&self, order: JsValue) -> Promise {
        or_rejected(|| {
            let order = Options::of(order)?;
            let items = items(&order)?;
            let package = order.text("package")?.map(segment).transpose()?;
            let people = order.instance::<Array>("recipients", "an array")?.unwrap_or_default();
            let recipients = people.iter().map(|person| Ok(NewRecipient { user: user(person)? }));
            let share = CreateShare {
                title: order.text("title")?.unwrap_or_default(),
                recipients: recipients.collect::<Result<_>>()?,
                expiration_date: expires(&order)?,
                max_downloads: max_downloads(&order)?,
                require_login: order.flag("requireLogin")?,
                require_user_info: order.flag("requireUserInfo")?,
                is_view_only: order.flag("viewOnly")?,
                uses_stream_ids: order.flag("newest")?,
                ..CreateShare::default()
            };
            let (client, notify) = (self.client.clone(), order.flag("notify")?);
            Ok(promise(async move {
                let items = items_or_all(&client, items, package).await?;
                let share = CreateShare { items: Some(ids(items)), ..share };
                Ok(convert::share(client.create_share(&share, notify).await?))
            }))
        })
    }

    /// Shares a package, or some items of it, with addresses, and has the server write to them.
    #[wasm_bindgen(js_name = sendShare)]
    pub fn send_share(&self, order: JsValue) -> Promise {
        or_rejected(|| {
            let order = Options::of(order)?;
            let items = items(&order)?;
            let package = order.text("package")?.map(segment).transpose()?;
            let share = SendShare {
                emails: texts(&order, "emails")?.unwrap_or_default(),
                subject: required(order.text("subject")?, "subject")?,
                body: order.text("body")?.unwrap_or_default(),
                cc_sender: order.flag("ccSender")?,
                notify_on_download: order.flag("notifyOnDownload")?,
                require_login: order.flag("requireLogin")?,
                max_downloads: max_downloads(&order)?,
                expiration_days: order
                    .small("expiresInDays")?
                    .map(|days| if days == 0 { -1 } else { days.into() }),
                ..SendShare::default()
            };
            let client = self.client.clone();
            Ok(promise(async move {
                let share = SendShare { items: items_or_all(&client, items, package).await?, ..share };
                Ok(convert::share(client.send_share(&share).await?))
            }))
        })
    }

    /// One page of the shares that the caller was sent.
    #[wasm_bindgen(js_name = shareInbox)]
    pub fn share_inbox(&self, index: u32, size: Option<u32>, expired: bool) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let page = page(index, size)?;
            Ok(convert::page(PageOf::of(client.share_inbox(expired).await?, page), convert::share))
        })
    }

    /// What was written to a recipient of a share.
    #[wasm_bindgen(js_name = shareMessage)]
    pub fn share_message(&self, id: String, recipient: String) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(client.share_message(&segment(id)?, &segment(recipient)?).await?.into()) })
    }

    /// One page of the shares that the caller made.
    #[wasm_bindgen]
    pub fn shares(&self, index: u32, size: Option<u32>, expired: bool) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let page = page(index, size)?;
            Ok(convert::page(PageOf::of(client.shares(expired).await?, page), convert::share))
        })
    }

    /// A share that the caller made.
    #[wasm_bindgen]
    pub fn share(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(convert::share(client.share(&segment(id)?).await?)) })
    }

    /// Changes a share.
    #[wasm_bindgen(js_name = updateShare)]
    pub fn update_share(&self, id: String, changes: JsValue) -> Promise {
        or_rejected(|| {
            let changes = Options::of(changes)?;
            let change = UpdateShare {
                title: changes.text("title")?,
                items: items(&changes)?.map(ids),
                expiration_date: expires(&changes)?,
                max_downloads: max_downloads(&changes)?,
                require_login: changes.truth("requireLogin")?,
                require_user_info: changes.truth("requireUserInfo")?,
                is_view_only: changes.truth("viewOnly")?,
                share_access_right: None,
            };
            let (client, append) = (self.client.clone(), changes.flag("appendItems")?);
            Ok(promise(async move {
                Ok(convert::share(client.update_share(&segment(id)?, &change, append).await?))
            }))
        })
    }

    /// Deletes a share.
    #[wasm_bindgen(js_name = deleteShare)]
    pub fn delete_share(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.delete_share(&segment(id)?).await) })
    }

    /// The recipients of a share.
    #[wasm_bindgen(js_name = shareRecipients)]
    pub fn share_recipients(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(
            async move { Ok(list(client.share_recipients(&segment(id)?).await?, convert::share_recipient)) },
        )
    }

    /// Adds a recipient to a share.
    #[wasm_bindgen(js_name = addShareRecipient)]
    pub fn add_share_recipient(&self, id: String, person: JsValue) -> Promise {
        or_rejected(|| {
            let NewRecipientUser { email, first_name, last_name, company, .. } = user(person)?;
            let recipient = AddRecipient { email, first_name, last_name, company };
            let client = self.client.clone();
            Ok(promise(async move {
                Ok(convert::share_recipient(client.add_share_recipient(&segment(id)?, &recipient).await?))
            }))
        })
    }

    /// Adds a recipient to a share by its address alone; resolves with the recipient's id.
    #[wasm_bindgen(js_name = addShareAlias)]
    pub fn add_share_alias(&self, id: String, email: String, notify: bool) -> Promise {
        let client = self.client.clone();
        promise(async move { Ok(client.add_share_alias(&segment(id)?, &email, notify).await?.into()) })
    }
}

/// The ids of items, where there are any.
fn items(options: &Options) -> Result<Option<Vec<String>>> {
    texts(options, "items")
}

/// Texts, where there are any.
fn texts(options: &Options, key: &str) -> Result<Option<Vec<String>>> {
    let Some(texts) = options.instance::<Array>(key, "an array")? else { return Ok(None) };
    let text =
        |text: JsValue| text.as_string().ok_or_else(|| invalid(format!("{key} is an array of strings")));
    texts.iter().map(text).collect::<Result<_>>().map(Some)
}

/// These items, or else all files of the package.
async fn items_or_all(
    client: &Client<Platform>,
    items: Option<Vec<String>>,
    package: Option<String>,
) -> Result<Vec<String>> {
    if let Some(items) = items {
        return Ok(items);
    }
    let files = client.package_information(&required(package, "package")?).await?.files;
    Ok(files.into_iter().map(|file| file.file_id).collect())
}

fn ids(items: Vec<String>) -> Vec<ItemId> {
    items.into_iter().map(|id| ItemId { id }).collect()
}

/// Who a recipient is: an e-mail address, or an object with more.
fn user(person: JsValue) -> Result<NewRecipientUser> {
    if let Some(email) = person.as_string() {
        return Ok(NewRecipientUser { email, ..NewRecipientUser::default() });
    }
    let person = Options::of(person)?;
    let text = |key| person.text(key).map(Option::unwrap_or_default);
    Ok(NewRecipientUser {
        email: required(person.text("email")?, "email")?,
        first_name: text("firstName")?,
        last_name: text("lastName")?,
        company: text("company")?,
        ..NewRecipientUser::default()
    })
}

/// When a share ends, as the API has it.
fn expires(options: &Options) -> Result<Option<String>> {
    if options.is("expires", "never") {
        return Ok(Some(NO_END.to_owned()));
    }
    let Some(date) = options.instance::<Date>("expires", "a Date or 'never'")? else { return Ok(None) };
    if date.get_time().is_nan() {
        return Err(invalid("expires is no time"));
    }
    Ok(Some(date.to_iso_string().into()))
}

/// How often each recipient may download; 0 is without limit.
fn max_downloads(options: &Options) -> Result<Option<i64>> {
    Ok(options.small("maxDownloads")?.map(|most| if most == 0 { NO_LIMIT } else { i64::from(most) }))
}

/// The link of a share: the package's, leading through it.
#[wasm_bindgen(js_name = linkThrough, skip_typescript)]
pub fn link_through(link: &str, share: String, alias: Option<String>) -> Result<String, JsValue> {
    // Whoever is not told apart has the share's id.
    let alias = alias.filter(|alias| *alias != share);
    Ok(link::through(link, Through { id: share, alias })?)
}
