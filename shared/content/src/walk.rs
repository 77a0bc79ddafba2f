//! The files of a site: a bounded walk that follows no link out of the checkout.

use std::{fs, path::Path};

use crate::{Limits, Skipped, confine::join};

/// A file that may be published.
#[derive(Debug)]
pub(crate) struct File {
    /// From the site's root.
    pub(crate) path: String,
    pub(crate) bytes: u64,
}

/// The files below `root` in byte order of their paths, and what was left out. Hidden names are not published.
pub(crate) fn files(checkout: &Path, root: &Path, limits: &Limits) -> (Vec<File>, Vec<Skipped>) {
    let mut walk = Walk { checkout, limits, files: Vec::new(), skipped: Vec::new() };
    walk.folder(root, "", 0);
    walk.files.sort_unstable_by(|left, right| left.path.cmp(&right.path));
    (walk.files, walk.skipped)
}

struct Walk<'a> {
    checkout: &'a Path,
    limits: &'a Limits,
    files: Vec<File>,
    skipped: Vec<Skipped>,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) {
        if depth > self.limits.depth {
            return self.skip(prefix, "too many folders below one another");
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.skip(prefix, &error.to_string()),
        };
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                self.skip(&format!("{prefix}{}", name.to_string_lossy()), "its name is not UTF-8");
                continue;
            };
            if !name.starts_with('.') {
                self.entry(&entry, &format!("{prefix}{name}"), depth);
            }
        }
    }

    fn entry(&mut self, entry: &fs::DirEntry, path: &str, depth: usize) {
        let Ok(kind) = entry.file_type() else { return self.skip(path, "it cannot be looked at") };
        if kind.is_dir() {
            self.folder(&entry.path(), &format!("{path}/"), depth + 1);
        } else if kind.is_file() {
            self.file(path, entry.metadata().map_or(0, |metadata| metadata.len()));
        } else if kind.is_symlink() {
            self.link(entry, path);
        } else {
            self.skip(path, "it is neither a file nor a folder");
        }
    }

    /// A link counts as the file it leads to, if that is a published file of the checkout.
    fn link(&mut self, entry: &fs::DirEntry, path: &str) {
        let Ok(target) = entry.path().canonicalize() else { return self.skip(path, "its link leads nowhere") };
        let Ok(inside) = target.strip_prefix(self.checkout) else {
            return self.skip(path, "its link leads out of the checkout");
        };
        let is_hidden = inside.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
        match fs::metadata(&target) {
            Ok(metadata) if metadata.is_file() && !is_hidden => self.file(path, metadata.len()),
            _ => self.skip(path, "its link leads to no published file"),
        }
    }

    fn file(&mut self, path: &str, bytes: u64) {
        debug_assert_eq!(join("", path).as_deref(), Some(path));
        if bytes > self.limits.file_bytes {
            self.skip(path, "it is larger than a file may be");
        } else if self.files.len() >= self.limits.files {
            self.skip(path, "the site has more files than it may have");
        } else {
            self.files.push(File { path: path.to_owned(), bytes });
        }
    }

    fn skip(&mut self, path: &str, reason: &str) {
        if self.skipped.len() < 1000 {
            self.skipped.push(Skipped { path: path.to_owned(), reason: reason.to_owned() });
        }
    }
}
