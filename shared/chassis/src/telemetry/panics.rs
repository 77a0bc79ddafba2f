//! A panic is one JSON line like any other error.

use std::panic;

/// Logs every panic, with its place, instead of writing to stderr.
pub(super) fn log() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current();
        let text = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(target: "panic", place, thread = thread.name().unwrap_or_default(), error = text, "Panicked");
    }));
}
