//! The router against a real Postgres and a real Redis, a database per test.

mod fixture;

mod access;
mod announcing;
mod queueing;
mod searching;
mod streaming;
