//! One hook: the newest commit wins, a failure is tried again, a success is not repeated.

use std::time::Duration;

use chassis::lifecycle::{Shutdown, Tasks};
use contract::Commit;
use tokio::sync::watch;

use super::{Program, Request};
use crate::instruments::Instruments;

/// What a hook does.
#[derive(Clone)]
pub(crate) enum Action {
    /// Runs a program.
    Program(Program),
    /// Asks a URL.
    Request(Request),
}

impl Action {
    async fn run(&self, commit: &Commit) -> Result<(), String> {
        match self {
            Self::Program(program) => program.run(commit).await,
            Self::Request(request) => request.run(commit).await,
        }
    }
}

/// A hook that runs beside the loop.
pub(crate) struct Hook {
    name: &'static str,
    wanted: watch::Sender<Option<Commit>>,
    /// The last commit that was tried, and whether it worked.
    tried: watch::Receiver<Option<(Commit, bool)>>,
}

impl Hook {
    /// Starts the task. It ends at `shutdown`, with what it runs. A failure is tried again after `backoff`, or never if
    /// there is none.
    pub(crate) fn start(
        name: &'static str,
        action: Action,
        backoff: Option<Duration>,
        instruments: Instruments,
        tasks: &Tasks,
        shutdown: &Shutdown,
    ) -> Self {
        let (wanted, commits) = watch::channel(None);
        let (tell, tried) = watch::channel(None);
        let runner = Runner { name, action, backoff, instruments, commits, tell };
        let shutdown = shutdown.clone();
        tasks.spawn_finite(async move {
            tokio::select! {
                () = runner.run() => {}
                () = shutdown.requested() => {}
            }
        });
        Self { name, wanted, tried }
    }

    /// The hook's name, as in metrics.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Asks for a commit. One that is asked for again is run again only if another was asked for in between.
    pub(crate) fn want(&self, commit: &Commit) {
        self.wanted.send_replace(Some(commit.clone()));
    }

    /// Waits until what was asked for was tried once. True if it worked, or nothing was asked for.
    pub(crate) async fn tried(&self) -> bool {
        let Some(commit) = self.wanted.borrow().clone() else { return true };
        let mut tried = self.tried.clone();
        let done = tried.wait_for(|last| last.as_ref().is_some_and(|(tried, _)| *tried == commit)).await;
        done.is_ok_and(|last| last.as_ref().is_some_and(|(_, worked)| *worked))
    }
}

struct Runner {
    name: &'static str,
    action: Action,
    backoff: Option<Duration>,
    instruments: Instruments,
    commits: watch::Receiver<Option<Commit>>,
    tell: watch::Sender<Option<(Commit, bool)>>,
}

impl Runner {
    async fn run(mut self) {
        while let Some(commit) = self.next().await {
            while !self.attempt(&commit).await {
                let Some(backoff) = self.backoff else { return };
                tokio::select! {
                    () = tokio::time::sleep(backoff) => {}
                    asked = self.commits.changed() => match asked {
                        Ok(()) => {
                            self.commits.mark_changed();
                            break;
                        }
                        Err(_) => return,
                    }
                }
            }
        }
    }

    /// The newest commit that was asked for, once there is a new one.
    async fn next(&mut self) -> Option<Commit> {
        self.commits.changed().await.ok()?;
        self.commits.borrow_and_update().clone()
    }

    async fn attempt(&self, commit: &Commit) -> bool {
        let outcome = self.action.run(commit).await;
        self.instruments.hook(self.name, outcome.is_ok());
        match &outcome {
            Ok(()) => tracing::info!(hook = self.name, commit = commit.as_str(), "Hook worked"),
            Err(error) => tracing::warn!(hook = self.name, commit = commit.as_str(), error, "Hook failed"),
        }
        self.tell.send_replace(Some((commit.clone(), outcome.is_ok())));
        outcome.is_ok()
    }
}
