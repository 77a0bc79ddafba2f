//! Fetching: what a ref points to now is here, with as much history as is wanted.

use std::fs;

use contract::Commit;

use super::{Repository, prepare::BRANCH};
use crate::{error::Error, report};

impl Repository {
    /// Fetches a ref and returns its commit.
    pub(crate) async fn fetch(&self, name: &str) -> Result<Commit, Error> {
        let depth = self.remote.depth.to_string();
        let filter = format!("--filter={}", self.remote.filter);
        let mut arguments = vec!["fetch", self.remote.url.as_str(), name, "--no-progress", "--prune", "--no-auto-gc"];
        match self.remote.depth {
            // A remote whose own history is cut off has no more to give, and is taken as it is.
            0 if self.is_shallow() => arguments.extend(["--unshallow", "--update-shallow"]),
            0 => arguments.push("--update-shallow"),
            _ => arguments.extend(["--depth", depth.as_str()]),
        }
        if !self.remote.filter.is_empty() {
            arguments.push(&filter);
        }
        self.git.run(self.layout.root(), &arguments).await?;
        let commit = self.git.run(self.layout.root(), &["rev-parse", "FETCH_HEAD^{commit}"]).await?;
        commit.trim().parse().map_err(|_| Error::Unexpected(format!("{name} is no commit but {}", commit.trim())))
    }

    /// What was fetched by a process that was killed before it could say so is not fetched again.
    pub(crate) async fn adopt(&self) -> Result<(), Error> {
        let branch = self.layout.git().join("refs/heads").join(BRANCH);
        let fetched = fs::read_to_string(self.layout.git().join("FETCH_HEAD")).unwrap_or_default();
        let kept = fs::read_to_string(&branch).unwrap_or_default();
        let id = fetched.split(['\t', '\n']).next().unwrap_or_default();
        if id.is_empty() || id == kept.trim() {
            return Ok(());
        }
        let whole = ["rev-list", "--objects", "--no-walk", "--quiet", id];
        if self.git.run(self.layout.root(), &whole).await.is_ok() {
            let commit = self.git.run(self.layout.root(), &["rev-parse", &format!("{id}^{{commit}}")]).await?;
            tracing::info!(commit = commit.trim(), "Commit that was fetched before taken over");
            report::replace(&branch, commit.as_bytes(), 0o666)?;
        }
        Ok(())
    }

    /// Keeps a commit from becoming garbage.
    pub(crate) fn remember(&self, commit: &Commit) -> Result<(), Error> {
        let branch = self.layout.git().join("refs/heads").join(BRANCH);
        report::replace(&branch, format!("{commit}\n").as_bytes(), 0o666)
    }

    /// Whether history was cut off.
    fn is_shallow(&self) -> bool {
        fs::metadata(self.layout.git().join("shallow")).is_ok_and(|file| file.len() > 0)
    }
}
