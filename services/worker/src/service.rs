//! The service: how its parts are put together.

use axum::Router;
use chassis::process::{AdminCommand, Context, Service};
use client::Trust;
use queue::{Queue, Workers};
use store::{Store, StoreConfig};

use crate::{checkout::Checkout, config::WorkerConfig, drain, jobs, sidecar::Sidecar};

/// Background jobs, on a checkout of its own.
pub struct Worker {
    store: Store,
    workers: Workers,
}

impl Service for Worker {
    const NAME: &'static str = "worker";
    const ABOUT: &'static str = "Works on the jobs of the queue: indexes revisions, and removes what is old.";
    type Config = (StoreConfig, WorkerConfig, Trust);

    fn commands() -> Vec<AdminCommand<Self::Config>> {
        let about = "Wait until no job is left, at most so long (300); fails when some are";
        vec![AdminCommand::new("drain", about, drain::drain).option("--seconds", "SECONDS")]
    }

    async fn build((database, config, trust): Self::Config, context: &Context) -> anyhow::Result<Self> {
        let store = Store::attach(&database, context)?;
        let queue = Queue::new(store.pool())?;
        let sidecar = Sidecar::new(&config, &trust)?;
        let checkout = Checkout::new(&config, sidecar, context.tasks().clone());
        let workers = Workers::new(queue.clone(), config.worker_slots, context);
        let workers = jobs::register(workers, &jobs::Needs::new(&store, &queue, checkout, &config, context.metrics()))?;
        Ok(Self { store, workers })
    }

    fn routes(&self) -> Router {
        Router::new()
    }

    async fn run(self, context: &Context) -> anyhow::Result<()> {
        let outcome = self.workers.run(context).await;
        self.store.close().await;
        Ok(outcome?)
    }
}
