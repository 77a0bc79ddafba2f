//! One attempt: a handler as River runs it, observed.

use std::{marker::PhantomData, time::Instant};

use contract::jobs::Job;
use riverqueue::{JobRow, WorkCancelled, WorkContext, WorkOutcome, Worker, WorkerTimeout};
use tracing::Instrument as _;

use crate::{
    Attempt, Failure, Handler,
    handler::Chain,
    instruments::{Instruments, Outcome},
    payload::Payload,
    queue::TRACEPARENT,
};

/// Where a job's metadata keeps why its handler gave it up.
const PROBLEM: &str = "problem";

/// What River is told of an attempt that failed.
type Refusal = Box<dyn std::error::Error + Send + Sync>;

/// A handler of kind `J`, for River.
pub(crate) struct Runner<J, H> {
    pub(crate) handler: H,
    pub(crate) instruments: Instruments,
    pub(crate) kind: PhantomData<fn() -> J>,
}

impl<J: Job, H: Handler<J>> Worker<Payload<J>> for Runner<J, H> {
    type Error = Refusal;

    fn timeout(&self, _: &riverqueue::Job<Payload<J>>) -> WorkerTimeout {
        WorkerTimeout::After(H::TIMEOUT)
    }

    async fn work(&self, context: WorkContext, job: riverqueue::Job<Payload<J>>) -> Result<WorkOutcome, Refusal> {
        let attempt = attempt_of(&job.row);
        let traceparent: Option<String> = job.row.metadata.get(TRACEPARENT).ok().flatten();
        let span = chassis::telemetry::linked(traceparent.as_deref(), || {
            tracing::info_span!("job", otel.name = J::KIND, otel.kind = "consumer", job.id = attempt.id)
        });
        let observed = self.instruments.begin(J::KIND, &job.row);
        let began = Instant::now();
        let stopped = context.cancellation_token().clone();
        let result = async {
            let payload = job.args.read().map_err(|error| Failure::GiveUp(Box::new(error)))?;
            tokio::select! {
                biased;
                result = self.handler.work(payload, attempt) => result.map(|()| true),
                () = stopped.cancelled() => Ok(false),
            }
        };
        let result = result.instrument(span.clone()).await;
        let _entered = span.entered();
        let about = About { kind: J::KIND, attempt, began };
        match result {
            Ok(true) => {
                observed.end(Outcome::Done);
                about.done();
                Ok(WorkOutcome::Complete)
            }
            // At the end of the process this refunds the attempt; when its time is up it counts.
            Ok(false) => {
                observed.end(Outcome::HandedBack);
                about.handed_back();
                Err(Box::new(WorkCancelled))
            }
            Err(Failure::Snooze(pause)) => {
                observed.end(Outcome::Snoozed);
                Ok(WorkOutcome::Snooze(pause))
            }
            Err(Failure::Retry(error)) => {
                observed.end(Outcome::Failed);
                about.failed(&*error, attempt.is_last());
                Err(error)
            }
            Err(Failure::GiveUp(error)) => {
                observed.end(Outcome::Discarded);
                about.failed(&*error, true);
                context.metadata_set(PROBLEM, Chain(&*error).to_string())?;
                Ok(WorkOutcome::Discard)
            }
        }
    }
}

fn attempt_of(row: &JobRow) -> Attempt {
    Attempt { id: row.id, number: row.attempt.unsigned_abs(), most: row.max_attempts.unsigned_abs() }
}

/// What a log line tells of an attempt.
struct About {
    kind: &'static str,
    attempt: Attempt,
    began: Instant,
}

impl About {
    fn duration_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn done(&self) {
        let Attempt { id, number, .. } = self.attempt;
        tracing::info!(job = id, kind = self.kind, attempt = number, duration_ms = self.duration_ms(), "Job done");
    }

    fn handed_back(&self) {
        let Attempt { id, number, .. } = self.attempt;
        tracing::info!(
            job = id,
            kind = self.kind,
            attempt = number,
            duration_ms = self.duration_ms(),
            "Job broken off"
        );
    }

    fn failed(&self, error: &(dyn std::error::Error + 'static), is_last: bool) {
        let Attempt { id, number, .. } = self.attempt;
        let (kind, error) = (self.kind, Chain(error));
        if is_last {
            tracing::error!(job = id, kind, attempt = number, %error, "Job given up");
        } else {
            tracing::warn!(job = id, kind, attempt = number, %error, "Job failed");
        }
    }
}
