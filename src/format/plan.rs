use super::MAX_INTEGER;
use crate::api::limits::{MAX_PART_PLAINTEXT, MAX_PARTS};
use crate::{Error, ErrorCode, Result};

const MIB: u64 = 1 << 20;
/// A part that takes seconds on a slow link, while several of them fit into memory.
const PART: u64 = 8 * MIB;
/// How long a part takes on a slow link, in seconds.
const SECONDS: u64 = 10;
/// A first part that arrives soon, so that something is seen to happen.
const FIRST_PART: u64 = MIB;

/// How a file is cut into parts: `first` octets, then `rest` octets each; the last part holds what is left.
/// An empty file is one empty part; no other part is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartPlan {
    first: u64,
    rest: u64,
    size: u64,
}

impl PartPlan {
    /// The plan for a new file of `size` octets; `LIMIT_REACHED` when it is larger than 10,000 parts can hold.
    pub fn for_size(size: u64) -> Result<Self> {
        Self::for_link(size, 0)
    }

    /// The plan for a new file of `size` octets over a link of `rate` octets a second (0: not known): smaller parts
    /// on a slow link, so that little is lost when one breaks off. `LIMIT_REACHED` as in [`PartPlan::for_size`].
    pub fn for_link(size: u64, rate: u64) -> Result<Self> {
        let fit = match rate {
            0 => PART,
            _ => rate.saturating_mul(SECONDS).next_multiple_of(MIB).clamp(MIB, PART),
        };
        if size <= fit {
            return Self::new(fit, fit, size);
        }
        let needed = (size - FIRST_PART).div_ceil(u64::from(MAX_PARTS) - 1);
        let rest = needed.div_ceil(MIB).saturating_mul(MIB).max(fit);
        if rest > MAX_PART_PLAINTEXT {
            return Err(Error::new(ErrorCode::LimitReached, "the file is too large"));
        }
        Self::new(FIRST_PART, rest, size)
    }

    /// The plan for a stream, which ends nobody knows where.
    pub fn for_stream() -> Result<Self> {
        Self::endless(FIRST_PART, PART)
    }

    /// The plan for a file that fills every part it may have; `INVALID_INPUT` as in [`PartPlan::new`].
    pub fn endless(first: u64, rest: u64) -> Result<Self> {
        check_part_sizes(first, rest)?;
        Self::new(first, rest, first + (u64::from(MAX_PARTS) - 1) * rest)
    }

    /// A given plan; `INVALID_INPUT` when a part would be empty or hold more than 64 MiB, or when there would
    /// be more than 10,000.
    pub fn new(first: u64, rest: u64, size: u64) -> Result<Self> {
        check_part_sizes(first, rest)?;
        let plan = Self { first, rest, size };
        if size > MAX_INTEGER || plan.count() > u64::from(MAX_PARTS) {
            return Err(Error::new(ErrorCode::InvalidInput, "the file has more parts than it may"));
        }
        Ok(plan)
    }

    /// Octets of the first part, unless the file ends in it.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// Octets of every other part, unless the file ends in it.
    pub fn rest(&self) -> u64 {
        self.rest
    }

    /// Octets of the file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// How many parts there are: at least 1, at most 10,000.
    pub fn parts(&self) -> u32 {
        u32::try_from(self.count()).unwrap_or(MAX_PARTS)
    }

    /// Where part `index`, counted from 1, stands; `INVALID_INPUT` when there is no such part.
    pub fn part(&self, index: u32) -> Result<PartSpan> {
        let parts = self.parts();
        if !(1..=parts).contains(&index) {
            return Err(Error::new(ErrorCode::InvalidInput, "the file has no such part"));
        }
        let (offset, limit) = match index {
            1 => (0, self.first),
            _ => (self.first + u64::from(index - 2) * self.rest, self.rest),
        };
        Ok(PartSpan { index, offset, len: limit.min(self.size - offset), last: index == parts })
    }

    /// The number of the part that holds the octet at `offset`: the last one for what lies at or beyond the end.
    pub fn part_at(&self, offset: u64) -> u32 {
        let index = offset.checked_sub(self.first).map_or(1, |behind| 2 + behind / self.rest);
        u32::try_from(index).map_or(self.parts(), |index| index.min(self.parts()))
    }

    fn count(&self) -> u64 {
        1 + self.size.saturating_sub(self.first).div_ceil(self.rest)
    }
}

/// Whether parts may have these sizes.
pub(super) fn check_part_sizes(first: u64, rest: u64) -> Result<()> {
    let allowed = 1..=MAX_PART_PLAINTEXT;
    if allowed.contains(&first) && allowed.contains(&rest) {
        Ok(())
    } else {
        Err(Error::new(ErrorCode::InvalidInput, "a part holds 1 octet to 64 MiB"))
    }
}

/// Where a part stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartSpan {
    /// Its number, from 1.
    pub index: u32,
    /// The place of its first octet in the file.
    pub offset: u64,
    /// Its octets.
    pub len: u64,
    /// Whether the file ends with it.
    pub last: bool,
}

impl PartSpan {
    /// Its octets, once it is certain that a file can have such a part; `INVALID_INPUT` otherwise.
    pub(super) fn checked_len(&self) -> Result<usize> {
        let first = self.index == 1;
        let whole = self.len > 0 || (first && self.last);
        if self.index == 0 || first != (self.offset == 0) || !whole || self.len > MAX_PART_PLAINTEXT {
            return Err(Error::new(ErrorCode::InvalidInput, "no file has such a part"));
        }
        usize::try_from(self.len).map_err(|_| Error::new(ErrorCode::InvalidInput, "the part is too large"))
    }
}
