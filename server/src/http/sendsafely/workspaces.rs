//! Lists of workspaces.

use bulla::api::ResponseCode;
use bulla::api::limits::PAGE;
use bulla::api::workspace::{ListWorkspaces, Pagination, WorkspaceEntry, WorkspacesAnswer};

use crate::db::Package;
use crate::domain::{Result, Sorting, StateNames, now};
use crate::http::api::Call;
use crate::http::dates;
use crate::http::typed::Query;

/// `GET /package/workspaces/`
pub(in crate::http) async fn list(
    call: Call,
    Query(asked): Query<ListWorkspaces>,
) -> Result<WorkspacesAnswer> {
    let sorting = Sorting { field: asked.sort_field, order: asked.sort_order };
    let (first, most) = (asked.row_index, asked.page_size);
    let (workspaces, total_rows) = call.domain().workspaces(call.account()?, first, most, &sorting).await?;
    Ok(WorkspacesAnswer {
        packages: workspaces.into_iter().map(entry).collect(),
        pagination: Pagination { row_index: first, page_size: most.unwrap_or(PAGE), total_rows },
        response: ResponseCode::Success,
    })
}

fn entry(of: Package) -> WorkspaceEntry {
    let state = StateNames::of(&of, now());
    WorkspaceEntry {
        package_state: state.number,
        package_state_str: state.text.to_owned(),
        package_id: of.id,
        package_user_name: of.sender,
        package_user_id: of.account_id.unwrap_or_default(),
        package_life: of.life,
        package_update_timestamp_str: dates::short(of.updated),
        package_update_timestamp: dates::long(of.updated),
        package_code: of.code,
        package_label: of.label,
        package_contains_message: of.has_message,
    }
}
