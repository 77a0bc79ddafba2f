//! Which lines are written, in the syntax of `RUST_LOG`.

use tracing_subscriber::EnvFilter;

use crate::config::{Env, Value};

/// A valid filter: `info`, or `warn,web=debug`.
#[derive(Clone, Debug)]
pub struct LogFilter(String);

impl Default for LogFilter {
    fn default() -> Self {
        Self(String::from("info"))
    }
}

impl LogFilter {
    /// The filter in `RUST_LOG`, or the default where it is absent or wrong.
    pub(super) fn lenient(env: &Env) -> Self {
        env.value("RUST_LOG").and_then(Self::parse).unwrap_or_default()
    }

    pub(super) fn into_filter(self) -> EnvFilter {
        EnvFilter::new(self.0)
    }
}

impl Value for LogFilter {
    const KIND: &'static str = "log filter";

    fn parse(text: &str) -> Option<Self> {
        EnvFilter::try_new(text).is_ok().then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}
