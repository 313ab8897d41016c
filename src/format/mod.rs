//! How a package's content is laid out and encrypted: part plans, the suites, sealed file info and the seal.
//!
//! Nothing here does I/O, and the octets of files need not pass through here: the suites' objects say what to
//! encrypt, and a [`cipher::Cipher`] does it, wherever the octets are.

pub mod cfb;
pub mod cipher;
mod plan;
pub mod sealed;

use base64ct::{Base64, Encoding};

pub use cipher::{Cipher, Payload, RustCrypto, decrypt_part, encrypt_cfb_part, encrypt_part};
pub use plan::{PartPlan, PartSpan};
pub use sealed::{FileInfo, PartOpener, PartSealer, Seal, SealedFile, StoredFile, ciphertext_size};

use crate::api::limits::MAX_MESSAGE;
use crate::{Error, ErrorCode, Result};

/// The largest integer that JSON carries everywhere (RFC 8259, section 6).
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Encodes an encrypted message for the wire; `LIMIT_REACHED` when it is longer than messages may be.
fn encode_message(octets: &[u8]) -> Result<String> {
    if Base64::encoded_len(octets) > MAX_MESSAGE {
        return Err(message_too_long());
    }
    Ok(Base64::encode_string(octets))
}

fn message_too_long() -> Error {
    Error::new(ErrorCode::LimitReached, "the message is too long")
}

/// Decodes an encrypted message from the wire; `TAMPERED` when it is none.
fn decode_message(text: &str) -> Result<Vec<u8>> {
    if text.len() > MAX_MESSAGE {
        return Err(Error::tampered());
    }
    Base64::decode_vec(text).map_err(|_| Error::tampered())
}
