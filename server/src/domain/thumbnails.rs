//! Thumbnails: small pictures of files, which their senders' programs make, and encrypt as they do the files. The store keeps
//! those of a file as the parts of one of their own beside it; whether there is one, it alone knows.

use bulla::api::limits::{MAX_THUMBNAIL, THUMBNAILS};

use super::files::{URL_LIFE, closed, prefix};
use super::{Caller, Domain, Error, Result, SharedItem, now};
use crate::db::{File, Package, Share};
use crate::storage::{Grant, ObjectKey};

impl Domain {
    /// For each size, where the thumbnail of a file goes.
    ///
    /// # Errors
    /// When there is no such file, or the package takes no more content.
    pub async fn thumbnail_urls(
        &self,
        package: &Package,
        caller: &Caller,
        file_id: &str,
        base: &str,
    ) -> Result<Vec<(u16, String)>> {
        let file = self.changeable(package, caller, file_id).await?;
        if !self.db.touch_open(&package.id, now()).await? {
            return Err(closed());
        }
        let mut urls = Vec::new();
        for size in THUMBNAILS {
            let (_, key) = place(&file, size)?;
            let grant = Grant::Put { limit: MAX_THUMBNAIL };
            urls.push((size, self.store.presign(grant, &key, URL_LIFE, base).await?));
        }
        Ok(urls)
    }

    /// Where the thumbnail of a file is, for the holder of a link's token. It counts as nothing.
    ///
    /// # Errors
    /// When there is no such file, or no such size.
    pub async fn link_thumbnail(
        &self,
        package: &Package,
        caller: &Caller,
        file_id: &str,
        size: u16,
        base: &str,
    ) -> Result<Option<String>> {
        let file = self.file(package, file_id).await?;
        if let Caller::Share(open) = caller
            && !self.shares_file(&open.share, &file).await?
        {
            return Err(Error::NotFound);
        }
        self.thumbnail_url(&file, size, base).await
    }

    /// Where the thumbnail of an item of a share is.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the share has no such item, or there is no thumbnail; when there is no such size.
    pub async fn shared_thumbnail(&self, share: &Share, item: &str, size: u16, base: &str) -> Result<String> {
        let file = self.shared_items(share).await?.into_iter().find_map(|shared| match shared {
            SharedItem::File { id, file } if id == item => Some(file),
            SharedItem::File { .. } | SharedItem::Directory(_) => None,
        });
        self.thumbnail_url(&file.ok_or(Error::NotFound)?, size, base).await?.ok_or(Error::NotFound)
    }

    async fn thumbnail_url(&self, file: &File, size: u16, base: &str) -> Result<Option<String>> {
        let (part, key) = place(file, size)?;
        let stored = self.store.parts(&file.package_id, &beside(&file.id)).await?;
        if !stored.iter().any(|stored| stored.part == part) {
            return Ok(None);
        }
        Ok(Some(self.store.presign(Grant::Get, &key, URL_LIFE, base).await?))
    }

    /// Deletes the thumbnails of a file.
    pub(super) async fn delete_thumbnails(&self, package_id: &str, file_id: &str) -> Result<()> {
        Ok(self.store.delete(&prefix(package_id, Some(&beside(file_id)))?).await?)
    }
}

/// Under what id the store keeps the thumbnails of a file.
fn beside(file_id: &str) -> String {
    format!("{file_id}-thumbnails")
}

/// Which part the thumbnail of this size is, and its key.
fn place(file: &File, size: u16) -> Result<(u32, ObjectKey)> {
    let part = (1..).zip(THUMBNAILS).find(|(_, known)| *known == size).map(|(part, _)| part);
    let part = part.ok_or_else(|| Error::Invalid("thumbnails have 75 or 600 pixels".to_owned()))?;
    Ok((part, ObjectKey::new(&file.package_id, &beside(&file.id), part).ok_or(Error::NotFound)?))
}
