//! How a commit becomes the tree that a link points to: built beside, checked, flipped in; what was there goes last.

mod abandon;
mod contents;
mod lease;
pub(crate) mod link;
mod plain;
mod spare;
mod stale;
mod submodules;
mod trash;
mod tree;

pub(crate) use contents::{Contents, Submodules};
pub(crate) use stale::Ages;
pub(crate) use trash::empty as empty_trash;

/// How a commit is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// By a link to its tree.
    Link,
    /// By a plain directory.
    Plain,
}
