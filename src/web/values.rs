//! Plain values, between JavaScript and Rust: reading options, and writing objects.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use super::error::invalid;
use crate::Result;
use crate::transfer::{Progress, SentFile};

/// The largest integer that no other number is taken for (ECMA-262, `Number.MAX_SAFE_INTEGER`).
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// An object whose properties are read one by one, each of the type that it must have. `undefined` and `null` have none,
/// and a property that is one of them is missing.
pub struct Options(JsValue);

impl Options {
    /// The properties of an argument.
    ///
    /// # Errors
    /// `INVALID_INPUT` when it is a primitive.
    pub fn of(argument: impl Into<JsValue>) -> Result<Self> {
        let argument = argument.into();
        if argument.is_object() || is_missing(&argument) {
            return Ok(Self(argument));
        }
        Err(invalid("options must be an object"))
    }

    /// A string.
    pub fn text(&self, key: &str) -> Result<Option<String>> {
        self.read(key, "a string", |value| value.as_string())
    }

    /// Whether it is exactly this string.
    pub fn is(&self, key: &str, text: &str) -> bool {
        property(&self.0, key).as_string().is_some_and(|value| value == text)
    }

    /// A whole number from 0 on.
    pub fn whole(&self, key: &str) -> Result<Option<u64>> {
        let whole = |value: JsValue| value.as_f64().filter(|&number| is_whole(number));
        Ok(self.read(key, "a whole number", whole)?.map(|number| number as u64))
    }

    /// A whole number below 2^32.
    pub fn small(&self, key: &str) -> Result<Option<u32>> {
        let small = |number| u32::try_from(number).map_err(|_| invalid(format!("{key} is too large")));
        self.whole(key)?.map(small).transpose()
    }

    /// `true` or `false`, which is also what a missing one is.
    pub fn flag(&self, key: &str) -> Result<bool> {
        Ok(self.truth(key)?.unwrap_or_default())
    }

    /// `true` or `false`, or none of them.
    pub fn truth(&self, key: &str) -> Result<Option<bool>> {
        self.read(key, "true or false", |value| value.as_bool())
    }

    /// An object of options.
    pub fn object(&self, key: &str) -> Result<Option<Self>> {
        self.read(key, "an object", |value| value.is_object().then(|| Self(value)))
    }

    /// An object of a class.
    pub fn instance<T: JsCast>(&self, key: &str, class: &str) -> Result<Option<T>> {
        self.read(key, class, |value| value.dyn_into().ok())
    }

    /// The `AbortSignal`.
    pub fn signal(&self) -> Result<Option<AbortSignal>> {
        self.instance("signal", "an AbortSignal")
    }

    /// The function that hears of progress.
    pub fn on_progress(&self) -> Result<Option<Function>> {
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
pub fn required<T>(value: Option<T>, key: &str) -> Result<T> {
    value.ok_or_else(|| invalid(format!("{key} is missing")))
}

/// A property of anything; `undefined` where there is none.
pub fn property(object: &JsValue, key: &str) -> JsValue {
    // Reading a property of a primitive throws: it has none.
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A plain object with these properties; those that are `undefined` are left out.
pub fn object<const N: usize>(properties: [(&str, JsValue); N]) -> JsValue {
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
pub fn list<T>(items: impl IntoIterator<Item = T>, convert: impl Fn(T) -> JsValue) -> JsValue {
    items.into_iter().map(convert).collect::<Array>().into()
}

/// As JavaScript has numbers: exact up to 2^53.
pub fn number(value: u64) -> JsValue {
    JsValue::from_f64(value as f64)
}

/// How far an upload is.
pub fn progress(progress: Progress) -> JsValue {
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

/// How far a download is.
pub fn download_progress(Progress { loaded, size, waiting, .. }: Progress) -> JsValue {
    object([("loaded", number(loaded)), ("size", number(size)), ("waiting", waiting.into())])
}

/// A file that was sent.
pub fn sent_file(SentFile { id, name, size }: SentFile) -> JsValue {
    object([("id", id.into()), ("name", name.into()), ("size", number(size))])
}
