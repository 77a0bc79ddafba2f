//! What can go wrong in a sync.

use std::{io, path::Path, process::ExitStatus, time::Duration};

/// Why a sync failed. Messages hold no secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// git said no.
    #[error("git {command} failed ({status}): {said}")]
    Git { command: String, status: ExitStatus, said: String },
    /// git could not be run.
    #[error("cannot run {program}: {cause}")]
    Program { program: String, cause: io::Error },
    /// The remote does not have the ref. The words are git's.
    #[error("couldn't find remote ref {0}")]
    MissingRef(String),
    /// The file system said no.
    #[error("cannot {action} {path}: {cause}")]
    File { action: &'static str, path: String, cause: io::Error },
    /// Another process works in the root.
    #[error("another process holds the lock on {0}: only one may work in --root (GITSYNC_ROOT)")]
    Locked(String),
    /// It took too long.
    #[error("not done within {0:?}, which is --sync-timeout (GITSYNC_SYNC_TIMEOUT)")]
    Timeout(Duration),
    /// The gate said no.
    #[error("{commit} is refused by --publish-gate-command (GITSYNC_PUBLISH_GATE_COMMAND): {reason}")]
    Refused { commit: String, reason: String },
    /// There is no room.
    #[error("the disk of {root} is full: {because}")]
    DiskFull { root: String, because: Box<Error> },
    /// A login could not be had.
    #[error(transparent)]
    Login(#[from] crate::credentials::Error),
    /// Something is not as it has to be.
    #[error("{0}")]
    Unexpected(String),
}

impl Error {
    /// Whether the remote did not take our login, in git's words.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Git { said, .. } if said.contains("Authentication failed"))
    }

    /// Turns a failure of the file system into one that names what was done to what.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |cause| Self::File { action, path, cause }
    }
}
