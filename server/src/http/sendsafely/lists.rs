//! Lists of packages.

use std::collections::HashSet;

use bulla::api::ResponseCode;
use bulla::api::list::{FoundPackagesAnswer, PackageEntry, PackagesAnswer, PageQuery, SearchPackages};

use super::packages::{Shown, information_of};
use super::{groups, pagination};
use crate::db::{Search, Status};
use crate::domain::{Error, Listed, Page, Paging, Result, StateNames, now};
use crate::http::api::Call;
use crate::http::dates;
use crate::http::typed::{Body, Query};

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// `GET /package/`
pub(in crate::http) async fn sent(call: Call, Query(page): Query<PageQuery>) -> Result<PackagesAnswer> {
    let page = call.domain().sent_packages(&call.account()?.id, paging(page)?).await?;
    answer(page)
}

/// `GET /package/sent/{userId}/`
pub(in crate::http) async fn sent_by(call: Call, Query(page): Query<PageQuery>) -> Result<PackagesAnswer> {
    let user = call.parameter("user")?;
    call.domain().may_list(call.account()?, user)?;
    answer(call.domain().sent_packages(user, paging(page)?).await?)
}

/// `GET /package/received/`
pub(in crate::http) async fn received(call: Call, Query(page): Query<PageQuery>) -> Result<PackagesAnswer> {
    answer(call.domain().received_packages(call.account()?, paging(page)?).await?)
}

/// `GET /package/archived/`
pub(in crate::http) async fn archived(call: Call, Query(page): Query<PageQuery>) -> Result<PackagesAnswer> {
    answer(call.domain().archived_packages(call.account()?, paging(page)?).await?)
}

/// `GET /package/approvals/` (ours)
pub(in crate::http) async fn waiting(call: Call, Query(page): Query<PageQuery>) -> Result<PackagesAnswer> {
    answer(call.domain().waiting_packages(&call.caller, paging(page)?).await?)
}

/// `POST /package/organization/search/`
pub(in crate::http) async fn search(
    call: Call,
    (Query(page), Body(asked)): (Query<PageQuery>, Body<SearchPackages>),
) -> Result<FoundPackagesAnswer> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let day = |text: Option<String>| {
        let read = |text: String| {
            dates::read_day(&text).ok_or_else(|| Error::Invalid("a date is written MM/DD/YYYY".to_owned()))
        };
        given(text).map(read).transpose()
    };
    let status = given(asked.status).map_or(Ok(Status::All), |text| {
        let named = Status::ALL.into_iter().find(|status| text.eq_ignore_ascii_case(status.as_str()));
        named.ok_or_else(|| {
            Error::Invalid("the status is all, picked-up, incomplete, archived, active or expired".to_owned())
        })
    });
    let search = Search {
        from: day(asked.from_date)?,
        until: day(asked.to_date)?.map(|midnight| midnight + DAY),
        file: given(asked.filename),
        sender: given(asked.sender),
        recipient: given(asked.recipient),
        status: status?,
    };
    let page = call.domain().search_packages(&search, paging(page)?).await?;
    let approvers = call.domain().approvers();
    let shown = |found: crate::domain::Found| {
        information_of(Shown {
            package: &found.package,
            directories: Vec::new(),
            files: found.files,
            recipients: found.recipients,
            keyed: HashSet::new(),
            groups: found.groups.into_iter().map(groups::brief).collect(),
            seal: None,
            approvers,
        })
    };
    Ok(FoundPackagesAnswer {
        capped: page.next().is_some(),
        pagination: pagination(&page),
        packages: page.entries.into_iter().map(shown).collect(),
        response: ResponseCode::Success,
    })
}

pub(super) fn paging(asked: PageQuery) -> Result<Paging> {
    Paging::new(asked.row_index, asked.page_size)
}

fn answer(page: Page<Listed>) -> Result<PackagesAnswer> {
    Ok(PackagesAnswer {
        pagination: pagination(&page),
        packages: page.entries.into_iter().map(entry).collect(),
        response: ResponseCode::Success,
    })
}

fn entry(of: Listed) -> PackageEntry {
    let needs_approval = of.package.needs_approval();
    let package = of.package;
    let state = StateNames::of(&package, now());
    PackageEntry {
        package_parent_id: String::new(),
        package_state: state.number,
        package_state_str: state.text.to_owned(),
        package_state_color: color(state.number).to_owned(),
        package_update_timestamp_str: dates::short(package.created),
        package_update_timestamp: dates::long(package.created),
        package_user_id: package.sender_id().unwrap_or_default().to_owned(),
        package_id: package.id,
        package_user_name: package.sender,
        package_life: package.life,
        package_code: package.code,
        package_browser: package.browser,
        package_os: package.os,
        package_contains_message: package.has_message,
        recipients: of.recipients,
        recipient_count: of.recipient_count,
        filenames: of.file_names,
        file_count: of.file_count,
        contact_groups: of.groups,
        needs_approval,
    }
}

/// A colour for a state: the document shows one of them, red for what has expired.
const fn color(state: i32) -> &'static str {
    match state {
        3 => "5cb85c",
        4 => "f0ad4e",
        5 => "5bc0de",
        1 | 2 | 6 => "d9534f",
        _ => "777777",
    }
}
