//! The worker on a real Postgres and real checkouts.

mod checkout;
mod house;

mod drain;
mod indexing;
mod killed;
mod lagging;
mod pruning;
