//! `repo-puller`: keeps a directory in step with one ref of a Git repository, as git-sync does. Knows nothing of sites.
//!
//! Reading order: `command` (what is asked of the process), `flags` and `settings` (what it is told), `service` (how the
//! parts are put together), `sync` (the loop), `repository` (what is fetched), `publish` (how a commit becomes the tree
//! that the link points to), `hooks` and `announce` (who is told). `git` is the one place that runs git, `credentials` is
//! who we are to the remote, and `remote` looks at it without git.

mod command;
mod error;

mod flags;
mod settings;

mod service;
mod sync;

mod publish;
mod repository;

mod credentials;
mod git_config;
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
