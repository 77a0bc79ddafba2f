//! How long to wait: the period, longer and longer after failures, and never in step with others.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

use crate::settings::Pace;

/// Failures that are tried again at the usual pace: most of them are gone by then.
const QUICK: u64 = 2;
/// How long to wait at most after failures, unless the period is longer.
const LONGEST: Duration = Duration::from_mins(1);

/// The waits between syncs.
pub(super) struct Waiting {
    period: Duration,
    init_period: Duration,
    random: RandomState,
    count: u64,
}

impl Waiting {
    pub(super) fn new(pace: &Pace) -> Self {
        Self { period: pace.period, init_period: pace.init_period, random: RandomState::new(), count: 0 }
    }

    /// How long to wait after so many failures in a row; none for a success.
    pub(super) fn after(&mut self, failures: u64, is_first: bool) -> Duration {
        let period = if is_first { self.init_period } else { self.period };
        let doublings = u32::try_from(failures.saturating_sub(QUICK).min(16)).unwrap_or(16);
        let wait = period.saturating_mul(1 << doublings).min(period.max(LONGEST));
        self.count += 1;
        // Up to a tenth more, so that replicas that start together do not ask together.
        #[expect(clippy::cast_possible_truncation, reason = "the lower half of the bits is as random as the whole")]
        let share = self.random.hash_one(self.count) as u32;
        wait + (wait / 10).mul_f64(f64::from(share) / f64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(period: u64, init_period: u64) -> Waiting {
        let (period, init_period) = (Duration::from_secs(period), Duration::from_secs(init_period));
        Waiting { period, init_period, random: RandomState::new(), count: 0 }
    }

    #[test]
    fn waits_grow_with_failures_up_to_a_minute_and_vary_by_a_tenth() {
        let mut waiting = waiting(10, 1);
        for (failures, seconds) in [(0, 10), (1, 10), (2, 10), (3, 20), (4, 40), (5, 60), (900, 60)] {
            let wait = waiting.after(failures, false);
            let least = Duration::from_secs(seconds);
            assert!(wait >= least && wait <= least.mul_f64(1.1), "{failures}: {wait:?}");
        }
        assert!(waiting.after(0, true) < Duration::from_secs(2));
    }

    #[test]
    fn a_period_longer_than_a_minute_stays() {
        assert!(waiting(3600, 3600).after(9, false) >= Duration::from_hours(1));
    }
}
