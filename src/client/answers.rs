//! What the client reads of answers that say much more. Whatever is not read is code that the module need not hold.

use serde::Deserialize;

use crate::api::package::FileEntry;

/// Of a package's information.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageContent {
    /// The code that stands in share links.
    pub package_code: String,
    /// The files.
    #[serde(default)]
    pub files: Vec<FileEntry>,
}

/// Of the answer to adding recipients.
#[derive(Debug, Deserialize)]
pub struct AddedRecipients {
    /// The recipients added or already there.
    pub recipients: Vec<AddedRecipient>,
}

/// A recipient who was added.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddedRecipient {
    /// The recipient's id in this package.
    pub recipient_id: String,
    /// The e-mail address.
    pub email: String,
    /// The name, when the server knows the address.
    #[serde(default)]
    pub full_name: String,
    /// VIEWER, CONTRIBUTOR, MANAGER or OWNER.
    #[serde(default)]
    pub role_name: String,
}
