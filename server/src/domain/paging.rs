//! Pages of lists.

use bulla::api::limits::PAGE;

use super::{Error, Result};

/// Which page of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// How many entries to leave out.
    pub first: u32,
    /// How many entries at most.
    pub most: u32,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Its entries.
    pub entries: Vec<T>,
    /// How many entries the whole list has.
    pub total: u64,
    /// Which page it is.
    pub paging: Paging,
}

impl Paging {
    /// The page behind the `first` entries, with `most` of them or as many as a page has at most.
    ///
    /// # Errors
    /// When `most` is 0.
    pub fn new(first: u32, most: Option<u32>) -> Result<Self> {
        match most.unwrap_or(PAGE) {
            0 => Err(Error::Invalid("a page has at least one row".to_owned())),
            most => Ok(Self { first, most: most.min(PAGE) }),
        }
    }
}

impl<T> Page<T> {
    /// How many entries are before the next page; none when this is the last one.
    pub fn next(&self) -> Option<u32> {
        let next = self.paging.first.checked_add(self.paging.most)?;
        (u64::from(next) < self.total).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_has_no_next_one() {
        let next = |first, most, total| {
            Page { entries: vec![()], total, paging: Paging::new(first, most).unwrap() }.next()
        };
        assert_eq!(next(0, None, 100), None);
        assert_eq!(next(0, None, 101), Some(100));
        assert_eq!(next(100, Some(1000), 201), Some(200));
        assert_eq!(next(2, Some(2), 4), None);
        assert_eq!(next(u32::MAX, Some(1), u64::MAX), None);
        assert!(Paging::new(0, Some(0)).is_err());
    }
}
