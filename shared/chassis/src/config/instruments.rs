//! What is told of a configuration: its generation and hash in the metrics, its changes in the log. Never a value.

use super::{Reload, Report, reload::Outcome};
use crate::metrics::{Counter, EncodeLabelSet, Family, Gauge, Metrics};

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Reloaded {
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Hash {
    hash: String,
}

/// The instruments of a process's configuration.
pub(super) struct Instruments {
    generation: Gauge,
    reloads: Family<Reloaded, Counter>,
    hash: Family<Hash, Gauge>,
}

impl Instruments {
    /// Registers them for the first generation.
    pub(super) fn new(hash: &str, metrics: &Metrics) -> Self {
        let instruments = Self {
            generation: metrics.register("config_generation", "Configurations in force so far", Gauge::default()),
            reloads: metrics.register("config_reloads", "Changes of live settings by outcome", Family::default()),
            hash: metrics.register("config_info", "Hash of every setting that is no secret", Family::default()),
        };
        for outcome in ["applied", "refused"] {
            let _ = instruments.reloads.get_or_create(&Reloaded { outcome });
        }
        instruments.advance(hash);
        instruments
    }

    /// Tells what came of a look at the sources.
    pub(super) fn tell(&self, outcome: &Outcome, reload: &Reload) {
        match outcome {
            Outcome::Same => {}
            Outcome::Applied { variables, warnings } => {
                for warning in warnings {
                    tracing::warn!(variable = warning.variable, "{warning}");
                }
                if !variables.is_empty() {
                    self.applied(variables, &reload.hash());
                }
            }
            Outcome::Refused(report) => self.refused(report),
        }
    }

    fn applied(&self, variables: &[String], hash: &str) {
        self.reloads.get_or_create(&Reloaded { outcome: "applied" }).inc();
        let generation = self.advance(hash);
        tracing::info!(variables = variables.join(","), generation, hash, "Configuration changed");
    }

    fn refused(&self, report: &Report) {
        self.reloads.get_or_create(&Reloaded { outcome: "refused" }).inc();
        let variables: Vec<_> = report.problems().iter().map(|problem| problem.variable.as_str()).collect();
        tracing::error!(variables = variables.join(","), problems = %report, "Configuration change refused");
    }

    fn advance(&self, hash: &str) -> i64 {
        self.hash.clear();
        self.hash.get_or_create(&Hash { hash: hash.to_owned() }).set(1);
        self.generation.inc() + 1
    }
}
