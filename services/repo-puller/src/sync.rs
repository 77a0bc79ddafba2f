//! The loop: look at the remote, fetch what is new, publish it, tell of it, wait.

mod followed;
mod login;
mod pace;
mod progress;
mod round;
mod tips;
mod wake;

pub(crate) use followed::Followed;
pub(crate) use progress::{Follower, Teller, progress};
pub(crate) use wake::Wake;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use chassis::{health::Check, lifecycle::Shutdown, lifecycle::Tasks};
use contract::Commit;
use tokio::sync::watch;

use crate::{
    announce::Looked,
    credentials::Credentials,
    endpoint::Synced,
    error::Error,
    instruments::{Instruments, Status},
    publish,
    redact::Redactor,
    remote::Remote,
    report::{self, ErrorFile},
    repository::{Collection, Repository},
    settings::Pace,
};
use pace::Waiting;

/// How long whoever waits for the touch file waits for a quick hook too.
const QUICK: Duration = Duration::from_millis(100);

/// Everything that the loop works with.
pub(crate) struct Puller {
    pub(crate) repository: Repository,
    pub(crate) credentials: Credentials,
    /// The way to look without git, where there is one.
    pub(crate) remote: Option<Remote>,
    pub(crate) redactor: Redactor,
    pub(crate) followed: Vec<Followed>,
    pub(crate) contents: publish::Contents,
    pub(crate) pace: Pace,
    pub(crate) stale_timeout: Duration,
    pub(crate) collection: Collection,
    pub(crate) mode: publish::Mode,
    pub(crate) looked: watch::Sender<Looked>,
    pub(crate) progress: Teller,
    pub(crate) touch_file: Option<std::path::PathBuf>,
    pub(crate) error_file: ErrorFile,
    pub(crate) instruments: Instruments,
    pub(crate) check: Check,
    pub(crate) synced: Synced,
    pub(crate) wake: Wake,
    pub(crate) tasks: Tasks,
    pub(crate) shutdown: Shutdown,
}

impl Puller {
    /// Works until a shutdown is requested, or once. Says how the process is to end.
    pub(crate) async fn run(mut self) -> ExitCode {
        let shutdown = self.shutdown.clone();
        let code = tokio::select! {
            code = self.work() => Some(code),
            () = shutdown.requested() => None,
        };
        self.empty_trash().await;
        // Asked to end before it has done what it was to do once: that is no success.
        code.unwrap_or(if self.pace.once { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    async fn work(&mut self) -> ExitCode {
        let (mut waiting, mut failures) = (Waiting::new(&self.pace), 0);
        let mut is_first = true;
        loop {
            let began = Instant::now();
            self.progress.begin();
            match self.sync(is_first).await {
                Ok(changed) => {
                    failures = 0;
                    self.succeed(changed || is_first, began.elapsed()).await;
                    self.collect(changed || is_first).await;
                    is_first = false;
                    if self.pace.once {
                        return self.finish().await;
                    }
                    if self.followed.iter().all(Followed::is_fixed) {
                        tracing::info!("Nothing can change any more: the refs are commits");
                        self.progress.rest();
                        std::future::pending::<()>().await;
                    }
                }
                Err(error) => {
                    failures += 1;
                    if self.fail(&error, failures, is_first, began.elapsed()) {
                        return ExitCode::FAILURE;
                    }
                }
            }
            self.wake.wait(waiting.after(failures, is_first)).await;
        }
    }

    /// One sync within its time. True if something was published.
    async fn sync(&mut self, is_first: bool) -> Result<bool, Error> {
        let limit = self.pace.timeout;
        let outcome = tokio::time::timeout(limit, self.round(is_first)).await.unwrap_or(Err(Error::Timeout(limit)));
        match outcome {
            Ok(changed) => Ok(changed),
            Err(failure) => {
                self.repository.doubt();
                if failure.is_refusal() {
                    self.credentials.doubt();
                }
                let published: Vec<_> = self.published().into_iter().map(|(_, commit)| commit).collect();
                Err(self.repository.abandon(&published, failure).await)
            }
        }
    }

    async fn succeed(&mut self, changed: bool, took: Duration) {
        let published: Vec<(String, Commit)> = self.published();
        let shown: Vec<_> = published.iter().map(|(name, commit)| format!("{name} {commit}")).collect();
        let refused: Vec<_> = self.followed.iter().filter_map(Followed::refusal).collect();
        self.check.pass(shown.iter().chain(&refused).cloned().collect::<Vec<_>>().join(", "));
        self.synced.set();
        if refused.is_empty() {
            self.error_file.remove();
            self.progress.end(Ok(published.clone()));
        } else {
            self.error_file.write("refused by the gate", &refused.join("; "));
            self.progress.end(Err(refused.join("; ")));
        }
        let status = if changed { Status::Success } else { Status::Noop };
        self.instruments.synced(status, took, 0);
        self.looked.send_modify(|looked| *looked = Looked { number: looked.number + 1, published: published.clone() });
        if !changed {
            return;
        }
        self.instruments.published(&published);
        if let Some(path) = &self.touch_file {
            let hooks = async {
                for hook in self.followed.iter().flat_map(|followed| &followed.after) {
                    hook.tried().await;
                }
            };
            let _ = tokio::time::timeout(QUICK, hooks).await;
            if let Err(error) = report::touch(path) {
                tracing::warn!(%error, "Touch file not touched");
            }
        }
    }

    /// Tells of a failure. True if it was one too many.
    fn fail(&self, error: &Error, failures: u64, is_first: bool, took: Duration) -> bool {
        let text = self.redactor.clean(&error.to_string());
        let limit = if is_first { self.pace.init_max_failures } else { self.pace.max_failures };
        let is_over = limit.is_some_and(|limit| failures >= limit);
        if is_over {
            tracing::error!(error = text, failures, "Sync failed");
            tracing::error!(failures, "Too many failures: giving up");
        } else {
            tracing::warn!(error = text, failures, "Sync failed");
        }
        if is_first {
            self.check.fail(&text);
        }
        self.error_file.write("sync failed", &text);
        self.progress.end(Err(text));
        self.instruments.synced(Status::Error, took, failures);
        is_over
    }

    async fn collect(&mut self, changed: bool) {
        if changed && let Err(error) = self.repository.collect(self.collection, self.pace.once).await {
            tracing::warn!(%error, "Garbage not collected");
        }
    }

    /// Ends a run that was to sync once: every hook was tried.
    async fn finish(&self) -> ExitCode {
        let mut worked = true;
        for hook in self.followed.iter().flat_map(Followed::hooks) {
            if !hook.tried().await {
                tracing::error!(hook = hook.name(), "Hook did not work");
                worked = false;
            }
        }
        if worked { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// Removes what was moved out of the way.
    async fn empty_trash(&self) {
        let layout = self.repository.layout.clone();
        let _ = self.tasks.spawn_blocking(move || publish::empty_trash(&layout)).await;
    }
}
