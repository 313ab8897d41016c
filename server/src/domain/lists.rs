//! Lists of packages, and searching in all of them.

use super::{Domain, Error, Page, Paging, RecipientEntry, Result, now};
use crate::db::{Account, File, Group, Listing, Package, Recipient, Search};

/// Octets of a text that is searched for at most.
const LONGEST_TEXT: usize = 1024;

/// A package in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The package.
    pub package: Package,
    /// The names of its first files.
    pub file_names: Vec<String>,
    /// How many files it has.
    pub file_count: u64,
    /// The addresses of its first recipients.
    pub recipients: Vec<String>,
    /// How many recipients it has.
    pub recipient_count: u64,
    /// The names of the contact groups that are on it.
    pub groups: Vec<String>,
}

/// A package that a search found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The package.
    pub package: Package,
    /// Its first files.
    pub files: Vec<File>,
    /// Its first recipients.
    pub recipients: Vec<RecipientEntry>,
    /// The contact groups that are on it.
    pub groups: Vec<Group>,
}

impl Domain {
    /// What an account sent or is making, but for what it archived, is empty or deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sent_packages(&self, account_id: &str, paging: Paging) -> Result<Page<Listed>> {
        self.list(Listing::Sent(account_id), paging).await
    }

    /// What an account archived.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn archived_packages(&self, account: &Account, paging: Paging) -> Result<Page<Listed>> {
        self.list(Listing::Archived(&account.id), paging).await
    }

    /// What was sent to an account, by its address, or through a Dropzone of its own. It is told as much of each package
    /// as the package's information tells it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn received_packages(&self, account: &Account, paging: Paging) -> Result<Page<Listed>> {
        let mut page = self.list(Listing::Received(&account.email), paging).await?;
        let others = |listed: &&mut Listed| listed.package.account_id.as_ref() != Some(&account.id);
        for listed in page.entries.iter_mut().filter(others) {
            listed.recipients = vec![account.email.clone()];
            listed.recipient_count = 1;
            listed.groups.clear();
            if listed.package.is_guarded() {
                listed.file_names.clear();
                listed.file_count = 0;
            }
        }
        Ok(page)
    }

    /// Every package that a search finds, whoever sent it.
    ///
    /// # Errors
    /// When a text is too long to be searched for, or the database fails.
    pub async fn search_packages(&self, search: &Search, paging: Paging) -> Result<Page<Found>> {
        let texts = [&search.file, &search.sender, &search.recipient];
        if texts.into_iter().flatten().any(|text| text.len() > LONGEST_TEXT || text.contains('\0')) {
            return Err(Error::Invalid(format!("what is searched for has at most {LONGEST_TEXT} octets")));
        }
        let (packages, total) = self.db.search(search, paging.first, paging.most, now()).await?;
        let ids: Vec<&str> = packages.iter().map(|package| package.id.as_str()).collect();
        let mut contents = self.db.contents(&ids).await?;
        let mut recipients = self.with_details(&ids, contents.recipients).await?;
        let entries = packages.into_iter().map(|package| Found {
            files: contents.files.extract_if(.., |file| file.package_id == package.id).collect(),
            recipients: recipients.extract_if(.., |entry| entry.recipient.package_id == package.id).collect(),
            groups: groups(&contents.groups, &package),
            package,
        });
        Ok(Page { entries: entries.collect(), total, paging })
    }

    pub(super) async fn list(&self, which: Listing<'_>, paging: Paging) -> Result<Page<Listed>> {
        let (packages, total) = self.db.list(which, paging.first, paging.most).await?;
        let ids: Vec<&str> = packages.iter().map(|package| package.id.as_str()).collect();
        let contents = self.db.contents(&ids).await?;
        let count = |counts: &[(String, i64)], id: &str| {
            counts.iter().find(|(of, _)| of == id).map_or(0, |(_, count)| count.unsigned_abs())
        };
        let entries = packages.into_iter().map(|package| Listed {
            file_names: names(&contents.files, &package),
            file_count: count(&contents.file_counts, &package.id),
            recipients: addresses(&contents.recipients, &package),
            recipient_count: count(&contents.recipient_counts, &package.id),
            groups: groups(&contents.groups, &package).into_iter().map(|group| group.name).collect(),
            package,
        });
        Ok(Page { entries: entries.collect(), total, paging })
    }
}

fn names(files: &[File], package: &Package) -> Vec<String> {
    files.iter().filter(|file| file.package_id == package.id).map(|file| file.name.clone()).collect()
}

fn addresses(recipients: &[Recipient], package: &Package) -> Vec<String> {
    let of_it = recipients.iter().filter(|recipient| recipient.package_id == package.id);
    of_it.map(|recipient| recipient.email.clone()).collect()
}

fn groups(groups: &[(String, Group)], package: &Package) -> Vec<Group> {
    groups.iter().filter(|(on, _)| *on == package.id).map(|(_, group)| group.clone()).collect()
}
