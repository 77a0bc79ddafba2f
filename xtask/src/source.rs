//! What is published: a repository by its URL or path, or a folder that is none, kept as a repository of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, ensure};
use harness::executables::workspace;

/// Where the site comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// A repository, near or far.
    Repository {
        /// As Git understands it.
        url: String,
        /// Whether it is on this machine.
        is_local: bool,
    },
    /// A folder, edits included.
    Folder(Snapshots),
}

impl Source {
    /// What `--repo` names: this project's `docs/` if nothing.
    pub(crate) fn of(repo: Option<&str>, state: &Path) -> anyhow::Result<Self> {
        let Some(repo) = repo else { return Ok(Self::Folder(Snapshots::of(&workspace().join("docs"), state)?)) };
        if is_remote(repo) {
            return Ok(Self::Repository { url: repo.to_owned(), is_local: false });
        }
        let path = fs::canonicalize(repo).with_context(|| format!("--repo {repo}: there is no such folder"))?;
        ensure!(path.is_dir(), "--repo {repo}: it is not a folder");
        let is_repository =
            path.join(".git").exists() || (path.join("HEAD").is_file() && path.join("objects").is_dir());
        if is_repository {
            return Ok(Self::Repository { url: path.display().to_string(), is_local: true });
        }
        Ok(Self::Folder(Snapshots::of(&path, state)?))
    }

    /// What the puller is told to follow.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Repository { url, .. } => url.clone(),
            Self::Folder(snapshots) => snapshots.repository.display().to_string(),
        }
    }

    /// What people call it. A login in a URL is nobody's business.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Repository { url, .. } => without_login(url),
            Self::Folder(snapshots) => snapshots.folder.display().to_string(),
        }
    }

    /// How often to look at it.
    pub(crate) fn period(&self) -> &'static str {
        match self {
            Self::Repository { is_local: false, .. } => "5s",
            _ => "300ms",
        }
    }
}

/// Whether it is a URL, or `host:path` as ssh has it.
fn is_remote(repo: &str) -> bool {
    repo.contains("://")
        || (repo.split_once(':').is_some_and(|(host, _)| !host.contains('/')) && !Path::new(repo).exists())
}

/// A folder and the private repository that its states are committed to.
#[derive(Clone, Debug)]
pub(crate) struct Snapshots {
    folder: PathBuf,
    repository: PathBuf,
}

impl Snapshots {
    fn of(folder: &Path, state: &Path) -> anyhow::Result<Self> {
        let snapshots = Self { folder: folder.to_owned(), repository: state.join("folder.git") };
        // What another folder was is of no use for this one.
        let _ = fs::remove_dir_all(&snapshots.repository);
        fs::create_dir_all(&snapshots.repository).context("cannot keep the folder's states")?;
        snapshots.git(&["init", "--quiet", "--initial-branch=main"])?;
        snapshots.commit()?;
        Ok(snapshots)
    }

    /// Commits the folder as it is. Without a change nothing happens.
    pub(crate) fn commit(&self) -> anyhow::Result<()> {
        self.git(&["add", "--all", "--force", "."])?;
        if self.git(&["diff", "--cached", "--quiet"]).is_err()
            || self.git(&["rev-parse", "--verify", "--quiet", "HEAD"]).is_err()
        {
            self.git(&["commit", "--quiet", "--allow-empty", "--message", "As it is"])?;
        }
        Ok(())
    }

    /// A number that changes when any file is written, made or removed.
    pub(crate) fn state(&self) -> u64 {
        state_of(&self.folder)
    }

    fn git(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let mut git = Command::new("git");
        git.current_dir(&self.folder).env("GIT_DIR", &self.repository).env("GIT_WORK_TREE", &self.folder);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        git.args(["-c", "user.name=xtask", "-c", "user.email=xtask@localhost", "-c", "core.autocrlf=false"])
            .args(arguments);
        let output = git.output().context("cannot run git: is it installed?")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "git {} in {}: {}", arguments.join(" "), self.folder.display(), said.trim());
        Ok(())
    }
}

/// The hash of every file's path, size and time below a folder.
fn state_of(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries.filter_map(Result::ok).fold(1, |sum, entry| {
        let Ok(metadata) = entry.metadata() else { return sum };
        let name = entry
            .file_name()
            .to_string_lossy()
            .bytes()
            .fold(7, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
        if metadata.is_dir() {
            return sum.wrapping_add(name.wrapping_mul(state_of(&entry.path())));
        }
        let written = metadata.modified().ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        let nanos = u64::try_from(written.unwrap_or(Duration::ZERO).as_nanos() & u128::from(u64::MAX)).unwrap_or(0);
        sum.wrapping_add(name.wrapping_mul(nanos ^ metadata.len() | 1))
    })
}

/// A URL as it may be shown.
fn without_login(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    format!("{scheme}://{}{path}", authority.rsplit('@').next().unwrap_or(authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_not_shown() {
        assert_eq!(without_login("https://me:s3@cret@h:1/a@b.git"), "https://h:1/a@b.git");
        for plain in ["https://h/a", "git@h:a.git", "/srv/a.git"] {
            assert_eq!(without_login(plain), plain);
        }
    }
}
