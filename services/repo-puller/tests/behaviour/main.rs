//! What the puller does, seen from outside: real processes, real remotes, and everything that can go wrong with them.

mod scene;
mod tls;

mod announce;
mod clock;
mod contract;
mod disk;
mod faults;
mod first;
mod gate;
mod hooks;
mod http;
mod killed;
mod layout;
mod publish;
mod repair;
mod shallow;
mod ssh;
mod trigger;
mod what;
