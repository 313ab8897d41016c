//! Both ciphers, over the same vectors and the same parts.

use bulla::ErrorCode;
use bulla::format::{Cipher, PartPlan, PartSealer, Payload, RustCrypto, cfb, decrypt_part, encrypt_part};
use bulla::keys::{FileNonce, KeyClass, KeyCode, PackageKeys, Passphrase, ServerSecret};
use bulla::web::WebCrypto;
use js_sys::Uint8Array;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::run;

fn web_crypto() -> WebCrypto {
    WebCrypto::of_this_realm().unwrap()
}

fn rust_crypto() -> RustCrypto<Uint8Array> {
    RustCrypto::new()
}

fn keys() -> PackageKeys {
    let secret = ServerSecret::parse("server-secret-of-this-package").unwrap();
    PackageKeys::derive(&Passphrase::new(&secret, &KeyCode::generate(KeyClass::Sealed).unwrap()))
}

fn joined(pieces: Vec<Uint8Array>) -> Vec<u8> {
    pieces.iter().flat_map(Uint8Array::to_vec).collect()
}

#[wasm_bindgen_test]
async fn sealed_parts_by_webcrypto() {
    run::sealed_parts(&web_crypto()).await;
}

#[wasm_bindgen_test]
async fn sealed_parts_in_rust() {
    run::sealed_parts(&rust_crypto()).await;
}

#[wasm_bindgen_test]
async fn refused_parts_by_webcrypto() {
    run::sealed_parts_refused(&web_crypto()).await;
}

#[wasm_bindgen_test]
async fn refused_parts_in_rust() {
    run::sealed_parts_refused(&rust_crypto()).await;
}

#[wasm_bindgen_test]
async fn cfb_parts_by_webcrypto() {
    run::cfb_parts(&web_crypto()).await;
}

#[wasm_bindgen_test]
async fn cfb_parts_in_rust() {
    run::cfb_parts(&rust_crypto()).await;
}

#[wasm_bindgen_test]
async fn what_one_cipher_seals_the_other_opens() {
    both_ways(&web_crypto(), &rust_crypto()).await;
    both_ways(&rust_crypto(), &web_crypto()).await;
}

async fn both_ways(sealing: &impl Cipher<Bytes = Uint8Array>, opening: &impl Cipher<Bytes = Uint8Array>) {
    let keys = keys();
    let file = keys.file(&FileNonce::generate().unwrap());
    // One part of a little more than two chunks, whose boundaries lie at 262,132 and 524,276.
    let data: Vec<u8> = (0..600_000_u32).map(|place| (place * 31 + place / 256) as u8).collect();
    let span = PartPlan::for_size(data.len() as u64).unwrap().part(1).unwrap();
    let sealer = PartSealer::new(&keys, &file, span).unwrap();
    let part = joined(encrypt_part(sealing, &sealer, Uint8Array::from_vec(data.clone())).await.unwrap());
    let opened = decrypt_part(opening, Some(&keys), &file, span, Uint8Array::from_vec(part.clone())).await;
    assert!(joined(opened.unwrap()) == data);
    for place in [0, 60, 100, 130, 262_300, part.len() - 17, part.len() - 1] {
        let mut changed = part.clone();
        changed[place] ^= 1;
        let refused = decrypt_part(opening, Some(&keys), &file, span, Uint8Array::from_vec(changed)).await;
        assert_eq!(refused.unwrap_err().code(), ErrorCode::Tampered, "octet {place}");
    }
}

#[wasm_bindgen_test]
async fn both_ciphers_write_the_same_cfb() {
    let secret = ServerSecret::parse("server-secret-of-this-package").unwrap();
    let passphrase = Passphrase::new(&secret, &KeyCode::generate(KeyClass::OpenPgpCfb).unwrap());
    // Around blocks, and around the segments that CBC is cut into; 32 octets stand around the data, 52 with the hash.
    let ends = [1 << 18, 1 << 19].into_iter().flat_map(|end: usize| [end - 53, end - 52, end - 51, end - 32]);
    let lengths = (0..70).chain(ends);
    for len in lengths {
        let data: Vec<u8> = (0..len).map(|place| (place * 31 + place / 256) as u8).collect();
        let part = cfb::PartEncryptor::new(&passphrase, len).unwrap();
        let payload = || Uint8Array::from_vec(data.clone());
        let by_web = joined(web_crypto().encrypt_cfb(part.plaintext(), payload()).await.unwrap());
        let in_rust = joined(rust_crypto().encrypt_cfb(part.plaintext(), payload()).await.unwrap());
        assert!(by_web == in_rust, "{len}");
        let message = Uint8Array::from_vec([part.header(), &by_web].concat());
        assert!(joined(web_crypto().decrypt_cfb(&passphrase, message).await.unwrap()) == data, "{len}");
    }
}

#[wasm_bindgen_test]
async fn both_ciphers_refuse_data_of_another_length() {
    refuses_other_lengths(&web_crypto()).await;
    refuses_other_lengths(&rust_crypto()).await;
}

async fn refuses_other_lengths(cipher: &impl Cipher<Bytes = Uint8Array>) {
    let keys = keys();
    let span = PartPlan::for_size(5).unwrap().part(1).unwrap();
    let sealer = PartSealer::new(&keys, &keys.file(&FileNonce::generate().unwrap()), span).unwrap();
    let six = || Uint8Array::from_vec(b"sixsix".to_vec());
    let sealed = cipher.seal(sealer.chunks(), six()).await;
    assert_eq!(sealed.unwrap_err().code(), ErrorCode::InvalidInput);
    let secret = ServerSecret::parse("server-secret-of-this-package").unwrap();
    let passphrase = Passphrase::new(&secret, &KeyCode::generate(KeyClass::OpenPgpCfb).unwrap());
    let part = cfb::PartEncryptor::new(&passphrase, 5).unwrap();
    let encrypted = cipher.encrypt_cfb(part.plaintext(), six()).await;
    assert_eq!(encrypted.unwrap_err().code(), ErrorCode::InvalidInput);
}
