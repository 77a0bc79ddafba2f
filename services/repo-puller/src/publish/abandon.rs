//! What a failed sync leaves goes at once; and on a full disk everything that is not published goes with it.

use std::fs;

use contract::Commit;

use super::{lease, trash};
use crate::{
    error::Error,
    repository::{Collection, Repository},
};

/// With less than this left, a disk is full, in bytes.
const FULL: u64 = 1 << 20;

impl Repository {
    /// Removes half-built trees. Where the disk is full, makes room: the spare tree and unpublished objects go.
    /// Returns the failure, which names the disk if that is full.
    pub(crate) async fn abandon(&self, published: &[Commit], failure: Error) -> Error {
        for entry in fs::read_dir(self.layout.trees()).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(".staged-")
                && let Some(_ours) = lease::take(&entry.path())
            {
                remove(&entry.path());
            }
        }
        if !self.is_full() {
            return failure;
        }
        tracing::warn!(root = %self.layout.root().display(), "Disk is full: what is not published is removed");
        remove(&self.layout.spare());
        trash::empty(&self.layout);
        remove(&self.layout.git().join("FETCH_HEAD"));
        for commit in published {
            if let Err(error) = self.remember(commit) {
                tracing::warn!(%error, "Published commit not remembered");
            }
        }
        // This needs no room, and makes some for what does.
        let pruned = self.git.run(self.layout.root(), &["prune", "--expire=now"]).await.map(drop);
        if let Err(error) = pruned.and(self.collect(Collection::Always, true).await) {
            tracing::warn!(%error, "Unpublished objects not removed");
        }
        Error::DiskFull { root: self.layout.root().display().to_string(), because: Box::new(failure) }
    }

    fn is_full(&self) -> bool {
        let left = rustix::fs::statvfs(self.layout.root()).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
        left.is_ok_and(|left| left < FULL)
    }
}

fn remove(path: &std::path::Path) {
    if let Err(error) = crate::repository::remove(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, path = %path.display(), "Leftover not removed");
    }
}
