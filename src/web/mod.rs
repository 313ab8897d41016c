//! The JavaScript surface: classes, functions, and the browser's (or Node's) network, clock and ciphers.
//! Thin: what can be decided is decided below.

mod bytes;
mod classes;
mod convert;
mod error;
mod fetch;
mod functions;
mod journal;
mod platform;
mod signal;
mod source;
mod webcrypto;
mod workers;

pub use classes::{Client, Package, ReceivedPackage};
pub use functions::{
    checksum, decrypt_part, encrypt_part, format_link, generate_key_code, parse_link, qr_code, safe_file_name,
};
pub use platform::Platform;
pub use webcrypto::WebCrypto;
pub use workers::{Workers, compiled_module, run_job, use_workers};

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("types.d.ts");
