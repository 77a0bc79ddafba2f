//! `worker`: background jobs, from the queue in Postgres, on a checkout of its own. Serves nothing but probes and metrics.
//!
//! Reading order: `config`, `service`, `checkout` (the tree of a commit, and the sidecar that brings it), `jobs` (one file
//! each), `drain` (an admin process).

mod config;
mod service;

mod checkout;
mod sidecar;

mod jobs;

mod drain;

pub use config::WorkerConfig;
pub use service::Worker;
