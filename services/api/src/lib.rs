//! `api`: the JSON API, and the only door to the store for a request. Renders nothing, and reads no checkout.
//!
//! Reading order: `config`, `service` (how the parts are put together), `routes` (the table of contents), then one file
//! for each noun. A request's way: `limits`, `tokens` where it needs one, `extract`, its noun, the store or the cache,
//! `reply`; what goes wrong on the way is an `error`. `commands` is what operators call instead.

mod config;
mod service;

mod commands;

mod routes;

mod limits;
mod places;
mod tokens;

mod events;
mod hooks;
mod jobs;
mod pages;
mod revisions;
mod search;
mod status;

mod docs;

mod error;
mod extract;
mod reply;

pub use config::{Access, Limits};
pub use service::Api;
