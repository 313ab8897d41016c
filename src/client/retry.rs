//! Trying again, with jittered exponential back-off.

use super::http::{Attempt, Clock};
use crate::Result;

/// Tries before giving up: with the waits below, about a minute.
const TRIES: u32 = 7;
/// The first wait at most, in milliseconds; each further one doubles.
const FIRST_WAIT: u32 = 500;
/// The longest wait of our own, in milliseconds.
const LONGEST_WAIT: u32 = 16_000;
/// The longest `Retry-After` obeyed, in seconds. A longer one is an error for the caller to decide on.
const LONGEST_RETRY_AFTER: u32 = 120;

/// The waits between tries.
#[derive(Debug, Default)]
struct Backoff {
    tries: u32,
}

impl Backoff {
    /// How long to wait before the next try, in milliseconds; the error when there is to be none.
    fn next(&mut self, failed: Attempt) -> Result<u32> {
        self.tries += 1;
        let wait = match failed.retry_after {
            Some(seconds) if seconds > LONGEST_RETRY_AFTER => return Err(failed.error),
            Some(seconds) => seconds * 1000,
            None => FIRST_WAIT.saturating_mul(1 << (self.tries - 1).min(8)).min(LONGEST_WAIT),
        };
        if self.tries >= TRIES || !failed.error.is_retryable() {
            return Err(failed.error);
        }
        // Full jitter on our own waits; never earlier than the other side asked.
        Ok(if failed.retry_after.is_some() { wait + jitter(FIRST_WAIT) } else { wait / 2 + jitter(wait / 2) })
    }
}

/// Tries until it succeeds, fails for good, or has failed too often.
pub async fn retry<T>(clock: &impl Clock, mut attempt: impl AsyncFnMut() -> Result<T, Attempt>) -> Result<T> {
    let mut backoff = Backoff::default();
    loop {
        match attempt().await {
            Ok(value) => return Ok(value),
            Err(failed) => clock.sleep(backoff.next(failed)?).await,
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
    use crate::{Error, ErrorCode};

    fn failed(retryable: bool, retry_after: Option<u32>) -> Attempt {
        let error = Error::new(ErrorCode::Network, "gone");
        Attempt { error: if retryable { error.retryable() } else { error }, retry_after }
    }

    #[test]
    fn waits_grow_and_end() {
        let mut backoff = Backoff::default();
        for tries in 0..TRIES - 1 {
            let most = (FIRST_WAIT << tries).min(LONGEST_WAIT);
            let wait = backoff.next(failed(true, None)).unwrap();
            assert!((most / 2..=most).contains(&wait), "try {tries}: {wait}");
        }
        assert!(backoff.next(failed(true, None)).is_err());
    }

    #[test]
    fn what_cannot_mend_is_not_tried_again() {
        assert!(Backoff::default().next(failed(false, None)).is_err());
    }

    #[test]
    fn retry_after_is_obeyed_within_reason() {
        let wait = Backoff::default().next(failed(true, Some(3))).unwrap();
        assert!((3000..=3000 + FIRST_WAIT).contains(&wait));
        assert!(Backoff::default().next(failed(true, Some(LONGEST_RETRY_AFTER + 1))).is_err());
    }
}
