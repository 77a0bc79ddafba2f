//! Metrics in Prometheus's words: one registry per process, read on `ADMIN_PORT`.

use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::{collector::Collector, encoding::text::encode, registry::Registry};
pub use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
};

use crate::version::Version;

mod process;

/// The instruments of a process. Clones share them.
#[derive(Clone)]
pub struct Metrics(Arc<Mutex<Registry>>);

impl Metrics {
    /// A registry that tells the build and the process.
    pub fn new(version: &Version) -> Self {
        let mut registry = Registry::default();
        let labels = [("service", version.name), ("version", version.version), ("commit", version.commit)];
        registry.register("build", "What runs here", Info::new(labels.to_vec()));
        registry.register_collector(Box::new(process::ProcessCollector::start()));
        Self(Arc::new(Mutex::new(registry)))
    }

    /// Registers an instrument and returns it. A counter's name goes without `_total`.
    pub fn register<M>(&self, name: &str, help: &str, metric: M) -> M
    where
        M: prometheus_client::registry::Metric + Clone,
    {
        self.registry().register(name, help, metric.clone());
        metric
    }

    /// Registers something that is asked at every scrape.
    pub fn register_collector(&self, collector: impl Collector + 'static) {
        self.registry().register_collector(Box::new(collector));
    }

    /// Everything, as OpenMetrics text.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        if let Err(error) = encode(&mut text, &self.registry()) {
            tracing::error!(%error, "Metrics could not be written");
        }
        text
    }

    fn registry(&self) -> std::sync::MutexGuard<'_, Registry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bounds in seconds for what usually takes less than a second.
pub const SECONDS: [f64; 14] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
