//! Suite `sealed`: every part is one OpenPGP message (RFC 9580: SKESK version 6, SEIPD version 2, AES-256-GCM)
//! whose session key binds its place, file and package; names travel in sealed file info; the seal binds all.
//!
//! Standard tools with RFC 9580's GCM open the parts with the passphrase. They do not check order or completeness.

mod copy;
mod info;
mod json;
mod message;
mod names;
mod part;
mod seal;
mod thumbnail;

pub use copy::{open_file_key, seal_file_key};
pub use info::FileInfo;
pub use message::{open_message, seal_message};
pub use names::{is_sealed, name_tag, open_directory_name, open_label, seal_directory_name, seal_label};
pub use part::{
    CHUNK_AAD, Chunk, Chunks, HEADER_LEN, PartOpener, PartRandom, PartSealer, ciphertext_size, data_size,
    open_part, seal_part,
};
pub use seal::{Seal, SealedFile, StoredFile};
pub use thumbnail::{open_thumbnail, seal_thumbnail};

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::keys::{Key, random};
use crate::openpgp::aead::{self, NONCE_LEN};
use crate::{Error, Result};

/// What every sealed name begins with.
const PREFIX: &str = "sealed.";

/// base64url of: `public` ‖ a random nonce ‖ AES-256-GCM(key, aad, plaintext).
fn seal_text(key: &Key, aad: &[u8], public: &[u8], mut plaintext: Vec<u8>) -> Result<String> {
    let nonce = random()?;
    aead::seal(&aead::cipher(key), &nonce, aad, &mut plaintext)?;
    Ok(Base64UrlUnpadded::encode_string(&[public, &nonce, &plaintext].concat()))
}

/// Opens a nonce and what it encrypts.
fn open_octets(key: &Key, aad: &[u8], octets: &[u8]) -> Result<Vec<u8>> {
    let (nonce, sealed) = octets.split_first_chunk::<NONCE_LEN>().ok_or_else(Error::tampered)?;
    let mut buffer = sealed.to_vec();
    aead::open(&aead::cipher(key), nonce, aad, &mut buffer)?;
    Ok(buffer)
}

fn decode(text: &str) -> Result<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| Error::tampered())
}
