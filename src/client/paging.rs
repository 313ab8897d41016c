//! Lists that come by pages.

use crate::api::limits::PAGE;
use crate::json::{Invalid, Json, Read};
use crate::{Error, ErrorCode, Result};

/// Which page of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// How many entries to leave out.
    pub index: u32,
    /// How many entries at most, 1 to 100; `None`: as many as the server gives.
    pub size: Option<u32>,
}

/// How a list is ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// By which field, as the call has it; `None`: as the server does by itself.
    pub by: Option<String>,
    /// The last first.
    pub descending: bool,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageOf<T> {
    /// The entries.
    pub entries: Vec<T>,
    /// How many there are in all, where the server says so.
    pub total: Option<u64>,
    /// Where the next page begins; `None` behind the last one.
    pub next: Option<u32>,
}

/// The query of a list.
pub(super) fn query(page: Page, order: &Order) -> Result<String> {
    let mut query = format!("?rowIndex={}", page.index);
    if let Some(size) = page.size {
        query.push_str(&format!("&pageSize={size}"));
    }
    query.push_str(&sorting(order)?);
    Ok(query)
}

/// What a query says of the order.
pub(super) fn sorting(order: &Order) -> Result<String> {
    let mut query = String::new();
    if let Some(by) = &order.by {
        if by.is_empty() || !by.bytes().all(|letter| letter.is_ascii_alphabetic()) {
            return Err(Error::new(ErrorCode::InvalidInput, "nothing is ordered by that"));
        }
        query.push_str(&format!("&sortField={by}"));
    }
    if order.descending {
        query.push_str("&sortOrder=desc");
    }
    Ok(query)
}

impl<T> PageOf<T> {
    /// A page of a list that is there as a whole.
    pub fn of(all: Vec<T>, page: Page) -> Self {
        let (total, first) = (all.len(), page.index as usize);
        let entries: Vec<T> = all.into_iter().skip(first).take(page.size.unwrap_or(PAGE) as usize).collect();
        let end = first.saturating_add(entries.len());
        let next = u32::try_from(end).ok().filter(|_| end < total && !entries.is_empty());
        Self { entries, total: Some(total as u64), next }
    }

    /// The first of the entries, as many as `page` wants: where a call takes no size, the server gives what it likes.
    pub fn cut(mut self, page: Page) -> Self {
        let size = page.size.filter(|&size| (size as usize) < self.entries.len());
        if let Some(size) = size {
            self.entries.truncate(size as usize);
            self.next = page.index.checked_add(size);
        }
        self
    }

    /// Reads the entries under `key`, and `pagination` beside them. `left_out` says how many were.
    pub(super) fn read(json: &Json, key: &'static str, left_out: u32) -> Result<Self, Invalid>
    where
        T: Read,
    {
        let entries: Vec<T> = json.get(key)?;
        let pagination: Option<Pagination> = json.get("pagination")?;
        let total = pagination.map(|Pagination { total }| total);
        let end = u32::try_from(entries.len()).ok().and_then(|len| left_out.checked_add(len));
        let next = end.filter(|end| match total {
            Some(total) => !entries.is_empty() && u64::from(*end) < total,
            None => false,
        });
        Ok(Self { entries, total, next })
    }
}

struct Pagination {
    total: u64,
}

impl Read for Pagination {
    fn read(json: &Json) -> Result<Self, Invalid> {
        Ok(Self { total: json.get("totalRows")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_there_goes_by_pages() {
        let of = |index, size| PageOf::of(vec![1, 2, 3], Page { index, size });
        assert_eq!(of(0, None), PageOf { entries: vec![1, 2, 3], total: Some(3), next: None });
        assert_eq!(of(0, Some(2)), PageOf { entries: vec![1, 2], total: Some(3), next: Some(2) });
        assert_eq!(of(2, Some(2)), PageOf { entries: vec![3], total: Some(3), next: None });
        assert_eq!(of(3, Some(2)), PageOf { entries: vec![], total: Some(3), next: None });
    }

    #[test]
    fn a_page_is_cut_to_its_size_and_goes_on_behind_it() {
        let given = |next| PageOf { entries: vec![1, 2, 3], total: None, next };
        let page = |size| Page { index: 10, size };
        assert_eq!(given(Some(13)).cut(page(None)), given(Some(13)));
        assert_eq!(given(None).cut(page(Some(3))), given(None));
        assert_eq!(given(None).cut(page(Some(100))), given(None));
        let cut = given(None).cut(page(Some(2)));
        assert_eq!((cut.entries, cut.next), (vec![1, 2], Some(12)));
    }
}
