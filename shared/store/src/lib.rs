//! The one durable truth (factor IV): hides sqlx. One pool per process, one file per noun.
//!
//! A [`Store`] is attached without waiting for Postgres; a request meets [`Error::Unavailable`] while it is away. What
//! belongs together is written in one transaction: [`Store::begin`] hands out a [`Tx`], every noun that writes takes it,
//! and so does `queue`, so that a job is enqueued by the commit that causes it, or not at all.
//!
//! A way through the code: an announcement is accepted (`revisions::announce`), its pages are listed and cut into
//! batches (`revisions::indexing`), what is on them is written once per content (`bodies`), the last batch makes the
//! revision live (`revisions::ending`), and [`Store::search`] finds it.
//!
//! Queries are checked when they are compiled, against `.sqlx` in the workspace's root: a build needs no database. After
//! a change to a query or a migration, write that folder anew, with `DATABASE_URL` naming a migrated database:
//!
//! ```sh
//! SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$PWD/.sqlx cargo check -p store
//! ```

mod config;
mod credentials;
mod error;
mod pool;

mod migrations;
mod watch;

pub mod revisions;

pub mod bodies;
pub mod pages;

pub mod search;

pub mod events;

pub mod prune;

mod locks;

pub use config::StoreConfig;
pub use error::Error;
pub use migrations::Schema;
pub use pool::{Store, Tx};
