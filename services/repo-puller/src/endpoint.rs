//! What the process answers: git-sync's endpoint, and the way to make it sync at once.

mod git_sync;
mod trigger;

pub(crate) use git_sync::{Shown, Synced, open};
pub(crate) use trigger::{Trigger, concerns};
