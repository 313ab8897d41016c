//! The directories of workspaces, and what lies in them.

use bulla::api::limits;

use super::files::{directory_of, placed};
use super::names::{check_directory_name, check_file_name, check_name_tag};
use super::{Caller, Domain, Error, Result, now};
use crate::db::{Change, Directory, DirectoryLimits, EntryOrder, File, Package, Page};
use crate::secrets::random_id;

/// What a workspace can hold of directories.
const LIMITS: DirectoryLimits = DirectoryLimits { count: 10_000, depth: 32 };
/// What the contents of a directory can be ordered by; the first is the default.
const ORDERS: [(&str, EntryOrder); 4] = [
    ("name", EntryOrder::Name),
    ("uploaded", EntryOrder::Created),
    ("created", EntryOrder::Created),
    ("fileSize", EntryOrder::Size),
];

/// How a list is to be ordered, as the client says it; empty where it says nothing.
#[derive(Clone, Debug, Default)]
pub struct Sorting {
    /// The field to order by.
    pub field: String,
    /// `asc` or `desc`, in either case.
    pub order: String,
}

/// What lies in a directory.
#[derive(Clone, Debug)]
pub struct DirectoryContents {
    /// The directory itself.
    pub directory: Directory,
    /// Directories in it.
    pub directories: Vec<Directory>,
    /// Complete files in it.
    pub files: Vec<FileWithVersions>,
}

/// A file, and what was under its name before.
#[derive(Clone, Debug)]
pub struct FileWithVersions {
    /// The file.
    pub file: File,
    /// The earlier versions, the latest first.
    pub versions: Vec<File>,
}

impl Domain {
    /// Makes a directory in another one of a workspace, in its root when none is named.
    ///
    /// # Errors
    /// When the name cannot be kept or is there already, there is no such directory, or there would be too many or
    /// too deep ones.
    pub async fn create_directory(
        &self,
        package: &Package,
        parent_id: Option<&str>,
        name: String,
        name_tag: Option<String>,
    ) -> Result<Directory> {
        let root = package.root_directory_id.as_deref().ok_or(Error::NotFound)?;
        check_directory_name(&name)?;
        name_tag.as_deref().map_or(Ok(()), check_name_tag)?;
        let parent_id = Some(parent_id.unwrap_or(root).to_owned());
        let new = Directory { id: random_id()?, parent_id, name, name_tag, created: now() };
        made(self.db.insert_directory(&package.id, &new, LIMITS).await?)?;
        Ok(new)
    }

    /// What lies in a directory: up to [`limits::PAGE`] directories and as many files, behind the first so many.
    ///
    /// # Errors
    /// When there is no such directory, or nothing is ordered by that.
    pub async fn directory(
        &self,
        package: &Package,
        id: &str,
        (directories, files): (u32, u32),
        sorting: &Sorting,
    ) -> Result<DirectoryContents> {
        let page = |first| sorting.page(&ORDERS, first, limits::PAGE);
        let (directories, files) = (page(directories)?, page(files)?);
        let directory = self.db.directory(&package.id, id).await?.ok_or(Error::NotFound)?;
        let directories = self.db.subdirectories(&package.id, id, directories).await?;
        let files = self.db.directory_files(&package.id, id, files).await?;
        let mut versions = self.db.directory_versions(&package.id, id).await?;
        let files = files.into_iter().map(|file| {
            let of = versions.extract_if(.., |v| v.version_of.as_ref() == Some(&file.id)).collect();
            FileWithVersions { file, versions: of }
        });
        Ok(DirectoryContents { directory, directories, files: files.collect() })
    }

    /// What stands at the top of a package: all its files; of a workspace the directories and complete files in its
    /// root. To the holder of tickets for single files these, wherever they are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn top(&self, package: &Package, caller: &Caller) -> Result<(Vec<Directory>, Vec<File>)> {
        if let Caller::Holder { files: ids, .. } = caller {
            let mut files = Vec::with_capacity(ids.len());
            for id in ids {
                files.extend(self.db.file(&package.id, id).await?);
            }
            return Ok((Vec::new(), files));
        }
        let Some(root) = &package.root_directory_id else {
            return Ok((Vec::new(), self.files(package).await?));
        };
        let all = Page { order: EntryOrder::Name, descending: false, first: 0, most: LIMITS.count };
        let directories = self.db.subdirectories(&package.id, root, all).await?;
        Ok((directories, self.db.directory_files(&package.id, root, all).await?))
    }

    /// Renames a directory of a workspace, but not its root.
    ///
    /// # Errors
    /// When the name cannot be kept or is there already, there is no such directory, or it has a name tag and no new one
    /// comes with the name.
    pub async fn rename_directory(
        &self,
        package: &Package,
        id: &str,
        name: String,
        name_tag: Option<String>,
    ) -> Result<()> {
        check_not_root(package, id, "renamed")?;
        check_directory_name(&name)?;
        self.check_directory_tag(package, id, name_tag.as_deref()).await?;
        made(self.db.rename_directory(&package.id, id, (name, name_tag), now()).await?)
    }

    /// Moves a directory of a workspace, but not its root, with all in it into another one.
    ///
    /// # Errors
    /// When there is no such directory, it would be in itself or too deep, its name is there already, or it has a name tag
    /// and no new one comes with the move.
    pub async fn move_directory(
        &self,
        package: &Package,
        id: &str,
        target_id: &str,
        name_tag: Option<String>,
    ) -> Result<()> {
        check_not_root(package, id, "moved")?;
        self.check_directory_tag(package, id, name_tag.as_deref()).await?;
        made(self.db.move_directory(&package.id, id, (target_id, name_tag), LIMITS, now()).await?)
    }

    /// Refuses the tag of a new name or place of a directory where it cannot be that.
    async fn check_directory_tag(&self, package: &Package, id: &str, name_tag: Option<&str>) -> Result<()> {
        let directory = self.db.directory(&package.id, id).await?.ok_or(Error::NotFound)?;
        check_new_tag(directory.name_tag.as_deref(), name_tag)
    }

    /// Deletes a directory of a workspace, but not its root, with all in it. The files' parts go in the background.
    ///
    /// # Errors
    /// When there is no such directory.
    pub async fn delete_directory(&self, package: &Package, id: &str) -> Result<()> {
        check_not_root(package, id, "deleted")?;
        if !self.db.delete_directory(&package.id, id, now()).await? {
            return Err(Error::NotFound);
        }
        self.ended.notify_one();
        Ok(())
    }

    /// Moves a file of a workspace, with its earlier versions, into another directory.
    ///
    /// # Errors
    /// When there is no such file or directory, the caller may not, its name is there already, or it has a name tag
    /// and no new one comes with the move.
    pub async fn move_file(
        &self,
        package: &Package,
        caller: &Caller,
        id: &str,
        directory_id: &str,
        name_tag: Option<String>,
    ) -> Result<()> {
        let file = self.placeable(package, caller, id, name_tag).await?;
        let directory_id = directory_of(package, Some(directory_id.to_owned()))?;
        placed(self.db.place_file(&File { directory_id, ..file }, now()).await?)
    }

    /// Renames a file.
    ///
    /// # Errors
    /// When the name cannot be kept or is there already, there is no such file, the caller may not, the file has a name
    /// tag and no new one comes with the name, or the package is neither a draft nor a workspace.
    pub async fn rename_file(
        &self,
        package: &Package,
        caller: &Caller,
        id: &str,
        name: String,
        name_tag: Option<String>,
    ) -> Result<()> {
        check_file_name(&name)?;
        let file = self.placeable(package, caller, id, name_tag).await?;
        placed(self.db.place_file(&File { name, ..file }, now()).await?)
    }

    /// A file that can get another place: complete, and no earlier version. Its tag is the new one.
    async fn placeable(
        &self,
        package: &Package,
        caller: &Caller,
        id: &str,
        name_tag: Option<String>,
    ) -> Result<File> {
        let file = self.changeable(package, caller, id).await?;
        if !file.complete || file.version_of.is_some() {
            return Err(Error::Refused("the file is not complete, or an earlier version".to_owned()));
        }
        check_new_tag(file.name_tag.as_deref(), name_tag.as_deref())?;
        Ok(File { name_tag, ..file })
    }
}

impl Sorting {
    /// The part of a list that is wanted, ordered by one of `orders`, the first when nothing is said.
    pub(super) fn page<Order: Copy>(
        &self,
        orders: &[(&str, Order)],
        first: u32,
        most: u32,
    ) -> Result<Page<Order>> {
        let named = orders.iter().find(|(name, _)| self.field.is_empty() || *name == self.field);
        let (_, order) = *named.ok_or_else(|| {
            let names: Vec<_> = orders.iter().map(|(name, _)| *name).collect();
            Error::Invalid(format!("the list can be sorted by {}", names.join(", ")))
        })?;
        let descending = match self.order.to_ascii_lowercase().as_str() {
            "" | "asc" => false,
            "desc" => true,
            _ => return Err(Error::Invalid("the order of a list is asc or desc".to_owned())),
        };
        Ok(Page { order, descending, first, most })
    }
}

/// Refuses a new name or place without a tag for what has one: the old tag would say of another name that it is there.
fn check_new_tag(old: Option<&str>, new: Option<&str>) -> Result<()> {
    if old.is_some() && new.is_none() {
        return Err(Error::Invalid("what has a name tag needs a new one".to_owned()));
    }
    new.map_or(Ok(()), check_name_tag)
}

fn check_not_root(package: &Package, id: &str, what: &str) -> Result<()> {
    if package.root_directory_id.as_deref() == Some(id) {
        return Err(Error::Refused(format!("the root directory is not {what}")));
    }
    Ok(())
}

/// What came of giving a directory a place.
fn made(change: Change) -> Result<()> {
    match change {
        Change::Done => Ok(()),
        Change::Missing | Change::NoRoom => Err(Error::NotFound),
        Change::Duplicate => Err(Error::Refused("a directory of that name is there already".to_owned())),
        Change::Inside => Err(Error::Refused("a directory is not moved into itself".to_owned())),
        Change::Full => Err(Error::Limit(format!(
            "a workspace has at most {} directories, {} of them in each other",
            LIMITS.count, LIMITS.depth
        ))),
    }
}
