//! Locks between processes: the numbers of Postgres's advisory locks, and the order in which locks are taken.
//!
//! Whoever takes several takes them in this order, so that no two transactions wait for each other: [`PRUNE`], a revision's
//! indexing, the row of the ref, rows of revisions, rows of bodies by id, and [`EVENTS`] last.

/// Held while the schema is migrated, for a session.
pub(crate) const MIGRATE: i64 = 0x646f_7a65_6e01;

/// Held while events are written, to the end of the transaction: ids then grow in the order of commits.
pub(crate) const EVENTS: i64 = 0x646f_7a65_6e02;

/// Held alone while bodies are pruned, shared while a revision refers to them anew.
pub(crate) const PRUNE: i64 = 0x646f_7a65_6e03;

/// Held while a revision's pages are written, so that a job that runs twice does so in turn. The second number is the
/// revision's, shortened: a collision costs a wait.
pub(crate) const INDEXING: i32 = 0x646f_7a65;
