//! The functions, for those who build their own transfers.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Promise, Uint8Array};
use qrcodegen::{QrCode, QrCodeEcc};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert;
use super::error::invalid;
use super::platform::Platform;
use super::promise::{or_rejected, promise};
use super::values::{Options, object, required};
use crate::Result;
use crate::file_name;
use crate::format::PartSpan;
use crate::format::sealed::data_size;
use crate::keys::{
    Checksum, FileNonce, KeyClass, KeyCode, PackageCode, PackageKeys, Passphrase, ServerSecret, Suite,
};
use crate::link::ShareLink;
use crate::transfer::crypto::FileCrypto;

/// A fresh keyCode for a package of `suite` (default `sealed`).
#[wasm_bindgen(js_name = generateKeyCode)]
pub fn generate_key_code(suite: Option<convert::JsSuite>) -> Result<String, JsValue> {
    let suite: JsValue = suite.into();
    let name = suite.as_string();
    if name.is_none() && !suite.is_undefined() {
        return Err(invalid("suite must be a string").into());
    }
    let class = match convert::suite(name.as_deref())? {
        Suite::Sealed => KeyClass::Sealed,
        Suite::OpenPgpCfb => KeyClass::OpenPgpCfb,
    };
    Ok(KeyCode::generate(class)?.expose().to_owned())
}

/// The keyCode's checksum: 64 hexadecimal digits with which the server lets the link's holder in.
#[wasm_bindgen]
pub fn checksum(
    #[wasm_bindgen(js_name = keyCode)] key_code: &str,
    #[wasm_bindgen(js_name = packageCode)] package_code: &str,
) -> Result<String, JsValue> {
    let checksum = Checksum::derive(&KeyCode::parse(key_code)?, &PackageCode::parse(package_code)?);
    Ok(checksum.expose().to_owned())
}

/// Reads a share link, and repairs what mail scanners and chat apps do to links.
#[wasm_bindgen(js_name = parseLink, unchecked_return_type = "ParsedLink")]
pub fn parse_link(link: &str) -> Result<JsValue, JsValue> {
    Ok(convert::parsed_link(&convert::share_link(link)?))
}

/// The share link of a package.
#[wasm_bindgen(js_name = formatLink)]
pub fn format_link(
    host: &str,
    #[wasm_bindgen(js_name = packageId)] package_id: &str,
    #[wasm_bindgen(js_name = packageCode)] package_code: &str,
    #[wasm_bindgen(js_name = keyCode)] key_code: &str,
) -> Result<String, JsValue> {
    let (code, key_code) = (PackageCode::parse(package_code)?, KeyCode::parse(key_code)?);
    Ok(ShareLink::new(host, Some(package_id), code, key_code)?.expose())
}

/// A name under which a file of this name can be saved on any system: one segment, visible, not reserved.
#[wasm_bindgen(js_name = safeFileName)]
pub fn safe_file_name(name: &str) -> String {
    file_name::safe(name)
}

/// The QR code of a text: an SVG path with one unit per module, quiet zone included.
#[wasm_bindgen(js_name = qrCode, unchecked_return_type = "QrCode")]
pub fn qr_code(text: &str) -> Result<JsValue, JsValue> {
    /// Light modules around the code (ISO/IEC 18004).
    const QUIET: i32 = 4;
    let code = QrCode::encode_binary(text.as_bytes(), QrCodeEcc::Medium)
        .map_err(|_| invalid("the text is too long for a QR code"))?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|&x| code.get_module(x, y)) {
            path.push_str(&format!("M{},{}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    let size = f64::from(code.size() + 2 * QUIET);
    Ok(object([("size", size.into()), ("path", path.into())]))
}

/// Encrypts one part. Returns it in pieces, in order: `new Blob(pieces)` is what to PUT, and to PUT again.
#[wasm_bindgen(js_name = encryptPart, unchecked_return_type = "Promise<Uint8Array<ArrayBuffer>[]>")]
pub fn encrypt_part(context: &convert::JsPartContext, data: Uint8Array) -> Promise {
    or_rejected(|| {
        let part = Part::new(context, u64::from(data.length()))?;
        Ok(promise(async move {
            let platform = Platform::lent();
            let pieces = part.crypto.encrypt(&platform, part.span, data).await?;
            Ok(Array::from_iter(pieces).into())
        }))
    })
}

/// Decrypts one part, whole. Returns its data in pieces, in order; rejects with `TAMPERED` when it is not exactly this
/// part.
#[wasm_bindgen(js_name = decryptPart, unchecked_return_type = "Promise<Uint8Array<ArrayBuffer>[]>")]
pub fn decrypt_part(context: &convert::JsPartContext, part: Uint8Array) -> Promise {
    or_rejected(|| {
        let length = u64::from(part.length());
        let Part { crypto, span } = Part::new(context, data_size(length).unwrap_or_default())?;
        Ok(promise(async move {
            let platform = Platform::lent();
            let pieces = crypto.decrypt(&platform, span, part).await?;
            Ok(Array::from_iter(pieces).into())
        }))
    })
}

/// A part and the keys it is encrypted with.
struct Part {
    crypto: FileCrypto,
    span: PartSpan,
}

impl Part {
    fn new(context: &JsValue, len: u64) -> Result<Self> {
        let context = Options::of(context)?;
        let key_code = KeyCode::parse(&required(context.text("keyCode")?, "keyCode")?)?;
        let secret = ServerSecret::parse(&required(context.text("serverSecret")?, "serverSecret")?)?;
        let passphrase = Passphrase::new(&secret, &key_code);
        let crypto = match key_code.suite() {
            Suite::Sealed => {
                let nonce: Option<Uint8Array> = context.instance("nonce", "a Uint8Array")?;
                let nonce = nonce.and_then(|octets| octets.to_vec().try_into().ok());
                let nonce = nonce.map(FileNonce::from_bytes);
                let nonce = nonce.ok_or_else(|| invalid("a sealed part needs its file's nonce: 16 bytes"))?;
                let package = package_keys(&passphrase);
                FileCrypto::Sealed { file: package.file(&nonce), package }
            }
            Suite::OpenPgpCfb => FileCrypto::OpenPgpCfb(Rc::new(passphrase)),
        };
        let span = PartSpan {
            index: required(context.small("index")?, "index")?,
            offset: required(context.whole("offset")?, "offset")?,
            len,
            last: context.flag("last")?,
        };
        Ok(Self { crypto, span })
    }
}

thread_local! {
    static LAST_PACKAGE: RefCell<Option<(Passphrase, Rc<PackageKeys>)>> = const { RefCell::new(None) };
}

/// A package's keys, derived once for all of its parts that follow each other.
fn package_keys(passphrase: &Passphrase) -> Rc<PackageKeys> {
    LAST_PACKAGE.with_borrow_mut(|last| match last {
        Some((known, keys)) if known.same(passphrase) => keys.clone(),
        _ => {
            let keys = Rc::new(PackageKeys::derive(passphrase));
            *last = Some((passphrase.clone(), keys.clone()));
            keys
        }
    })
}
