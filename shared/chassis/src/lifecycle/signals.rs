//! Signals are caught before anything slow begins, so that none is lost while the process starts.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Shutdown;

/// The caught signals: `SIGTERM` from an orchestrator, `SIGINT` from a terminal.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Catches both from here on. Must be called within a runtime.
    ///
    /// # Errors
    /// When the system refuses a handler.
    pub fn catch() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Requests a shutdown at the first signal, and returns at the second: then the process is to end at once.
    pub async fn watch(mut self, shutdown: &Shutdown) {
        let name = self.next().await;
        shutdown.request();
        tracing::info!(signal = name, "Shutdown requested");
        let name = self.next().await;
        tracing::warn!(signal = name, "Second signal: ending at once");
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
