//! The tree of a commit: a real worktree of git, built beside and put in its place whole.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use contract::Commit;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::{Contents, lease, trash};
use crate::{
    error::Error,
    report,
    repository::{Layout, Repository},
};

/// The file in a tree's record that tells what it was built with. It is there when the tree is whole.
pub(super) const DESCRIPTION: &str = "contents";

impl Repository {
    /// Whether the tree of a commit is there and is what it was when it was built, as far as a look can tell.
    pub(crate) fn is_sound(&self, commit: &Commit) -> bool {
        let (tree, record) = (self.layout.tree(commit), self.layout.record(commit));
        let points = fs::read_to_string(tree.join(".git")).is_ok_and(|text| text == pointer(commit));
        let head = fs::read_to_string(record.join("HEAD")).is_ok_and(|text| text.trim() == commit.as_str());
        points && head && record.join("index").is_file()
    }

    /// Whether the files of a tree are what the commit says. Looks at all of them; what git does not know is not looked at.
    pub(crate) async fn is_untouched(&self, commit: &Commit) -> bool {
        let status = ["status", "--porcelain", "--untracked-files=no", "--ignore-submodules=untracked"];
        self.git.run(&self.layout.tree(commit), &status).await.is_ok_and(|changes| changes.is_empty())
    }

    /// Whether the tree of a commit was built with these contents.
    pub(crate) fn is_as_wanted(&self, commit: &Commit, contents: &Contents) -> bool {
        let built = fs::read_to_string(description(&self.layout, commit));
        contents.describe().is_ok_and(|wanted| built.is_ok_and(|built| built == wanted))
    }

    /// Builds the tree of a commit. One that is published or read meanwhile stays until the new one takes its place.
    pub(crate) async fn build(&self, commit: &Commit, contents: &Contents) -> Result<(), Error> {
        if self.build_from_spare(commit, contents).await? {
            return Ok(());
        }
        let staged = self.stage(commit, contents)?;
        self.git.run(&staged, &["reset", "--quiet", "--hard", commit.as_str(), "--"]).await?;
        self.add_submodules(&staged, commit, contents.submodules).await?;
        self.put_in_place(&staged, commit, contents)
    }

    /// An empty tree with everything that git has to know of it.
    fn stage(&self, commit: &Commit, contents: &Contents) -> Result<PathBuf, Error> {
        let (staged, record) = (free(&self.layout)?, self.layout.record(commit));
        trash::discard(&self.layout, &record)?;
        fs::create_dir_all(&staged).map_err(Error::file("make", &staged))?;
        self.enrol(&staged, commit)?;
        if let Some(patterns) = contents.patterns()? {
            put(&record.join("info/sparse-checkout"), &patterns)?;
        }
        Ok(staged)
    }

    /// Writes what git has to know of a tree.
    pub(super) fn enrol(&self, staged: &Path, commit: &Commit) -> Result<(), Error> {
        let record = self.layout.record(commit);
        put(&record.join("HEAD"), &format!("{commit}\n"))?;
        put(&record.join("commondir"), "../..\n")?;
        put(&record.join("gitdir"), &format!("{}/.git\n", self.layout.tree(commit).display()))?;
        put(&staged.join(".git"), &pointer(commit))
    }

    /// Puts a finished tree in its place. What was there stays beside it for as long as somebody reads it.
    /// Only now does its record say what it was built with: one that was not finished is built again.
    pub(super) fn put_in_place(&self, staged: &Path, commit: &Commit, contents: &Contents) -> Result<(), Error> {
        put(&description(&self.layout, commit), &contents.describe()?)?;
        place(staged, &self.layout.tree(commit), |replaced| match lease::take(replaced) {
            Some(_ours) => trash::discard(&self.layout, replaced).map_err(io::Error::other),
            None => Ok(()),
        })
    }
}

pub(super) fn description(layout: &Layout, commit: &Commit) -> PathBuf {
    layout.record(commit).join(DESCRIPTION)
}

/// A place to build in. What was left there goes, unless somebody reads it.
pub(super) fn free(layout: &Layout) -> Result<PathBuf, Error> {
    let places = (0..).map(|number| layout.staged(number));
    for place in places {
        if fs::symlink_metadata(&place).is_err() {
            return Ok(place);
        }
        if let Some(_ours) = lease::take(&place) {
            trash::discard(layout, &place)?;
            return Ok(place);
        }
    }
    Err(Error::Unexpected("no place left to build in".to_owned()))
}

/// What the file `.git` in a tree says: relative, so that the root may be mounted anywhere.
fn pointer(commit: &Commit) -> String {
    format!("gitdir: ../../.git/worktrees/{commit}\n")
}

fn put(path: &Path, text: &str) -> Result<(), Error> {
    report::replace(path, text.as_bytes(), 0o666)
}

/// Puts a finished folder where it belongs. If something is there, the two change places, so that a reader finds one or
/// the other, and `dispose` gets what was there.
pub(super) fn place(staged: &Path, target: &Path, dispose: impl Fn(&Path) -> io::Result<()>) -> Result<(), Error> {
    let fail = |cause| Error::File { action: "put in its place", path: target.display().to_string(), cause };
    if fs::symlink_metadata(target).is_err() {
        return fs::rename(staged, target).map_err(fail);
    }
    match renameat_with(CWD, staged, CWD, target, RenameFlags::EXCHANGE) {
        Ok(()) => dispose(staged).map_err(fail),
        Err(error) if is_unknown(error) => {
            dispose(target).map_err(fail)?;
            fs::rename(staged, target).map_err(fail)
        }
        Err(error) => Err(fail(error.into())),
    }
}

/// File systems that cannot exchange two folders say so in one of these ways.
fn is_unknown(error: rustix::io::Errno) -> bool {
    use rustix::io::Errno;
    [Errno::INVAL, Errno::NOSYS, Errno::OPNOTSUPP].contains(&error)
}

/// Removes what git knows of a tree.
pub(super) fn strike(layout: &Layout, commit: &Commit) -> io::Result<()> {
    match fs::remove_dir_all(layout.record(commit)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}
