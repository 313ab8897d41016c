//! Workspaces as those read them who have their link and no role in them.

use super::files::Entry;
use super::{Stored, Workspace};
use crate::api::limits::PAGE;
use crate::client::{Client, DirectoryEntry, Order, PageOf, WorkspaceFile, WorkspaceOpened};
use crate::link::ShareLink;
use crate::transfer::World;
use crate::transfer::door::{Door, OpenOptions};
use crate::{Error, ErrorCode, Result};

/// What is in a workspace, as it was when its link was opened.
pub(super) struct Linked<N> {
    pub(super) door: Door<N>,
    /// The encrypted message, base64.
    pub(super) message: Option<String>,
    directories: Vec<DirectoryEntry>,
    /// In the order in which they were added.
    files: Vec<WorkspaceFile>,
}

impl<N: World> Workspace<N> {
    /// Opens a workspace by its link. Where the client's account has a role in it, it is as [`open`](Self::open); else it is
    /// read as it is now, without earlier versions of files, and nothing in it can be changed.
    ///
    /// # Errors
    /// `WRONG_KEY` when nothing opens with the link, `PASSWORD_REQUIRED`, `INVALID_INPUT` for the link of a package,
    /// `LIMIT_REACHED` (too many attempts).
    pub async fn open_link(client: Client<N>, link: ShareLink, options: OpenOptions) -> Result<Self> {
        if client.is_known_at(&link.host) {
            match client.package(link.package_code.as_str()).await {
                Ok(details) if details.role.is_some() => {
                    return Self::of_details(client, details, link.key_code);
                }
                Err(error) if !is_nobodys(&error) => return Err(error),
                _ => {}
            }
        }
        let door = Door::new(&client, link, options);
        let WorkspaceOpened { opened, root_directory_id, label, directories, files } =
            door.open(&door.client).await?;
        let client = door.client.stranger_at(&door.link.host);
        let stored = Stored {
            id: opened.package_id,
            code: opened.package_code,
            server_secret: opened.server_secret,
            root: root_directory_id,
            label,
            sender: opened.package_sender,
            role: None,
        };
        let workspace = Self::with_key(client, stored, door.link.key_code.clone())?;
        let linked = Linked { door, message: opened.message, directories, files };
        Ok(Self { linked: Some(linked), ..workspace })
    }
}

/// Whether the server knows of no role of the caller's.
fn is_nobodys(error: &Error) -> bool {
    matches!(error.code(), ErrorCode::NotFound | ErrorCode::AuthenticationFailed)
}

impl<N> Linked<N> {
    /// The directories in one.
    pub(super) fn directories(&self, within: &str) -> impl Iterator<Item = DirectoryEntry> {
        self.directories.iter().filter(move |entry| entry.parent.as_deref() == Some(within)).cloned()
    }

    /// The files in a directory.
    pub(super) fn files(&self, within: &str) -> impl Iterator<Item = WorkspaceFile> {
        self.files.iter().filter(move |file| file.directory_id.as_deref() == Some(within)).cloned()
    }

    /// One file.
    pub(super) fn file(&self, id: &str) -> Result<WorkspaceFile> {
        let found = self.files.iter().find(|file| file.current.id == id).cloned();
        found.ok_or_else(|| Error::new(ErrorCode::NotFound, "no such file in this workspace"))
    }
}

/// Puts files, which are in the order in which they were added, into the order that a list of the server's would have.
pub(super) fn sort(files: &mut [Entry], Order { by, descending }: &Order) -> Result<()> {
    // What is damaged has neither a size nor a name.
    let key = |entry: &Entry| match (by.as_deref(), &entry.current.file) {
        (Some("fileSize"), Ok(file)) => (file.size, String::new()),
        (None | Some("name"), Ok(file)) => (0, file.name.to_lowercase()),
        _ => (0, String::new()),
    };
    if !matches!(by.as_deref(), None | Some("name" | "fileSize" | "uploaded")) {
        return Err(Error::new(ErrorCode::InvalidInput, "nothing is ordered by that"));
    }
    files.sort_by_key(key);
    if *descending {
        files.reverse();
    }
    Ok(())
}

/// Up to 100 entries behind the first so many.
pub(super) fn page<T>(all: Vec<T>, index: u32) -> PageOf<T> {
    let total = all.len();
    let entries: Vec<_> = all.into_iter().skip(index as usize).take(PAGE as usize).collect();
    let end = index as usize + entries.len();
    let next = u32::try_from(end).ok().filter(|_| end < total && !entries.is_empty());
    PageOf { entries, total: Some(total as u64), next }
}
