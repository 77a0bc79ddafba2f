//! Workers within a test, and what a test waits for.

use std::{
    future::Future,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use chassis::{process::Context, version::Version};
use contract::jobs::{JobState, JobSummary};
use queue::{Attempt, Failure, Handler, Queue, Workers};

use crate::fixture::{Fixture, Greet, Tidy};

/// How long anything that is waited for may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A handler that does what a function says.
pub(crate) struct By<F>(pub(crate) F);

impl<F, W> Handler<Greet> for By<F>
where
    F: Fn(Greet, Attempt) -> W + Send + Sync + 'static,
    W: Future<Output = Result<(), Failure>> + Send,
{
    async fn work(&self, job: Greet, attempt: Attempt) -> Result<(), Failure> {
        (self.0)(job, attempt).await
    }
}

struct Idle;

impl Handler<Tidy> for Idle {
    async fn work(&self, _: Tidy, _: Attempt) -> Result<(), Failure> {
        Ok(())
    }
}

/// A worker of this process. Dropping it leaves it to the end of the test.
pub(crate) struct Worker {
    pub(crate) context: Context,
}

impl Worker {
    /// Starts a worker with these handlers, which hands back what is not done at once.
    pub(crate) fn start(queue: &Queue, handler: impl Handler<Greet>) -> Self {
        Self::start_with(queue, handler, |workers| workers)
    }

    pub(crate) fn start_with(
        queue: &Queue,
        handler: impl Handler<Greet>,
        more: impl FnOnce(Workers) -> Workers,
    ) -> Self {
        let context = Context::new(Version { name: "test", version: "0", commit: "none", build: "debug" });
        let workers = Workers::new(queue.clone(), 4, &context).hand_back_after(Duration::from_millis(50));
        let workers = workers.register::<Greet>(handler).expect("one handler").register::<Tidy>(Idle).expect("another");
        let (workers, within) = (more(workers), context.clone());
        context.tasks().spawn_finite(async move { workers.run(&within).await.expect("worked") });
        Self { context }
    }

    /// Waits until it claims jobs.
    pub(crate) async fn ready(&self) {
        until("a worker that claims jobs", async || self.context.health().is_ready().then_some(())).await;
    }

    /// Stops it in order.
    pub(crate) async fn stop(self) {
        self.context.shutdown().request();
        assert!(self.context.tasks().wait(PATIENCE).await, "it does not stop");
    }
}

/// What was done, by name and attempt, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<(String, u32)>>>);

impl Log {
    pub(crate) fn add(&self, job: &Greet, attempt: Attempt) {
        self.0.lock().expect("whole").push((job.name.clone(), attempt.number));
    }

    pub(crate) fn entries(&self) -> Vec<(String, u32)> {
        self.0.lock().expect("whole").clone()
    }
}

/// Waits until `look` finds something, and returns it.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

impl Fixture {
    /// Waits until so many jobs are in a state, and returns all jobs.
    pub(crate) async fn settled(&self, state: JobState, count: usize) -> Vec<JobSummary> {
        until(&format!("{count} jobs {state:?}"), async || {
            let jobs = self.all().await;
            (jobs.iter().filter(|job| job.state == state).count() == count).then_some(jobs)
        })
        .await
    }
}
