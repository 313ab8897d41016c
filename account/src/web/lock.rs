//! Locked links. A password is stretched apart from the rest, so that it can be in another thread.

use bulla::keys::{Key, LockHead, PackageCode, ServerSecret, StretchedPassword};
use bulla::link::{LockedLink, ShareLink};
use bulla::transfer;
use bulla::web::promise::{or_rejected, promise};
use bulla::web::values::object;
use bulla::web::{abortable, invalid, settings};
use bulla::{Error, ErrorCode, Result};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{AbortSignal, Url};

/// This module, compiled, for another thread.
#[wasm_bindgen(js_name = compiledModule, skip_typescript)]
pub fn compiled_module() -> JsValue {
    wasm_bindgen::module()
}

/// How the password of a new lock has to be stretched.
#[wasm_bindgen(js_name = newHead, skip_typescript)]
pub fn new_head() -> Result<Vec<u8>, JsValue> {
    Ok(LockHead::generate()?.as_bytes().to_vec())
}

/// How the password of a locked link has to be stretched.
#[wasm_bindgen(js_name = headOf, skip_typescript)]
pub fn head_of(link: &str) -> Result<Vec<u8>, JsValue> {
    Ok(parse(link)?.lock.head().as_bytes().to_vec())
}

/// Stretches a password: 32 octets.
#[wasm_bindgen(skip_typescript)]
pub fn stretch(head: &[u8], password: String) -> Result<Vec<u8>, JsValue> {
    Ok(LockHead::parse(head)?.stretch(&password)?.root().expose().to_vec())
}

/// What the server is shown of a stretched password.
#[wasm_bindgen(skip_typescript)]
pub fn proof(head: &[u8], stretched: &[u8], package_code: &str) -> Result<String, JsValue> {
    let proof = password(head, stretched)?.proof(&PackageCode::parse(package_code)?);
    Ok(proof.expose().to_owned())
}

/// The same link, locked.
#[wasm_bindgen(skip_typescript)]
pub fn lock(head: &[u8], stretched: &[u8], link: &str, server_secret: &str) -> Result<String, JsValue> {
    let ShareLink { key_code, package_code, .. } = ShareLink::parse(link)?;
    let secret = ServerSecret::parse(server_secret)?;
    let lock = password(head, stretched)?.lock(&key_code, &secret, &package_code)?;
    Ok(LockedLink::format(link, &lock))
}

/// Unlocks a link: resolves with it and its `proof`, with which it is opened. `options` are a `Client`'s.
#[wasm_bindgen(skip_typescript)]
pub fn unlock(options: JsValue, link: &str, stretched: &[u8], signal: Option<AbortSignal>) -> Promise {
    or_rejected(|| {
        let (client, _) = settings::client(options)?;
        let link = parse(link)?;
        let password = password(link.lock.head().as_bytes(), stretched)?;
        Ok(promise(async move {
            let proof = password.proof(&link.package_code);
            let link = abortable(signal, transfer::unlock(&client, link, &password)).await?;
            Ok(object([("link", link.expose().into()), ("proof", proof.expose().into())]))
        }))
    })
}

fn password(head: &[u8], stretched: &[u8]) -> Result<StretchedPassword> {
    let root = stretched.try_into().map_err(|_| invalid("a stretched password has 32 octets"))?;
    Ok(StretchedPassword::from_root(LockHead::parse(head)?, Key::new(root)))
}

/// Reads a locked link, whose host is one.
fn parse(link: &str) -> Result<LockedLink> {
    let link = LockedLink::parse(link)?;
    match Url::new(&link.host) {
        Ok(_) => Ok(link),
        Err(_) => Err(Error::new(ErrorCode::LinkInvalid, "the link's host is none")),
    }
}
