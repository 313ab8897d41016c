//! Directories, at any depth.

use std::collections::HashMap;

use super::files::Entry;
use super::{Workspace, linked};
use crate::api::limits::PAGE;
use crate::api::workspace::{Move, NameDirectory};
use crate::client::{DirectoryEntry, DirectoryPage, Order, PageOf};
use crate::format::sealed;
use crate::transfer::World;
use crate::transfer::package::path_segment;
use crate::{Error, ErrorCode, Result};

/// More files, and more directories, than any directory holds: that many are left out where only the others are wanted.
const BEYOND: u32 = 1 << 20;

/// Where the page begins behind this one, which began at `index`; `None` when it was not full.
fn next(index: u32, len: usize) -> Option<u32> {
    let len = u32::try_from(len).ok().filter(|len| *len >= PAGE)?;
    index.checked_add(len)
}

/// A directory.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Its id.
    pub id: String,
    /// Its name; an error when it is not one that a holder of the keyCode gave.
    pub name: Result<String>,
    /// The directory it is in.
    pub parent: Option<String>,
}

impl<N: World> Workspace<N> {
    /// Up to 100 directories in one, behind the first so many. Sealed names have no order on the server.
    pub async fn folders(&self, directory: &str, index: u32) -> Result<PageOf<Folder>> {
        if let Some(linked) = &self.linked {
            let folders = linked.directories(directory).map(|entry| self.folder(entry));
            return Ok(linked::page(folders.collect::<Result<Vec<_>>>()?, index));
        }
        let directory = path_segment(directory.to_owned())?;
        let page = self.client().directory(self.id(), &directory, (index, BEYOND), &Order::default()).await?;
        let next = next(index, page.directories.len());
        let folders = page.directories.into_iter().map(|entry| self.folder(entry)).collect::<Result<_>>()?;
        Ok(PageOf { entries: folders, total: None, next })
    }

    /// Up to 100 files in a directory, behind the first so many. Sealed names have no order on the server.
    pub async fn files(&self, directory: &str, index: u32, order: &Order) -> Result<PageOf<Entry>> {
        if let Some(linked) = &self.linked {
            let mut files =
                linked.files(directory).map(|file| self.entry(file)).collect::<Result<Vec<_>>>()?;
            linked::sort(&mut files, order)?;
            return Ok(linked::page(files, index));
        }
        let directory = path_segment(directory.to_owned())?;
        let page = self.client().directory(self.id(), &directory, (BEYOND, index), order).await?;
        let next = next(index, page.files.len());
        let files = page.files.into_iter().map(|file| self.entry(file)).collect::<Result<_>>()?;
        Ok(PageOf { entries: files, total: None, next })
    }

    /// Makes a directory in another one.
    pub async fn create_directory(&self, parent: &str, name: &str) -> Result<Folder> {
        let parent = path_segment(parent.to_owned())?;
        let within = (parent != self.root()).then_some(parent.as_str());
        let request = self.named(name, self.tag(&parent, name))?;
        let id = self.client().create_directory(self.id(), within, &request).await?;
        Ok(Folder { id: path_segment(id)?, name: Ok(name.to_owned()), parent: Some(parent) })
    }

    /// Names a directory anew.
    pub async fn rename_directory(&self, id: &str, name: &str) -> Result<()> {
        let id = path_segment(id.to_owned())?;
        let parent = self.stored_directory(&id).await?.and_then(|stored| stored.parent);
        let tag = parent.and_then(|parent| self.tag(&parent, name));
        self.client().rename_directory(self.id(), &id, &self.named(name, tag)?).await
    }

    /// Moves a directory into another one.
    pub async fn move_directory(&self, id: &str, target: &str) -> Result<()> {
        let (id, target) = (path_segment(id.to_owned())?, path_segment(target.to_owned())?);
        let name =
            self.stored_directory(&id).await?.map(|stored| self.open_name(&stored.name)).transpose()?;
        let name_tag = name.and_then(|name| self.tag(&target, &name));
        self.client().move_directory(self.id(), (&id, &target), &Move { name_tag }).await
    }

    /// Deletes a directory with everything in it.
    pub async fn delete_directory(&self, id: &str) -> Result<()> {
        self.client().delete_directory(self.id(), &path_segment(id.to_owned())?).await
    }

    /// The directory at a `/`-separated path below another one; makes what is missing of it. `known` remembers what was
    /// found, by path.
    pub(super) async fn directory_at(
        &self,
        below: &str,
        path: &str,
        known: &mut HashMap<String, String>,
    ) -> Result<String> {
        let mut id = below.to_owned();
        let mut so_far = String::new();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            so_far.push('/');
            so_far.push_str(name);
            id = match known.get(&so_far) {
                Some(known) => known.clone(),
                None => match self.find_directory(&id, name).await? {
                    Some(found) => found,
                    None => match self.create_directory(&id, name).await {
                        // Somebody else made it just now.
                        Err(error) if error.code() == ErrorCode::Refused => {
                            self.find_directory(&id, name).await?.ok_or(error)?
                        }
                        made => made?.id,
                    },
                },
            };
            known.insert(so_far.clone(), id.clone());
        }
        Ok(id)
    }

    async fn find_directory(&self, within: &str, name: &str) -> Result<Option<String>> {
        let mut index = Some(0);
        while let Some(from) = index {
            let page = self.folders(within, from).await?;
            let found = page
                .entries
                .into_iter()
                .find(|folder| folder.name.as_deref().is_ok_and(|found| self.is_same(within, found, name)));
            if let Some(found) = found {
                return Ok(Some(found.id));
            }
            index = page.next;
        }
        Ok(None)
    }

    /// Whether the server takes two names in a directory for one.
    fn is_same(&self, within: &str, one: &str, other: &str) -> bool {
        one == other || (self.sealed().is_some() && self.tag(within, one) == self.tag(within, other))
    }

    /// Of a sealed workspace, what the server says of a directory, but for what is in it.
    async fn stored_directory(&self, id: &str) -> Result<Option<DirectoryPage>> {
        if self.sealed().is_none() {
            return Ok(None);
        }
        let page = self.client().directory(self.id(), id, (BEYOND, BEYOND), &Order::default()).await?;
        Ok(Some(page))
    }

    fn folder(&self, DirectoryEntry { id, name, parent }: DirectoryEntry) -> Result<Folder> {
        Ok(Folder { id: path_segment(id)?, name: self.open_name(&name), parent })
    }

    fn named(&self, name: &str, name_tag: Option<String>) -> Result<NameDirectory> {
        if name.contains('/') {
            return Err(Error::new(ErrorCode::InvalidInput, "the name of a directory holds no slash"));
        }
        let directory_name = match self.sealed() {
            Some(keys) => sealed::seal_directory_name(keys, name)?,
            None => name.to_owned(),
        };
        Ok(NameDirectory { directory_name, name_tag })
    }

    fn open_name(&self, name: &str) -> Result<String> {
        match self.sealed() {
            Some(keys) => sealed::open_directory_name(keys, name),
            None => Ok(name.to_owned()),
        }
    }
}
