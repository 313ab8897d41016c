//! What JavaScript gives us to send.

use std::ops::Range;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

use super::convert::property;
use super::error::{invalid, message_of};
use crate::transfer::{NewFile, Source};
use crate::{Error, Result};

/// A Blob, read by slices.
pub(super) struct BlobSource(Blob);

impl Source for BlobSource {
    type Bytes = Uint8Array;

    fn size(&self) -> u64 {
        self.0.size() as u64
    }

    async fn read(&self, range: Range<u64>) -> Result<Uint8Array> {
        let unreadable =
            |thrown: JsValue| invalid(format!("the file cannot be read: {}", message_of(&thrown)));
        let slice =
            self.0.slice_with_f64_and_f64(range.start as f64, range.end as f64).map_err(unreadable)?;
        let buffer = JsFuture::from(slice.array_buffer()).await.map_err(unreadable)?;
        Ok(Uint8Array::new(&buffer))
    }
}

/// Reads the first argument of `upload`: a Source, or several in an array or a `FileList`.
pub(super) fn new_files(sources: &JsValue) -> Result<Vec<NewFile<BlobSource>>> {
    if is_blob(sources) || !property(sources, "blob").is_undefined() {
        return Ok(vec![new_file(sources)?]);
    }
    if property(sources, "length").as_f64().is_none() {
        return Err(invalid("upload takes a File, a Blob with a name, or several of them"));
    }
    Array::from(sources).iter().map(|source| new_file(&source)).collect()
}

fn new_file(source: &JsValue) -> Result<NewFile<BlobSource>> {
    let named = property(source, "blob");
    let (blob, given) = if named.is_undefined() { (source.clone(), None) } else { (named, Some(source)) };
    if !is_blob(&blob) {
        return Err(invalid("upload takes a File, a Blob with a name, or several of them"));
    }
    let given = |key| given.map(|given| text(given, key)).transpose().map(Option::flatten);
    // A File picked with its folder carries its path, the name included.
    let relative = text(&blob, "webkitRelativePath")?;
    let folder =
        relative.as_deref().and_then(|path| path.rsplit_once('/')).map(|(folder, _)| folder.to_owned());
    let name = given("name")?
        .or(text(&blob, "name")?)
        .ok_or_else(|| invalid("a Blob has no name of its own: give it one with { blob, name }"))?;
    let blob: Blob = blob.unchecked_into();
    Ok(NewFile {
        name,
        path: given("path")?.or(folder),
        content_type: blob.type_(),
        modified: property(&blob, "lastModified").as_f64().map(|time| time as i64),
        source: BlobSource(blob),
    })
}

/// Files and Blobs of other realms, and Node's own, count as well: what matters is how they are read.
fn is_blob(value: &JsValue) -> bool {
    value.is_instance_of::<File>()
        || value.is_instance_of::<Blob>()
        || (property(value, "size").as_f64().is_some()
            && property(value, "slice").is_function()
            && property(value, "arrayBuffer").is_function())
}

fn text(object: &JsValue, key: &str) -> Result<Option<String>, Error> {
    let value = property(object, key);
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let text = value.as_string().ok_or_else(|| invalid(format!("{key} must be a string")))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}
