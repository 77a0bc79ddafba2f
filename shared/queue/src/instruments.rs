//! What `/metrics` tells of jobs.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chassis::metrics::{Counter, Family, Gauge, Histogram, Metrics};
use riverqueue::{BoxError, Hook, JobRow, Metric};

use crate::river::Depth;

/// Bounds in seconds, from a job that finds nothing to do to one that runs into its limit.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0, 120.0];

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    Done,
    Failed,
    Discarded,
    Snoozed,
    HandedBack,
    Panicked,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Discarded => "discarded",
            Self::Snoozed => "snoozed",
            Self::HandedBack => "handed_back",
            Self::Panicked => "panicked",
        }
    }
}

/// Labels with their values.
type Labels<const N: usize, V = &'static str> = [(&'static str, V); N];

/// The instruments of a worker. Clones share them.
#[derive(Clone)]
pub(crate) struct Instruments {
    attempts: Family<Labels<2>, Histogram>,
    waits: Family<Labels<1>, Histogram>,
    depth: Family<Labels<2, String>, Gauge>,
    oldest: Gauge<f64, AtomicU64>,
    rescued: Counter,
    running: Gauge,
    claims: Arc<Claims>,
}

/// When the worker last asked for jobs, and how many it has in hand.
struct Claims {
    last: Mutex<Option<Instant>>,
    running: AtomicUsize,
}

impl Instruments {
    pub(crate) fn new(metrics: &Metrics) -> Self {
        let histogram = || Histogram::new(SECONDS);
        Self {
            attempts: metrics.register(
                "queue_attempt_seconds",
                "Time of an attempt at a job, by how it ended",
                Family::new_with_constructor(histogram as fn() -> Histogram),
            ),
            waits: metrics.register(
                "queue_wait_seconds",
                "Time from when a job might have started to when it did",
                Family::new_with_constructor(histogram as fn() -> Histogram),
            ),
            depth: metrics.register("queue_jobs", "Jobs that are not done, in the whole queue", Family::default()),
            oldest: metrics.register(
                "queue_oldest_seconds",
                "For how long the job that waits longest might have started",
                Gauge::default(),
            ),
            rescued: metrics.register(
                "queue_rescued",
                "Jobs that were taken from workers that died",
                Counter::default(),
            ),
            running: metrics.register("queue_running", "Jobs that this worker is at", Gauge::default()),
            claims: Arc::new(Claims { last: Mutex::new(None), running: AtomicUsize::new(0) }),
        }
    }

    /// Notes that an attempt begins. Unless it is told otherwise, it ended in a panic.
    pub(crate) fn begin(&self, kind: &'static str, row: &JobRow) -> Observed {
        let wait = row.attempted_at.map(|began| began.duration_since(row.scheduled_at));
        if let Some(wait) = wait.and_then(|wait| Duration::try_from(wait).ok()) {
            self.waits.get_or_create(&[("kind", kind)]).observe(wait.as_secs_f64());
        }
        self.running.inc();
        self.claims.running.fetch_add(1, Ordering::Relaxed);
        Observed { instruments: self.clone(), kind, began: Instant::now(), outcome: Outcome::Panicked }
    }

    pub(crate) fn note_rescued(&self, jobs: u64) {
        self.rescued.inc_by(jobs);
    }

    /// How the whole queue stands. What is not named any more has no jobs.
    pub(crate) fn note_depth(&self, depth: Vec<Depth>) {
        let oldest = depth.iter().filter_map(|depth| depth.oldest_seconds).fold(0.0, f64::max);
        self.oldest.set(oldest);
        self.depth.clear();
        for Depth { kind, state, count, .. } in depth {
            self.depth.get_or_create(&[("kind", kind), ("state", state)]).set(count);
        }
    }

    /// Whether the worker asked for jobs within `period`, or has no hand free for one.
    pub(crate) fn is_claiming(&self, period: Duration, slots: usize) -> bool {
        let last = *self.claims.last.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = last.is_some_and(|last| last.elapsed() < period);
        asked || self.claims.running.load(Ordering::Relaxed) >= slots
    }
}

impl Hook for Instruments {
    async fn metric_emit(&self, metric: Metric) -> Result<(), BoxError> {
        if let Metric::JobGetAvailableDuration(_) = metric {
            *self.claims.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        Ok(())
    }
}

/// An attempt under way.
pub(crate) struct Observed {
    instruments: Instruments,
    kind: &'static str,
    began: Instant,
    outcome: Outcome,
}

impl Observed {
    pub(crate) fn end(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        let ended = [("kind", self.kind), ("outcome", self.outcome.name())];
        self.instruments.attempts.get_or_create(&ended).observe(self.began.elapsed().as_secs_f64());
        self.instruments.running.dec();
        self.instruments.claims.running.fetch_sub(1, Ordering::Relaxed);
    }
}
