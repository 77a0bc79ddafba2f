//! The repository under the root: made, kept whole, fetched into and kept small.

mod collect;
mod fetch;
mod layout;
mod look;
mod prepare;
mod recover;

pub(crate) use collect::Collection;
pub(crate) use layout::Layout;
pub(crate) use prepare::remove;

use std::fs::File;

use crate::{
    error::Error,
    git::{Configuration, Git},
    publish::Ages,
};

/// What is fetched, and how much of it.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    /// The URL or path, without credentials.
    pub(crate) url: String,
    /// Commits of history; 0 for all.
    pub(crate) depth: u32,
    /// A partial clone filter; empty for none.
    pub(crate) filter: String,
}

/// The repository. Whoever has it has the root for himself.
pub(crate) struct Repository {
    pub(crate) git: Git,
    pub(crate) layout: Layout,
    remote: Remote,
    /// What git is to know; it is in a file of ours.
    configuration: Configuration,
    /// Whether a stale tree may become the next one.
    pub(crate) recycles: bool,
    /// How long each tree that nobody sees any more has been there.
    pub(crate) ages: Ages,
    /// Git may have been cut off: what it left behind has to go first.
    unsure: bool,
    /// Whether `remote.origin.url` says what it has to in this repository.
    named: bool,
    /// The lock on the root; none where the file system knows no locks.
    lock: Option<File>,
}

impl Repository {
    /// Takes the root for this process.
    ///
    /// # Errors
    /// When another process has it, or it cannot be made.
    pub(crate) fn open(
        git: Git,
        layout: Layout,
        remote: Remote,
        configuration: Configuration,
        recycles: bool,
    ) -> Result<Self, Error> {
        let lock = layout.lock()?;
        configuration.write(&layout.configuration())?;
        let (ages, unsure, named) = (Ages::default(), true, false);
        Ok(Self { git, layout, remote, configuration, recycles, ages, unsure, named, lock })
    }

    /// The last run was cut off.
    pub(crate) fn doubt(&mut self) {
        self.unsure = true;
    }

    /// What is fetched.
    pub(crate) fn remote(&self) -> &Remote {
        &self.remote
    }
}
