//! Contact groups.

use bulla::api::ResponseCode;
use bulla::api::group::{
    AddGroupUser, ContactGroup, CreateGroup, GroupAdded, GroupCreated, GroupUser, GroupUserAdded,
    GroupsAnswer,
};
use bulla::api::package::Answer;

use super::done;
use crate::db::{Group, GroupMember};
use crate::domain::{Action, Event, GroupEntry, Result};
use crate::http::api::Call;
use crate::http::typed::Body;

/// `PUT /group/`
pub(in crate::http) async fn create(call: Call, Body(asked): Body<CreateGroup>) -> Result<GroupCreated> {
    let group =
        call.domain().create_group(call.account()?, &asked.group_name, asked.is_enterprise_group).await?;
    Ok(GroupCreated {
        contact_group_id: group.id,
        contact_group_name: group.name,
        response: ResponseCode::Success,
    })
}

/// `DELETE /group/{groupId}/`
pub(in crate::http) async fn delete(call: Call) -> Result<Answer> {
    call.domain().delete_group(call.account()?, call.parameter("group")?).await?;
    done(None)
}

/// `PUT /group/{groupId}/user/`
pub(in crate::http) async fn add_user(call: Call, Body(asked): Body<AddGroupUser>) -> Result<GroupUserAdded> {
    let id = call.parameter("group")?;
    let member = call.domain().add_group_member(call.account()?, id, &asked.user_email).await?;
    Ok(GroupUserAdded { user: user(member), response: ResponseCode::Success })
}

/// `DELETE /group/{groupId}/{userId}/`
pub(in crate::http) async fn delete_user(call: Call) -> Result<Answer> {
    let (group, user) = (call.parameter("group")?, call.parameter("user")?);
    call.domain().delete_group_member(call.account()?, group, user).await?;
    done(None)
}

/// `GET /user/groups/`
pub(in crate::http) async fn own(call: Call) -> Result<GroupsAnswer> {
    answer(call.domain().own_groups(call.account()?).await?)
}

/// `GET /enterprise/groups/`
pub(in crate::http) async fn enterprise(call: Call) -> Result<GroupsAnswer> {
    answer(call.domain().enterprise_groups().await?)
}

/// `PUT /package/{packageId}/group/{groupId}/`
pub(in crate::http) async fn add(call: Call) -> Result<GroupAdded> {
    let (package, id) = (call.package()?, call.parameter("group")?);
    let (group, recipients) = call.domain().add_group(package, call.account()?, id).await?;
    call.log(&[Event::to(Action::GROUP_ADDED, &group.id, &group.name)]).await?;
    Ok(GroupAdded {
        contact_group_id: group.id,
        contact_group_name: group.name,
        approval_required: recipients.iter().any(|entry| entry.recipient.needs_approval),
        contact_group_user_emails: recipients.into_iter().map(|entry| entry.recipient.email).collect(),
        response: ResponseCode::Success,
    })
}

/// `DELETE /package/{packageId}/group/{groupId}/`
pub(in crate::http) async fn remove(call: Call) -> Result<Answer> {
    let group = call.domain().remove_group(call.package()?, call.parameter("group")?).await?;
    call.log(&[Event::to(Action::GROUP_REMOVED, &group.id, &group.name)]).await?;
    done(None)
}

fn answer(groups: Vec<GroupEntry>) -> Result<GroupsAnswer> {
    Ok(GroupsAnswer {
        contact_groups: groups.into_iter().map(entry).collect(),
        response: ResponseCode::Success,
    })
}

/// A group with its members, as answers have it.
pub(super) fn entry(of: GroupEntry) -> ContactGroup {
    ContactGroup { users: Some(of.members.into_iter().map(user).collect()), ..brief(of.group) }
}

/// A group without its members.
pub(super) fn brief(group: Group) -> ContactGroup {
    ContactGroup {
        id: group.id.clone(),
        contact_group_id: group.id,
        contact_group_name: group.name,
        contact_group_is_organization_group: group.enterprise,
        users: None,
    }
}

fn user(of: GroupMember) -> GroupUser {
    GroupUser { user_id: of.id, user_email: of.email }
}
