//! The repository is there and looks whole. The look costs the same however large it is.

use std::{fs, io, os::unix::fs::MetadataExt as _, path::Path};

use super::{Repository, recover};
use crate::{error::Error, git::Git, publish::link};

/// The branch that git-sync keeps, so that what was fetched last is not garbage.
pub(super) const BRANCH: &str = "git-sync";

impl Repository {
    /// Makes the repository if it is missing or broken. The published tree of a broken one stays until there is another.
    pub(crate) async fn prepare(&mut self, links: &[std::path::PathBuf]) -> Result<(), Error> {
        self.keep_root()?;
        if !is_whole(&self.layout.git()) {
            tracing::info!(root = %self.layout.root().display(), "Repository made");
            let published: Vec<_> = links.iter().filter_map(|link| link::read(link, &self.layout)).collect();
            self.clear(links, &published).map_err(Error::file("empty", self.layout.root()))?;
            init(&self.git, self.layout.root()).await?;
            self.named = false;
        } else if self.unsure {
            recover::remove_leftovers(&self.layout.git());
        }
        if self.unsure {
            self.adopt().await?;
        }
        self.unsure = false;
        if !self.named {
            // Submodules with relative URLs are relative to it.
            self.git.run(self.layout.root(), &["config", "remote.origin.url", &self.remote.url]).await?;
            self.named = true;
        }
        Ok(())
    }

    /// Makes the root and what git is to know again, if somebody has removed them: a root that was made anew is another
    /// one, and locked by nobody.
    fn keep_root(&mut self) -> Result<(), Error> {
        let root = self.layout.root();
        let identity = |data: io::Result<fs::Metadata>| data.map(|data| (data.dev(), data.ino())).ok();
        let there = identity(fs::metadata(root));
        let locked = self.lock.as_ref().and_then(|lock| identity(lock.metadata()));
        if there.is_none() || (locked.is_some() && locked != there) {
            tracing::warn!(root = %root.display(), "Root was removed: making it again");
            fs::create_dir_all(root).map_err(Error::file("make", root))?;
            self.lock = self.layout.lock()?;
            (self.unsure, self.named) = (true, false);
        }
        let configuration = self.layout.configuration();
        if configuration.exists() { Ok(()) } else { self.configuration.write(&configuration) }
    }

    /// Empties the root, but for what is ours and what is published.
    fn clear(&self, links: &[std::path::PathBuf], published: &[contract::Commit]) -> io::Result<()> {
        let kept: Vec<_> = published.iter().map(|commit| self.layout.tree(commit)).collect();
        let is_kept = |path: &Path| {
            path == self.layout.own() || links.iter().any(|link| path == link) || kept.iter().any(|tree| path == tree)
        };
        let holds_kept = |path: &Path| {
            links.iter().any(|link| link.starts_with(path)) || (!kept.is_empty() && path == self.layout.trees())
        };
        for entry in fs::read_dir(self.layout.root())? {
            let path = entry?.path();
            if is_kept(&path) {
                continue;
            }
            if holds_kept(&path) {
                for inner in fs::read_dir(&path)? {
                    let inner = inner?.path();
                    if !is_kept(&inner) && !holds_kept(&inner) {
                        remove(&inner)?;
                    }
                }
            } else {
                remove(&path)?;
            }
        }
        Ok(())
    }
}

/// Removes a file, a link or a whole folder.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

async fn init(git: &Git, root: &Path) -> Result<(), Error> {
    git.run(root, &["init", "--quiet", "--initial-branch", BRANCH]).await.map(drop)
}

/// Whether this looks like a repository that git can work in.
fn is_whole(git: &Path) -> bool {
    let head = fs::read_to_string(git.join("HEAD")).unwrap_or_default();
    let has_head = head.starts_with("ref: refs/") || head.trim().parse::<contract::Commit>().is_ok();
    let has_config = fs::metadata(git.join("config")).is_ok_and(|config| config.len() > 0);
    has_head && has_config && git.join("objects").is_dir() && git.join("refs").is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_without_its_parts_is_not_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let git = folder.path();
        assert!(!is_whole(git));
        for name in ["objects", "refs"] {
            fs::create_dir(git.join(name)).expect("made");
        }
        fs::write(git.join("config"), "[core]\n").expect("written");
        fs::write(git.join("HEAD"), "ref: refs/heads/nowhere\n").expect("written");
        assert!(is_whole(git));
        fs::write(git.join("HEAD"), "").expect("written");
        assert!(!is_whole(git));
    }
}
