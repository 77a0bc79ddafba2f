//! What is counted: git-sync's metrics under their names, and what its users miss.

use std::{sync::atomic::AtomicU64, time::Duration};

use chassis::{
    clock,
    metrics::{Counter, Family, Gauge, Histogram, Metrics},
};
use contract::Commit;

type Labels = Vec<(&'static str, &'static str)>;

/// Bounds in seconds for a sync.
const SECONDS: [f64; 12] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0];

/// How a sync went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Success,
    Noop,
    Error,
}

/// The instruments. Clones share them.
#[derive(Clone)]
pub(crate) struct Instruments {
    durations: Family<Labels, Histogram>,
    syncs: Family<Labels, Counter>,
    updates: Counter,
    hooks: Family<Labels, Counter>,
    askpass: Family<Labels, Gauge>,
    github_app: Family<Labels, Gauge>,
    last_success: Gauge<f64, AtomicU64>,
    failures: Gauge,
    current: Family<Vec<(&'static str, String)>, Gauge>,
}

impl Instruments {
    /// Registers everything.
    pub(crate) fn new(metrics: &Metrics) -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(SECONDS);
        Self {
            durations: metrics.register(
                "git_sync_duration_seconds",
                "Time that syncs took",
                Family::new_with_constructor(histogram),
            ),
            syncs: metrics.register("git_sync_count", "Syncs by outcome", Family::default()),
            updates: metrics.register("git_fetch_count", "Updates that were published", Counter::default()),
            hooks: metrics.register("git_sync_hook_run_count", "Runs of hooks by outcome", Family::default()),
            // git-sync's names for these two counters have no `_total`: a gauge is told by its bare name.
            askpass: metrics.register(
                "git_sync_askpass_calls",
                "Calls of the askpass URL by outcome",
                Family::default(),
            ),
            github_app: metrics.register(
                "git_sync_refresh_github_app_token_count",
                "Tokens asked of GitHub by outcome",
                Family::default(),
            ),
            last_success: metrics.register(
                "git_sync_last_success_timestamp_seconds",
                "When the last sync succeeded, in seconds since 1970",
                Gauge::default(),
            ),
            failures: metrics.register("git_sync_consecutive_failures", "Syncs that failed in a row", Gauge::default()),
            current: metrics.register(
                "git_sync_current_hash_info",
                "The published commit of each ref",
                Family::default(),
            ),
        }
    }

    /// A sync has ended.
    pub(crate) fn synced(&self, status: Status, took: Duration, failures: u64) {
        let label = match status {
            Status::Success => "success",
            Status::Noop => "noop",
            Status::Error => "error",
        };
        self.durations.get_or_create(&vec![("status", label)]).observe(took.as_secs_f64());
        self.syncs.get_or_create(&vec![("status", label)]).inc();
        self.failures.set(i64::try_from(failures).unwrap_or(i64::MAX));
        if status != Status::Error {
            self.last_success.set(clock::now().as_duration().as_secs_f64());
        }
    }

    /// A commit was published.
    pub(crate) fn updated(&self) {
        self.updates.inc();
    }

    /// What is published now.
    pub(crate) fn published(&self, refs: &[(String, Commit)]) {
        self.current.clear();
        for (name, commit) in refs {
            self.current.get_or_create(&vec![("ref", name.clone()), ("hash", commit.to_string())]).set(1);
        }
    }

    /// A hook has run.
    pub(crate) fn hook(&self, name: &'static str, worked: bool) {
        self.hooks.get_or_create(&vec![("name", name), ("status", outcome(worked))]).inc();
    }

    /// The askpass URL was called.
    pub(crate) fn askpass(&self, worked: bool) {
        self.askpass.get_or_create(&vec![("status", outcome(worked))]).inc();
    }

    /// GitHub was asked for a token.
    pub(crate) fn github_app(&self, worked: bool) {
        self.github_app.get_or_create(&vec![("status", outcome(worked))]).inc();
    }
}

fn outcome(worked: bool) -> &'static str {
    if worked { "success" } else { "error" }
}
