//! Which work is traced: decided before a span is made, because a span that nobody keeps is not free.

use std::sync::OnceLock;

use opentelemetry::trace::SpanContext;

/// The share of work without a parent that is traced. Unset: no exporter, no spans.
static SHARE: OnceLock<f64> = OnceLock::new();

/// Turns tracing on, for this share (0 to 1) of the work that comes without a decision.
pub(super) fn start(share: f64) {
    SHARE.get_or_init(|| share);
}

/// Whether anything is traced at all.
pub(crate) fn is_on() -> bool {
    SHARE.get().is_some()
}

/// Whether work with this parent is traced: the parent decides, and where there is none, chance.
pub(crate) fn picks(parent: &SpanContext) -> bool {
    let Some(&share) = SHARE.get() else { return false };
    if parent.is_valid() { parent.is_sampled() } else { chance() < share }
}

/// A number from 0 up to 1, evenly.
fn chance() -> f64 {
    let [byte, next, third, fourth, ..] = *uuid::Uuid::new_v4().as_bytes();
    f64::from(u32::from_be_bytes([byte, next, third, fourth])) / (f64::from(u32::MAX) + 1.0)
}
