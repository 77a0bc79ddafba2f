//! The rules that the compiler cannot hold: who may know whom, and what every file looks like.

mod dependencies;
mod files;
mod words;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The workspace's folder.
fn workspace() -> &'static Path {
    harness::executables::workspace()
}

/// The files below a folder of the workspace, by their endings; what was built and what is hidden is left out.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![workspace().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry")) {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if entry.file_type().expect("a kind").is_dir() {
                if name != "target" && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no such files in {folder}");
    found
}

/// A path as one would say it.
fn short(path: &Path) -> String {
    path.strip_prefix(workspace()).unwrap_or(path).display().to_string()
}

/// A file's text.
fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", short(path)))
}
