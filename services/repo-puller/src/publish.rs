//! How a commit becomes the tree that a link points to: built beside, checked, flipped in; what was there goes last.

mod lease;
pub(crate) mod link;
mod stale;
mod trash;
mod tree;

pub(crate) use stale::begin as begin_staleness;
pub(crate) use trash::empty as empty_trash;
pub(crate) use tree::{Contents, Submodules};
