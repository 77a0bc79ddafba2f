//! `web`: pages for people, from a local checkout. Speaks to nobody, writes nothing, and keeps serving whatever is gone.
//!
//! Reading order: `config`, `follow` (a moved link becomes a `snapshot`), `routes` (a request's way, to `pages` or `files`),
//! `bodies` (a page made once), `view` (what it looks like).

mod config;
mod service;

mod follow;
mod snapshot;
mod warm;

mod routes;

mod files;
mod pages;
mod revisions;
mod robots;
mod search;
mod status;

mod bodies;
mod compress;
mod media;
mod range;
mod reply;
mod view;

pub use config::SiteConfig;
pub use service::Web;
