use super::part::{PartBody, PartRandom, ciphertext_size, data_size};
use crate::api::limits::MAX_THUMBNAIL;
use crate::keys::{FileKeys, PackageKeys};
use crate::{Error, ErrorCode, Result};

/// Encrypts the thumbnail of a file whose longer side has `size` pixels at most. `LIMIT_REACHED` when it is too large to be kept.
pub fn seal_thumbnail(keys: &PackageKeys, file: &FileKeys, size: u16, picture: &[u8]) -> Result<Vec<u8>> {
    if ciphertext_size(picture.len() as u64) > MAX_THUMBNAIL {
        return Err(Error::new(ErrorCode::LimitReached, "the thumbnail is too large"));
    }
    let random = PartRandom::generate()?;
    PartBody::new(file.thumbnail_key(size), &random.salt, picture.len()).seal(keys, &random, picture)
}

/// Opens a thumbnail; `TAMPERED` when it is not the one of this file and size.
pub fn open_thumbnail(keys: &PackageKeys, file: &FileKeys, size: u16, sealed: &[u8]) -> Result<Vec<u8>> {
    let len = data_size(sealed.len() as u64).ok_or_else(Error::tampered)?;
    PartBody::open(keys, file.thumbnail_key(size), len as usize, sealed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{FileNonce, Passphrase};

    #[test]
    fn a_thumbnail_is_of_its_package_file_and_size() {
        let keys = |text: &str| PackageKeys::derive(&Passphrase::from_text(text.to_owned()));
        let (package, other) = (keys("one"), keys("two"));
        let file = |octet| package.file(&FileNonce::from_bytes([octet; 16]));
        let sealed = seal_thumbnail(&package, &file(1), 75, b"picture").unwrap();
        assert_eq!(open_thumbnail(&package, &file(1), 75, &sealed).unwrap(), b"picture");
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        for refused in [
            open_thumbnail(&package, &file(1), 600, &sealed),
            open_thumbnail(&package, &file(2), 75, &sealed),
            open_thumbnail(&other, &file(1), 75, &sealed),
            open_thumbnail(&package, &file(1), 75, &changed),
            open_thumbnail(&package, &file(1), 75, &sealed[1..]),
            open_thumbnail(&package, &file(1), 75, &[]),
        ] {
            assert_eq!(refused.unwrap_err().code(), ErrorCode::Tampered);
        }
        let large = vec![0; MAX_THUMBNAIL as usize];
        let refused = seal_thumbnail(&package, &file(1), 600, &large).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::LimitReached);
    }
}
