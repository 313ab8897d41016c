//! Lists by pages.

use serde::{Deserialize, Serialize};

use super::ResponseCode;
use super::package::PackageInformation;

/// The query of every list: which page of it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PageQuery {
    /// How many entries to leave out.
    #[serde(default)]
    pub row_index: u32,
    /// How many entries at most: 100 when missing, and never more.
    pub page_size: Option<u32>,
}

/// Where the entries of an answer stand in the whole list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// How many entries were left out before them.
    pub row_index: u32,
    /// How many the answer has at most.
    pub page_size: u32,
    /// How many there are in all.
    pub total_rows: u64,
    /// The `rowIndex` of the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_row_index: Option<u32>,
}

/// The answer to `GET /package/`, `/package/received/`, `/package/archived/`, `/package/sent/{userId}` and
/// `/package/approvals/` (ours): the newest packages first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PackagesAnswer {
    /// The packages.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::PAGE)))]
    pub packages: Vec<PackageEntry>,
    /// Where in the whole list they stand.
    pub pagination: Pagination,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// A package, as lists have it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PackageEntry {
    /// The id under which the API addresses the package.
    pub package_id: String,
    /// The package that it answers; always empty.
    pub package_parent_id: String,
    /// The sender's address.
    pub package_user_name: String,
    /// The sender's account; empty when it has none.
    pub package_user_id: String,
    /// When it was made, as `Nov 14, 2019 at 14:24`.
    pub package_update_timestamp_str: String,
    /// The state as a number: see the API document's `packageState`.
    pub package_state: i32,
    /// The state in words: see the API document's `packageStateStr`.
    pub package_state_str: String,
    /// A colour for the state: six hexadecimal digits.
    pub package_state_color: String,
    /// Life in days; 0 is without end.
    pub package_life: u32,
    /// When it was made, as `Nov 14, 2019 2:24:20 PM`.
    pub package_update_timestamp: String,
    /// The code that stands in share links.
    pub package_code: String,
    /// The browser it was made with, as `CHROME`; empty when unknown.
    pub package_browser: String,
    /// The system it was made on, as `Windows`; empty when unknown.
    #[serde(rename = "packageOS")]
    pub package_os: String,
    /// Whether there is a message.
    pub package_contains_message: bool,
    /// The recipients' addresses: the first 100. For a recipient its own alone.
    pub recipients: Vec<String>,
    /// How many recipients there are.
    pub recipient_count: u64,
    /// The names of the files as stored: the first 100, and at most 64 KiB of them.
    pub filenames: Vec<String>,
    /// Ours: how many files there are.
    pub file_count: u64,
    /// The names of the contact groups among the recipients.
    pub contact_groups: Vec<String>,
    /// Whether it waits for an approver.
    pub needs_approval: bool,
}

/// `POST /package/organization/search/`. What is missing or empty filters nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct SearchPackages {
    /// Made on this day or later, `MM/DD/YYYY`, UTC.
    pub from_date: Option<String>,
    /// Made on this day or earlier, `MM/DD/YYYY`, UTC.
    pub to_date: Option<String>,
    /// Part of a file's name. Names of sealed packages are unknown to the server, and match nothing.
    pub filename: Option<String>,
    /// Part of the sender's address.
    pub sender: Option<String>,
    /// Part of a recipient's address.
    pub recipient: Option<String>,
    /// `all`, `picked-up`, `incomplete`, `archived`, `active` or `expired`, in any case.
    pub status: Option<String>,
}

/// The answer to [`SearchPackages`]: the newest packages first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FoundPackagesAnswer {
    /// The packages; of recipients and files each has the first 100, as in lists.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::PAGE)))]
    pub packages: Vec<PackageInformation>,
    /// Whether there are more, where SendSafely's other clients read it.
    pub capped: bool,
    /// Where in the whole list they stand.
    pub pagination: Pagination,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}
