//! A lease: the tree that a link points to, opened and locked, so that it is not recycled while it is read.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};

use crate::Error;

/// How often to start again when the link moves while it is opened.
const TRIES: usize = 16;

/// A shared lock on a worktree's directory. The puller takes the exclusive one before it recycles or removes a tree,
/// and leaves a leased tree alone. Ends with the value.
#[derive(Debug)]
pub struct Lease {
    path: PathBuf,
    directory: File,
}

impl Lease {
    /// Opens what `link` points to now.
    ///
    /// # Errors
    /// [`Error::Open`] when the link or its target is not there, [`Error::Moved`] when it never holds still.
    pub fn open(link: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Open { path: link.display().to_string(), source };
        for _ in 0..TRIES {
            let path = fs::canonicalize(link).map_err(failed)?;
            match Self::lock(&path) {
                Ok(Some(directory)) => return Ok(Self { path, directory }),
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Err(Error::Moved(link.display().to_string()))
    }

    /// Opens the tree of `revision` that lies beside the one that `link` points to now, whichever that is.
    ///
    /// # Errors
    /// [`Error::Open`] when it is not there (yet, or any more), [`Error::Moved`] when it is being taken away.
    pub fn beside(link: &Path, revision: &str) -> Result<Self, Error> {
        let failed = |path: &Path, source| Error::Open { path: path.display().to_string(), source };
        let target = fs::canonicalize(link).map_err(|error| failed(link, error))?;
        let path = target.with_file_name(revision);
        match Self::lock(&path) {
            Ok(Some(directory)) => Ok(Self { path, directory }),
            Ok(None) => Err(Error::Moved(path.display().to_string())),
            Err(error) => Err(failed(&path, error)),
        }
    }

    /// The locked directory, or none if it was replaced between opening and locking.
    fn lock(path: &Path) -> io::Result<Option<File>> {
        let directory = File::open(path)?;
        if !directory.metadata()?.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        match flock(&directory, FlockOperation::NonBlockingLockShared) {
            Ok(()) => {}
            // Somebody holds it exclusively, so it is being recycled: the link points elsewhere, or soon will.
            Err(rustix::io::Errno::WOULDBLOCK) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let (opened, named) = (directory.metadata()?, fs::metadata(path)?);
        let is_same = (opened.dev(), opened.ino()) == (named.dev(), named.ino());
        Ok(is_same.then_some(directory))
    }

    /// The directory, with every link resolved.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The directory's name: by the layout on disk, the commit.
    pub fn revision(&self) -> &str {
        self.path.file_name().and_then(|name| name.to_str()).unwrap_or("unknown")
    }

    /// The open directory.
    pub(crate) fn directory(&self) -> &File {
        &self.directory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leased_tree_cannot_be_locked_for_removal() {
        let root = tempfile::tempdir().expect("a folder");
        let tree = root.path().join("abc");
        fs::create_dir(&tree).expect("a tree");
        let link = root.path().join("current");
        std::os::unix::fs::symlink("abc", &link).expect("a link");
        let lease = Lease::open(&link).expect("a lease");
        assert_eq!(lease.revision(), "abc");
        let puller = File::open(&tree).expect("open");
        assert!(flock(&puller, FlockOperation::NonBlockingLockExclusive).is_err());
        drop(lease);
        assert!(flock(&puller, FlockOperation::NonBlockingLockExclusive).is_ok());
    }

    #[test]
    fn a_tree_beside_the_current_one_is_opened_by_its_name() {
        let root = tempfile::tempdir().expect("a folder");
        for name in ["abc", "def"] {
            fs::create_dir(root.path().join(name)).expect("a tree");
        }
        let link = root.path().join("current");
        std::os::unix::fs::symlink("def", &link).expect("a link");
        assert_eq!(Lease::beside(&link, "abc").expect("a lease").revision(), "abc");
        assert_eq!(Lease::beside(&link, "def").expect("a lease").revision(), "def");
        assert!(matches!(Lease::beside(&link, "012"), Err(Error::Open { .. })));
    }

    #[test]
    fn a_link_to_nowhere_is_named() {
        let error = Lease::open(Path::new("/nowhere/current")).expect_err("nothing there");
        assert!(error.to_string().contains("/nowhere/current"));
    }
}
