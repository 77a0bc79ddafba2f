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
        Self::in_memory().map_or_else(Self::on_disk, Ok)
    }

    fn on_disk() -> io::Result<Self> {
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

#[cfg(test)]
mod tests {
    use std::{
        os::unix::fs::{MetadataExt as _, PermissionsExt as _},
        process::Command,
    };

    use chassis::config::Secret;

    use super::*;

    fn login(password: &str) -> Login {
        Login { username: "me".to_owned(), password: Secret::new(password) }
    }

    /// What git's helper answers to `get`, `store` or `erase`.
    fn says(slot: &Slot, operation: &str) -> String {
        let command = format!("{} {operation}", slot.helper().trim_start_matches('!'));
        let output = Command::new("sh").args(["-c", &command]).output().expect("a shell");
        assert!(output.status.success(), "{operation}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    #[test]
    fn the_helper_tells_the_last_login_and_only_when_asked_for_one() {
        let mut slot = Slot::new().expect("a slot");
        for password in ["a long password = with everything", "short"] {
            slot.keep(&login(password)).expect("kept");
            assert_eq!(says(&slot, "get"), format!("username=me\npassword={password}\n"));
        }
        assert_eq!(says(&slot, "store") + &says(&slot, "erase"), "");
    }

    #[test]
    fn a_line_break_cannot_smuggle_a_line_in() {
        let mut slot = Slot::new().expect("a slot");
        let error = slot.keep(&login("s3cret\nhost=evil")).expect_err("refused").to_string();
        assert!(error.contains("line break") && !error.contains("s3cret"), "{error}");
        assert_eq!(says(&slot, "get"), "");
    }

    #[test]
    fn the_file_is_for_nobody_else() {
        let (memory, named) = (Slot::new().expect("a slot"), Slot::on_disk().expect("a slot"));
        let links = memory.file.metadata().expect("a file").nlink();
        assert_eq!(links, u64::from(!cfg!(target_os = "linux")));
        assert_eq!(named.file.metadata().expect("a file").permissions().mode() & 0o077, 0);
        let path = named.path.clone();
        drop(named);
        assert!(!path.exists());
    }
}
