//! The surface as JavaScript sees it, as far as it needs no server.

use bulla::web::{Client, checksum, format_link, generate_key_code, parse_link, qr_code, safe_file_name};
use js_sys::{Error, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const PACKAGE_CODE: &str = "E8FfOCwV4His4tlezIGi07qi0bQhxGQHcqVKYcqPcgg";

fn property(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap()
}

fn options(entries: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in entries {
        Reflect::set(&object, &(*key).into(), value).unwrap();
    }
    object.into()
}

#[wasm_bindgen_test]
fn errors_are_errors_with_a_code() {
    let link = format!("https://files.example.com/receive/?packageCode={PACKAGE_CODE}");
    let error = parse_link(&link).unwrap_err();
    assert!(error.is_instance_of::<Error>());
    assert_eq!(property(&error, "name"), "BullaError");
    assert_eq!(property(&error, "code"), "LINK_INCOMPLETE");
    assert_eq!(property(&error, "retryable"), false);
}

#[wasm_bindgen_test]
fn a_link_is_written_and_read() {
    let key_code = generate_key_code(None).unwrap();
    assert_eq!(key_code.len(), 44);
    let link = format_link("https://files.example.com", "ABCD-EFGH", PACKAGE_CODE, &key_code).unwrap();
    let parsed = parse_link(&link).unwrap();
    assert_eq!(property(&parsed, "host"), "https://files.example.com");
    assert_eq!(property(&parsed, "packageCode"), PACKAGE_CODE);
    assert_eq!(property(&parsed, "keyCode"), key_code.as_str());
    assert_eq!(property(&parsed, "suite"), "sealed");
}

#[wasm_bindgen_test]
fn a_locked_link_says_that_it_needs_a_password() {
    let error = parse_link(&format!("https://files.example.com/receive/?packageCode={PACKAGE_CODE}#lock=AQ"))
        .unwrap_err();
    assert_eq!(property(&error, "code"), "PASSWORD_REQUIRED");
}

#[wasm_bindgen_test]
fn a_checksum_is_64_digits() {
    let key_code = generate_key_code(Some(JsValue::from("openpgp-cfb").unchecked_into())).unwrap();
    let checksum = checksum(&key_code, PACKAGE_CODE).unwrap();
    assert!(checksum.len() == 64 && checksum.bytes().all(|c| c.is_ascii_hexdigit()));
}

#[wasm_bindgen_test]
fn an_unknown_suite_is_refused() {
    let error = generate_key_code(Some(JsValue::from("rot13").unchecked_into())).unwrap_err();
    assert_eq!(property(&error, "code"), "UNSUPPORTED");
}

#[wasm_bindgen_test]
fn a_client_checks_its_options() {
    let host = || ("host", JsValue::from("https://files.example.com"));
    assert!(Client::new(Some(options(&[host()]).unchecked_into())).is_ok());
    let auth = options(&[("apiKey", "k".into())]);
    for wrong in [
        options(&[("host", "not a host".into())]),
        options(&[("host", "https://files.example.com/path".into())]),
        options(&[("host", 5.into())]),
        options(&[host(), ("auth", auth)]),
        options(&[host(), ("concurrency", 0.into())]),
        options(&[host(), ("concurrency", 1000.into())]),
    ] {
        let error = Client::new(Some(wrong.unchecked_into())).err().unwrap();
        assert_eq!(property(&error, "code"), "INVALID_INPUT");
    }
}

#[wasm_bindgen_test]
async fn open_refuses_what_is_no_link() {
    let client =
        Client::new(Some(options(&[("host", "https://files.example.com".into())]).unchecked_into())).unwrap();
    let error = wasm_bindgen_futures::JsFuture::from(client.open("hello", None)).await.unwrap_err();
    assert_eq!(property(&error, "code"), "LINK_INVALID");
}

#[wasm_bindgen_test]
fn a_qr_code_has_its_quiet_zone() {
    let code = qr_code("https://files.example.com/").unwrap();
    let size = property(&code, "size").as_f64().unwrap();
    // Version 2 has 25 modules; four light ones stand on each side.
    assert_eq!(size, 33.0);
    // The finder pattern's corner.
    assert!(property(&code, "path").as_string().unwrap().starts_with("M4,4h1v1h-1z"));
}

#[wasm_bindgen_test]
fn names_are_made_safe() {
    assert_eq!(safe_file_name("../a/b.txt"), "_a_b.txt");
}
