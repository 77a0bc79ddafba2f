//! The wall clock: the one place that reads it.

use jiff::Timestamp;

/// The time now, to the nanosecond.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
