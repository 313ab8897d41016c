//! Plain values, between JavaScript and Rust, as `types.d.ts` describes them.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, Url};

use super::error::invalid;
use crate::client::{AddedRecipient, Finalized, User};
use crate::keys::Suite;
use crate::link::ShareLink;
use crate::transfer::{Progress, ReceivedFile, SentFile, Unfinished, UnfinishedFile};
use crate::{Error, ErrorCode, Result};

/// The largest integer that no other number is taken for (ECMA-262, `Number.MAX_SAFE_INTEGER`).
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

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

/// An object whose properties are read one by one, each of the type that it must have. `undefined` and `null` have none,
/// and a property that is one of them is missing.
pub(super) struct Options(JsValue);

impl Options {
    /// The properties of an argument.
    ///
    /// # Errors
    /// `INVALID_INPUT` when it is a primitive.
    pub(super) fn of(argument: impl Into<JsValue>) -> Result<Self> {
        let argument = argument.into();
        if argument.is_object() || is_missing(&argument) {
            return Ok(Self(argument));
        }
        Err(invalid("options must be an object"))
    }

    /// A string.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>> {
        self.read(key, "a string", |value| value.as_string())
    }

    /// A whole number from 0 on.
    pub(super) fn whole(&self, key: &str) -> Result<Option<u64>> {
        let whole = |value: JsValue| value.as_f64().filter(|&number| is_whole(number));
        Ok(self.read(key, "a whole number", whole)?.map(|number| number as u64))
    }

    /// A whole number below 2^32.
    pub(super) fn small(&self, key: &str) -> Result<Option<u32>> {
        let small = |number| u32::try_from(number).map_err(|_| invalid(format!("{key} is too large")));
        self.whole(key)?.map(small).transpose()
    }

    /// `true` or `false`, which is also what a missing one is.
    pub(super) fn flag(&self, key: &str) -> Result<bool> {
        Ok(self.read(key, "true or false", |value| value.as_bool())?.unwrap_or_default())
    }

    /// An object of options.
    pub(super) fn object(&self, key: &str) -> Result<Option<Self>> {
        self.read(key, "an object", |value| value.is_object().then(|| Self(value)))
    }

    /// An object of a class.
    pub(super) fn instance<T: JsCast>(&self, key: &str, class: &str) -> Result<Option<T>> {
        self.read(key, class, |value| value.dyn_into().ok())
    }

    /// The `AbortSignal`.
    pub(super) fn signal(&self) -> Result<Option<AbortSignal>> {
        self.instance("signal", "an AbortSignal")
    }

    /// The function that hears of progress.
    pub(super) fn on_progress(&self) -> Result<Option<Function>> {
        self.instance("onProgress", "a function")
    }

    fn read<T>(
        &self,
        key: &str,
        expected: &str,
        read: impl FnOnce(JsValue) -> Option<T>,
    ) -> Result<Option<T>> {
        let value = property(&self.0, key);
        if is_missing(&value) {
            return Ok(None);
        }
        read(value).map(Some).ok_or_else(|| invalid(format!("{key} must be {expected}")))
    }
}

fn is_missing(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

/// Whether a number is one of those integers from 0 on that no other number is taken for.
fn is_whole(number: f64) -> bool {
    number >= 0.0 && number.trunc() == number && number <= MAX_SAFE_INTEGER
}

/// Takes what must be there.
pub(super) fn required<T>(value: Option<T>, key: &str) -> Result<T> {
    value.ok_or_else(|| invalid(format!("{key} is missing")))
}

/// Reads a suite; `sealed` when there is none.
pub(super) fn suite(name: Option<&str>) -> Result<Suite> {
    name.map_or(Ok(Suite::Sealed), |name| name.parse())
}

pub(super) fn property(object: &JsValue, key: &str) -> JsValue {
    // Reading a property of a primitive throws: it has none.
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A plain object with these properties; those that are `undefined` are left out.
pub(super) fn object<const N: usize>(properties: [(&str, JsValue); N]) -> JsValue {
    plain(&properties)
}

fn plain(properties: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in properties.iter().filter(|(_, value)| !value.is_undefined()) {
        // A fresh object takes any property.
        let _ = Reflect::set(&object, &(*key).into(), value);
    }
    object.into()
}

/// An array.
pub(super) fn list<T>(items: impl IntoIterator<Item = T>, convert: impl Fn(T) -> JsValue) -> JsValue {
    items.into_iter().map(convert).collect::<Array>().into()
}

/// As JavaScript has numbers: exact up to 2^53.
pub(super) fn number(value: u64) -> JsValue {
    JsValue::from_f64(value as f64)
}

pub(super) fn progress(progress: Progress) -> JsValue {
    let Progress { file, loaded, size, total_loaded, total_size, waiting } = progress;
    object([
        ("file", number(file as u64)),
        ("loaded", number(loaded)),
        ("size", number(size)),
        ("totalLoaded", number(total_loaded)),
        ("totalSize", number(total_size)),
        ("waiting", waiting.into()),
    ])
}

pub(super) fn download_progress(Progress { loaded, size, waiting, .. }: Progress) -> JsValue {
    object([("loaded", number(loaded)), ("size", number(size)), ("waiting", waiting.into())])
}

pub(super) fn unfinished(Unfinished { id, created, files }: Unfinished) -> JsValue {
    let file = |UnfinishedFile { name, path, size, sent }| {
        object([("name", name.into()), ("path", path.into()), ("size", number(size)), ("sent", number(sent))])
    };
    object([("id", id.into()), ("created", number(created)), ("files", list(files, file))])
}

pub(super) fn sent_file(SentFile { id, name, size }: SentFile) -> JsValue {
    object([("id", id.into()), ("name", name.into()), ("size", number(size))])
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

pub(super) fn parsed_link(link: &ShareLink) -> JsValue {
    object([
        ("host", link.host.as_str().into()),
        ("packageCode", link.package_code.as_str().into()),
        ("keyCode", link.key_code.expose().into()),
        ("suite", link.key_code.suite().as_str().into()),
    ])
}
