//! Counting attempts, in bounded memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Error, Result};

/// So many attempts in so long.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Attempts.
    pub attempts: u32,
    /// From the first of them on.
    pub window: Duration,
}

/// Wrong checksums and passwords for one package.
pub(super) const PER_PACKAGE: Allowance = Allowance { attempts: 20, window: Duration::from_secs(15 * 60) };
/// Wrong checksums and passwords from one address.
pub(super) const PER_ADDRESS: Allowance = Allowance { attempts: 100, window: Duration::from_secs(15 * 60) };
/// Packages made by one address without an account.
pub(super) const CREATIONS: Allowance = Allowance { attempts: 200, window: Duration::from_secs(60 * 60) };
/// Reports of clients from one address.
pub(super) const REPORTS: Allowance = Allowance { attempts: 20, window: Duration::from_secs(60 * 60) };

/// Wrong passwords for one account, before the first and the second wait.
pub(super) const SIGN_INS_SOON: Allowance = Allowance { attempts: 5, window: Duration::from_secs(60) };
pub(super) const SIGN_INS: Allowance = Allowance { attempts: 20, window: Duration::from_secs(15 * 60) };
/// Codes sent to one account.
pub(super) const CODES: Allowance = Allowance { attempts: 5, window: Duration::from_secs(60 * 60) };
/// Reminders sent to one recipient.
pub(super) const REMINDERS: Allowance = Allowance { attempts: 3, window: Duration::from_secs(60 * 60) };
/// Pins sent to one e-mail address, and asked for from one address.
pub(super) const PINS: Allowance = Allowance { attempts: 3, window: Duration::from_secs(60 * 60) };
pub(super) const PINS_FROM: Allowance = Allowance { attempts: 20, window: Duration::from_secs(60 * 60) };

/// E-mails to one account about one kind of event in one package.
pub(super) const EVENT_MAILS: Allowance = Allowance { attempts: 1, window: Duration::from_secs(60 * 60) };

/// Keys that are remembered at once. When there are more, the oldest are forgotten.
const CAPACITY: usize = 100_000;

/// Counts attempts by key.
#[derive(Debug)]
pub struct Limiter {
    allowance: Allowance,
    counts: Mutex<HashMap<String, Count>>,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    since: Instant,
    attempts: u32,
}

impl Limiter {
    /// A limiter that has counted nothing.
    pub fn new(allowance: Allowance) -> Self {
        Self { allowance, counts: Mutex::default() }
    }

    /// How many seconds `key` has to wait before its next attempt; `None` when it need not.
    pub fn wait(&self, key: &str, now: Instant) -> Option<u64> {
        self.left(&self.counts.lock().unwrap_or_else(PoisonError::into_inner), key, now)
    }

    /// Counts an attempt of `key`.
    pub fn count(&self, key: &str, now: Instant) {
        self.add(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner), key, now);
    }

    /// Counts an attempt of `key` before it is known how it ends, so that many at once do not pass together.
    ///
    /// # Errors
    /// When `key` has to wait instead.
    pub fn attempt(&self, key: &str, now: Instant) -> Result<()> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(retry_after) = self.left(&counts, key, now) {
            return Err(Error::TooManyAttempts { retry_after });
        }
        self.add(&mut counts, key, now);
        Ok(())
    }

    /// Takes back an attempt of `key` that ended well.
    pub fn take_back(&self, key: &str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(key) {
            count.attempts = count.attempts.saturating_sub(1);
        }
    }

    fn left(&self, counts: &HashMap<String, Count>, key: &str, now: Instant) -> Option<u64> {
        let count = counts.get(key)?;
        let left = self.allowance.window.checked_sub(now.saturating_duration_since(count.since))?;
        (count.attempts >= self.allowance.attempts).then(|| left.as_secs() + 1)
    }

    fn add(&self, counts: &mut HashMap<String, Count>, key: &str, now: Instant) {
        let over = |count: &Count| now.saturating_duration_since(count.since) > self.allowance.window;
        if counts.len() >= CAPACITY && !counts.contains_key(key) {
            counts.retain(|_, count| !over(count));
            if counts.len() >= CAPACITY {
                let mut ages: Vec<Instant> = counts.values().map(|count| count.since).collect();
                let (_, middle, _) = ages.select_nth_unstable(CAPACITY / 2);
                let middle = *middle;
                counts.retain(|_, count| count.since > middle);
            }
        }
        let count = counts.entry(key.to_owned()).or_insert(Count { since: now, attempts: 0 });
        if over(count) {
            *count = Count { since: now, attempts: 0 };
        }
        count.attempts = count.attempts.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(attempt: Result<()>) -> Option<u64> {
        match attempt {
            Err(Error::TooManyAttempts { retry_after }) => Some(retry_after),
            _ => None,
        }
    }

    const TWO: Allowance = Allowance { attempts: 2, window: Duration::from_secs(60) };

    #[test]
    fn after_the_last_attempt_a_key_waits_until_the_window_is_over() {
        let (limiter, start) = (Limiter::new(TWO), Instant::now());
        limiter.count("a", start);
        assert_eq!(limiter.wait("a", start), None);
        limiter.count("a", start);
        assert_eq!(limiter.wait("a", start + Duration::from_secs(50)), Some(11));
        assert_eq!(limiter.wait("b", start), None);
        assert_eq!(limiter.wait("a", start + Duration::from_secs(61)), None);
        limiter.count("a", start + Duration::from_secs(61));
        assert_eq!(limiter.wait("a", start + Duration::from_secs(61)), None);
    }

    #[test]
    fn attempts_are_counted_before_they_end_and_taken_back_when_they_end_well() {
        let (limiter, start) = (Limiter::new(TWO), Instant::now());
        assert_eq!([1, 2, 3].map(|_| wait(limiter.attempt("a", start))), [None, None, Some(61)]);
        limiter.take_back("a");
        assert_eq!([1, 2].map(|_| wait(limiter.attempt("a", start))), [None, Some(61)]);
        limiter.take_back("b");
        assert_eq!(wait(limiter.attempt("b", start)), None);
    }

    #[test]
    fn memory_is_bounded_and_the_newest_are_kept() {
        let (limiter, start) = (Limiter::new(TWO), Instant::now());
        for n in 0..=CAPACITY as u64 {
            limiter.count(&n.to_string(), start + Duration::from_nanos(n));
        }
        assert!(limiter.counts.lock().unwrap().len() <= CAPACITY);
        let newest = CAPACITY.to_string();
        limiter.count(&newest, start + Duration::from_secs(1));
        assert!(limiter.wait(&newest, start + Duration::from_secs(1)).is_some());
    }
}
