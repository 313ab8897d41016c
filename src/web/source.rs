//! What JavaScript gives us to send.

use std::ops::Range;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::error::{invalid, message_of};
use super::values::property;
use crate::transfer::{NewFile, Source};
use crate::{Error, Result};

#[wasm_bindgen(module = "/src/web/sources.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn files(source: &JsValue) -> Result<JsValue, JsValue>;

    type StreamReader;
    #[wasm_bindgen(method, catch)]
    async fn read(this: &StreamReader, length: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn cancel(this: &StreamReader);
}

/// Where a file's bytes come from.
pub enum JsSource {
    /// Read by slices.
    Blob(Blob),
    /// Read in order.
    Stream(Stream),
}

/// A stream that is told when nobody reads it any more.
pub struct Stream(StreamReader);

impl Drop for Stream {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Source for JsSource {
    type Bytes = Uint8Array;

    fn size(&self) -> Option<u64> {
        match self {
            Self::Blob(blob) => Some(blob.size() as u64),
            Self::Stream(_) => None,
        }
    }

    async fn read(&self, range: Range<u64>) -> Result<Uint8Array> {
        match self {
            Self::Blob(blob) => {
                let slice = blob.slice_with_f64_and_f64(range.start as f64, range.end as f64);
                let buffer = JsFuture::from(slice.map_err(unreadable)?.array_buffer()).await;
                Ok(Uint8Array::new(&buffer.map_err(unreadable)?))
            }
            Self::Stream(stream) => {
                let read = stream.0.read((range.end - range.start) as f64).await;
                read.map(JsCast::unchecked_into).map_err(unreadable)
            }
        }
    }
}

/// The files that the first argument of `upload` stands for.
pub async fn new_files(source: JsValue) -> Result<Vec<NewFile<JsSource>>> {
    let found: Array = files(&source).await.map_err(|thrown| invalid(message_of(&thrown)))?.unchecked_into();
    Ok(found.iter().map(|file| new_file(&file)).collect())
}

/// What `sources.js` made of one file.
fn new_file(file: &JsValue) -> NewFile<JsSource> {
    let text = |key| property(file, key).as_string();
    let (blob, stream) = (property(file, "blob"), property(file, "stream"));
    NewFile {
        name: text("name").unwrap_or_default(),
        path: text("path"),
        content_type: text("type").unwrap_or_default(),
        modified: property(file, "modified").as_f64().map(|time| time as i64),
        source: match blob.is_undefined() {
            true => JsSource::Stream(Stream(stream.unchecked_into())),
            false => JsSource::Blob(blob.unchecked_into()),
        },
    }
}

fn unreadable(thrown: JsValue) -> Error {
    invalid(format!("the file cannot be read: {}", message_of(&thrown)))
}
