//! Trying again, with jittered exponential back-off.

use super::http::{Attempt, Clock};
use crate::{ErrorCode, Result};

/// How long to go on trying.
#[derive(Clone, Copy)]
pub enum Patience<'a> {
    /// As long as a person waits for an answer: about fifteen seconds.
    Call,
    /// As long as a network may be away: about a quarter of an hour. The function hears true when the waiting begins
    /// and false when it is over.
    Transfer(&'a dyn Fn(bool)),
}

impl Patience<'_> {
    /// The waits in all, in milliseconds, after which there is no further try.
    const fn limit(self) -> u32 {
        match self {
            Self::Call => 15_000,
            Self::Transfer(_) => 15 * 60_000,
        }
    }
}

/// The first wait at most, in milliseconds; each further one doubles.
const FIRST_WAIT: u32 = 500;
/// The longest wait of our own, in milliseconds.
const LONGEST_WAIT: u32 = 16_000;
/// The longest `Retry-After` obeyed, in seconds. A longer one is an error for the caller to decide on.
const LONGEST_RETRY_AFTER: u32 = 120;

/// The waits between tries. Counts waits and not the time that passed, so that a machine may sleep in between.
#[derive(Debug)]
struct Backoff {
    next: u32,
    left: u32,
}

impl Backoff {
    const fn new(limit: u32) -> Self {
        Self { next: FIRST_WAIT, left: limit }
    }

    /// How long to wait before the next try, in milliseconds; the error when there is to be none.
    fn next(&mut self, failed: &Attempt) -> Result<u32> {
        let wait = match failed.retry_after {
            Some(seconds) if seconds > LONGEST_RETRY_AFTER => return Err(failed.error.clone()),
            // Never earlier than the other side asked.
            Some(seconds) => seconds * 1000 + jitter(FIRST_WAIT),
            None => self.next / 2 + jitter(self.next / 2),
        };
        self.next = (self.next * 2).min(LONGEST_WAIT);
        match self.left.checked_sub(wait) {
            Some(left) if failed.error.is_retryable() => self.left = left,
            _ => return Err(failed.error.clone()),
        }
        Ok(wait)
    }
}

/// Tries until it succeeds, fails for good, or patience is at its end. Whatever gets on is given new patience.
pub async fn retry<T>(
    clock: &impl Clock,
    patience: Patience<'_>,
    mut attempt: impl AsyncFnMut() -> Result<T, Attempt>,
) -> Result<T> {
    let mut backoff = Backoff::new(patience.limit());
    loop {
        let failed = match attempt().await {
            Ok(value) => return Ok(value),
            Err(failed) => failed,
        };
        if failed.got_on {
            backoff = Backoff::new(patience.limit());
        }
        let wait = backoff.next(&failed)?;
        match patience {
            Patience::Transfer(waiting) if failed.error.code() == ErrorCode::Network => {
                waiting(true);
                clock.sleep(wait).await;
                waiting(false);
            }
            _ => clock.sleep(wait).await,
        }
    }
}

/// A random number up to `most`. Spreading retries needs no quality, so no randomness is no error.
fn jitter(most: u32) -> u32 {
    getrandom::u32().unwrap_or_default() % (most + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    fn failed(retryable: bool, retry_after: Option<u32>) -> Attempt {
        let error = Error::new(ErrorCode::Network, "gone");
        Attempt { error: if retryable { error.retryable() } else { error }, retry_after, got_on: false }
    }

    #[test]
    fn waits_grow_and_end() {
        for patience in [Patience::Call, Patience::Transfer(&|_| {})] {
            let mut backoff = Backoff::new(patience.limit());
            let (mut most, mut waited) = (FIRST_WAIT, 0);
            while let Ok(wait) = backoff.next(&failed(true, None)) {
                assert!((most / 2..=most).contains(&wait), "{wait}");
                most = (most * 2).min(LONGEST_WAIT);
                waited += wait;
            }
            assert!(waited <= patience.limit() && waited + LONGEST_WAIT > patience.limit());
        }
    }

    #[test]
    fn what_cannot_mend_is_not_tried_again() {
        assert!(Backoff::new(1_000_000).next(&failed(false, None)).is_err());
    }

    #[test]
    fn retry_after_is_obeyed_within_reason() {
        let wait = Backoff::new(1_000_000).next(&failed(true, Some(3))).unwrap();
        assert!((3000..=3000 + FIRST_WAIT).contains(&wait));
        assert!(Backoff::new(1_000_000).next(&failed(true, Some(LONGEST_RETRY_AFTER + 1))).is_err());
    }
}
