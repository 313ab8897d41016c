//! How many parts are on their way at once: fixed by the caller, or found by trying.

use std::cell::Cell;

/// Lanes at first.
const FIRST: usize = 3;
/// Lanes at most, when nobody fixed them. Browsers give an HTTP/1.1 host six connections: one is left for calls.
const MOST: usize = 5;
/// Octets on their way at once, when nobody fixed the lanes.
const MOST_OCTETS: u64 = 48 << 20;
/// Rounds that a found number is kept before another one is tried.
const SETTLED: u32 = 8;

pub(super) struct Lanes {
    /// `None` when the caller fixed the number.
    search: Option<Search>,
    limit: Cell<usize>,
}

/// A search for the number beyond which nothing gets faster. A round is as many parts as there are lanes.
struct Search {
    most: usize,
    round: Cell<Round>,
    step: Cell<Step>,
}

#[derive(Clone, Copy, Default)]
struct Round {
    parts: usize,
    octets: u64,
    /// When it began, in milliseconds; `None` until its first part is through.
    since: Option<u64>,
}

#[derive(Clone, Copy)]
enum Step {
    /// One lane more than when this rate was seen, in octets a second.
    Trying(u64),
    /// So many rounds until the next try.
    Settled(u32),
}

impl Lanes {
    /// `fixed` lanes, or as many as the link rewards; `part` is how many octets a part has at most.
    pub(super) fn new(fixed: Option<usize>, part: u64) -> Self {
        if let Some(limit) = fixed {
            return Self { search: None, limit: Cell::new(limit) };
        }
        let fit = usize::try_from(MOST_OCTETS / part.max(1)).unwrap_or(MOST);
        let most = fit.clamp(2, MOST);
        let search = Search { most, round: Cell::default(), step: Cell::new(Step::Settled(0)) };
        Self { search: Some(search), limit: Cell::new(FIRST.min(most)) }
    }

    /// How many parts may be on their way now.
    pub(super) fn limit(&self) -> usize {
        self.limit.get()
    }

    /// A part of so many octets is through, at `now` in milliseconds.
    pub(super) fn through(&self, octets: u64, now: u64) {
        let Some(search) = &self.search else { return };
        let mut round = search.round.get();
        let Some(since) = round.since else {
            return search.round.set(Round { since: Some(now), ..Round::default() });
        };
        round.parts += 1;
        round.octets += octets;
        if round.parts < self.limit() || now <= since {
            return search.round.set(round);
        }
        search.round.set(Round { since: Some(now), ..Round::default() });
        let rate = round.octets.saturating_mul(1000) / (now - since);
        let limit = self.limit();
        let (limit, step) = match search.step.get() {
            Step::Trying(before) if rate < before + before / 10 => (limit - 1, Step::Settled(SETTLED)),
            Step::Settled(left) if left > 0 => (limit, Step::Settled(left - 1)),
            _ if limit < search.most => (limit + 1, Step::Trying(rate)),
            _ => (limit, Step::Settled(SETTLED)),
        };
        search.step.set(step);
        self.limit.set(limit);
    }

    /// A try failed in a way that trying again may mend: less at once may help.
    pub(super) fn failed(&self) {
        let Some(search) = &self.search else { return };
        self.limit.set((self.limit() / 2).max(1));
        search.step.set(Step::Settled(SETTLED));
        search.round.set(Round::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: u64 = 8 << 20;

    /// Sends parts over a link on which each lane has `lane` octets a second, up to `link` for all.
    fn settle(lanes: &Lanes, lane: u64, link: u64) -> usize {
        let mut now = 0;
        for _ in 0..200 {
            let rate = (lane * lanes.limit() as u64).min(link);
            now += PART * 1000 / rate;
            lanes.through(PART, now);
        }
        lanes.limit()
    }

    #[test]
    fn lanes_are_added_while_that_helps() {
        assert_eq!(settle(&Lanes::new(None, PART), 1 << 20, 100 << 20), MOST);
        assert!(settle(&Lanes::new(None, PART), 1 << 20, 1 << 20) <= FIRST + 1);
    }

    #[test]
    fn failures_take_lanes_away_and_time_brings_them_back() {
        let lanes = Lanes::new(None, PART);
        for _ in 0..5 {
            lanes.failed();
        }
        assert_eq!(lanes.limit(), 1);
        assert_eq!(settle(&lanes, 1 << 20, 100 << 20), MOST);
    }

    #[test]
    fn large_parts_have_few_lanes_and_fixed_ones_stay() {
        assert_eq!(settle(&Lanes::new(None, 64 << 20), 1 << 20, 100 << 20), 2);
        let fixed = Lanes::new(Some(7), PART);
        fixed.failed();
        assert_eq!(settle(&fixed, 1 << 20, 100 << 20), 7);
    }
}
