//! What the puller does, seen from outside: real processes, real remotes, and everything that can go wrong with them.

mod scene;

mod contract;
mod hooks;
mod layout;
mod publish;
mod repair;
mod trigger;
mod what;
