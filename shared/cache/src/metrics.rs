//! What is counted: where answers came from, what Redis refused, whether it is used.

use chassis::metrics::{Counter, EncodeLabelSet, Family, Gauge, Metrics};

/// Where an answer came from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tier {
    Memory,
    Redis,
    None,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct FromTier {
    tier: &'static str,
}

/// The instruments. Clones share them.
#[derive(Clone)]
pub(crate) struct Instruments {
    answers: Family<FromTier, Counter>,
    errors: Counter,
    usable: Gauge,
}

impl Instruments {
    pub(crate) fn register(metrics: &Metrics) -> Self {
        Self {
            answers: metrics.register("cache_answers", "Answers by where they came from", Family::default()),
            errors: metrics.register("redis_errors", "Commands that Redis did not answer", Counter::default()),
            usable: metrics.register("redis_usable", "Whether Redis is used: 0 while it is away", Gauge::default()),
        }
    }

    pub(crate) fn answered(&self, tier: Tier) {
        let tier = match tier {
            Tier::Memory => "memory",
            Tier::Redis => "redis",
            Tier::None => "none",
        };
        self.answers.get_or_create(&FromTier { tier }).inc();
    }

    pub(crate) fn failed(&self) {
        self.errors.inc();
    }

    pub(crate) fn is_usable(&self, usable: bool) {
        self.usable.set(i64::from(usable));
    }
}
