//! Trees that no link points to any more: they go when they are old enough and nobody reads them.

use std::{
    fs, io,
    path::Path,
    time::{Duration, UNIX_EPOCH},
};

use chassis::clock;
use contract::Commit;

use super::{lease, trash, tree};
use crate::{error::Error, repository::Repository};

impl Repository {
    /// Moves every tree away that is not `published`, has been stale for `timeout`, and is not read; and whatever else is
    /// there that is no tree.
    pub(crate) fn sweep(&self, published: &[Commit], timeout: Duration) -> Result<(), Error> {
        let trees = self.layout.trees();
        let entries = match fs::read_dir(&trees) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(Error::file("list", &trees))?,
        };
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            match name.parse::<Commit>() {
                Ok(commit) if published.contains(&commit) => {}
                Ok(commit) if path.is_dir() => {
                    if age(&path) >= timeout {
                        self.retire(&path, &commit)?;
                    }
                }
                _ => self.dispose(&path)?,
            }
        }
        self.strike_lost(published)
    }

    /// Keeps a tree as the spare, or moves it away; neither if somebody reads it.
    fn retire(&self, path: &Path, commit: &Commit) -> Result<(), Error> {
        let Some(_ours) = lease::take(path) else { return Ok(()) };
        if !self.keep_as_spare(path, commit)? {
            trash::discard(&self.layout, path)?;
            tree::strike(&self.layout, commit).map_err(Error::file("remove", &self.layout.record(commit)))?;
        }
        tracing::debug!(commit = commit.as_str(), "Stale tree retired");
        Ok(())
    }

    /// Moves something away, unless somebody reads it.
    fn dispose(&self, path: &Path) -> Result<(), Error> {
        match lease::take(path) {
            Some(_ours) => trash::discard(&self.layout, path),
            None => Ok(()),
        }
    }

    /// Removes what git knows of trees that are not there.
    fn strike_lost(&self, published: &[Commit]) -> Result<(), Error> {
        for entry in fs::read_dir(self.layout.git().join("worktrees")).into_iter().flatten().flatten() {
            let Ok(commit) = entry.file_name().to_string_lossy().parse::<Commit>() else { continue };
            if !published.contains(&commit) && !self.layout.tree(&commit).exists() {
                tree::strike(&self.layout, &commit).map_err(Error::file("remove", &entry.path()))?;
            }
        }
        Ok(())
    }
}

/// How long ago a tree was put aside. Where the clock has jumped back: not at all.
fn age(path: &Path) -> Duration {
    let modified = fs::symlink_metadata(path).and_then(|data| data.modified()).ok();
    let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let now = Duration::try_from(clock::now().as_duration()).unwrap_or_default();
    now.saturating_sub(modified)
}

/// Starts a tree's time as a stale one.
pub(crate) fn begin(tree: &Path) {
    if let Ok(directory) = fs::File::open(tree) {
        let _ = crate::report::renew(&directory);
    }
}
