//! Lists by pages.

use serde::{Deserialize, Serialize};

/// The query of every list: which page of it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageQuery {
    /// How many entries to leave out.
    #[serde(default)]
    pub row_index: u32,
    /// How many entries at most; [`super::limits::PAGE`] when missing, and never more.
    pub page_size: Option<u32>,
}

/// Where the entries of an answer stand in the whole list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
