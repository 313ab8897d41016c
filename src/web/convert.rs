//! What the core module's classes take and return, as `types.d.ts` describes it.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Url;

use super::values::{Options, list, number, object};
use crate::api::link::Visitor;
use crate::client::{AddedRecipient, Finalized, User};
use crate::keys::{KeyCode, Suite};
use crate::link::ShareLink;
use crate::transfer::{ReceivedFile, Unfinished, UnfinishedFile};
use crate::{Error, ErrorCode, Result};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "ClientOptions")]
    pub type JsClientOptions;
    #[wasm_bindgen(typescript_type = "PackageOptions")]
    pub type JsPackageOptions;
    #[wasm_bindgen(typescript_type = "FinalizeOptions")]
    pub type JsFinalizeOptions;
    #[wasm_bindgen(typescript_type = "OpenOptions")]
    pub type JsOpenOptions;
    #[wasm_bindgen(typescript_type = "TransferOptions")]
    pub type JsTransferOptions;
    #[wasm_bindgen(typescript_type = "DownloadOptions")]
    pub type JsDownloadOptions;
    #[wasm_bindgen(typescript_type = "Sources")]
    pub type JsSources;
    #[wasm_bindgen(typescript_type = "Suite")]
    pub type JsSuite;
    #[wasm_bindgen(typescript_type = "PartContext")]
    pub type JsPartContext;
}

/// Reads a suite; `sealed` when there is none.
pub(super) fn suite(name: Option<&str>) -> Result<Suite> {
    name.map_or(Ok(Suite::Sealed), |name| name.parse())
}

pub(super) fn unfinished(Unfinished { id, created, files }: Unfinished) -> JsValue {
    let file = |UnfinishedFile { name, path, size, sent }| {
        object([("name", name.into()), ("path", path.into()), ("size", number(size)), ("sent", number(sent))])
    };
    object([("id", id.into()), ("created", number(created)), ("files", list(files, file))])
}

pub(super) fn received_file(file: &ReceivedFile) -> JsValue {
    object([
        ("id", file.id.as_str().into()),
        ("name", file.name.as_str().into()),
        ("path", file.path.as_deref().into()),
        ("size", number(file.size)),
        ("type", file.content_type.as_str().into()),
        ("modified", file.modified.map(|time| time as f64).into()),
    ])
}

pub(super) fn recipient(recipient: AddedRecipient) -> JsValue {
    object([
        ("id", recipient.recipient_id.into()),
        ("email", recipient.email.into()),
        ("name", recipient.full_name.into()),
        ("role", recipient.role_name.into()),
    ])
}

pub(super) fn finalized(link: String, finalized: Finalized) -> JsValue {
    object([
        ("link", link.into()),
        ("recipients", list(finalized.recipients, JsValue::from)),
        ("approvers", list(finalized.approvers, JsValue::from)),
        ("needsLink", finalized.needs_link.into()),
    ])
}

pub(super) fn user(user: User) -> JsValue {
    object([
        ("email", user.email.into()),
        ("id", user.id.into()),
        ("firstName", user.first_name.into()),
        ("lastName", user.last_name.into()),
    ])
}

/// Reads a share link. What letters a host may have beyond ASCII, and which addresses there are, the platform knows.
pub(super) fn share_link(text: &str) -> Result<ShareLink> {
    let link = ShareLink::parse(text)?;
    match Url::new(&link.host) {
        Ok(_) => Ok(link),
        Err(_) => Err(Error::new(ErrorCode::LinkInvalid, "the link's host is none")),
    }
}

/// Who opens a share. What is missing is empty.
pub(super) fn visitor(said: &Options) -> Result<Visitor> {
    let mut visitor = Visitor::default();
    for (key, field) in [
        ("email", &mut visitor.email),
        ("firstName", &mut visitor.first_name),
        ("lastName", &mut visitor.last_name),
        ("company", &mut visitor.company),
    ] {
        *field = said.text(key)?.unwrap_or_default();
    }
    Ok(visitor)
}

/// The keyCodes of a file's parts, which `requests.open` hands over.
pub(super) fn part_keys(options: &Options) -> Result<Option<Vec<KeyCode>>> {
    let keys: Option<js_sys::Array> = options.instance("partKeys", "an array")?;
    let read = |key: JsValue| KeyCode::parse(&key.as_string().unwrap_or_default());
    keys.map(|keys| keys.iter().map(read).collect()).transpose()
}

pub(super) fn parsed_link(link: &ShareLink) -> JsValue {
    object([
        ("host", link.host.as_str().into()),
        ("packageCode", link.package_code.as_str().into()),
        ("keyCode", link.key_code.expose().into()),
        ("suite", link.key_code.suite().as_str().into()),
    ])
}
