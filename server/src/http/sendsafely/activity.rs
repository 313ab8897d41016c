//! The activity log.

use bulla::api::ResponseCode;
use bulla::api::activity::{ActivityLogAnswer, ActivityLogEntry, ActivityUser, ReadActivityLog};

use super::pagination;
use crate::db::Activity;
use crate::domain::{Paging, Result};
use crate::http::api::Call;
use crate::http::dates;
use crate::http::typed::Body;

/// `POST /package/{packageId}/activityLog/`
pub(in crate::http) async fn read(
    call: Call,
    Body(asked): Body<ReadActivityLog>,
) -> Result<ActivityLogAnswer> {
    let paging = Paging::new(asked.row_index, None)?;
    let page = call.domain().activities(call.package()?, paging).await?;
    Ok(ActivityLogAnswer {
        data_count: page.total,
        pagination: pagination(&page),
        activity_log_entries: page.entries.into_iter().map(entry).collect(),
        response: ResponseCode::Success,
    })
}

fn entry(of: Activity) -> ActivityLogEntry {
    ActivityLogEntry {
        timestamp: dates::long(of.at),
        timestamp_str: dates::short(of.at),
        action_description: of.in_words(),
        activity_log_id: of.id,
        ip_address: of.address,
        package_id: of.package_id,
        target_id: of.target_id,
        action: of.action,
        user: ActivityUser { user_email: of.actor, user_id: of.account_id.unwrap_or_default() },
    }
}
