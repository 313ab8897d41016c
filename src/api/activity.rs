//! What was done with a package.

use serde::{Deserialize, Serialize};

use super::ResponseCode;
use super::list::Pagination;

/// `POST /package/{packageId}/activityLog/`
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReadActivityLog {
    /// How many entries to leave out; the newest come first.
    #[serde(default)]
    pub row_index: u32,
}

/// The answer to [`ReadActivityLog`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActivityLogAnswer {
    /// The entries, the newest first.
    #[cfg_attr(feature = "schema", schemars(length(max = super::limits::PAGE)))]
    pub activity_log_entries: Vec<ActivityLogEntry>,
    /// How many there are in all, where SendSafely's other clients read it.
    pub data_count: u64,
    /// Where in the whole log they stand.
    pub pagination: Pagination,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// One thing that was done.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActivityLogEntry {
    /// The entry's id.
    pub activity_log_id: String,
    /// When, as `Aug 22, 2019 6:27:02 PM`.
    pub timestamp: String,
    /// When, as `Aug 22, 2019 at 18:27`.
    pub timestamp_str: String,
    /// From where; empty when the server did it.
    pub ip_address: String,
    /// With which package.
    pub package_id: String,
    /// With what of it: a file, a recipient, a group, or the package itself.
    pub target_id: String,
    /// What, in words.
    pub action_description: String,
    /// What, for programs: `FILE_CREATED`, ...
    pub action: String,
    /// Who.
    pub user: ActivityUser,
}

/// Who did something.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ActivityUser {
    /// The e-mail address; empty for nobody known.
    pub user_email: String,
    /// The account; empty when there is none.
    pub user_id: String,
}
