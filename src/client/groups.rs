//! Contact groups: addresses that become recipients as one.

use std::future::Future;

use super::{Client, Clock, Http, Method};
use crate::Result;
use crate::api::group::{AddGroupUser, CreateGroup};
use crate::json::read_struct;

const NO_BODY: Option<&()> = None;

read_struct! {
    /// A contact group.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Group {
        /// Its id.
        pub id: String = get "contactGroupId",
        /// What it is called.
        pub name: String = get "contactGroupName",
        /// Whether every account may use it.
        pub is_enterprise: bool = get_or_default "contactGroupIsOrganizationGroup",
        /// Its members, where the server names them.
        pub members: Vec<GroupMember> = get_or_default "users",
    }
}

read_struct! {
    /// A member of a contact group.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct GroupMember {
        /// The member's id in this group.
        pub id: String = get "userId",
        /// The e-mail address.
        pub email: String = get "userEmail",
    }
}

read_struct! {
    /// A group that was put on a package.
    #[derive(Clone, Debug)]
    pub struct AddedGroup {
        /// Its id.
        pub id: String = get "contactGroupId",
        /// What it is called.
        pub name: String = get "contactGroupName",
        /// The addresses that are recipients now.
        pub emails: Vec<String> = get "contactGroupUserEmails",
        /// Whether an approver must agree to one of them first.
        pub needs_approval: bool = get_or_default "approvalRequired",
    }
}

read_struct! {
    struct Groups {
        groups: Vec<Group> = get "contactGroups",
    }
}

impl<N: Http + Clock> Client<N> {
    /// The caller's own groups, by name.
    pub async fn groups(&self) -> Result<Vec<Group>> {
        let answer: Groups = self.api(Method::Get, "/user/groups/", NO_BODY).await?;
        Ok(answer.groups)
    }

    /// The groups that every account may use, by name.
    pub async fn enterprise_groups(&self) -> Result<Vec<Group>> {
        let answer: Groups = self.api(Method::Get, "/enterprise/groups/", NO_BODY).await?;
        Ok(answer.groups)
    }

    /// Makes a group without members.
    pub async fn create_group(&self, request: &CreateGroup) -> Result<Group> {
        let group: Group = self.api(Method::Put, "/group/", Some(request)).await?;
        Ok(Group { is_enterprise: request.is_enterprise_group, ..group })
    }

    /// Deletes a group. Whom it brought to packages stays there.
    pub fn delete_group(&self, id: &str) -> impl Future<Output = Result<()>> {
        self.api(Method::Delete, &format!("/group/{id}/"), NO_BODY)
    }

    /// Adds an address to a group; one that is in it stays the same member.
    pub fn add_group_member(
        &self,
        id: &str,
        user_email: String,
    ) -> impl Future<Output = Result<GroupMember>> {
        self.api(Method::Put, &format!("/group/{id}/user/"), Some(&AddGroupUser { user_email }))
    }

    /// Takes a member out of a group.
    pub fn remove_group_member(&self, id: &str, member: &str) -> impl Future<Output = Result<()>> {
        self.api(Method::Delete, &format!("/group/{id}/{member}/"), NO_BODY)
    }

    /// Makes recipients of a package of those who are members of a group now.
    pub fn add_group(&self, package_id: &str, id: &str) -> impl Future<Output = Result<AddedGroup>> {
        self.api(Method::Put, &format!("/package/{package_id}/group/{id}/"), NO_BODY)
    }

    /// Takes a group off a package, and whom it alone brought.
    pub fn remove_group(&self, package_id: &str, id: &str) -> impl Future<Output = Result<()>> {
        self.api(Method::Delete, &format!("/package/{package_id}/group/{id}/"), NO_BODY)
    }
}
