//! Contact groups: lists of addresses that are added to packages as one.

use super::recipients::MOST;
use super::{Domain, Error, RecipientEntry, Result, now, parse_email};
use crate::db::{Account, Group, GroupMember, Package};
use crate::secrets::random_id;

/// Groups of an account at most, members of a group, and groups on a package.
const MOST_GROUPS: u32 = 200;
const MOST_MEMBERS: u32 = 500;
const MOST_ON_PACKAGE: u32 = 100;
/// Octets of a group's name at most.
const LONGEST_NAME: usize = 200;

/// A group and who is in it.
#[derive(Clone, Debug)]
pub struct GroupEntry {
    /// The group.
    pub group: Group,
    /// Its members, by address.
    pub members: Vec<GroupMember>,
}

impl Domain {
    /// Makes a group of an account's own, or one for every account.
    ///
    /// # Errors
    /// When the name cannot be, the account has too many, or it may not make one for every account.
    pub async fn create_group(&self, account: &Account, name: &str, enterprise: bool) -> Result<Group> {
        let name = name.trim();
        if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(Error::Invalid(format!(
                "a group's name has 1 to {LONGEST_NAME} octets and no control characters"
            )));
        }
        self.may_make_group(account, enterprise)?;
        let (id, account_id) = (random_id()?, account.id.clone());
        let group = Group { id, account_id, name: name.to_owned(), enterprise };
        if !self.db.insert_group(&group, MOST_GROUPS, now()).await? {
            return Err(Error::Limit(format!("an account has at most {MOST_GROUPS} groups")));
        }
        Ok(group)
    }

    /// Deletes a group. Recipients of packages that it brought stay.
    ///
    /// # Errors
    /// When there is no such group or the account may not change it.
    pub async fn delete_group(&self, account: &Account, id: &str) -> Result<()> {
        let group = self.changeable_group(account, id).await?;
        if self.db.delete_group(&group.id).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Adds a member to a group; one who is in it already stays. Packages that have the group do not get it.
    ///
    /// # Errors
    /// When that is no address, the group is full, or there is none that the account may change.
    pub async fn add_group_member(&self, account: &Account, id: &str, email: &str) -> Result<GroupMember> {
        let group = self.changeable_group(account, id).await?;
        let new = GroupMember { id: random_id()?, group_id: group.id.clone(), email: parse_email(email)? };
        if !self.db.insert_member(&new, MOST_MEMBERS).await? {
            self.changeable_group(account, id).await?;
            return Err(Error::Limit(format!("a group has at most {MOST_MEMBERS} members")));
        }
        let members = self.db.members(&[&group.id]).await?;
        members.into_iter().find(|member| member.email == new.email).ok_or(Error::NotFound)
    }

    /// Removes a member of a group. Packages that have the group keep it.
    ///
    /// # Errors
    /// When there is no such member, or no such group that the account may change.
    pub async fn delete_group_member(&self, account: &Account, id: &str, member_id: &str) -> Result<()> {
        let group = self.changeable_group(account, id).await?;
        if self.db.delete_member(&group.id, member_id).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// An account's own groups, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn own_groups(&self, account: &Account) -> Result<Vec<GroupEntry>> {
        let groups = self.db.own_groups(&account.id).await?;
        self.with_members(groups).await
    }

    /// The groups for every account, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enterprise_groups(&self) -> Result<Vec<GroupEntry>> {
        let groups = self.db.enterprise_groups().await?;
        self.with_members(groups).await
    }

    /// The groups that are on a package.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn package_groups(&self, package: &Package) -> Result<Vec<GroupEntry>> {
        let groups = self.db.package_groups(&[&package.id]).await?;
        self.with_members(groups.into_iter().map(|(_, group)| group).collect()).await
    }

    /// Adds a group's members to a package's recipients, and answers with those. Doing so again adds who came to the
    /// group since.
    ///
    /// # Errors
    /// When there is no such group that the account may use, it is empty, the package would have too many recipients,
    /// or is neither draft nor active.
    pub async fn add_group(
        &self,
        package: &Package,
        account: &Account,
        id: &str,
    ) -> Result<(Group, Vec<RecipientEntry>)> {
        let group = self.usable_group(account, id).await?;
        let members = self.db.members(&[&group.id]).await?;
        if members.is_empty() {
            return Err(Error::Refused("the group has no members".to_owned()));
        }
        let emails: Vec<String> = members.into_iter().map(|member| member.email).collect();
        let new = self.new_recipients(package, &emails)?;
        if !self.db.add_group(&package.id, &group.id, &new, (MOST_ON_PACKAGE, MOST), now()).await? {
            return Err(Error::Limit(format!(
                "a package has at most {MOST} recipients and {MOST_ON_PACKAGE} groups, and none is added while it \
                 waits for approval or after its end"
            )));
        }
        let all = self.recipients(package).await?;
        Ok((group, all.into_iter().filter(|entry| emails.contains(&entry.recipient.email)).collect()))
    }

    /// Takes a group off a package, and with it the recipients that it alone brought.
    ///
    /// # Errors
    /// When it is not on the package, or the package is neither draft nor active.
    pub async fn remove_group(&self, package: &Package, id: &str) -> Result<Group> {
        let group = self.db.group(id).await?.ok_or(Error::NotFound)?;
        if self.db.remove_group(&package.id, id, now()).await? { Ok(group) } else { Err(Error::NotFound) }
    }

    async fn with_members(&self, groups: Vec<Group>) -> Result<Vec<GroupEntry>> {
        let ids: Vec<&str> = groups.iter().map(|group| group.id.as_str()).collect();
        let mut members = self.db.members(&ids).await?;
        let entries = groups.into_iter().map(|group| GroupEntry {
            members: members.extract_if(.., |member| member.group_id == group.id).collect(),
            group,
        });
        Ok(entries.collect())
    }
}
