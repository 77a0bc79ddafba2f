//! A plain directory in place of a link, for what cannot follow one: put in its place in one step, without git's files.

use std::{fs, io, path::Path};

use contract::Commit;

use super::{trash, tree};
use crate::{error::Error, repository::Repository};

impl Repository {
    /// Makes `place` a directory with the files of a commit, whose tree was built and is gone afterwards.
    pub(crate) fn publish_plain(&self, commit: &Commit, place: &Path) -> Result<(), Error> {
        let tree = self.layout.tree(commit);
        let fail = |cause| Error::File { action: "publish", path: place.display().to_string(), cause };
        strip(&tree).map_err(fail)?;
        tree::strike(&self.layout, commit).map_err(fail)?;
        let folder = place.parent().unwrap_or(self.layout.root());
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let beside = folder.join(format!(".{name}.next-{}", std::process::id()));
        fs::create_dir_all(folder).map_err(fail)?;
        if fs::symlink_metadata(&beside).is_ok() {
            crate::repository::remove(&beside).map_err(fail)?;
        }
        match fs::rename(&tree, &beside) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                copy(&tree, &beside).map_err(fail)?;
                trash::discard(&self.layout, &tree)?;
            }
            Err(error) => return Err(fail(error)),
        }
        super::tree::place(&beside, place, crate::repository::remove)
    }
}

/// Removes every `.git`: of the tree, and of its submodules.
fn strip(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == ".git" {
            crate::repository::remove(&entry.path())?;
        } else if entry.file_type()?.is_dir() {
            strip(&entry.path())?;
        }
    }
    Ok(())
}

/// Copies a folder to another file system: files with their modes, and links as links.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let (entry, kind) =
            entry.and_then(|entry| Ok((entry.file_type()?, entry))).map(|(kind, entry)| (entry, kind))?;
        let there = to.join(entry.file_name());
        if kind.is_dir() {
            copy(&entry.path(), &there)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(entry.path())?, there)?;
        } else {
            fs::copy(entry.path(), there)?;
        }
    }
    Ok(())
}
