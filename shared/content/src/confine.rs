//! Opening files of an untrusted tree: no link and no `..` leads out of it, also while somebody changes it.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Component, Path, PathBuf},
};

use rustix::fs::{Mode, OFlags};

use crate::{Error, Lease};

/// A directory that nothing is read from outside of.
#[derive(Clone, Debug)]
pub(crate) struct Confined(std::sync::Arc<Lease>);

impl Confined {
    pub(crate) fn new(lease: std::sync::Arc<Lease>) -> Self {
        Self(lease)
    }

    pub(crate) fn lease(&self) -> &Lease {
        &self.0
    }

    /// Opens a regular file by its path from the root.
    pub(crate) fn open(&self, path: &str) -> Result<File, Error> {
        let failed = |source| Error::Open { path: path.to_owned(), source };
        let file = self.open_beneath(path).map_err(|error| match error {
            rustix::io::Errno::XDEV | rustix::io::Errno::LOOP => Error::Outside(path.to_owned()),
            other => failed(other.into()),
        })?;
        let kind = file.metadata().map_err(failed)?.file_type();
        if kind.is_file() { Ok(file) } else { Err(failed(io::Error::from(io::ErrorKind::InvalidInput))) }
    }

    /// Reads a whole file of at most `limit_bytes`.
    pub(crate) fn read(&self, path: &str, limit_bytes: u64) -> Result<Vec<u8>, Error> {
        let failed = |source| Error::Open { path: path.to_owned(), source };
        let file = self.open(path)?;
        let length = file.metadata().map_err(failed)?.len();
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(limit_bytes)).unwrap_or(0) + 1);
        file.take(limit_bytes + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > limit_bytes {
            Err(Error::TooLarge { path: path.to_owned(), limit_bytes })
        } else {
            Ok(bytes)
        }
    }

    /// The kernel itself refuses to leave the directory.
    #[cfg(target_os = "linux")]
    fn open_beneath(&self, path: &str) -> rustix::io::Result<File> {
        use rustix::fs::{ResolveFlags, openat2};
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        match openat2(self.0.directory(), path, flags, Mode::empty(), resolve) {
            // A kernel or a sandbox without openat2.
            Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => self.open_resolved(path),
            opened => opened.map(File::from),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn open_beneath(&self, path: &str) -> rustix::io::Result<File> {
        self.open_resolved(path)
    }

    /// Resolves first and opens what was resolved without following a last link.
    fn open_resolved(&self, path: &str) -> rustix::io::Result<File> {
        let root = self.0.path();
        let resolved = root.join(path).canonicalize().map_err(|_| rustix::io::Errno::NOENT)?;
        if !resolved.starts_with(root) {
            return Err(rustix::io::Errno::XDEV);
        }
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::NOCTTY;
        rustix::fs::open(resolved, flags, Mode::empty()).map(File::from)
    }
}

/// `path` as seen from the folder `from`, without `.` and `..`. None if it leads out of the root.
pub(crate) fn join(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let whole: PathBuf = if path.starts_with('/') { PathBuf::from(path) } else { Path::new(from).join(path) };
    for part in whole.components() {
        match part {
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    Some(parts.join("/"))
}

/// The folder that a file's path lies in; empty for the root.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_and_never_leave_the_root() {
        assert_eq!(join("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(join("a", "./b//c").as_deref(), Some("a/b/c"));
        assert_eq!(join("a", "/b").as_deref(), Some("b"));
        assert_eq!(join("a", "../../etc/passwd"), None);
    }

    #[test]
    fn a_link_out_of_the_tree_is_not_opened_and_one_within_is() {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::write(root.path().join("in"), "inside").expect("a file");
        std::os::unix::fs::symlink("/etc/passwd", root.path().join("out")).expect("a link");
        std::os::unix::fs::symlink("in", root.path().join("near")).expect("a link");
        let confined = Confined::new(std::sync::Arc::new(Lease::open(root.path()).expect("a lease")));
        assert!(matches!(confined.read("out", 9), Err(Error::Outside(_))));
        assert_eq!(confined.read("near", 9).expect("read"), b"inside");
        assert!(matches!(confined.read("in", 3), Err(Error::TooLarge { .. })));
        assert!(confined.read("../in", 9).is_err());
        assert!(confined.open_resolved("out").is_err());
    }
}
