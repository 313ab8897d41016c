//! Thumbnails: small pictures of files, which the sender's program makes of what it can decode.

use crate::api::limits::THUMBNAILS;
use crate::client::{Client, Clock, Http, Method};
use crate::format::{FileInfo, sealed};
use crate::keys::{KeyCode, PackageKeys, Passphrase, ServerSecret, Suite};
use crate::{Error, ErrorCode, Result};

/// A thumbnail that is to stand beside its file.
#[derive(Clone, Debug)]
pub struct Thumbnail {
    /// The file's id.
    pub file_id: String,
    /// Its longer side in pixels at most: one of [`THUMBNAILS`].
    pub size: u16,
    /// A JPEG picture.
    pub picture: Vec<u8>,
}

/// Encrypts thumbnails of files of a package that is not finalized, and stores them beside these.
///
/// # Errors
/// `UNSUPPORTED` where the suite has none, `INVALID_INPUT` for another size, `NOT_FOUND` for a file that is not in the package,
/// `LIMIT_REACHED` for a picture that is too large, and what the network brings.
pub async fn put_thumbnails<N: Http + Clock>(
    client: &Client<N>,
    package_id: &str,
    (server_secret, key_code): (&ServerSecret, &KeyCode),
    thumbnails: &[Thumbnail],
) -> Result<()> {
    if key_code.suite() != Suite::Sealed {
        return Err(Error::new(ErrorCode::Unsupported, "this suite has no thumbnails"));
    }
    let content = client.package_information(package_id).await?;
    let keys = PackageKeys::derive(&Passphrase::new(server_secret, key_code));
    for Thumbnail { file_id, size, picture } in thumbnails {
        if !THUMBNAILS.contains(size) {
            return Err(Error::new(ErrorCode::InvalidInput, "thumbnails have 75 or 600 pixels"));
        }
        let entry = content.files.iter().find(|entry| entry.file_id == *file_id);
        let entry = entry.ok_or_else(|| Error::new(ErrorCode::NotFound, "no such file in this package"))?;
        let (nonce, _) = FileInfo::open(&keys, &entry.file_name)?;
        let sealed = sealed::seal_thumbnail(&keys, &keys.file(&nonce), *size, picture)?;
        let urls = client.thumbnail_urls(package_id, file_id).await?.thumbnails;
        let url = urls.into_iter().find(|place| place.size == u32::from(*size)).map(|place| place.url);
        let url =
            url.ok_or_else(|| Error::new(ErrorCode::Server, "the server gave no URL for a thumbnail"))?;
        client.object(Method::Put, &url, Some(sealed)).await?;
    }
    Ok(())
}
