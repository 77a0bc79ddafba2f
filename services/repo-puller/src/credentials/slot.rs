//! A private file for one login, and the credential helper that reads it for git.

use std::{
    fs::File,
    io::{self, Seek as _, Write as _},
    path::PathBuf,
};

use super::{Error, Login};

/// A file that only this user can read. On Linux it is in memory and has no name but `/proc/PID/fd/N`, so that it ends
/// with this process, however that ends.
#[derive(Debug)]
pub(super) struct Slot {
    file: File,
    path: PathBuf,
    /// Removes the file where it has a name.
    _named: Option<tempfile::TempPath>,
}

impl Slot {
    pub(super) fn new() -> io::Result<Self> {
        if let Some(slot) = Self::in_memory() {
            return Ok(slot);
        }
        let (file, named) = tempfile::NamedTempFile::new()?.into_parts();
        Ok(Self { file, path: named.to_path_buf(), _named: Some(named) })
    }

    #[cfg(target_os = "linux")]
    fn in_memory() -> Option<Self> {
        use std::os::fd::AsRawFd as _;
        let flags = rustix::fs::MemfdFlags::CLOEXEC;
        let file = File::from(rustix::fs::memfd_create("login", flags).ok()?);
        let path = PathBuf::from(format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd()));
        // There may be no /proc.
        File::open(&path).ok()?;
        Some(Self { file, path, _named: None })
    }

    #[cfg(not(target_os = "linux"))]
    fn in_memory() -> Option<Self> {
        None
    }

    /// Keeps a login in place of the one before, in the words of git's credential helpers.
    pub(super) fn keep(&mut self, login: &Login) -> Result<(), Error> {
        let password = login.password.reveal();
        if [login.username.as_str(), password].iter().any(|text| text.contains(['\n', '\0'])) {
            return Err(Error::new("a login", "its user or password has a line break, which git cannot be told"));
        }
        let text = format!("username={}\npassword={password}\n", login.username);
        let written = self.file.set_len(0).and_then(|()| self.file.rewind());
        let written = written.and_then(|()| self.file.write_all(text.as_bytes()));
        written.map_err(|error| Error::new("a login", format!("cannot be written to its private file: {error}")))
    }

    /// The value of `credential.helper`: it answers when git gets a login, and keeps still when git stores or erases one.
    pub(super) fn helper(&self) -> String {
        let path = super::ssh::quoted(&self.path.to_string_lossy());
        format!("!f() {{ test \"$1\" != get || cat {path}; }}; f")
    }
}
