//! Encrypts one part from standard input, or decrypts one, as other OpenPGP tools see it:
//!
//! ```sh
//! cargo run --example part encrypt SERVER_SECRET KEY_CODE < data > part.pgp
//! cargo run --example part decrypt SERVER_SECRET KEY_CODE LENGTH < part.pgp > data
//! ```
//!
//! The part is the only one of its file. In suite `sealed`, which the keyCode chooses, the file's nonce is zero
//! and `LENGTH` is the data's.

use std::error::Error;
use std::io::{self, Read, Write};

use bulla::format::sealed::{open_part, seal_part};
use bulla::format::{PartPlan, cfb};
use bulla::keys::{FileNonce, KeyCode, PackageKeys, Passphrase, ServerSecret, Suite};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [action, server_secret, key_code, length @ ..] = arguments.as_slice() else {
        return Err("usage: part encrypt|decrypt SERVER_SECRET KEY_CODE [LENGTH]".into());
    };
    let key_code = KeyCode::parse(key_code)?;
    let passphrase = Passphrase::new(&ServerSecret::parse(server_secret)?, &key_code);
    let mut input = Vec::new();
    io::stdin().lock().read_to_end(&mut input)?;

    let keys = PackageKeys::derive(&passphrase);
    let file = keys.file(&FileNonce::from_bytes([0; 16]));
    let output = match (action.as_str(), key_code.suite(), length) {
        ("encrypt", Suite::Sealed, []) => {
            seal_part(&keys, &file, PartPlan::for_size(input.len() as u64)?.part(1)?, &input)?
        }
        ("decrypt", Suite::Sealed, [length]) => {
            open_part(&keys, &file, PartPlan::for_size(length.parse()?)?.part(1)?, &input)?
        }
        ("encrypt", Suite::OpenPgpCfb, []) => cfb::encrypt_part(&passphrase, &input)?,
        ("decrypt", Suite::OpenPgpCfb, []) => cfb::decrypt_part(&passphrase, &input)?,
        _ => return Err("encrypt takes no length; decrypt takes one in suite sealed only".into()),
    };
    io::stdout().write_all(&output)?;
    Ok(())
}
