//! A Git remote for tests: a bare repository that is pushed to from a work tree beside it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A remote and somebody who pushes to it. Both are gone when the value is.
#[derive(Debug)]
pub struct Repository {
    folder: TempDir,
}

impl Repository {
    /// An empty remote whose branch is `main`.
    ///
    /// # Panics
    /// When Git cannot make it, as all of these methods.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = Self { folder };
        git(repository.folder.path(), &["init", "--quiet", "--bare", "--initial-branch=main", "remote.git"]);
        git(repository.folder.path(), &["init", "--quiet", "--initial-branch=main", "work"]);
        git(&repository.work(), &["remote", "add", "origin", "../remote.git"]);
        repository
    }

    /// A remote with one commit of these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let repository = Self::new();
        repository.publish(files);
        repository
    }

    /// Where it is.
    pub fn url(&self) -> String {
        self.remote().display().to_string()
    }

    /// The work tree.
    pub fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    fn remote(&self) -> PathBuf {
        self.folder.path().join("remote.git")
    }

    /// Writes a file, to be committed.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.work().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    /// Commits everything and pushes it. Returns the commit.
    pub fn push(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["push", "--quiet", "--force", "origin", "HEAD:main"]);
        self.head()
    }

    /// Writes files, commits and pushes them. Returns the commit.
    pub fn publish(&self, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            self.write(path, text);
        }
        self.push("Change pages")
    }

    /// Sets the branch back to an earlier commit, on the remote too.
    pub fn force_back(&self, commit: &str) {
        self.git(&["reset", "--quiet", "--hard", commit]);
        self.git(&["push", "--quiet", "--force", "origin", "HEAD:main"]);
    }

    /// The last commit.
    pub fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    /// Takes the remote away.
    pub fn lose(&self) {
        fs::rename(self.remote(), self.folder.path().join("lost.git")).expect("moved");
    }

    /// Brings the remote back.
    pub fn find(&self) {
        fs::rename(self.folder.path().join("lost.git"), self.remote()).expect("moved");
    }

    /// Runs Git in the work tree and returns what it says.
    pub fn git(&self, arguments: &[&str]) -> String {
        git(&self.work(), arguments)
    }
}

impl Default for Repository {
    fn default() -> Self {
        Self::new()
    }
}

/// Runs Git as nobody in particular, whatever this machine is configured to.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.current_dir(folder).args(["-c", "user.name=Tests", "-c", "user.email=tests@example.org"]).args(arguments);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    git.env("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z").env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
    let output = git.output().expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
