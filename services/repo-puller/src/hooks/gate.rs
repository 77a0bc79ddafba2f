//! A program that has the last word: it looks at a finished tree, and where it fails, the tree before stays published.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use contract::Commit;

use super::Program;
use crate::instruments::Instruments;

/// The name in metrics.
const NAME: &str = "publish-gate";

/// The gate of one ref.
pub(crate) struct Gate {
    pub(crate) program: Program,
    /// How long a commit that was refused stays so without being asked for again.
    pub(crate) backoff: Duration,
    pub(crate) instruments: Instruments,
    pub(crate) refused: Mutex<Option<Refusal>>,
}

/// A commit that was not let through.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    commit: Commit,
    at: Instant,
    reason: String,
}

impl Gate {
    /// Asks for a commit whose tree is finished. It takes as long as the program does.
    ///
    /// # Errors
    /// Why it is refused.
    pub(crate) async fn ask(&self, commit: &Commit) -> Result<(), String> {
        let outcome = self.program.run(commit).await;
        self.instruments.hook(NAME, outcome.is_ok());
        let refusal = |reason: &String| Refusal { commit: commit.clone(), at: Instant::now(), reason: reason.clone() };
        *self.refused() = outcome.as_ref().err().map(refusal);
        outcome
    }

    /// Whether a commit was refused a short while ago: then there is nothing to be done about it yet.
    pub(crate) fn refuses(&self, commit: &Commit) -> bool {
        self.refused().as_ref().is_some_and(|last| last.commit == *commit && last.at.elapsed() < self.backoff)
    }

    /// What is refused, and why.
    pub(crate) fn refusal(&self) -> Option<String> {
        self.refused().as_ref().map(|Refusal { commit, reason, .. }| format!("{commit} is refused: {reason}"))
    }

    /// The remote has what is published: nothing is refused any more.
    pub(crate) fn forget(&self) {
        *self.refused() = None;
    }

    fn refused(&self) -> MutexGuard<'_, Option<Refusal>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
