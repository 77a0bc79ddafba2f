//! Tasks with names, all of them tracked: "are we done?" has an answer.

use std::{any::Any, future::Future, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::Shutdown;

/// The one place that spawns. Clones share the same tasks.
#[derive(Clone, Debug)]
pub struct Tasks {
    tracker: TaskTracker,
    shutdown: Shutdown,
}

impl Tasks {
    /// No tasks yet; a task that dies unasked requests `shutdown`.
    pub fn new(shutdown: Shutdown) -> Self {
        Self { tracker: TaskTracker::new(), shutdown }
    }

    /// Starts a task that lives as long as the process. If it ends or panics before a shutdown was requested, it
    /// takes the process down with it: half a process helps nobody.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that spawns")]
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let shutdown = self.shutdown.clone();
        tokio::spawn(self.tracker.track_future(async move {
            let outcome = AssertUnwindSafe(task).catch_unwind().await;
            if shutdown.is_requested() && outcome.is_ok() {
                return;
            }
            let reason = outcome.err().map_or_else(|| "it returned".to_owned(), |panic| panic_text(panic.as_ref()));
            tracing::error!(task = name, reason, "Task died");
            shutdown.fail(format!("task {name} died: {reason}"));
        }));
    }

    /// Starts a task that ends by itself, such as a connection. Its panic ends only itself.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that spawns")]
    pub fn spawn_finite(&self, task: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(self.tracker.track_future(task));
    }

    /// Runs work that would hold up the runtime on a thread of its own.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that spawns")]
    pub fn spawn_blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
        let token = self.tracker.token();
        tokio::task::spawn_blocking(move || {
            let _tracked = token;
            work()
        })
    }

    /// Waits until every task has ended, at most `deadline`. False when some had to be left behind.
    pub async fn wait(&self, deadline: Duration) -> bool {
        self.tracker.close();
        tokio::time::timeout(deadline, self.tracker.wait()).await.is_ok()
    }
}

/// What a panic said.
fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it panicked".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_dies_unasked_begins_a_shutdown_that_fails() {
        let shutdown = Shutdown::default();
        Tasks::new(shutdown.clone()).spawn("loop", async { panic!("broken") });
        shutdown.requested().await;
        assert_eq!(shutdown.failure(), Some("task loop died: broken"));
    }

    #[tokio::test]
    async fn a_task_that_ends_after_the_request_is_no_failure() {
        let shutdown = Shutdown::default();
        let tasks = Tasks::new(shutdown.clone());
        let seen = shutdown.clone();
        tasks.spawn("loop", async move { seen.requested().await });
        shutdown.request();
        assert!(tasks.wait(Duration::from_secs(5)).await);
        assert_eq!(shutdown.failure(), None);
    }

    #[tokio::test]
    async fn work_that_does_not_end_is_left_behind_at_the_deadline() {
        let tasks = Tasks::new(Shutdown::default());
        tasks.spawn_finite(std::future::pending());
        assert!(!tasks.wait(Duration::from_millis(10)).await);
    }
}
