//! A checkout as the puller leaves it: a tree for each commit, and a link to the current one.

use std::{fs, os::unix::fs::symlink, path::PathBuf};

use harness::repository::Repository;
use tempfile::TempDir;

pub(crate) struct Checkout {
    folder: TempDir,
}

impl Checkout {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join(".worktrees")).expect("made");
        Self { folder }
    }

    /// A checkout that shows the repository's last commit.
    pub(crate) fn of(repository: &Repository) -> Self {
        let checkout = Self::new();
        checkout.show(repository, &repository.head());
        checkout
    }

    pub(crate) fn link(&self) -> PathBuf {
        self.folder.path().join("current")
    }

    /// Brings the tree of a commit.
    pub(crate) fn bring(&self, repository: &Repository, commit: &str) {
        let tree = self.folder.path().join(".worktrees").join(commit);
        repository.git(&["worktree", "add", "--quiet", "--detach", &tree.display().to_string(), commit]);
    }

    /// Brings the tree of a commit, and moves the link to it.
    pub(crate) fn show(&self, repository: &Repository, commit: &str) {
        self.bring(repository, commit);
        let next = self.folder.path().join("next");
        symlink(PathBuf::from(".worktrees").join(commit), &next).expect("linked");
        fs::rename(next, self.link()).expect("moved");
    }
}
