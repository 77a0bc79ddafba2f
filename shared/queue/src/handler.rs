//! What the worker's side of a job is: a handler for its kind, an attempt, and how an attempt fails.

use std::{error::Error, fmt, future::Future, time::Duration};

use contract::jobs::Job;

/// Does the jobs of one kind.
///
/// A job is done at least once: it runs again when its worker died, so a handler's effects are such that twice is once.
/// A handler whose time is up, or whose process ends, is dropped where it waits: its transaction is rolled back with it.
pub trait Handler<J: Job>: Send + Sync + 'static {
    /// How long an attempt may take before it is broken off and counts as failed.
    const TIMEOUT: Duration = Duration::from_secs(30);

    /// Does one job.
    fn work(&self, job: J, attempt: Attempt) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// One attempt at a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The job's number.
    pub id: i64,
    /// Which attempt it is, from 1. One that was snoozed or handed back does not count.
    pub number: u32,
    /// How many there may be.
    pub most: u32,
}

impl Attempt {
    /// Whether the job is given up when this attempt fails.
    pub fn is_last(&self) -> bool {
        self.number >= self.most
    }
}

/// Why an attempt did not do its job. Any error is a reason to try again: `?` says [`Failure::Retry`].
#[derive(Debug)]
pub enum Failure {
    /// It may go better later: again after a pause that grows with every attempt, until none is left.
    Retry(Box<dyn Error + Send + Sync>),
    /// It will not go better: the job is discarded at once.
    GiveUp(Box<dyn Error + Send + Sync>),
    /// Something outside has to happen first: again after this time, at no charge.
    Snooze(Duration),
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Retry(Box::new(error))
    }
}

/// An error with what is behind it, in one line.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(out, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
