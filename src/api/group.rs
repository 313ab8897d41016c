//! Contact groups: lists of addresses that are added to packages as one.

use serde::{Deserialize, Serialize};

use super::ResponseCode;
use super::package::lenient_bool;

/// `PUT /group/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateGroup {
    /// What it is called.
    pub group_name: String,
    /// Whether every account may use it; only administrators make such groups.
    #[serde(default, deserialize_with = "lenient_bool", skip_serializing_if = "std::ops::Not::not")]
    pub is_enterprise_group: bool,
}

/// The answer to [`CreateGroup`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupCreated {
    /// The group's id.
    pub contact_group_id: String,
    /// What it is called.
    pub contact_group_name: String,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// `PUT /group/{groupId}/user/`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AddGroupUser {
    /// The e-mail address.
    pub user_email: String,
}

/// The answer to [`AddGroupUser`].
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupUserAdded {
    /// The member, its fields beside `response`.
    #[serde(flatten)]
    pub user: GroupUser,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// A member of a group.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupUser {
    /// The member's id in this group.
    pub user_id: String,
    /// The e-mail address.
    pub user_email: String,
}

/// The answer to `PUT /package/{packageId}/group/{groupId}/`
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupAdded {
    /// The group's id.
    pub contact_group_id: String,
    /// What it is called.
    pub contact_group_name: String,
    /// The addresses that are recipients now.
    pub contact_group_user_emails: Vec<String>,
    /// Whether an approver must agree to one of them first.
    pub approval_required: bool,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// The answer to `GET /user/groups/`, the caller's own, and to `GET /enterprise/groups/`, those for every account.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupsAnswer {
    /// The groups, by name.
    pub contact_groups: Vec<ContactGroup>,
    /// Always `SUCCESS`.
    pub response: ResponseCode,
}

/// A group, as lists and package information have it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ContactGroup {
    /// The group's id, where the document has it.
    pub id: String,
    /// The same, where SendSafely's other clients read it.
    pub contact_group_id: String,
    /// What it is called.
    pub contact_group_name: String,
    /// Whether every account may use it.
    pub contact_group_is_organization_group: bool,
    /// The members; left out in a search.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<GroupUser>>,
}
