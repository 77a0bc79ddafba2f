//! Stories of the whole suite, in its users' words: real processes, real HTTP, real Git, real Postgres and Redis.

mod publish;
mod remote;
mod restart;
mod serving;
mod surprises;

mod many;
mod order;
mod outages;
mod search;
