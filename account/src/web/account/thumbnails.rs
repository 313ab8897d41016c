//! Thumbnails of what an account sends.

use bulla::Result;
use bulla::keys::{KeyCode, ServerSecret};
use bulla::transfer::{Thumbnail, put_thumbnails};
use bulla::web::invalid;
use bulla::web::promise::{done, or_rejected, promise};
use bulla::web::values::{Options, required};
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, segment};

#[wasm_bindgen]
impl Account {
    /// Stores thumbnails beside the files of a package in the making: `{ fileId, size, picture }` each.
    #[wasm_bindgen(js_name = putThumbnails)]
    pub fn put_thumbnails(
        &self,
        package: String,
        server_secret: String,
        key_code: String,
        thumbnails: Array,
    ) -> Promise {
        or_rejected(|| {
            let (secret, key_code) = (ServerSecret::parse(&server_secret)?, KeyCode::parse(&key_code)?);
            let thumbnails: Vec<_> = thumbnails.iter().map(thumbnail).collect::<Result<_>>()?;
            let client = self.client.clone();
            Ok(promise(async move {
                done(put_thumbnails(&client, &segment(package)?, (&secret, &key_code), &thumbnails).await)
            }))
        })
    }
}

fn thumbnail(of: JsValue) -> Result<Thumbnail> {
    let of = Options::of(of)?;
    let size = of.small("size")?.and_then(|size| u16::try_from(size).ok());
    let picture = of.instance::<Uint8Array>("picture", "a Uint8Array")?;
    Ok(Thumbnail {
        file_id: segment(required(of.text("fileId")?, "fileId")?)?,
        size: size.ok_or_else(|| invalid("size is missing"))?,
        picture: picture.ok_or_else(|| invalid("picture is missing"))?.to_vec(),
    })
}
