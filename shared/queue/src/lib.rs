//! Jobs in Postgres (factor VIII): hides River. A job is enqueued by the transaction that causes it, or not at all.
//!
//! Both sides know a job by its payload, a [`contract::jobs::Job`]. The api and the worker hold a [`Queue`], which
//! enqueues and tells how jobs stand. The worker hands a [`Handler`] for every kind to [`Workers`].
//!
//! River keeps its tables in a schema of their own, [`migrate`] makes them. Every statement of ours that names one of them
//! is in `river`; they are checked when they are compiled, see `store` for how that is kept up to date.

mod error;
mod migrations;
mod payload;

mod jobs;
mod queue;

mod handler;
mod instruments;
mod liveness;
mod runner;
mod workers;

mod river;

pub use error::Error;
pub use handler::{Attempt, Failure, Handler};
pub use migrations::migrate;
pub use queue::{Queue, Tx};
pub use workers::Workers;
