//! The spare: the last stale tree, kept to become the next one, so that publishing costs what has changed and not what
//! there is. Readers never see it change: it has no name that they know, and none of them has it open.

use std::{fs, path::Path};

use contract::Commit;

use super::{Contents, lease, trash, tree};
use crate::{
    error::Error,
    repository::{Layout, Repository},
};

/// A change of these may change files that are the same in both commits.
const FAR_REACHING: [&str; 2] = [":(glob)**/.gitattributes", ":(glob)**/.gitmodules"];

impl Repository {
    /// Keeps a stale tree as the spare. False if there is one already, or this tree cannot become another.
    pub(super) fn keep_as_spare(&self, path: &Path, commit: &Commit) -> Result<bool, Error> {
        let (spare, record) = places(&self.layout);
        let is_whole = spare.exists() && record.exists();
        if !self.recycles || is_whole || path.join(".gitmodules").exists() || !self.is_sound(commit) {
            return Ok(false);
        }
        for leftover in [&spare, &record] {
            trash::discard(&self.layout, leftover)?;
        }
        let folder = self.layout.spare();
        fs::create_dir_all(&folder).map_err(Error::file("make", &folder))?;
        fs::rename(self.layout.record(commit), &record).map_err(Error::file("keep", &record))?;
        fs::rename(path, &spare).map_err(Error::file("keep", &spare))?;
        Ok(true)
    }

    /// Builds the tree of a commit from the spare. False if there is none that fits: then nothing was built.
    pub(super) async fn build_from_spare(&self, commit: &Commit, contents: &Contents) -> Result<bool, Error> {
        let (spare, record) = places(&self.layout);
        let old = fs::read_to_string(record.join("HEAD")).ok().and_then(|text| text.trim().parse::<Commit>().ok());
        let (true, Some(old)) = (self.recycles && spare.exists(), old) else { return Ok(false) };
        let wanted = contents.describe()?;
        let Some(_ours) = lease::take(&spare) else { return Ok(false) };
        let is_alike = fs::read_to_string(record.join(tree::DESCRIPTION)).is_ok_and(|built| built == wanted);
        if !is_alike || !self.is_near(&old, commit).await {
            trash::discard(&self.layout, &spare)?;
            return Ok(false);
        }
        let staged = tree::free(&self.layout)?;
        trash::discard(&self.layout, &self.layout.record(commit))?;
        fs::create_dir_all(self.layout.git().join("worktrees")).map_err(Error::file("make", &self.layout.git()))?;
        fs::rename(&record, self.layout.record(commit)).map_err(Error::file("take", &record))?;
        fs::rename(&spare, &staged).map_err(Error::file("take", &spare))?;
        self.enrol(&staged, commit)?;
        // It says what it was built with, which may be something else.
        trash::discard(&self.layout, &tree::description(&self.layout, commit))?;
        if let Err(error) = self.refresh(&staged, commit).await {
            tracing::warn!(%error, "Spare tree not used");
            trash::discard(&self.layout, &staged)?;
            return Ok(false);
        }
        self.put_in_place(&staged, commit, contents)?;
        Ok(true)
    }

    /// Makes a tree what the commit says, whatever was done to it: what git does not know is removed, what is not as it
    /// was left is written anew.
    async fn refresh(&self, staged: &Path, commit: &Commit) -> Result<(), Error> {
        self.git.run(staged, &["clean", "-ffdxq"]).await?;
        self.git.run(staged, &["reset", "--quiet", "--hard", commit.as_str(), "--"]).await.map(drop)
    }

    /// Whether two commits differ in nothing that reaches beyond the files that differ.
    async fn is_near(&self, old: &Commit, new: &Commit) -> bool {
        let mut arguments = vec!["diff-tree", "-r", "--name-only", old.as_str(), new.as_str(), "--"];
        arguments.extend(FAR_REACHING);
        self.git.run(self.layout.root(), &arguments).await.is_ok_and(|names| names.is_empty())
    }
}

/// Where the spare and its record are.
fn places(layout: &Layout) -> (std::path::PathBuf, std::path::PathBuf) {
    (layout.spare().join("tree"), layout.spare().join("record"))
}
