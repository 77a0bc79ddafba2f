//! What a tree contains beside what every tree does.

use std::{fs, path::PathBuf};

use crate::error::Error;

/// What is done with submodules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Submodules {
    /// All of them, and theirs.
    Recursive,
    /// All of them, but not theirs.
    Shallow,
    /// None.
    Off,
}

/// What a tree contains beside what git puts there.
#[derive(Clone, Debug)]
pub(crate) struct Contents {
    pub(crate) submodules: Submodules,
    /// A file with git's sparse-checkout patterns.
    pub(crate) sparse: Option<PathBuf>,
    /// What decides how files are written: their modes, and git's settings for that. Empty where that is as usual.
    pub(crate) writing: String,
}

impl Contents {
    /// The sparse-checkout patterns, if there are any.
    pub(super) fn patterns(&self) -> Result<Option<String>, Error> {
        let read = |path: &PathBuf| fs::read_to_string(path).map_err(Error::file("read", path));
        self.sparse.as_ref().map(read).transpose()
    }

    /// All of it as text, to be compared.
    pub(super) fn describe(&self) -> Result<String, Error> {
        let mut text = format!("submodules: {:?}\nsparse: {:?}\n", self.submodules, self.patterns()?);
        if !self.writing.is_empty() {
            // A setting may hold a secret, and this is for anybody to read.
            let digest = ring::digest::digest(&ring::digest::SHA256, self.writing.as_bytes());
            text += &format!("writing: {digest:?}\n");
        }
        Ok(text)
    }
}
