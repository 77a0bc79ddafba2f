//! The shutdown as everything in the process sees it: once requested, never taken back.

use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

/// A request to stop, and its reason. Clones see the same request.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    token: CancellationToken,
    failure: Arc<OnceLock<String>>,
}

impl Shutdown {
    /// Asks everything to stop. The process still ends well.
    pub fn request(&self) {
        self.token.cancel();
    }

    /// Asks everything to stop because something broke. The process ends with 1.
    pub fn fail(&self, reason: impl Into<String>) {
        self.failure.get_or_init(|| reason.into());
        self.token.cancel();
    }

    /// Returns once a stop is requested.
    pub async fn requested(&self) {
        self.token.cancelled().await;
    }

    /// Whether a stop was requested.
    pub fn is_requested(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Why the process must not end well, if something broke.
    pub fn failure(&self) -> Option<&str> {
        self.failure.get().map(String::as_str)
    }
}
