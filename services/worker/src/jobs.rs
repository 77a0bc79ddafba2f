//! Every job, one file each; and what they need.

mod index_batch;
mod index_revision;
mod indexing;
mod prune;

use std::time::Duration;

use chassis::metrics::Metrics;
use contract::jobs;
use queue::{Error, Queue, Workers};
use store::Store;

use crate::{checkout::Checkout, config::WorkerConfig};
use indexing::Indexing;

/// Between two times of pruning.
const PRUNING: Duration = Duration::from_hours(1);

/// What jobs need.
pub(crate) struct Needs {
    indexing: Indexing,
    keep_revisions: u32,
    keep_events_days: u32,
}

impl Needs {
    pub(crate) fn new(
        store: &Store,
        queue: &Queue,
        checkout: Checkout,
        config: &WorkerConfig,
        metrics: &Metrics,
    ) -> Self {
        let indexing = Indexing::new(store.clone(), queue.clone(), checkout, config.index_batch_pages, metrics);
        Self { indexing, keep_revisions: config.keep_revisions, keep_events_days: config.keep_events_days }
    }
}

/// Hands a handler for every kind to the workers.
pub(crate) fn register(workers: Workers, needs: &Needs) -> Result<Workers, Error> {
    let prune = prune::Handler {
        indexing: needs.indexing.clone(),
        revisions: needs.keep_revisions,
        events_days: needs.keep_events_days,
    };
    workers
        .register::<jobs::IndexRevision>(index_revision::Handler(needs.indexing.clone()))?
        .register::<jobs::IndexBatch>(index_batch::Handler(needs.indexing.clone()))?
        .register::<jobs::Prune>(prune)?
        .every(PRUNING, jobs::Prune {})
}
