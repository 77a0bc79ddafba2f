//! Where data and unpacked programs are: `target/dev`, or a folder for temporary files where a server may not go there.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};

use super::owner;

/// The value of a variable of this process that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the tests' own environment, which is no service's configuration")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The folder for this checkout's backing services. It exists, and whoever runs a server may enter it.
pub(super) fn home() -> anyhow::Result<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = variable("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    fs::create_dir_all(&target).with_context(|| format!("cannot make {}", target.display()))?;
    let target = target.canonicalize()?;
    let home = if owner::drops_rights() && !target.ancestors().all(may_be_entered) {
        std::env::temp_dir().join(format!("{}-backing-{}", env!("CARGO_PKG_NAME"), owner::uid()))
    } else {
        target.join("dev")
    };
    make(&home)?;
    let owned = fs::symlink_metadata(&home)?;
    ensure!(owned.is_dir() && owned.uid() == owner::uid(), "{} belongs to somebody else", home.display());
    Ok(home)
}

/// Makes a folder that others may enter, if it is not there.
pub(super) fn make(folder: &Path) -> anyhow::Result<()> {
    match fs::DirBuilder::new().mode(0o755).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("cannot make {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Whether users other than the owner may go through a folder.
fn may_be_entered(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|about| about.permissions().mode() & 0o001 != 0)
}

/// Runs `work` while no other process does the same in `folder`.
pub(super) fn alone<T>(folder: &Path, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let path = folder.join("lock");
    let lock = fs::File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
    lock.lock()?;
    work()
}
