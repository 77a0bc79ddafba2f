//! The git program: the one place that runs it.

mod configuration;
mod group;
mod program;

pub(crate) use configuration::Configuration;
pub(crate) use group::Group;
pub(crate) use program::Git;
