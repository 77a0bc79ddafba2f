//! A repository, a root, and a puller between them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use harness::{
    process::{PATIENCE, Program, Running},
    repository::Repository,
};
use tempfile::TempDir;

/// A repository with a few files, and a folder for whatever is pulled from it.
pub(crate) struct Scene {
    pub(crate) folder: TempDir,
    pub(crate) repository: Repository,
}

impl Scene {
    /// A repository of one commit.
    pub(crate) fn new() -> Self {
        let files = [("README.md", "# Home\n"), ("deep/er/one.txt", "one\n"), ("deep/two.txt", "two\n")];
        Self { folder: tempfile::tempdir().expect("a folder"), repository: Repository::with(&files) }
    }

    /// The repository as a URL.
    pub(crate) fn url(&self) -> String {
        format!("file://{}", self.repository.url())
    }

    /// Where the puller works.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    /// What it publishes.
    pub(crate) fn link(&self) -> PathBuf {
        self.root().join("link")
    }

    /// A file beside the root.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A puller that goes on.
    pub(crate) fn puller(&self) -> Program {
        self.strict().flag("max-failures", -1)
    }

    /// A puller that ends with its first failure, as it does when nothing else is said.
    pub(crate) fn strict(&self) -> Program {
        bare().flag("repo", self.url()).flag("root", self.root().display()).flag("link", "link").flag("period", "50ms")
    }

    /// A puller that syncs once.
    pub(crate) fn once(&self) -> Program {
        self.strict().arg("--one-time")
    }

    /// The commit that the link points to.
    pub(crate) fn shown(&self) -> String {
        let target = fs::read_link(self.link()).unwrap_or_default();
        target.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Waits until the link points to a commit, and nothing is left to be done about it.
    pub(crate) fn wait_for(&self, commit: &str) {
        until(&format!("{commit} is shown"), || self.shown() == commit);
    }

    /// The text of a published file.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.link().join(path)).unwrap_or_default()
    }

    /// Whether the published tree is exactly what the repository's work tree is.
    pub(crate) fn assert_exact(&self) {
        let (ours, theirs) = (listing(&self.link()), listing(&self.repository.work()));
        assert_eq!(ours, theirs);
    }

    /// The names in the folder of trees.
    pub(crate) fn trees(&self) -> Vec<String> {
        names(&self.root().join(".worktrees"))
    }
}

/// A puller that was told nothing, with its endpoints on free ports.
pub(crate) fn bare() -> Program {
    let puller = Program::service("repo-puller");
    puller.env("HOST", "127.0.0.1").env("PORT", 0).env("ADMIN_PORT", 0).env("DRAIN_SECONDS", 0)
}

/// Flags for a program.
pub(crate) trait Flag {
    /// With one more flag; one without a value is left out.
    fn flag(self, name: &str, value: impl ToString) -> Self;
}

impl Flag for Program {
    fn flag(self, name: &str, value: impl ToString) -> Self {
        match value.to_string() {
            value if value.is_empty() => self,
            value => self.arg(&format!("--{name}={value}")),
        }
    }
}

/// Polls until something holds.
pub(crate) fn until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "it never came true that {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The sorted names in a folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Everything in a tree but git's files: path, kind and mode, contents.
fn listing(folder: &Path) -> Vec<(String, String)> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut all = Vec::new();
    for name in names(folder).into_iter().filter(|name| name != ".git") {
        let path = folder.join(&name);
        let data = fs::symlink_metadata(&path).expect("there");
        if data.is_dir() {
            let inner = listing(&path);
            all.push((name.clone(), "folder".to_owned()));
            all.extend(inner.into_iter().map(|(inner, kind)| (format!("{name}/{inner}"), kind)));
        } else if data.is_symlink() {
            all.push((name, format!("link to {}", fs::read_link(&path).expect("a link").display())));
        } else {
            let is_executable = data.permissions().mode() & 0o100 != 0;
            let text = String::from_utf8_lossy(&fs::read(&path).expect("readable")).into_owned();
            all.push((name, format!("{is_executable} {text}")));
        }
    }
    all
}

/// Runs git in a folder, as nobody in particular.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(["-c", "safe.directory=*", "-c", "user.name=T", "-c", "user.email=t@example.org"]);
    git.args(["-c", "protocol.file.allow=always"]).args(arguments);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = git.output().expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Writes a program.
pub(crate) fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("executable");
}

/// A metric's value, or nothing.
pub(crate) fn metric(running: &Running, name: &str) -> String {
    let text = harness::http::get(&format!("http://{}/metrics", running.address("admin"))).expect("an answer").body;
    let line = text.lines().find_map(|line| line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')));
    line.unwrap_or_default().to_owned()
}
