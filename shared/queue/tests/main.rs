//! The queue against a real Postgres.

mod fixture;
mod workers;

mod enqueueing;

mod dying;
mod failing;
mod outage;
mod working;
