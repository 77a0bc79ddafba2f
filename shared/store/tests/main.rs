//! The store against a real Postgres, a database for each test.

mod announcing;
mod fixture;
mod happening;
mod indexing;
mod outage;
mod pruning;
mod rotation;
mod schema;
mod searching;
