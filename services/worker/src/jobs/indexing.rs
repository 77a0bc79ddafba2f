//! What the two jobs of indexing share: what they stand on, and how they end.

use chassis::{
    clock,
    metrics::{Counter, Histogram, Metrics},
};
use contract::revisions::RevisionId;
use queue::{Attempt, Failure, Queue};
use store::{Error, Store};

use crate::checkout::Checkout;

/// Bounds in seconds, from a small push to a large site.
const SECONDS: [f64; 10] = [0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 1800.0];

/// What indexing stands on. Clones share everything.
#[derive(Clone)]
pub(super) struct Indexing {
    pub(super) store: Store,
    pub(super) queue: Queue,
    pub(super) checkout: Checkout,
    pub(super) batch_pages: u32,
    pub(super) indexed: Counter,
    pub(super) left_out: Counter,
    live: Histogram,
}

impl Indexing {
    pub(super) fn new(store: Store, queue: Queue, checkout: Checkout, batch_pages: u32, metrics: &Metrics) -> Self {
        let count = |name, help| metrics.register(name, help, Counter::default());
        Self {
            store,
            queue,
            checkout,
            batch_pages,
            indexed: count("worker_indexed_pages", "Pages whose sections were written for search"),
            left_out: count("worker_left_out_pages", "Pages that could not be read, and are not searchable"),
            live: metrics.register(
                "worker_revision_seconds",
                "Time from a revision's announcement to its being searchable",
                Histogram::new(SECONDS),
            ),
        }
    }

    /// Tells that this worker made a revision live.
    pub(super) async fn tell_live(&self, id: RevisionId) -> Result<(), Error> {
        let Some(revision) = self.store.revisions().find(id).await? else { return Ok(()) };
        let seconds = clock::now().duration_since(revision.announced_at).as_secs_f64();
        self.live.observe(seconds);
        tracing::info!(
            revision.id = id.0,
            revision.commit = revision.commit.as_str(),
            revision.pages = revision.pages,
            seconds,
            "Revision searchable"
        );
        Ok(())
    }

    /// The end of an attempt. With a job that is given up its revision fails: nobody is to wait for it.
    pub(super) async fn end(
        &self,
        id: RevisionId,
        attempt: Attempt,
        outcome: Result<(), Failure>,
    ) -> Result<(), Failure> {
        let problem = match &outcome {
            Err(Failure::GiveUp(error)) => error.to_string(),
            Err(Failure::Retry(error)) if attempt.is_last() => error.to_string(),
            _ => return outcome,
        };
        self.fail(id, &problem).await?;
        outcome
    }

    /// Gives up on a revision, if it is still under way.
    pub(super) async fn fail(&self, id: RevisionId, problem: &str) -> Result<(), Error> {
        let mut tx = self.store.begin().await?;
        let failed = self.store.revisions().fail(&mut tx, id, problem).await?;
        self.store.commit(tx).await?;
        if failed {
            tracing::error!(revision.id = id.0, problem, "Revision failed");
        }
        Ok(())
    }
}

/// What the store refuses will be refused again; everything else may pass.
pub(super) fn failure(error: Error) -> Failure {
    match error {
        Error::Invalid(_) => Failure::GiveUp(Box::new(error)),
        error => error.into(),
    }
}
