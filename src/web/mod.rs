//! The JavaScript surface: classes, functions, and the browser's (or Node's) network, clock and ciphers.
//! Thin: what can be decided is decided below.

mod bytes;
#[cfg(feature = "bindings")]
mod classes;
#[cfg(feature = "bindings")]
mod convert;
mod error;
mod fetch;
#[cfg(feature = "bindings")]
mod functions;
mod journal;
mod platform;
pub mod promise;
pub mod settings;
mod signal;
mod source;
pub mod values;
mod webcrypto;
mod workers;

#[cfg(feature = "bindings")]
pub use classes::{Client, Package, ReceivedPackage};
pub use error::{invalid, message_of};
#[cfg(feature = "bindings")]
pub use functions::{
    checksum, decrypt_part, encrypt_part, format_link, generate_key_code, parse_link, qr_code, safe_file_name,
};
pub use journal::{Kept, entries};
pub use platform::Platform;
pub use signal::{abortable, aborted};
pub use source::{JsSource, new_files};
pub use webcrypto::WebCrypto;
pub use workers::{Workers, set_workers};
#[cfg(feature = "bindings")]
pub use workers::{compiled_module, run_job, use_workers};

#[cfg(feature = "bindings")]
#[wasm_bindgen::prelude::wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("types.d.ts");
