//! `repo-puller`: keeps a directory in step with one ref of a Git repository, as git-sync does. Knows nothing of sites.
//!
//! Reading order: `command` (what is asked of the process), `flags` and `settings` (what it is told), `service` (how the
//! parts are put together), `sync` (the loop), `repository` (what is fetched), `publish` (how a commit becomes the tree
//! that the link points to), `hooks` (who is told). `git` is the one place that runs git.

mod command;
mod error;

mod flags;
mod settings;

mod service;
mod sync;

mod publish;
mod repository;

#[cfg_attr(not(test), expect(dead_code, reason = "not asked by the loop yet"))]
mod credentials;
#[cfg_attr(not(test), expect(dead_code, reason = "not asked by the loop yet"))]
mod git_config;
#[cfg_attr(not(test), expect(dead_code, reason = "not asked by the loop yet"))]
mod remote;

mod announce;
mod hooks;

mod endpoint;
mod instruments;
mod report;

mod child;
mod first;
mod git;
mod redact;
mod user;

pub use command::main;
