//! The worker's own checkout: the tree of a commit, waited for while the puller brings it.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use chassis::lifecycle::Tasks;
use content::{Lease, Settings};
use contract::Commit;
use queue::Failure;

use crate::{config::WorkerConfig, sidecar::Sidecar};

/// Between two looks for a tree that is not there.
const PERIOD: Duration = Duration::from_millis(20);

/// How long a job that found no tree rests, so that others have its place.
const REST: Duration = Duration::from_millis(500);

/// The checkout beside this worker.
#[derive(Clone, Debug)]
pub(crate) struct Checkout {
    link: PathBuf,
    settings: Settings,
    sidecar: Sidecar,
    tasks: Tasks,
}

impl Checkout {
    pub(crate) fn new(config: &WorkerConfig, sidecar: Sidecar, tasks: Tasks) -> Self {
        Self { link: config.site_checkout.clone(), settings: config.settings(), sidecar, tasks }
    }

    /// Does `work` on the tree of `commit`, on a thread that may be held up.
    ///
    /// Where there is no such tree, the puller is told, and has `patience` to bring it; then the job is snoozed: a
    /// checkout that is behind is no failure.
    pub(crate) async fn at<T: Send + 'static>(
        &self,
        commit: &Commit,
        patience: Duration,
        work: impl FnOnce(Lease, Settings) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let lease = self.lease(commit, patience).await?;
        let settings = self.settings.clone();
        Ok(self.tasks.spawn_blocking(move || work(lease, settings)).await?)
    }

    async fn lease(&self, commit: &Commit, patience: Duration) -> Result<Lease, Failure> {
        let began = Instant::now();
        let mut told = false;
        loop {
            let error = match Lease::beside(&self.link, commit.as_str()) {
                Ok(lease) => return Ok(lease),
                Err(error) => error,
            };
            if !told {
                tracing::info!(commit = commit.as_str(), reason = %error, "Checkout is behind");
                self.sidecar.poke().await;
                told = true;
            }
            if began.elapsed() >= patience {
                return Err(Failure::Snooze(REST));
            }
            tokio::time::sleep(PERIOD).await;
        }
    }
}
