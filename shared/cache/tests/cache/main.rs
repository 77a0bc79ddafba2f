//! The cache against a real Redis, and without one.

mod fixture;

mod answering;
mod limiting;
mod outage;
mod rotation;
