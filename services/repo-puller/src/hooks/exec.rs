//! A program that is run in the tree of a commit.

use std::{path::Path, process::Stdio, time::Duration};

use contract::Commit;
use tokio::process::Command;

use crate::{
    child,
    git::{Git, Group},
    redact::Redactor,
    repository::Layout,
};

/// The program, and how long it may take.
#[derive(Clone)]
pub(crate) struct Program {
    pub(crate) path: String,
    pub(crate) timeout: Duration,
    pub(crate) git: Git,
    pub(crate) layout: Layout,
    pub(crate) redactor: Redactor,
}

impl Program {
    /// Runs it once.
    pub(super) async fn run(&self, commit: &Commit) -> Result<(), String> {
        let running = self.start(commit);
        match tokio::time::timeout(self.timeout, running).await {
            Ok(outcome) => outcome.map_err(|reason| self.redactor.clean(&reason)),
            Err(_) => Err(format!("{} did not end within {:?}", self.path, self.timeout)),
        }
    }

    async fn start(&self, commit: &Commit) -> Result<(), String> {
        let mut command = Command::from(child::command(Path::new(&self.path)));
        command.current_dir(self.layout.tree(commit)).env("GITSYNC_HASH", commit.as_str());
        command.envs(self.git.ways());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| format!("cannot run {}: {error}", self.path))?;
        let mut group = Group::of(&child);
        let output = child.wait_with_output().await.map_err(|error| format!("lost {}: {error}", self.path))?;
        group.release();
        let said = |bytes: &[u8]| self.redactor.clean(String::from_utf8_lossy(bytes).trim());
        let (out, err) = (said(&output.stdout), said(&output.stderr));
        tracing::debug!(program = self.path, stdout = out, stderr = err, "Program ran");
        if output.status.success() { Ok(()) } else { Err(format!("{} failed ({}): {err}", self.path, output.status)) }
    }
}
