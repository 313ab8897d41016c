//! Lists, recipients, contact groups, Dropzones, shares, verifying who one is, webhooks, workspaces, signing in, the installation.

mod convert;
mod dropzones;
mod groups;
mod installation;
mod packages;
mod recipients;
mod secure_shares;
mod sessions;
mod settings;
mod share_infos;
mod shares;
mod thumbnails;
mod verification;
mod webhooks;
mod workspaces;

pub use secure_shares::link_for_recipient;
pub use shares::link_through;
pub use workspaces::Workspace;

use bulla::api::limits::PAGE;
use bulla::api::webhook::EventType;
use bulla::client::{Client, Order, Page};
use bulla::web::values::Options;
use bulla::web::{self, Platform, Workers, invalid, set_workers};
use bulla::{Error, ErrorCode, Result};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// An account at one server.
#[wasm_bindgen(skip_typescript)]
pub struct Account {
    client: Client<Platform>,
    concurrency: Option<usize>,
}

#[wasm_bindgen]
impl Account {
    /// With the same options as a `Client`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<Account, JsValue> {
        let (client, concurrency) = web::settings::client(options)?;
        Ok(Self { client, concurrency })
    }
}

/// Hands the work that would keep this thread busy to `workers`, which run the core module.
#[wasm_bindgen(js_name = useWorkers, skip_typescript)]
pub fn use_workers(workers: Workers) {
    set_workers(workers);
}

/// Which page, of what size.
fn page(index: u32, size: Option<u32>) -> Result<Page> {
    if size.is_none_or(|size| (1..=PAGE).contains(&size)) {
        Ok(Page { index, size })
    } else {
        Err(invalid(format!("a page has 1 to {PAGE} entries")))
    }
}

/// An order, by the names that `names` gives for the fields of the API.
fn order(by: Option<String>, descending: bool, names: &[(&str, &str)]) -> Result<Order> {
    let field = by.map(|by| {
        let found = names.iter().find(|(name, _)| *name == by).map(|(_, field)| (*field).to_owned());
        found.ok_or_else(|| invalid(format!("nothing is ordered by {by}")))
    });
    Ok(Order { by: field.transpose()?, descending })
}

/// An id, checked to be one path segment before it becomes part of a path.
fn segment(id: String) -> Result<String> {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    if (1..=128).contains(&id.len()) && id.bytes().all(allowed) {
        Ok(id)
    } else {
        Err(invalid("that is no id"))
    }
}

/// Events, by their names.
fn events(names: &[String]) -> Result<Vec<EventType>> {
    let events: Result<_, &str> = names.iter().map(|name| name.parse()).collect();
    events.map_err(|reason| invalid(reason.to_owned()))
}

/// A property that must be there.
fn required(options: &Options, key: &str) -> Result<String> {
    options.text(key)?.ok_or_else(|| Error::new(ErrorCode::InvalidInput, format!("{key} is missing")))
}
