//! Lists of packages.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, FromRow};

use super::packages::PACKAGE;
use super::{Db, File, Group, Package, Recipient, Result};

/// Of recipients and files, so many for each package.
const FIRST: u32 = 100;
/// Characters of a package's file names at most.
const NAMES: u32 = 64 << 10;

/// Which packages a list has.
#[derive(Clone, Copy, Debug)]
pub enum Listing<'a> {
    /// Those but workspaces that an account sent, or is making, and did not archive.
    Sent(&'a str),
    /// Those that an account archived.
    Archived(&'a str),
    /// Those but workspaces whose recipients an address is among, and those that came through a Dropzone of its
    /// account's and were not archived.
    Received(&'a str),
    /// Those that wait for approval at this time.
    Waiting(i64),
}

/// What packages are searched by. Texts are parts of what is looked for, in any case.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Made then or later.
    pub from: Option<i64>,
    /// Made before then.
    pub until: Option<i64>,
    /// A file's name, in packages whose names the server knows.
    pub file: Option<String>,
    /// The sender's address.
    pub sender: Option<String>,
    /// A recipient's address.
    pub recipient: Option<String>,
    /// The state.
    pub status: Status,
}

/// The states that packages are searched by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Any.
    #[default]
    All,
    /// Every file was fetched.
    PickedUp,
    /// Finalized, and not every file was fetched.
    Incomplete,
    /// Archived.
    Archived,
    /// Open to its recipients.
    Active,
    /// Its life ended.
    Expired,
}

/// What lists tell of packages beside themselves.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The first files of each package.
    pub files: Vec<File>,
    /// How many files each package has.
    pub file_counts: Vec<(String, i64)>,
    /// The first recipients of each package.
    pub recipients: Vec<Recipient>,
    /// How many recipients each package has.
    pub recipient_counts: Vec<(String, i64)>,
    /// The groups that are on each package.
    pub groups: Vec<(String, Group)>,
}

impl Db {
    /// A page of a list, the newest first, and how many the whole list has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, which: Listing<'_>, first: u32, most: u32) -> Result<(Vec<Package>, u64)> {
        let (condition, by) = match which {
            Listing::Sent(account) => (
                "p.account_id = $1 AND p.dropzone IS NULL AND p.root_directory_id IS NULL AND p.archived IS NULL \
                 AND p.state NOT IN ('temp', 'deleted')",
                account.to_owned(),
            ),
            Listing::Archived(account) => {
                ("p.account_id = $1 AND p.archived IS NOT NULL AND p.state <> 'deleted'", account.to_owned())
            }
            Listing::Received(email) => (
                "p.root_directory_id IS NULL AND p.state IN ('active', 'expired') AND ((p.only_verified = 0 \
                 AND EXISTS (SELECT 1 FROM recipients r WHERE r.package_id = p.id AND r.email = $1 AND r.needs_approval = 0)) \
                 OR (p.dropzone IS NOT NULL AND p.archived IS NULL \
                 AND p.account_id = (SELECT a.id FROM accounts a WHERE a.email = $1)))",
                email.to_owned(),
            ),
            Listing::Waiting(now) => (
                "(p.expires IS NULL OR p.expires > CAST($1 AS BIGINT)) AND (p.state = 'pending' \
                 OR (p.state = 'active' AND EXISTS (SELECT 1 FROM recipients r WHERE r.package_id = p.id \
                 AND r.needs_approval = 1)))",
                now.to_string(),
            ),
        };
        let count = format!("SELECT COUNT(*) FROM packages p WHERE {condition}");
        let total: i64 =
            sqlx::query_scalar(AssertSqlSafe(count)).bind(by.clone()).fetch_one(&self.pool).await?;
        let page = format!("{PACKAGE} WHERE {condition} ORDER BY p.created DESC, p.id LIMIT $2 OFFSET $3");
        let packages = sqlx::query_as(AssertSqlSafe(page))
            .bind(by)
            .bind(i64::from(most))
            .bind(i64::from(first))
            .fetch_all(&self.pool)
            .await?;
        Ok((packages, total.unsigned_abs()))
    }

    /// A page of the packages that a search finds, the newest first, and how many it finds. Packages that nothing
    /// was put into are never found.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn search(&self, by: &Search, first: u32, most: u32, now: i64) -> Result<(Vec<Package>, u64)> {
        let condition = "p.state <> 'temp' AND p.created >= $1 AND p.created < $2 \
             AND LOWER(p.sender) LIKE LOWER($3) ESCAPE '\\' \
             AND ($4 = '%' OR EXISTS (SELECT 1 FROM recipients r WHERE r.package_id = p.id \
             AND LOWER(r.email) LIKE LOWER($4) ESCAPE '\\')) \
             AND ($5 = '%' OR ((p.suite IS NULL OR p.suite <> 'sealed') AND EXISTS (SELECT 1 FROM files f \
             WHERE f.package_id = p.id AND f.ended IS NULL AND LOWER(f.name) LIKE LOWER($5) ESCAPE '\\'))) \
             AND ($6 = 'all' \
             OR ($6 = 'picked-up' AND p.pickup = 'complete') \
             OR ($6 = 'incomplete' AND p.finalized IS NOT NULL AND p.pickup <> 'complete') \
             OR ($6 = 'archived' AND p.archived IS NOT NULL) \
             OR ($6 = 'active' AND p.state = 'active' AND (p.expires IS NULL OR p.expires > $7)) \
             OR ($6 = 'expired' AND (p.state = 'expired' OR (p.state IN ('active', 'pending') AND p.expires <= $7))))";
        let count = format!("SELECT COUNT(*) FROM packages p WHERE {condition}");
        let page = format!("{PACKAGE} WHERE {condition} ORDER BY p.created DESC, p.id LIMIT $8 OFFSET $9");
        let (from, until) = (by.from.unwrap_or(i64::MIN), by.until.unwrap_or(i64::MAX));
        let [sender, recipient, file] =
            [&by.sender, &by.recipient, &by.file].map(|text| pattern(text.as_deref()));
        let total: i64 = sqlx::query_scalar(AssertSqlSafe(count))
            .bind(from)
            .bind(until)
            .bind(&sender)
            .bind(&recipient)
            .bind(&file)
            .bind(by.status.as_str())
            .bind(now)
            .fetch_one(&self.pool)
            .await?;
        let packages = sqlx::query_as(AssertSqlSafe(page))
            .bind(from)
            .bind(until)
            .bind(&sender)
            .bind(&recipient)
            .bind(&file)
            .bind(by.status.as_str())
            .bind(now)
            .bind(i64::from(most))
            .bind(i64::from(first))
            .fetch_all(&self.pool)
            .await?;
        Ok((packages, total.unsigned_abs()))
    }

    /// What lists tell of these packages.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contents(&self, package_ids: &[&str]) -> Result<Contents> {
        let files = format!(
            "SELECT * FROM (SELECT f.*, \
             ROW_NUMBER() OVER (PARTITION BY f.package_id ORDER BY f.position) AS place, \
             SUM(LENGTH(f.name)) OVER (PARTITION BY f.package_id ORDER BY f.position) AS length \
             FROM files f WHERE f.ended IS NULL AND f.package_id IN (?)) f \
             WHERE place <= {FIRST} AND length <= {NAMES} ORDER BY package_id, position"
        );
        let recipients = format!(
            "SELECT * FROM (SELECT r.*, \
             ROW_NUMBER() OVER (PARTITION BY r.package_id ORDER BY r.position) AS place \
             FROM recipients r WHERE r.package_id IN (?)) r \
             WHERE place <= {FIRST} ORDER BY package_id, position"
        );
        let count = |of: &str, which: &str| {
            format!(
                "SELECT package_id, COUNT(*) AS count FROM {of} WHERE package_id IN (?) {which} GROUP BY package_id"
            )
        };
        Ok(Contents {
            files: self.of_all(&files, package_ids).await?,
            file_counts: self.of_all(&count("files", "AND ended IS NULL"), package_ids).await?,
            recipients: self.of_all(&recipients, package_ids).await?,
            recipient_counts: self.of_all(&count("recipients", ""), package_ids).await?,
            groups: self.package_groups(package_ids).await?,
        })
    }

    /// The rows of a statement in which `?` stands for these ids.
    pub(super) async fn of_all<T>(&self, statement: &str, ids: &[&str]) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
        let mut query = sqlx::query_as(AssertSqlSafe(statement.replace('?', &places.join(", "))));
        for id in ids {
            query = query.bind((*id).to_owned());
        }
        query.fetch_all(&self.pool).await
    }
}

impl Status {
    /// As the document calls it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::PickedUp => "picked-up",
            Self::Incomplete => "incomplete",
            Self::Archived => "archived",
            Self::Active => "active",
            Self::Expired => "expired",
        }
    }

    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::All, Self::PickedUp, Self::Incomplete, Self::Archived, Self::Active, Self::Expired];
}

/// The pattern of texts that a text is part of.
fn pattern(part: Option<&str>) -> String {
    let mut pattern = String::from("%");
    for character in part.unwrap_or_default().chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    if pattern.len() > 1 {
        pattern.push('%');
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn what_is_searched_for_stands_for_itself() {
        assert_eq!(pattern(None), "%");
        assert_eq!(pattern(Some("a.txt")), "%a.txt%");
        assert_eq!(pattern(Some("100%_\\")), "%100\\%\\_\\\\%");
    }
}
