//! A folder of files as the kubelet mounts a `ConfigMap` or a Secret: a change swaps the link `..data`, and all files with it.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// The mounted volume.
#[derive(Debug)]
pub struct Mounted {
    folder: TempDir,
    swaps: usize,
}

impl Mounted {
    /// A volume with these files.
    ///
    /// # Panics
    /// When the disk fails, as all of these methods.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let mut mounted = Self { folder: tempfile::tempdir().expect("a folder"), swaps: 0 };
        mounted.swap(files);
        mounted
    }

    /// The folder that a process sees.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Replaces all files at once.
    pub fn swap(&mut self, files: &[(&str, &str)]) {
        let (root, next) = (self.path(), format!("..{}", self.swaps));
        let last = root.join("..data").canonicalize().ok();
        fs::create_dir(root.join(&next)).expect("a folder");
        for (name, text) in files {
            fs::write(root.join(&next).join(name), text).expect("written");
        }
        symlink(&next, root.join("..data_tmp")).expect("a link");
        fs::rename(root.join("..data_tmp"), root.join("..data")).expect("renamed");
        for (name, _) in files {
            // The name may be there from before: it leads through `..data` all the same.
            let _ = symlink(format!("..data/{name}"), root.join(name));
        }
        for entry in fs::read_dir(root).expect("readable").flatten().filter(|entry| !entry.path().exists()) {
            fs::remove_file(entry.path()).expect("removed");
        }
        if let Some(last) = last {
            fs::remove_dir_all(last).expect("removed");
        }
        self.swaps += 1;
    }
}
