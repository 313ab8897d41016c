//! Workspaces: packages that change while they are read, with directories, versions of files, and roles.

use serde::{Deserialize, Serialize};

use super::ResponseCode;
use super::package::FileInformation;

/// The query of `GET /package/workspaces/`
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListWorkspaces {
    /// How many to leave out.
    #[serde(default)]
    pub row_index: u32,
    /// How many at most; 100 when missing.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = super::limits::PAGE)))]
    pub page_size: Option<u32>,
    /// Of workspaces: `name` (or `packageLabel`), `packageTimestamp` or `packageUpdateTimestamp`; `name` when missing.
    #[serde(default)]
    pub sort_field: String,
    /// `asc` or `desc`; `asc` when missing.
    #[serde(default)]
    pub sort_order: String,
}

/// The answer to [`ListWorkspaces`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WorkspacesAnswer {
    /// The workspaces that the caller has a role in.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::PAGE)))]
    pub packages: Vec<WorkspaceEntry>,
    /// Where in the whole list they stand.
    pub pagination: Pagination,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// One workspace, as [`WorkspacesAnswer`] lists it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceEntry {
    /// The id under which the API addresses it.
    pub package_id: String,
    /// The address of who made it.
    pub package_user_name: String,
    /// The account of who made it.
    pub package_user_id: String,
    /// The state as a number: see the API document's `packageState`.
    pub package_state: i32,
    /// The state in words: see the API document's `packageStateStr`.
    pub package_state_str: String,
    /// Always 0: a workspace has no end.
    pub package_life: u32,
    /// When it last changed, as `Dec 8, 2019 at 09:21`.
    pub package_update_timestamp_str: String,
    /// When it last changed, as `Dec 8, 2019 9:21:32 AM`.
    pub package_update_timestamp: String,
    /// The code that stands in share links.
    pub package_code: String,
    /// The label as stored; empty when it has none.
    pub package_label: String,
    /// Whether there is a message.
    pub package_contains_message: bool,
}

/// Where the entries of an answer stand in the whole list.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// How many were left out before them.
    pub row_index: u32,
    /// How many the answer has at most.
    pub page_size: u32,
    /// How many there are in all.
    pub total_rows: u64,
}

/// `PUT /package/{packageId}/directory/`, `PUT /package/{packageId}/directory/{directoryId}/subdirectory/` and
/// `POST /package/{packageId}/directory/{directoryId}/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NameDirectory {
    /// The name as stored: plain, or sealed.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::limits::MAX_DIRECTORY_NAME)))]
    pub directory_name: String,
    /// Ours: what takes the name's place where names are compared, so that a sealed one is there once. Who has one needs a
    /// new one with every new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_tag: Option<String>,
}

/// The answer to a [`NameDirectory`] that makes one.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DirectoryCreated {
    /// When it was made, as `Jul 14, 2020 9:38:27 AM`.
    pub created: String,
    /// When it was made, as `Jul 14, 2020 at 09:38`.
    pub created_str: String,
    /// The name as stored.
    pub name: String,
    /// The new directory's id.
    pub directory_id: String,
    /// The id once more.
    pub message: String,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// The query of `GET /package/{packageId}/directory/{directoryId}/`
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListDirectory {
    /// How many directories to leave out.
    #[serde(default)]
    pub directory_index: u32,
    /// How many files to leave out.
    #[serde(default)]
    pub file_index: u32,
    /// Of a directory: `name`, `uploaded` (or `created`) or `fileSize`; `name` when missing.
    #[serde(default)]
    pub sort_field: String,
    /// `asc` or `desc`; `asc` when missing.
    #[serde(default)]
    pub sort_order: String,
}

/// The answer to [`ListDirectory`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DirectoryAnswer {
    /// The directory's name as stored; empty for the root.
    pub directory_name: String,
    /// Its id.
    pub directory_id: String,
    /// Ours: the directory it is in; missing for the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_directory_id: Option<String>,
    /// Its complete files, each with its earlier versions.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::PAGE)))]
    pub files: Vec<FileInformation>,
    /// The directories in it.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::PAGE)))]
    pub sub_directories: Vec<DirectoryEntry>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// A directory, as lists have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DirectoryEntry {
    /// Its id.
    pub directory_id: String,
    /// The name as stored.
    pub directory_name: String,
    /// The directory it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_directory_id: Option<String>,
    /// When it was made, as `Jul 14, 2020 9:38:27 AM`.
    pub created: String,
    /// When it was made, as `Jul 14, 2020 at 09:38`.
    pub created_str: String,
}

/// `POST /package/{packageId}/directory/{directoryId}/file/{fileId}/` and
/// `POST /package/{packageId}/move/{sourceDirectoryId}/{targetDirectoryId}/`, which may come without a body.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Move {
    /// Ours: of a file or directory that has one, its name tag in the new directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::limits::MAX_NAME_TAG)))]
    pub name_tag: Option<String>,
}

/// The answer to a [`Move`] of a file.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileMoved {
    /// The directory that the file is in now.
    pub directory_id: String,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `PATCH /package/{packageId}/file/{fileId}/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RenameFile {
    /// The name as stored: plain, or sealed file info.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::limits::MAX_FILE_NAME)))]
    pub file_name: String,
    /// Ours: of a file that has one, the tag of its new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::limits::MAX_NAME_TAG)))]
    pub name_tag: Option<String>,
}

/// `POST /package/{packageId}/file/{fileId}/copy/`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CopyFile {
    /// The workspace that the copy goes to.
    pub target_package_id: String,
    /// The directory that it goes to; the root when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_directory_id: Option<String>,
    /// What the copy is read with, encrypted for the readers of the target; needed into another package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::MAX_FILE_KEY)))]
    pub file_key: Option<String>,
    /// The name of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_type: Option<String>,
    /// Ours: the name's tag in the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::limits::MAX_NAME_TAG)))]
    pub name_tag: Option<String>,
    /// Ours: refused with `DUPLICATE_FILE` where the name is there already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_new: bool,
    /// Ours: the password of the package that the file is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}
