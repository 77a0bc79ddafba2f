//! Where things are under the root: the layout of git-sync, and one folder of our own.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use contract::Commit;
use rustix::fs::{FlockOperation, flock};

use crate::error::Error;

/// The places under a root. Paths are absolute and have no links in them.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    root: PathBuf,
}

impl Layout {
    /// Makes the root where it is missing, and resolves every link in its path.
    pub(crate) fn make(root: &Path) -> Result<Self, Error> {
        fs::create_dir_all(root).map_err(Error::file("make", root))?;
        let root = fs::canonicalize(root).map_err(Error::file("resolve", root))?;
        Ok(Self { root })
    }

    /// The root itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The repository.
    pub(crate) fn git(&self) -> PathBuf {
        self.root.join(".git")
    }

    /// The folder of trees.
    pub(crate) fn trees(&self) -> PathBuf {
        self.root.join(".worktrees")
    }

    /// The tree of a commit.
    pub(crate) fn tree(&self, commit: &Commit) -> PathBuf {
        self.trees().join(commit.as_str())
    }

    /// Where a tree is built: the first of these that is free.
    pub(crate) fn staged(&self, number: usize) -> PathBuf {
        self.trees().join(format!(".staged-{number}"))
    }

    /// What git knows of the tree of a commit.
    pub(crate) fn record(&self, commit: &Commit) -> PathBuf {
        self.git().join("worktrees").join(commit.as_str())
    }

    /// The folder that is ours alone.
    pub(crate) fn own(&self) -> PathBuf {
        self.root.join(".puller")
    }

    /// The folder of the spare tree.
    pub(crate) fn spare(&self) -> PathBuf {
        self.own().join("spare")
    }

    /// What is to be removed when there is time.
    pub(crate) fn trash(&self) -> PathBuf {
        self.own().join("trash")
    }

    /// The configuration that git runs with.
    pub(crate) fn configuration(&self) -> PathBuf {
        self.own().join("gitconfig")
    }

    /// A path of a flag: absolute, or under the root.
    pub(crate) fn path(&self, path: &str) -> Option<PathBuf> {
        (!path.is_empty()).then(|| self.root.join(path))
    }

    /// Locks the root for this process, as long as the file is open. None where the file system knows no locks.
    pub(super) fn lock(&self) -> Result<Option<File>, Error> {
        let root = File::open(&self.root).map_err(Error::file("open", &self.root))?;
        match flock(&root, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(root)),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(Error::Locked(self.root.display().to_string())),
            Err(error) => {
                tracing::warn!(%error, root = %self.root.display(), "Root not locked: nothing else may use it");
                Ok(None)
            }
        }
    }
}
