//! What other programs read of us: the error file and the touch file.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use serde_json::json;

use crate::error::Error;

/// Holds the last failure, as long as it lasts.
pub(crate) struct ErrorFile(Option<PathBuf>);

impl ErrorFile {
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        Self(path)
    }

    /// The file that `--error-file` tells, under the root that `--root` tells; none without either.
    pub(crate) fn of(root: &str, file: &str) -> Self {
        let path = Path::new(root).join(file);
        Self::new(Some(path).filter(|path| !file.is_empty() && (path.is_absolute() || !root.is_empty())))
    }

    /// Tells of a failure, in the shape of git-sync: `Msg`, `Err`, `Args`.
    pub(crate) fn write(&self, message: &str, error: &str) {
        self.put(json!({ "Msg": message, "Err": error, "Args": {} }).to_string().as_bytes());
    }

    /// Tells of a configuration that is wrong, as plain text.
    pub(crate) fn write_text(&self, text: &str) {
        self.put(text.as_bytes());
    }

    /// The failure is over.
    pub(crate) fn remove(&self) {
        if let Some(path) = &self.0
            && let Err(error) = fs::remove_file(path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, path = %path.display(), "Error file not removed");
        }
    }

    fn put(&self, text: &[u8]) {
        let Some(path) = &self.0 else { return };
        if let Err(error) = replace(path, text, 0o644) {
            tracing::warn!(%error, "Error file not written");
        }
    }
}

/// Makes a file new, so that whoever waits for a change sees one.
pub(crate) fn touch(path: &Path) -> Result<(), Error> {
    let fail = |cause| Error::File { action: "touch", path: path.display().to_string(), cause };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(fail)?;
    }
    let file = OpenOptions::new().create(true).append(true).open(path).map_err(fail)?;
    renew(&file).map_err(fail)
}

/// Sets the times of an open file or folder to now.
pub(crate) fn renew(file: &File) -> std::io::Result<()> {
    Ok(rustix::fs::futimens(file, &NOW)?)
}

const NOW: rustix::fs::Timestamps = {
    let now = rustix::fs::Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_NOW };
    rustix::fs::Timestamps { last_access: now, last_modification: now }
};

/// Puts a file with these bytes at `path`, whole or not at all.
pub(crate) fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".tmp-{name}-{}", std::process::id()));
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file: File = OpenOptions::new().create(true).truncate(true).write(true).mode(mode).open(&beside)?;
        file.write_all(bytes)?;
        fs::rename(&beside, path)
    };
    write().inspect_err(|_| drop(fs::remove_file(&beside))).map_err(Error::file("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_file_appears_in_folders_that_do_not_exist_and_goes_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/error.json");
        let file = ErrorFile::new(Some(path.clone()));
        file.write("sync failed", "couldn't find remote ref x");
        let told: serde_json::Value = serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
        assert_eq!(told["Err"], "couldn't find remote ref x");
        assert_eq!(fs::read_dir(path.parent().expect("a folder")).expect("there").count(), 1);
        file.remove();
        file.remove();
        assert!(!path.exists());
    }

    #[test]
    fn touching_makes_a_file_and_makes_it_new() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/touched");
        touch(&path).expect("touched");
        let file = File::options().write(true).open(&path).expect("open");
        file.set_modified(std::time::UNIX_EPOCH).expect("set");
        touch(&path).expect("touched");
        assert!(fs::metadata(&path).expect("there").modified().expect("a time") > std::time::UNIX_EPOCH);
    }
}
