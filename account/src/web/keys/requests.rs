//! Requests, for those who make them and those who send through them.

use std::rc::Rc;

use bulla::api::request::RequestTerms;
use bulla::client::{IncomingPackage, OfferedRequest, Page};
use bulla::keys::KeyCode;
use bulla::link::RequestLink;
use bulla::web::promise::{date, done, or_rejected, promise};
use bulla::web::values::{Options, list, number, object};
use bulla::web::{Platform, abortable, settings};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::AbortSignal;

use super::KeyRing;
use crate::keys::{OpenRequest, OwnRequest};

#[wasm_bindgen]
impl KeyRing {
    /// Makes a request.
    #[wasm_bindgen(js_name = createRequest)]
    pub fn create_request(&self, options: JsValue) -> Promise {
        or_rejected(|| {
            let (keys, terms) = (self.keys.clone(), terms(options)?);
            Ok(promise(async move { Ok(own(keys.create_request(terms).await?)) }))
        })
    }

    /// One page of the account's requests.
    #[wasm_bindgen]
    pub fn requests(&self, index: u32, size: Option<u32>) -> Promise {
        let keys = self.keys.clone();
        promise(async move {
            let page = keys.requests(Page { index, size }).await?;
            Ok(object([
                ("entries", list(page.entries, own)),
                ("total", page.total.map(|total| total as f64).into()),
                ("next", page.next.into()),
            ]))
        })
    }

    /// A request of the account's.
    #[wasm_bindgen]
    pub fn request(&self, id: String) -> Promise {
        let keys = self.keys.clone();
        promise(async move { Ok(own(keys.request(&id).await?)) })
    }

    /// Changes the terms of a request.
    #[wasm_bindgen(js_name = updateRequest)]
    pub fn update_request(&self, id: String, options: JsValue) -> Promise {
        or_rejected(|| {
            let (keys, terms) = (self.keys.clone(), terms(options)?);
            Ok(promise(async move { Ok(own(keys.update_request(&id, &terms).await?)) }))
        })
    }

    /// Deletes a request.
    #[wasm_bindgen(js_name = deleteRequest)]
    pub fn delete_request(&self, id: String) -> Promise {
        let keys = self.keys.clone();
        promise(async move { done(keys.delete_request(&id).await) })
    }

    /// One page of what came in through a request.
    #[wasm_bindgen]
    pub fn incoming(&self, id: String, index: u32, size: Option<u32>) -> Promise {
        let keys = self.keys.clone();
        promise(async move {
            let page = keys.incoming(&id, Page { index, size }).await?;
            Ok(object([
                ("entries", list(page.entries, |came| incoming(&id, came))),
                ("total", page.total.map(|total| total as f64).into()),
                ("next", page.next.into()),
            ]))
        })
    }

    /// The link of a package that came in through a request.
    #[wasm_bindgen(js_name = unwrapIncoming)]
    pub fn unwrap_incoming(
        &self,
        id: String,
        code: String,
        key_code: String,
        signal: Option<AbortSignal>,
    ) -> Promise {
        let keys = self.keys.clone();
        promise(async move {
            let link = abortable(signal, keys.unwrap_incoming(&id, &code, &key_code)).await?;
            Ok(link.expose().into())
        })
    }

    /// The keyCodes of the parts of a package that came in and is not end-to-end encrypted.
    #[wasm_bindgen(js_name = unwrapPartKeys)]
    pub fn unwrap_part_keys(&self, id: String, package_id: String, signal: Option<AbortSignal>) -> Promise {
        let keys = self.keys.clone();
        promise(async move {
            let unwrapped = abortable(signal, keys.unwrap_part_keys(&id, &package_id)).await?;
            Ok(list(unwrapped, |key| key.expose().into()))
        })
    }
}

/// A request that was opened by its link.
#[wasm_bindgen(skip_typescript)]
pub struct Requested {
    request: Rc<OpenRequest<Platform>>,
}

#[wasm_bindgen]
impl Requested {
    /// What it says.
    #[wasm_bindgen(getter)]
    pub fn terms(&self) -> JsValue {
        offered(&self.request.offered)
    }

    /// Wraps the keyCode of a package to the request's key.
    #[wasm_bindgen]
    pub fn wrap(&self, package_id: String, key_code: String, name: Option<String>) -> Promise {
        let request = self.request.clone();
        promise(async move {
            let key_code = KeyCode::parse(&key_code)?;
            done(request.wrap(&package_id, &key_code, name.unwrap_or_default()).await)
        })
    }
}

/// The server and the id of a request's link.
#[wasm_bindgen(js_name = parseRequestLink, skip_typescript)]
pub fn parse_request_link(link: &str) -> Result<JsValue, JsValue> {
    let RequestLink { host, request, .. } = RequestLink::parse(link)?;
    Ok(object([("host", host.into()), ("request", request.into())]))
}

/// Opens the request of a link. With the same options as a `Client` that comes through it.
#[wasm_bindgen(js_name = openRequest, skip_typescript)]
pub fn open_request(options: JsValue, link: &str, signal: Option<AbortSignal>) -> Promise {
    or_rejected(|| {
        let ((client, _), link) = (settings::client(options)?, RequestLink::parse(link)?);
        Ok(promise(async move {
            let request = abortable(signal, OpenRequest::open(client, &link)).await?;
            Ok(Requested { request: Rc::new(request) }.into())
        }))
    })
}

fn terms(options: JsValue) -> Result<RequestTerms, JsValue> {
    let options = Options::of(options)?;
    Ok(RequestTerms {
        title: options.text("title")?,
        message: options.text("message")?,
        expires: time(&options, "expires")?,
        max_packages: options.whole("maxPackages")?,
        max_files: options.whole("maxFiles")?,
        max_bytes: options.whole("maxBytes")?,
        require_user_info: options.truth("requireUserInfo")?,
        notify_on_upload: options.truth("notifyOnUpload")?,
        track_until: time(&options, "trackUntil")?,
        send_frequency: bounded(&options, "sendFrequency", "unlimited")?,
        send_interval: bounded(&options, "sendInterval", "none")?,
    })
}

/// A `Date`, or `'never'`: seconds since 1970, 0 for never.
fn time(options: &Options, key: &str) -> Result<Option<u64>, JsValue> {
    if options.is(key, "never") {
        return Ok(Some(0));
    }
    let date: Option<js_sys::Date> = options.instance(key, "a Date or 'never'")?;
    Ok(date.map(|date| (date.get_time() / 1000.0) as u64))
}

/// A number from 0 on, or a word for -1.
fn bounded(options: &Options, key: &str, without: &str) -> Result<Option<i64>, JsValue> {
    if options.is(key, without) {
        return Ok(Some(-1));
    }
    Ok(options.small(key)?.map(i64::from))
}

fn own(of: OwnRequest) -> JsValue {
    let OwnRequest { entry, link } = of;
    let shown = |number: i64| u32::try_from(number).ok();
    object([
        ("id", entry.id.into()),
        ("link", link.map(|link| link.expose()).into()),
        ("title", entry.title.into()),
        ("message", entry.message.into()),
        ("created", date(entry.created).into()),
        ("expires", moment(entry.expires)),
        ("ended", (entry.expired || entry.deleted).into()),
        ("packages", number(entry.packages)),
        ("maxPackages", number(entry.max_packages)),
        ("maxFiles", number(entry.max_files)),
        ("maxBytes", number(entry.max_bytes)),
        ("requireUserInfo", entry.require_user_info.into()),
        ("notifyOnUpload", entry.notify_on_upload.into()),
        ("trackUntil", moment(entry.track_until)),
        ("sendFrequency", shown(entry.send_frequency).into()),
        ("sendInterval", shown(entry.send_interval).into()),
    ])
}

fn incoming(request: &str, of: IncomingPackage) -> JsValue {
    object([
        ("id", of.id.into()),
        ("request", request.into()),
        ("code", of.code.into()),
        ("wrapped", of.key_code.into()),
        ("name", of.name.into()),
        ("sender", of.sender.into()),
        ("received", date(of.received).into()),
        ("expires", of.expires.map(date).into()),
        ("files", number(of.files)),
        ("size", number(of.size)),
        ("serverEncrypted", of.server_encrypted.into()),
    ])
}

fn offered(of: &OfferedRequest) -> JsValue {
    object([
        ("requester", of.requester.as_str().into()),
        ("title", of.title.as_str().into()),
        ("message", of.message.as_str().into()),
        ("expires", moment(of.expires)),
        ("maxFiles", number(of.max_files)),
        ("maxBytes", number(of.max_bytes)),
        ("requireUserInfo", of.require_user_info.into()),
    ])
}

/// A time in seconds since 1970; nothing for 0.
fn moment(seconds: u64) -> JsValue {
    if seconds == 0 { JsValue::UNDEFINED } else { date(seconds).into() }
}
