//! What a service is handed to build with.

use crate::{
    health::Health,
    lifecycle::{Shutdown, Tasks},
    metrics::Metrics,
    version::Version,
};

/// The process around a service. Clones share everything.
#[derive(Clone)]
pub struct Context {
    health: Health,
    metrics: Metrics,
    shutdown: Shutdown,
    tasks: Tasks,
    version: Version,
}

impl Context {
    /// A fresh process around a service: what `main` uses, and what a service's tests use.
    pub fn new(version: Version) -> Self {
        let shutdown = Shutdown::default();
        let metrics = Metrics::new(&version);
        Self { health: Health::default(), metrics, tasks: Tasks::new(shutdown.clone()), shutdown, version }
    }

    /// The checks that the probes read.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// The instruments that `/metrics` tells.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The end, when it is asked for.
    pub fn shutdown(&self) -> &Shutdown {
        &self.shutdown
    }

    /// The one place that spawns.
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// What runs here.
    pub fn version(&self) -> &Version {
        &self.version
    }
}
