//! The breaker: while the api is away, callers learn it at once instead of each waiting for a timeout.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How many failures in a row mean that the api is away.
const ENOUGH: u32 = 3;

/// How long nobody asks, except one who looks again.
const PAUSE: Duration = Duration::from_secs(1);

/// Counts failures in a row.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    closed_until: Option<Instant>,
}

impl Breaker {
    /// Whether the caller may ask. After each pause one caller may; if that one never reports, the next may after
    /// another pause.
    pub(super) fn admits(&self) -> bool {
        let now = Instant::now();
        self.with(|state| match state.closed_until {
            Some(until) if now < until => false,
            Some(_) => {
                state.closed_until = Some(now + PAUSE);
                true
            }
            None => true,
        })
    }

    /// The api answered.
    pub(super) fn succeeded(&self) {
        self.with(|state| *state = State::default());
    }

    /// The api did not answer.
    pub(super) fn failed(&self) {
        self.with(|state| {
            state.failures = state.failures.saturating_add(1);
            if state.failures >= ENOUGH {
                state.closed_until = Some(Instant::now() + PAUSE);
            }
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn three_failures_close_it_and_one_caller_a_second_looks_again() {
        let breaker = Breaker::default();
        for _ in 0..3 {
            assert!(breaker.admits());
            breaker.failed();
        }
        assert!(!breaker.admits());
        tokio::time::advance(PAUSE).await;
        assert!(breaker.admits());
        assert!(!breaker.admits(), "a second caller while the first looks");
        tokio::time::advance(PAUSE).await;
        assert!(breaker.admits(), "the first never reported");
        breaker.succeeded();
        assert!(breaker.admits() && breaker.admits());
    }

    #[tokio::test(start_paused = true)]
    async fn failures_count_only_in_a_row() {
        let breaker = Breaker::default();
        for _ in 0..5 {
            breaker.failed();
            breaker.failed();
            breaker.succeeded();
        }
        assert!(breaker.admits());
    }
}
