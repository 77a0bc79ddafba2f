//! The router against a real Postgres and a real Redis, a database per test.

mod fixture;

mod access;
mod announcing;
mod commands;
mod describing;
mod hooking;
mod limiting;
mod listing;
mod outage;
mod queueing;
mod searching;
mod streaming;
