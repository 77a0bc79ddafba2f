//! What a git that was killed leaves behind: locks that nobody holds, and halves of files. What is whole stays.
//!
//! Only whoever holds the lock on the root may do this: then no git runs in it.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// How deep names of refs and submodules may be nested.
const DEEPEST: usize = 32;

/// Removes what a killed git has left in a repository and in those of its submodules.
pub(super) fn remove_leftovers(git: &Path) {
    let mut found = Vec::new();
    find(git, &mut found, 0);
    for path in found {
        match super::prepare::remove(&path) {
            Ok(()) => tracing::info!(path = %path.display(), "Leftover of a killed git removed"),
            Err(error) => tracing::warn!(path = %path.display(), %error, "Leftover of a killed git not removed"),
        }
    }
}

fn find(folder: &Path, found: &mut Vec<PathBuf>, depth: usize) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if is_leftover(&path, &name) {
            found.push(path);
        } else if depth < DEEPEST && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            find(&path, found, depth + 1);
        }
    }
}

/// Whether a file or folder means that git was killed.
fn is_leftover(path: &Path, name: &str) -> bool {
    let is_under =
        |folder: &str| path.parent().is_some_and(|parent| parent.components().any(|c| c.as_os_str() == folder));
    let is_half = ["tmp_pack_", "tmp_idx_", "tmp_rev_", "tmp_obj_", "tmp_objdir-", ".tmp-"];
    let is_half = is_under("objects") && is_half.iter().any(|start| name.starts_with(start));
    let is_half = is_half || name.starts_with("tmp_objdir-");
    let ends_with = |end: &str| Path::new(name).extension().is_some_and(|extension| extension == end);
    let is_lock = ends_with("lock");
    let is_keep = is_under("pack")
        && ends_with("keep")
        && fs::read_to_string(path).is_ok_and(|text| text.starts_with("fetch-pack "));
    is_half || is_lock || is_keep || name == "gc.pid"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_and_halves_go_and_data_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let git = folder.path().join(".git");
        let leftovers = [
            "shallow.lock",
            "index.lock",
            "refs/heads/git-sync.lock",
            "worktrees/abc/index.lock",
            "objects/pack/tmp_pack_x",
            "objects/12/tmp_obj_x",
            "objects/tmp_objdir-incoming-x/pack/half",
            "modules/sub/objects/pack/tmp_idx_x",
            "gc.pid",
        ];
        let data = ["HEAD", "shallow", "objects/pack/pack-1.pack", "objects/pack/pack-2.keep", "refs/heads/locked"];
        for name in leftovers.iter().chain(&data) {
            let path = git.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, "ours").expect("written");
        }
        fs::write(git.join("objects/pack/pack-1.keep"), "fetch-pack 7 on host").expect("written");
        remove_leftovers(&git);
        for name in leftovers {
            assert!(!git.join(name).exists(), "{name}");
        }
        assert!(!git.join("objects/pack/pack-1.keep").exists());
        for name in data {
            assert!(git.join(name).exists(), "{name}");
        }
    }
}
