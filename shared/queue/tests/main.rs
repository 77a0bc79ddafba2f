//! The queue against a real Postgres.

mod fixture;

mod enqueueing;
