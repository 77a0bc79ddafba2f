//! Removing a large tree takes long: it is moved out of the way at once and removed when there is time.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{
    error::Error,
    repository::{Layout, remove},
};

static NEXT: AtomicU64 = AtomicU64::new(0);

/// Moves what is at `path`, if anything, out of the way.
pub(super) fn discard(layout: &Layout, path: &Path) -> Result<(), Error> {
    if fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    let trash = layout.trash();
    fs::create_dir_all(&trash).map_err(Error::file("make", &trash))?;
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let away = trash.join(format!("{}-{number}", std::process::id()));
    // Something of an earlier process with the same id.
    if fs::symlink_metadata(&away).is_ok() {
        remove(&away).map_err(Error::file("remove", &away))?;
    }
    fs::rename(path, &away).map_err(Error::file("move away", path))
}

/// Removes everything that was moved out of the way. Takes as long as it takes.
pub(crate) fn empty(layout: &Layout) {
    for entry in fs::read_dir(layout.trash()).into_iter().flatten().flatten() {
        if let Err(error) = remove(&entry.path()) {
            tracing::warn!(%error, path = %entry.path().display(), "Stale tree not removed");
        }
    }
}
