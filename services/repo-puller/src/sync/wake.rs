//! What makes the loop look at the remote at once: any number of calls is one look.

use std::{sync::Arc, time::Duration};

use chassis::{lifecycle::Shutdown, lifecycle::Tasks};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::Notify,
};

/// A call to look at once. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Wake(Arc<Notify>);

impl Wake {
    /// Calls.
    pub(crate) fn call(&self) {
        self.0.notify_one();
    }

    /// Waits for a call, at most so long.
    pub(super) async fn wait(&self, longest: Duration) {
        let _ = tokio::time::timeout(longest, self.0.notified()).await;
    }

    /// Calls at every signal with this number.
    ///
    /// # Errors
    /// When the system refuses a handler.
    pub(crate) fn at_signal(&self, number: i32, tasks: &Tasks, shutdown: &Shutdown) -> std::io::Result<()> {
        let mut signals = signal(SignalKind::from_raw(number))?;
        let (wake, shutdown) = (self.clone(), shutdown.clone());
        tasks.spawn_finite(async move {
            loop {
                tokio::select! {
                    _ = signals.recv() => {
                        tracing::info!(signal = number, "Sync requested");
                        wake.call();
                    }
                    () = shutdown.requested() => return,
                }
            }
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn many_calls_are_one_look() {
        let wake = Wake::default();
        wake.call();
        wake.call();
        wake.wait(Duration::from_mins(1)).await;
        let again = tokio::time::timeout(Duration::from_millis(20), wake.wait(Duration::from_mins(1))).await;
        assert!(again.is_err());
    }
}
