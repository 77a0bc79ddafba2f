//! `worker drain`: waits until no job is left, before a migration or the end of a test (factor XII).

use std::time::{Duration, Instant};

use anyhow::ensure;
use chassis::process::{Arguments, Context};
use client::Trust;
use contract::jobs::JobState;
use queue::Queue;
use store::{Store, StoreConfig};

use crate::config::WorkerConfig;

/// What may take.
const PATIENCE: Duration = Duration::from_mins(5);

/// Between two looks.
const PERIOD: Duration = Duration::from_millis(250);

/// States of jobs that somebody will work on.
const OPEN: [JobState; 5] =
    [JobState::Available, JobState::Scheduled, JobState::Running, JobState::Retryable, JobState::Pending];

pub(crate) async fn drain(
    (database, _, _): (StoreConfig, WorkerConfig, Trust),
    context: Context,
    arguments: Arguments,
) -> anyhow::Result<()> {
    let patience = match arguments.text("--seconds") {
        Some(_) => Duration::from_secs(arguments.parse("--seconds")?),
        None => PATIENCE,
    };
    let queue = Queue::new(Store::open(&database, context.version().name)?.pool())?;
    let began = Instant::now();
    loop {
        let counts = queue.counts().await?;
        let left: u64 = OPEN.iter().filter_map(|state| counts.get(state)).sum();
        if left == 0 {
            tracing::info!(discarded = counts.get(&JobState::Discarded).copied().unwrap_or(0), "Queue is empty");
            return Ok(());
        }
        ensure!(!context.shutdown().is_requested(), "interrupted with {left} jobs left");
        ensure!(began.elapsed() < patience, "{left} jobs are left after {} s", patience.as_secs());
        tokio::time::sleep(PERIOD).await;
    }
}
