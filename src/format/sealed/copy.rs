//! What a copied file is read with.

use super::info::split;
use super::{PREFIX, open_octets, seal_text};
use crate::keys::{FileKeys, FileNonce, Key, PackageKeys};
use crate::{Error, Result};

const AAD: &[u8] = b"bulla/1 copy";

/// Encrypts the root of the file that `nonce` stands for, for the readers of the workspace that it is copied to.
/// Nothing but this file's keys follows from it.
pub fn seal_file_key(target: &PackageKeys, nonce: &FileNonce, file: &FileKeys) -> Result<String> {
    let root = file.root().expose().to_vec();
    Ok(format!("{PREFIX}{}", seal_text(&target.copy_key(nonce), AAD, nonce.as_bytes(), root)?))
}

/// Opens what [`seal_file_key`] wrote for the file stored under `file_name`; `TAMPERED` when it is anything else, or
/// another file's.
pub fn open_file_key(target: &PackageKeys, file_name: &str, file_key: &str) -> Result<FileKeys> {
    let (nonce, sealed) = split(file_key)?;
    if split(file_name)?.0 != nonce {
        return Err(Error::tampered());
    }
    let root = open_octets(&target.copy_key(&nonce), AAD, &sealed)?;
    let root = <[u8; 32]>::try_from(root).map_err(|_| Error::tampered())?;
    Ok(FileKeys::from_root(Key::new(root)))
}
