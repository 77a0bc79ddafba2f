//! One run of git: in a process group of its own that ends with whoever waits for it, heard, and cleaned of secrets.

use std::{
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    process::Command,
};

use super::Group;
use crate::{child, error::Error, redact::Redactor};

/// How long to listen to a git that has ended: what it left running may hold its output open.
const LISTEN: Duration = Duration::from_millis(200);
/// Variables that would point git somewhere else.
const CLEARED: [&str; 5] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"];
/// How much of a complaint is kept, in bytes.
const COMPLAINT: usize = 2000;

/// The git program with its environment. Clones share it.
#[derive(Clone)]
pub(crate) struct Git {
    program: Arc<PathBuf>,
    environment: Arc<Vec<(String, String)>>,
    redactor: Redactor,
}

impl Git {
    /// The program at `program`, with the configuration in the file `configuration` and no other.
    pub(crate) fn new(program: &str, configuration: &Path, redactor: Redactor) -> Self {
        let environment = [
            ("GIT_CONFIG_GLOBAL", configuration.to_string_lossy().into_owned()),
            ("GIT_CONFIG_NOSYSTEM", "true".to_owned()),
            ("GIT_TERMINAL_PROMPT", "0".to_owned()),
            ("GIT_DEFAULT_REF_FORMAT", "files".to_owned()),
            // Complaints are read by people and by tests: in one language.
            ("LC_ALL", "C".to_owned()),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value)).to_vec();
        Self { program: Arc::new(program.into()), environment: Arc::new(environment), redactor }
    }

    /// The same with one more variable.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: String) -> Self {
        Arc::make_mut(&mut self.environment).push((name.to_owned(), value));
        self
    }

    /// The variables with which any other git finds the configuration, the logins and the ssh that this one has.
    pub(crate) fn ways(&self) -> impl Iterator<Item = (&str, &str)> {
        let variables = self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        variables.filter(|(name, _)| matches!(*name, "GIT_CONFIG_GLOBAL" | "GIT_CONFIG_NOSYSTEM" | "GIT_SSH_COMMAND"))
    }

    /// Runs git in `folder` and returns what it wrote.
    pub(crate) async fn run(&self, folder: &Path, arguments: &[&str]) -> Result<String, Error> {
        let began = Instant::now();
        let outcome = self.spawn(folder, arguments).await;
        let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let shown = self.redactor.clean(&arguments.join(" "));
        let (status, out, err) = outcome.map_err(|cause| Error::Program { program: self.name(), cause })?;
        tracing::debug!(command = shown, status = %status, duration_ms, "Git ran");
        if status.success() {
            return Ok(String::from_utf8_lossy(&out).into_owned());
        }
        let command = arguments.iter().find(|word| !word.starts_with('-')).copied().unwrap_or_default().to_owned();
        Err(Error::Git { command, status, said: self.complaint(&err) })
    }

    fn name(&self) -> String {
        self.program.display().to_string()
    }

    async fn spawn(&self, folder: &Path, arguments: &[&str]) -> std::io::Result<(ExitStatus, Vec<u8>, Vec<u8>)> {
        let mut command = Command::from(child::command(&self.program));
        for name in CLEARED {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(folder).envs(self.environment.iter().cloned());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let mut group = Group::of(&child);
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let listening = async { tokio::join!(all(out), all(err)) };
        tokio::pin!(listening);
        let (status, (out, err)) = tokio::select! {
            said = &mut listening => (child.wait().await?, said),
            status = child.wait() => (status?, tokio::time::timeout(LISTEN, listening).await.unwrap_or_default()),
        };
        group.release();
        Ok((status, out, err))
    }

    /// What git said when it failed, on one line, without secrets.
    fn complaint(&self, said: &[u8]) -> String {
        let said = String::from_utf8_lossy(&said[said.len().saturating_sub(COMPLAINT)..]).into_owned();
        let lines: Vec<_> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        self.redactor.clean(&lines.join("; "))
    }
}

/// Everything that comes, until the end.
async fn all(from: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut from) = from {
        let _ = from.read_to_end(&mut bytes).await;
    }
    bytes
}
