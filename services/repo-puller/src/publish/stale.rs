//! Trees that no link points to any more: they go when they are old enough and nobody reads them.

use std::{
    collections::HashMap,
    fs, io,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, UNIX_EPOCH},
};

use chassis::clock;
use contract::Commit;

use super::{lease, trash, tree};
use crate::{error::Error, repository::Repository};

/// How long each tree has been stale, by the clock that never jumps: a machine's time may be set while we run, and the
/// times of files are another machine's where the root is mounted from there.
#[derive(Default)]
pub(crate) struct Ages(Mutex<HashMap<Commit, (Instant, Duration)>>);

impl Ages {
    /// How long a tree has been stale. When it is first seen, that is what its own time says; from then on we count.
    fn of(&self, commit: &Commit, now: Instant, at_first: impl FnOnce() -> Duration) -> Duration {
        let (since, age) = *self.all().entry(commit.clone()).or_insert_with(|| (now, at_first()));
        age + now.saturating_duration_since(since)
    }

    /// It is stale from now on.
    fn begin(&self, commit: &Commit, now: Instant) {
        self.all().insert(commit.clone(), (now, Duration::ZERO));
    }

    /// It is published, or gone.
    fn forget(&self, commit: &Commit) {
        self.all().remove(commit);
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Commit, (Instant, Duration)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
                Ok(commit) if published.contains(&commit) => self.ages.forget(&commit),
                Ok(commit) if path.is_dir() => {
                    if self.ages.of(&commit, Instant::now(), || age(&path)) >= timeout {
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
        self.ages.forget(commit);
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

    /// Starts a tree's time as a stale one: here, and on the disk for whoever comes after us.
    pub(crate) fn begin_staleness(&self, commit: &Commit) {
        self.ages.begin(commit, Instant::now());
        if let Ok(directory) = fs::File::open(self.layout.tree(commit)) {
            let _ = crate::report::renew(&directory);
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

/// How long ago a tree was put aside, as its own time says. Where that is still to come: not at all.
fn age(path: &Path) -> Duration {
    let modified = fs::symlink_metadata(path).and_then(|data| data.modified()).ok();
    let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let now = Duration::try_from(clock::now().as_duration()).unwrap_or_default();
    now.saturating_sub(modified)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_ages_by_our_clock_once_it_was_seen() {
        let (ages, commit, start) = (Ages::default(), "1".repeat(40).parse().expect("a commit"), Instant::now());
        let year = || Duration::from_hours(8760);
        let later = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(ages.of(&commit, start, Duration::default), Duration::ZERO);
        assert_eq!(ages.of(&commit, later(2), year), Duration::from_secs(2));
        ages.begin(&commit, later(3));
        assert_eq!(ages.of(&commit, later(4), year), Duration::from_secs(1));
        ages.forget(&commit);
        assert_eq!(ages.of(&commit, later(5), year), year());
    }
}
