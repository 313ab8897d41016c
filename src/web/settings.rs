//! What every client is made with.

use wasm_bindgen::JsValue;
use zeroize::Zeroizing;

use super::error::invalid;
use super::platform::Platform;
use super::values::Options;
use crate::Result;
use crate::client::{Auth, Client};
use crate::transfer::MAX_CONCURRENCY;

/// A client, and how many parts it has on their way at once, as the caller's `ClientOptions` say.
///
/// # Errors
/// `INVALID_INPUT` when they say what cannot be.
pub fn client(options: impl Into<JsValue>) -> Result<(Client<Platform>, Option<usize>)> {
    let options = Options::of(options)?;
    let host = match options.text("host")? {
        Some(host) => origin(&host)?,
        None => own_origin()?,
    };
    let concurrency = options.small("concurrency")?.map(|lanes| lanes as usize);
    if concurrency.is_some_and(|lanes| !(1..=MAX_CONCURRENCY).contains(&lanes)) {
        return Err(invalid(format!("concurrency must be from 1 to {MAX_CONCURRENCY}")));
    }
    Ok((Client::new(Platform::of_this_realm(), &host, auth(&options)?), concurrency))
}

/// How the server knows the caller.
fn auth(options: &Options) -> Result<Option<Auth>> {
    if options.is("auth", "session") {
        return Ok(Some(Auth::Session));
    }
    let Some(auth) = options.object("auth")? else { return Ok(None) };
    match (auth.text("apiKey")?, auth.text("apiSecret")?, auth.text("dropzone")?) {
        (Some(key), Some(secret), None) => Ok(Some(Auth::ApiKey { key, secret: Zeroizing::new(secret) })),
        (None, None, Some(id)) => Ok(Some(Auth::Dropzone(id))),
        _ => Err(invalid("auth takes { apiKey, apiSecret }, { dropzone } or 'session'")),
    }
}

fn origin(host: &str) -> Result<String> {
    let url = web_sys::Url::new(host)
        .map_err(|_| invalid("host must be an origin, such as https://example.com"))?;
    let plain = matches!(url.protocol().as_str(), "https:" | "http:")
        && url.pathname() == "/"
        && url.search().is_empty()
        && url.hash().is_empty()
        && url.username().is_empty();
    if plain { Ok(url.origin()) } else { Err(invalid("host must be an origin, such as https://example.com")) }
}

fn own_origin() -> Result<String> {
    let location = js_sys::Reflect::get(&js_sys::global(), &"origin".into()).ok().and_then(|o| o.as_string());
    location
        .filter(|origin| origin != "null")
        .ok_or_else(|| invalid("there is no page here whose server could be meant: give a host"))
}
